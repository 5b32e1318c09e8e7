package seal

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// Item is one sealed envelope on its way to an offline machine.
type Item struct {
	Agency   string `json:"agency"`
	Report   string `json:"report"`
	Kind     Kind   `json:"kind"`
	Number   uint32 `json:"number"`
	Day      string `json:"day,omitempty"` // when it came, "2006-01-02"
	File     string `json:"file"`          // name inside the bundle; WriteBundle gives it
	Envelope []byte `json:"-"`
}

// Place is where the envelope belongs.
func (i Item) Place() (Place, error) {
	r, err := ParseReport(i.Report)
	if err != nil {
		return Place{}, err
	}
	p := Place{Agency: i.Agency, Report: r, Kind: i.Kind, Number: i.Number}
	return p, p.Check()
}

// Bundle is what travels to an offline machine: a tar of envelopes, encrypted by
// age to the carriers of the officers. The envelopes stay sealed inside, so who
// has an officer's carrier but not his seed reads nothing.
type Bundle struct {
	Format string          `json:"format"`        // "priemnaya-bundle-1"
	Log    json.RawMessage `json:"log,omitempty"` // the key log as keylog.Page, for the check offline
	Items  []Item          `json:"items"`
}

const (
	bundleFormat = "priemnaya-bundle-1"
	manifest     = "manifest.json"
	maxManifest  = 16 * mib
	maxItems     = 10_000
)

// WriteBundle writes the items for the carriers ("age1…").
func WriteBundle(w io.Writer, b Bundle, carriers []string) error {
	var to []age.Recipient
	for _, c := range carriers {
		r, err := age.ParseX25519Recipient(c)
		if err != nil {
			return err
		}
		to = append(to, r)
	}
	if len(to) == 0 {
		return errors.New("seal: the bundle has no recipient")
	}
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(sealed)
	b.Format = bundleFormat
	items := make([]Item, len(b.Items))
	for i, item := range b.Items {
		if err := Check(item.Envelope); err != nil {
			return err
		}
		item.File = fmt.Sprintf("%06d.sealed", i+1)
		items[i] = item
	}
	b.Items = items
	about, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	if err := addFile(archive, manifest, about); err != nil {
		return err
	}
	for _, item := range items {
		if err := addFile(archive, item.File, item.Envelope); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), sealed.Close())
}

func addFile(archive *tar.Writer, name string, data []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}); err != nil {
		return err
	}
	_, err := archive.Write(data)
	return err
}

// ErrBundle says that a bundle is damaged or not for this key.
var ErrBundle = errors.New("seal: the bundle is damaged or not for this key")

// ReadBundle decrypts a bundle in memory and checks its form; the envelopes are
// still sealed. Error: ErrBundle.
func ReadBundle(r io.Reader, k *KeyFile) (Bundle, error) {
	var b Bundle
	plain, err := age.Decrypt(r, k.carrier)
	if err != nil {
		return b, ErrBundle
	}
	archive := tar.NewReader(plain)
	about, err := nextFile(archive, manifest, maxManifest)
	if err != nil || json.Unmarshal(about, &b) != nil || b.Format != bundleFormat || len(b.Items) > maxItems {
		return Bundle{}, ErrBundle
	}
	for i := range b.Items {
		item := &b.Items[i]
		if item.Envelope, err = nextFile(archive, item.File, int64(2*steps[len(steps)-1])); err != nil || Check(item.Envelope) != nil {
			return Bundle{}, ErrBundle
		}
		if _, err := item.Place(); err != nil {
			return Bundle{}, ErrBundle
		}
	}
	if _, err := archive.Next(); !errors.Is(err, io.EOF) {
		return Bundle{}, ErrBundle
	}
	// What age has not authenticated to its end counts for nothing.
	if _, err := io.Copy(io.Discard, plain); err != nil {
		return Bundle{}, ErrBundle
	}
	return b, nil
}

func nextFile(archive *tar.Reader, name string, most int64) ([]byte, error) {
	h, err := archive.Next()
	if err != nil || h.Name != name || h.Size > most || h.Typeflag != tar.TypeReg {
		return nil, ErrBundle
	}
	var b bytes.Buffer
	b.Grow(int(h.Size))
	_, err = io.Copy(&b, archive)
	return b.Bytes(), err
}
