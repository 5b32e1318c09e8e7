package sites

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"priemnaya/casework"
)

// kindUpload is the shelf's kind of uploads; the owner is the site. They have
// no expiry on the shelf: whoever drops one must drop its pieces too.
const kindUpload = "site-upload"

const (
	// PartBytes is the largest piece of an upload in bytes.
	PartBytes = 4 << 20
	// uploadLife is how long an upload waits for its next piece, and a complete
	// one for its appeal.
	uploadLife = 24 * time.Hour
	// maxUploads is how many uploads of a site may wait at a time.
	maxUploads = 500
)

// upload is a file that comes in pieces.
type upload struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`
	// SHA256 is what the site says the whole is, in hex; empty if it does not.
	SHA256 string `json:"sha256,omitempty"`
	// Offset is how much has come.
	Offset int64 `json:"offset"`
	// Parts are the names of the pieces, in order.
	Parts   []string  `json:"parts,omitempty"`
	Expires time.Time `json:"expires"`
	// File is there once the upload is complete and was found good.
	File *casework.File `json:"file,omitempty"`
	// Taken names the filing that has the file; the file is then the case's.
	Taken string `json:"taken,omitempty"`
	// Dropped is true once the upload is being discarded.
	Dropped bool `json:"dropped,omitempty"`

	version int64
}

// load finds an upload of a site. Errors: NotFound, also for a foreign one and
// for one whose time is over.
func (s *Sites) load(ctx context.Context, site Site, id string) (upload, error) {
	r, err := s.Shelf.Fetch(ctx, kindUpload, site.ID+" "+id)
	if err != nil {
		return upload{}, err
	}
	u, err := uploadOf(r)
	if err == nil && (u.Dropped || s.Office.Now().After(u.Expires)) {
		return upload{}, casework.Fail(casework.NotFound, "sites.load", "")
	}
	return u, err
}

func uploadOf(r casework.Record) (upload, error) {
	var u upload
	if err := json.Unmarshal(r.Data, &u); err != nil {
		return u, &casework.Error{Code: casework.Corrupted, Op: "sites.upload", Err: err}
	}
	u.version = r.Version
	return u, nil
}

// save keeps an upload. Errors: Conflict if it was saved from elsewhere.
func (s *Sites) save(ctx context.Context, site Site, u upload) (upload, error) {
	data, err := json.Marshal(u)
	if err != nil {
		return u, &casework.Error{Code: casework.Internal, Op: "sites.upload", Err: err}
	}
	r, err := s.Shelf.Put(ctx, casework.Record{Kind: kindUpload, ID: site.ID + " " + u.ID, Owner: site.ID, Version: u.version, Data: data})
	u.version = r.Version
	return u, err
}

// finish puts the pieces together, has them examined as every other file, and
// keeps the result. It may be called again: the pieces go only after it.
func (s *Sites) finish(ctx context.Context, site Site, u upload) (upload, error) {
	if u.File != nil || u.Offset < u.Size {
		return u, nil
	}
	sum := sha256.New()
	all := &pieces{ctx: ctx, files: s.Files, names: u.Parts}
	defer all.Close()
	f, err := s.Files.Put(ctx, u.Name, io.TeeReader(all, sum))
	if casework.CodeOf(err) == casework.Invalid || casework.CodeOf(err) == casework.TooLarge {
		// It will never be taken: the site must begin anew.
		var e *casework.Error
		errors.As(err, &e)
		return u, errors.Join(&refusal{code: "invalid", faults: []casework.FieldError{{Field: "file", Key: e.Message, Data: e.Data}}, err: err},
			s.discard(ctx, site, u))
	}
	if err != nil {
		return u, err
	}
	if u.SHA256 != "" && u.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
		return u, errors.Join(wrong("sha256", "sites.sum_other"), s.Files.Delete(ctx, f), s.discard(ctx, site, u))
	}
	// The names of the pieces stay: what is not dropped here goes with the upload.
	u.File, u.Expires = &f, s.Office.Now().Add(uploadLife)
	saved, err := s.save(ctx, site, u)
	if casework.CodeOf(err) == casework.Conflict {
		// A parallel call was quicker: what it has made of the upload counts.
		if err := s.Files.Delete(ctx, f); err != nil {
			return u, err
		}
		return s.load(ctx, site, u.ID)
	}
	if err != nil {
		// It may have been saved and only the answer lost: a file too many does
		// less harm than an appeal without its file.
		return u, err
	}
	return saved, s.dropParts(ctx, u.Parts)
}

func (s *Sites) dropParts(ctx context.Context, names []string) error {
	var errs []error
	for _, name := range names {
		errs = append(errs, s.Files.DropPart(ctx, name))
	}
	return errors.Join(errs...)
}

// discard removes an upload with its pieces; a file that no filing has taken
// goes with it. It is marked first, under the version check, so that nobody can
// take the file meanwhile. Errors: Conflict.
func (s *Sites) discard(ctx context.Context, site Site, u upload) error {
	if u.Taken == "" {
		u.Dropped = true
		var err error
		if u, err = s.save(ctx, site, u); err != nil {
			return err
		}
		if u.File != nil {
			if err := s.Files.Delete(ctx, *u.File); err != nil {
				return err
			}
		}
	}
	if err := s.dropParts(ctx, u.Parts); err != nil {
		return err
	}
	return s.Shelf.Remove(ctx, kindUpload, site.ID+" "+u.ID)
}

// SweepUploads discards what sites have begun and not finished, or finished
// and not attached, within the time they had; n counts them.
func (s *Sites) SweepUploads(ctx context.Context) (n int, err error) {
	sites, err := s.Directory.List(ctx, "")
	if err != nil {
		return 0, err
	}
	for _, site := range sites {
		swept, _, err := s.sweepSite(ctx, site)
		n += swept
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// sweepSite discards the uploads of a site whose time is over and counts those
// that wait.
func (s *Sites) sweepSite(ctx context.Context, site Site) (swept, waiting int, err error) {
	window := casework.Window{Limit: casework.MaxLimit}
	for {
		records, next, err := s.Shelf.List(ctx, kindUpload, site.ID, window)
		if err != nil {
			return swept, waiting, err
		}
		for _, r := range records {
			u, err := uploadOf(r)
			if err != nil {
				return swept, waiting, err
			}
			if !u.Dropped && !s.Office.Now().After(u.Expires) {
				waiting++
				continue
			}
			err = s.discard(ctx, site, u)
			if err != nil && casework.CodeOf(err) != casework.Conflict {
				return swept, waiting, err
			}
			swept++
		}
		if next == "" {
			return swept, waiting, nil
		}
		window.After = next
	}
}

// pieces reads the pieces of an upload one after the other.
type pieces struct {
	ctx   context.Context
	files FileStore
	names []string
	open  io.ReadCloser
}

// Read reads on in the present piece or opens the next.
func (p *pieces) Read(b []byte) (int, error) {
	for {
		if p.open == nil {
			if len(p.names) == 0 {
				return 0, io.EOF
			}
			var err error
			if p.open, err = p.files.OpenPart(p.ctx, p.names[0]); err != nil {
				return 0, err
			}
			p.names = p.names[1:]
		}
		n, err := p.open.Read(b)
		if err != io.EOF {
			return n, err
		}
		if err := p.Close(); err != nil {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// Close closes the piece that is open.
func (p *pieces) Close() error {
	if p.open == nil {
		return nil
	}
	err := p.open.Close()
	p.open = nil
	return err
}
