// Package report turns cases into what a body reports: the monthly export to
// the President's system of appeals (ССТУ.РФ), the statistical form, the
// quarterly summary of complaints about services and the public statistics.
//
// # From cases to figures
//
// A case is read once and becomes its stays (StaysOf): one for each body that
// had it, from receipt there to an answer, a forwarding or another end, with
// its questions, for the question is the unit that is reported and not the
// appeal. Everything else is a function over stays: nothing is counted twice
// and no report keeps figures of its own that could drift from the cases.
//
//	cases ──Walk──> StaysOf ──┬──> Export    JSON per appeal in a zip, and what is missing
//	                          ├──> Form      the statistical form of a period
//	                          ├──> Services  the quarterly summary of 210-FZ
//	                          ├──> Monthly   a table per body and month
//	                          └──> Public    open data behind a gate: no small cells
//
// # Tables
//
// Every report is a Table. It is written as CSV, as an Excel workbook or as
// JSON, and shown on a page or printed; a cell that begins like a formula is
// written as text.
package report
