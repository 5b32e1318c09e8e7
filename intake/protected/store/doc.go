// Package store keeps the sealed reports of one agency of the protected
// channel. It never sees a text, a word or a name: whatever it is given is an
// envelope of package seal, and it adds one more layer that can be destroyed.
//
// # What lies where
//
// A store is a folder of two files, made for one agency and opened by no
// other part of the program:
//
//	reports.db    one SQLite file: reports, messages, files, all locked
//	shred.keys    one key for every report, each in a slot (seal.Shred)
//
// Every envelope in reports.db is locked with the shred key of its report. Shred
// overwrites that key in place and only then removes the rows, so a copy of
// reports.db made earlier stays closed for ever. That is why Backup copies
// reports.db and never shred.keys. In production Config.Shred puts shred.keys on a
// partition of its own, with a copy on a second disk, and never into an archive.
//
// # What a seized disk tells
//
//   - how many reports there are, the day each came and the day its author last
//     wrote, the number of messages and files and the padded step of each;
//   - not: any content, author, word, file name, kind of file, hour, or which report
//     came before which on one day. Identifiers are random, tables have no row ids, and
//     Shuffle rewrites the file in the order of those random identifiers, so that
//     the places of pages say nothing either;
//   - free slots of shred.keys are random as used ones are;
//   - the times of the files: the modification time is set to the beginning of the
//     day, and Touch, called at random minutes, makes the time of the last change
//     (which no program can set) that of a touch or of a report, nobody can say which.
//
// # Who calls what
//
// The author's side calls Create, Box, Append, File and Shred; only the author's
// words lead to Box. The officers' side knows IDs and calls List, NewSince, Report,
// Append, File, SetDesk, Keep, Shred and Import (a handover: open with the officer's
// key, seal for the other agency, Import there with the Words of Export). Two
// processes may have one store open at the same time.
//
// A writer reads the report, seals for the next number (Next, NextFile), appends,
// and begins anew on ErrStale.
package store
