package files

import (
	"encoding/hex"
	"errors"

	"gocloud.dev/blob"
)

// Config is what a Store is made of.
type Config struct {
	// Bucket holds the blobs; see OpenBucket. The store does not close it.
	Bucket *blob.Bucket
	// Keys seal and open the blobs.
	Keys *Keyring
	// Limits bound uploads; zero fields take the defaults.
	Limits Limits
	// Scanner looks for viruses; nil means that none is configured.
	Scanner Scanner
	// AcceptUnscanned stores a file, marked as ScanMissed, when the scanner does
	// not answer. Otherwise such an upload is refused with ScanFailed.
	AcceptUnscanned bool
	// Clean makes a PDF or an office document anew without what tells about its
	// author, and names what it took out (Removed values). Where it errs, the
	// working copy is made as without it; the original is never changed. nil cleans
	// documents as far as this package can.
	Clean func(data []byte) (cleaned []byte, removed []string, err error)
	// TempDir is where uploads wait, encrypted; "" is the system's folder.
	TempDir string
}

// Store takes attachments in and gives them back. It is safe for use by
// several goroutines.
type Store struct {
	cfg Config
}

// New makes a store. Bucket and Keys are required.
func New(cfg Config) (*Store, error) {
	if cfg.Bucket == nil || cfg.Keys == nil {
		return nil, errors.New("files: a store needs a bucket and keys")
	}
	cfg.Limits = cfg.Limits.withDefaults()
	return &Store{cfg: cfg}, nil
}

// Limits returns the limits in force, for the texts of forms.
func (s *Store) Limits() Limits { return s.cfg.Limits }

// Copy names one of the two blobs of a file.
type Copy string

// The copies of a file.
const (
	// Working is the cleaned copy that officers and applicants open.
	Working Copy = "working"
	// Original is what was uploaded, byte for byte.
	Original Copy = "original"
)

const idBytes = 16

func newID() string { return hex.EncodeToString(randomBytes(idBytes)) }

// blobName is the key of a copy; the first two digits spread a large store over
// 256 folders.
func blobName(id string, c Copy) string { return id[:2] + "/" + id + "/" + string(c) }

// validID keeps an ID that comes from a damaged document from naming anything
// but a file.
func validID(id string) bool {
	raw, err := hex.DecodeString(id)
	return err == nil && len(raw) == idBytes
}

// storedAs is the copy under which the bytes of c lie: a file from which nothing
// had to be removed has one blob.
func storedAs(f File, c Copy) Copy {
	if c == Working && f.WorkSHA256 == f.SHA256 {
		return Original
	}
	return c
}

// expected is the length and hash that copy c must have.
func expected(f File, c Copy) (int64, string) {
	if c == Working {
		return f.WorkSize, f.WorkSHA256
	}
	return f.Size, f.SHA256
}
