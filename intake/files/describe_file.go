package files

import "time"

// ScanState says what the virus scanner said about a file.
type ScanState string

// The states of a scan.
const (
	// ScanOff: no scanner is configured.
	ScanOff ScanState = "off"
	// ScanClean: the scanner found nothing.
	ScanClean ScanState = "clean"
	// Unscanned: the scanner did not answer and the installation accepts files
	// all the same; officers must see the mark.
	Unscanned ScanState = "unscanned"
)

// File is what the case document keeps about one attachment (вложение). It
// holds no content and no key, and is safe to serialise.
type File struct {
	// ID names the blobs; 128 random bits in hexadecimal, never derived from
	// the file name.
	ID string `json:"id"`
	// Name is the cleaned name for display, with the extension of the type.
	Name string `json:"name"`
	// Type is the MIME type found in the content.
	Type string `json:"type"`
	// Size is the length of the original in bytes.
	Size int64 `json:"size"`
	// SHA256 is the hash of the original in hexadecimal.
	SHA256 string `json:"sha256"`
	// WorkSize is the length of the working copy in bytes.
	WorkSize int64 `json:"work_size"`
	// WorkSHA256 is the hash of the working copy; equal to SHA256 when nothing
	// had to be removed, and then one blob serves for both.
	WorkSHA256 string `json:"work_sha256"`
	// Cleaned names what was removed from the working copy, sorted: "exif",
	// "gps", "xmp", "author" and so on; see the Removed constants.
	Cleaned []string `json:"cleaned,omitempty"`
	// Scan is what the virus scanner said.
	Scan ScanState `json:"scan"`
	// KeyID is the master key under which the file is sealed.
	KeyID string `json:"key_id"`
	// StoredAt is when the file was stored, UTC.
	StoredAt time.Time `json:"stored_at"`
}

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
	RemovedTrailing   = "trailing"
	RemovedExtra      = "extra"
	RemovedSystem     = "system_files"
	RemovedTelemetry  = "telemetry"
	RemovedThumbnails = "thumbnail"
)
