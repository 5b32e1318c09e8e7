// Package formal tells a letter that only looks like an answer (формальный
// ответ, отписка) from one that answers: 59-FZ art. 10 p. 1 demands an answer
// on the merits of the questions put.
//
// It never blocks anything: it marks a letter before it is signed and says in
// words what is missing. Its rules are data (rules.json): what each looks for,
// what it weighs, how it explains itself in Russian and in English. The tests
// measure precision and recall on letters written for that purpose.
package formal
