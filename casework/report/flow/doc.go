// Package flow counts what comes, what leaves, what is owed and how it was
// rated, so that a page about a million cases costs as much as one about ten.
//
// # The books
//
// A Book follows the case store by the order of saves (ChangedSince). Of each
// case that was saved it makes Facts, which are small and hold no personal
// data, takes out what the case had counted for before and adds what it counts
// for now. Figures stand in cells: a table, a key such as day|body|unit, and a
// few numbers. Cells lie in chunks on the shelf, mostly one a month and table,
// so that a page loads only those of its period. The case store is the truth: a
// rebuild from nothing gives the same cells (Rebuild, and a test says so).
//
// # A crash loses nothing and counts nothing twice
//
// A batch is first written down whole (the redo record), then the head is saved
// with the next generation and the new cursor: that is the moment at which the
// batch counts, and only one writer can win it. Then chunks and facts are
// brought up to that generation; each remembers it, so doing it again after a
// crash does nothing.
//
// # Forecast
//
// How many answers will be overdue in 7, 14 and 30 days is reckoned from what is
// open now and from how quickly cases were finished near their term in the last
// twelve months (Life). Each day's forecast is kept and shown beside what came
// of it; where the program did not run then, it is replayed from the facts.
package flow
