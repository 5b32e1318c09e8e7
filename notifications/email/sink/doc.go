// Package sink is the mail server of development: it takes every letter the
// program sends, keeps it on the shelf, and shows it on a page. Nothing leaves
// the machine; it refuses to listen anywhere but on loopback.
//
// Letters with a Message-ID that it has already are not kept twice: the repeat
// is counted, as a reader's mailbox would show one letter. So the page tells at
// once whether a notice left once in effect.
package sink
