// Package words holds the list from which an author's seven words are drawn, and
// reads them back however they were typed.
//
// The list has 7,776 Russian words of 4 to 8 letters, no two alike in their
// first four (ё counts as е). Seven of them are 90.47 bits. It is made from two
// Debian packages by words/make (go generate); refused_stems.txt keeps obscene,
// abusive and frightening words out. The program holds the list only to draw
// words and to hint at typing mistakes: keys come from the first four letters of
// each, so a browser needs no list, and a mistake behind the fourth letter does
// no harm.
//
// The list was read by eye from the first word to the last and is frozen since:
// its order is part of the format of printed shares (package seal), so a word is
// never taken out, put in or moved. A better list would be a second file, with a new
// version of shares. A test holds the list to its hash.
//
// Words are byte slices and never strings: a slice can be wiped.
package words

//go:generate go run ./make
