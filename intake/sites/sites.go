package sites

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

// FileStore keeps attachments and the pieces of unfinished uploads. Errors of
// Put are *casework.Error whose Message is a text id ("file.too_large").
type FileStore interface {
	// Put stores one whole file and describes it.
	Put(ctx context.Context, name string, content io.Reader) (casework.File, error)
	// Open gives the cleaned working copy back.
	Open(ctx context.Context, f casework.File) (io.ReadCloser, error)
	// Delete removes a file that was stored and is not wanted.
	Delete(ctx context.Context, f casework.File) error
	// Admit tells whether one more file of size bytes may be added.
	Admit(already []casework.File, size int64) error
	// DownloadHeaders are the response headers of a download.
	DownloadHeaders(f casework.File) map[string]string
	// KeepPart, OpenPart and DropPart keep a piece of an unfinished upload,
	// sealed, under a name of [0-9a-z/-].
	KeepPart(ctx context.Context, name string, content io.Reader) error
	OpenPart(ctx context.Context, name string) (io.ReadCloser, error)
	DropPart(ctx context.Context, name string) error
}

// Topic is one entry of the thematic classifier of appeals.
type Topic struct {
	Code string `json:"code"`
	Name string `json:"name"`
	// Leaf topics have nothing below.
	Leaf bool `json:"leaf"`
}

// Topics is the thematic classifier.
type Topics interface {
	// Topic finds an entry by its code.
	Topic(code string) (Topic, bool)
	// Under lists the entries directly below a code, "" for the sections.
	Under(code string) []Topic
}

// Tokens are what a provider of identities gave to a site about a person.
type Tokens struct {
	// Provider is "esia" or the ID of a provider of OpenID Connect.
	Provider string `json:"provider"`
	ID       string `json:"idToken"`
	Access   string `json:"accessToken,omitempty"`
}

// Config is what Sites are made of; all but Log is required.
type Config struct {
	Office    *casework.Office
	Kit       *web.Kit
	Shelf     casework.Shelf
	Files     FileStore
	Directory *Directory
	Topics    Topics
	// Identify verifies tokens that were made for the client of a provider and
	// gives the person. Errors: Unauthenticated if they prove nothing,
	// NotFound for an unknown provider, Unavailable.
	Identify func(ctx context.Context, t Tokens, client string) (casework.Applicant, error)
	// Applicant tells who is signed in to our own pages.
	Applicant func(*fiber.Ctx) (casework.Applicant, bool)
	// Box seals the texts of drafts that wait for their person.
	Box Box
	// Seal encrypts a text as it was received, where cleaning changed it.
	Seal func([]byte) ([]byte, error)
	// Secret makes the addresses of drafts; at least 32 bytes.
	Secret []byte
	// BaseURL is the address of this installation, without a slash at the end.
	BaseURL string
	// FileBytes is the largest file in bytes.
	FileBytes int64
	// StatusOf maps an error of the domain to an HTTP status.
	StatusOf func(error) (status int, code string)
	Log      *slog.Logger
}

// Sites serves the websites of departments. Safe for parallel use.
type Sites struct {
	Config
	quotas *quotas
}

// New checks the configuration.
func New(cfg Config) (*Sites, error) {
	if cfg.Office == nil || cfg.Kit == nil || cfg.Shelf == nil || cfg.Files == nil || cfg.Directory == nil || cfg.Topics == nil ||
		cfg.Identify == nil || cfg.Applicant == nil || cfg.Box == nil || cfg.Seal == nil || cfg.StatusOf == nil {
		return nil, errors.New("sites: every field of Config but Log is needed")
	}
	if len(cfg.Secret) < 32 || cfg.BaseURL == "" || cfg.FileBytes <= 0 {
		return nil, errors.New("sites: a secret of 32 bytes, the own address and the largest file are needed")
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Sites{Config: cfg, quotas: newQuotas(cfg.Shelf, cfg.Office.Now)}, nil
}
