// Package store keeps the sealed reports of one agency of the protected
// channel. It never sees a text, a word or a name: whatever it is given is
// sealed already, and it adds one more layer that can be destroyed.
//
// # What lies where
//
// A store is a folder of two files, made for one agency and opened by no
// other part of the program:
//
//	reports.db    one SQLite file: reports, messages, files, all wrapped
//	shred.keys    one key of 32 bytes for every report, each in a slot
//
// Every byte of content in reports.db is wrapped (AES-256-GCM) with the shred
// key of its report. Shred overwrites that key in place and only then removes
// the rows, so a copy of reports.db made earlier stays closed for ever. That
// is why Backup copies reports.db and never shred.keys: keep shred.keys on two
// disks (a mirror), not in archives.
//
// # What a seized disk tells
//
//   - how many reports there are, the day each came and the day its author last
//     wrote, the number of messages and, for each, its padded step and whether
//     it carries files;
//   - not: any content, author, word, file name, kind, hour, or which report came
//     before which on one day. Identifiers are random, tables have no row ids, and
//     Shuffle rewrites the file in the order of those random identifiers, so that
//     the places of pages say nothing either;
//   - free slots of shred.keys are random as used ones are;
//   - the times of the files: the modification time is set to the beginning of the
//     day, and Touch, called at random minutes, makes the time of the last change
//     (which no program can set) that of a touch or of a report, nobody can say which.
//
// # Who calls what
//
// The author's side knows a Key, which only his words lead to, and calls Create,
// Box, Append, Files and Shred. The officers' side knows IDs and calls List,
// NewSince, Report, Append, Files, SetDesk, Keep, Shred, Export and Import. Two
// processes may have one store open at the same time.
package store
