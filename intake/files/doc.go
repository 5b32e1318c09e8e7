// Package files takes the attachments (вложения) of appeals: it decides by
// content what a file is, refuses what is not on the allow-list, keeps the
// original sealed and byte for byte, makes a working copy without the metadata
// that betrays a person or a place, and gives both back only after they have
// passed their own check.
//
// The way of one file through Store.Put:
//
//	reader ─> scratch (encrypted temp file, hard size limit, SHA-256)
//	       ─> type by content ─> structure check ─> cleaned working copy
//	       ─> virus scanner, where one is configured
//	       ─> sealed original + sealed working copy in the blob store
//
// Nothing of a file is ever on a disk in clear: the scratch files are encrypted
// with a key that lives in memory only, the blobs with AES-256-GCM under a key
// of their own that a master key wraps. A file is never wholly in memory.
//
// Refusals are *casework.Error values whose Message is "file." + Reason and
// whose Data holds the file name and the limit for a message in the reader's
// language.
package files
