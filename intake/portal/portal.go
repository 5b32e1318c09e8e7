package portal

import (
	"context"
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// FileStore keeps attachments. Errors of Put and Admit are *casework.Error
// whose Message is a text id ("file.too_large") and whose Data holds "name" and
// "limit".
type FileStore interface {
	// Put stores one upload and describes it.
	Put(ctx context.Context, name string, content io.Reader) (casework.File, error)
	// Open gives the cleaned working copy back.
	Open(ctx context.Context, f casework.File) (io.ReadCloser, error)
	// Admit tells whether one more file of size bytes may be added.
	Admit(already []casework.File, size int64) error
	// DownloadHeaders are the response headers of a download.
	DownloadHeaders(f casework.File) map[string]string
}

// Topic is one entry of the thematic classifier of appeals.
type Topic struct {
	Code, Name string
	// Leaf topics have nothing below.
	Leaf bool
}

// Topics is the thematic classifier (типовой тематический классификатор).
type Topics interface {
	// Topic finds an entry by its code.
	Topic(code string) (Topic, bool)
	// Under lists the entries directly below a code, "" for the sections.
	Under(code string) []Topic
	// Parent is the code above, "" for a section or an unknown code.
	Parent(code string) string
}

// Config is what a Portal is made of; every field but FileBytes, Protected, Terms
// and LawNews is required.
type Config struct {
	Office *casework.Office
	Kit    *web.Kit
	Files  FileStore
	// Shelf lays aside what was typed by somebody whose session had ended.
	Shelf  casework.Shelf
	Topics Topics
	// Applicant tells who is signed in.
	Applicant func(*fiber.Ctx) (casework.Applicant, bool)
	// Seal encrypts a text as it was received, where cleaning changed it.
	Seal func([]byte) ([]byte, error)
	// FileBytes is the largest file in bytes, for the hint of the form; the
	// FileStore decides. 0 means 25 MiB.
	FileBytes int64
	// Protected is the address of the protected channel; empty where the
	// installation has none, and then the pages say so.
	Protected string
	// CheckSignature checks signatures of letters for anybody; nil leaves its
	// page out.
	CheckSignature SignatureCheck
	// LargePrint prints answers in large letters; nil where none are printed.
	LargePrint LargePrint
	// Messengers binds accounts of messengers; nil where there are no bots.
	Messengers Messengers
	// Terms cuts a text into stems, for the search of the help; nil compares
	// whole words.
	Terms func(string) []string
	// LawNews lists the approved changes of law and calendar; nil is none.
	LawNews func(ctx context.Context) ([]LawChange, error)
}

// Portal serves the citizen pages. It is safe for parallel use.
type Portal struct {
	Config
	info *information
}

// New checks the configuration.
func New(cfg Config) (*Portal, error) {
	if cfg.Office == nil || cfg.Kit == nil || cfg.Files == nil || cfg.Shelf == nil || cfg.Topics == nil ||
		cfg.Applicant == nil || cfg.Seal == nil {
		return nil, errors.New("portal: every field of Config but FileBytes and Protected is needed")
	}
	if cfg.FileBytes <= 0 {
		cfg.FileBytes = 25 << 20
	}
	info, err := readInformation(cfg.Terms)
	if err != nil {
		return nil, err
	}
	return &Portal{Config: cfg, info: info}, nil
}

// render writes a page of this package.
func (p *Portal) render(c *fiber.Ctx, status int, page string, data any) error {
	return p.Kit.Render(c, status, "portal/"+page, "portal", "portal."+page+".title", data)
}

// count is a text with a plural form.
func (p *Portal) count(c *fiber.Ctx, id string, n int) string {
	return p.Kit.Set().T(p.Kit.Lang(c), id, nil, n)
}

// word is the text of a key of the domain; a key that has none yet, because an
// installation's regulation names a new one, is shown as it is.
func (p *Portal) word(c *fiber.Ctx, prefix, key string) string {
	if id := prefix + key; p.Kit.Set().Has(p.Kit.Lang(c), id) {
		return p.Kit.T(c, id)
	}
	return key
}

// notFound is the one answer for what does not exist and what is another
// person's.
func notFound() error { return casework.Fail(casework.NotFound, "portal", "case.none") }
