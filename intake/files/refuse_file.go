package files

import (
	"context"
	"errors"
	"strings"

	"priemnaya/casework"
)

// Reason says why a file was refused or could not be served. It is stable: the
// message key in the locale files is "file." + Reason.
type Reason string

// The reasons. The comment names the keys of casework.Error.Data, sizes being in
// bytes and once more as "MaxMB" in MiB, beside "Name"
// (the cleaned file name), which is there whenever the name is known, and
// "Inner" (the entry), which is there when the fault is inside an archive.
const (
	// Empty: the file has no bytes.
	Empty Reason = "empty"
	// TooLarge: the file exceeds "Max" bytes.
	TooLarge Reason = "too_large"
	// TooMany: the appeal has "Max" files already.
	TooMany Reason = "too_many"
	// TotalTooLarge: the files of the appeal exceed "Max" bytes together.
	TotalTooLarge Reason = "total_too_large"
	// TypeNotAllowed: the content is of "Type", which is not on the allow-list.
	TypeNotAllowed Reason = "type_not_allowed"
	// Polyglot: the content is valid as two types at once.
	Polyglot Reason = "polyglot"
	// Broken: the structure of the file does not hold, it cannot be opened.
	Broken Reason = "broken"
	// ImageTooLarge: the picture has more than "Max" pixels.
	ImageTooLarge Reason = "image_too_large"
	// Macros: an office document carries macros or controls.
	Macros Reason = "macros"
	// ActiveContent: the document carries an embedded program object.
	ActiveContent Reason = "active_content"
	// ArchiveBomb: the archive unpacks to more than "Max" bytes or by a ratio
	// that no honest file has.
	ArchiveBomb Reason = "archive_bomb"
	// ArchiveEncrypted: the archive or document is protected with a password.
	ArchiveEncrypted Reason = "archive_encrypted"
	// ArchiveNested: an archive lies inside the archive.
	ArchiveNested Reason = "archive_nested"
	// ArchivePath: a name in the archive points outside of it.
	ArchivePath Reason = "archive_path"
	// ArchiveEntries: the archive has more than "Max" entries.
	ArchiveEntries Reason = "archive_entries"
	// Infected: the scanner found "Signature".
	Infected Reason = "infected"
	// ScanFailed: the scanner does not answer and unscanned files are refused.
	ScanFailed Reason = "scan_failed"
	// Interrupted: the upload broke off or was cancelled.
	Interrupted Reason = "interrupted"
	// Corrupted: the stored bytes fail their check.
	Corrupted Reason = "corrupted"
	// Missing: there is no such blob.
	Missing Reason = "missing"
	// KeyUnknown: the file was sealed with a master key that is not configured.
	KeyUnknown Reason = "key_unknown"
	// StorageFailed: the blob store or the temporary folder does not work.
	StorageFailed Reason = "storage_failed"
)

const keyPrefix = "file."

// codes maps every reason to the code by which pages choose the HTTP status.
var codes = map[Reason]casework.Code{
	TooLarge:      casework.TooLarge,
	TotalTooLarge: casework.TooLarge,
	ImageTooLarge: casework.TooLarge,
	ScanFailed:    casework.Unavailable,
	StorageFailed: casework.Unavailable,
	Corrupted:     casework.Corrupted,
	Missing:       casework.NotFound,
	KeyUnknown:    casework.Internal,
}

// data is the short form of the placeholders of a message.
type data = map[string]any

// refuse makes the error of reason r. Codes that are not in the map are faults
// of the input.
func refuse(r Reason, d data, cause error) *casework.Error {
	code, ok := codes[r]
	if !ok {
		code = casework.Invalid
	}
	if d == nil {
		d = data{}
	}
	if code == casework.TooLarge && r != ImageTooLarge {
		d["MaxMB"] = d["Max"].(int64) >> 20
	}
	return &casework.Error{Code: code, Op: "files", Message: keyPrefix + string(r), Data: d, Err: cause}
}

// ReasonOf returns the reason of the first file error in err's chain and ""
// when there is none.
func ReasonOf(err error) Reason {
	var e *casework.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Message, keyPrefix) {
		return ""
	}
	return Reason(strings.TrimPrefix(e.Message, keyPrefix))
}

// describe adds the file name to a refusal and gives every error a reason:
// cancelled contexts are an interrupted upload, the rest is fallback.
func describe(err error, op, name string, fallback Reason) error {
	if err == nil {
		return nil
	}
	var e *casework.Error
	if !errors.As(err, &e) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			fallback = Interrupted
		}
		e = refuse(fallback, nil, err)
	}
	out := *e
	out.Op = op
	out.Data = data{}
	for k, v := range e.Data {
		out.Data[k] = v
	}
	if name != "" {
		out.Data["Name"] = name
	}
	return &out
}

// inside marks a refusal as being about one entry of an archive.
func inside(err error, entry string) error {
	var e *casework.Error
	if errors.As(err, &e) {
		if _, ok := e.Data["Inner"]; !ok {
			e.Data["Inner"] = entry
		}
	}
	return err
}
