package files

import "priemnaya/casework"

// File is what the case document keeps about one attachment (приложение). Put
// makes it; it holds no content and no key.
//
//   - ID names the blobs: 128 random bits in hexadecimal, never derived from the
//     file name.
//   - Name is the cleaned name for display, with the extension of the type.
//   - WorkSHA256 equals SHA256 when nothing had to be removed, and then one blob
//     serves for both copies.
//   - Cleaned holds Removed values, sorted; Scan holds a Scan value.
type File = casework.File

// What the virus scanner said; the values stand in File.Scan, which is empty
// when no scanner is configured.
const (
	// ScanClean: the scanner found nothing.
	ScanClean = "clean"
	// ScanMissed: the scanner did not answer and the installation accepts files
	// all the same; officers must see the mark.
	ScanMissed = "unscanned"
)

// What a cleaner removes; the values stand in File.Cleaned.
const (
	RemovedEXIF       = "exif"
	RemovedGPS        = "gps"
	RemovedXMP        = "xmp"
	RemovedIPTC       = "iptc"
	RemovedComment    = "comment"
	RemovedText       = "text"
	RemovedTime       = "time"
	RemovedAuthor     = "author"
	RemovedSoftware   = "software"
	RemovedTags       = "tags"
	RemovedThumbnails = "thumbnail"
	// RemovedTelemetry: a track of positions or sensor data.
	RemovedTelemetry = "telemetry"
	// RemovedTrailing: bytes behind the end of the file proper.
	RemovedTrailing = "trailing"
	// RemovedExtra: parts of an unknown or private kind.
	RemovedExtra = "extra"
	// RemovedSystem: files that operating systems put into archives.
	RemovedSystem = "system_files"
)
