// Package letter prints letters of a body as PDF: letterhead, number and date,
// addressee, text, signature with its visible stamp, executor, page numbers.
//
// The same letter always gives the same bytes. That is what makes a detached
// signature possible: the file can be made again from the case at any time and
// the signature over it still holds, and a file that differs by one byte was
// not made here. Nothing in it depends on the clock, the machine or the order
// of a map; the moment written into the document is that of the letter.
//
// Fonts are the Go fonts: they carry Cyrillic and come with the program, so a
// machine needs none. Letters that the fonts lack, such as emoji, are replaced
// by a visible sign and never dropped.
package letter
