// Package paper carries notices that leave by post. It is the Carrier of
// casework.MediumPaper.
//
// It sends nothing itself: it lays a task on the shelf of letters to print, and
// the notice then waits (casework.DeliveryPrinting) until a registrar has
// printed the letter, sent it and typed the postal identifier, which becomes
// the evidence in the case. A crash between laying the task and settling the
// notice lays the same task again, under the same ID: one letter is printed.
package paper
