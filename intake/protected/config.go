package protected

import (
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
	"priemnaya/templates"
)

// Door is one agency that has a protected channel, as a person chooses it.
type Door struct {
	// Name by language ("ru", "en"); Address of its own process or onion service.
	Name    map[string]string
	Address string
}

// Cleaned is a file after everything was taken out of it that tells about its
// author: place, device, names.
type Cleaned struct {
	// Kind is what it is: "jpeg", "pdf"; it becomes the end of its name.
	Kind string
	Data []byte
	// Removed lists text ids of what was taken out.
	Removed []string
	// AsIs says that nothing was taken out, at the wish of the author.
	AsIs bool
}

// Config is what a door is made of. Agency, Names, Store, Set, Recipients and
// Officers are needed.
type Config struct {
	// Agency is the identifier that every envelope carries; Names is how people
	// call it, by language.
	Agency string
	Names  map[string]string
	// Origins are agencies that have handed reports over to this one: their
	// authors return here with the same words.
	Origins []string
	// Doors are the other agencies.
	Doors []Door
	Store *store.Store
	Set   *templates.Set
	// Recipients are the keys of the officers and of the recovery, to whom new
	// messages are sealed.
	Recipients func() ([]seal.Public, error)
	// KeyLog is the log of the agency's keys as scripts check it, or nil.
	KeyLog func() (json.RawMessage, error)
	// Officers are the keys by which answers are signed, now or formerly.
	Officers func() ([]seal.Public, error)
	// Clean takes metadata out of a file by its content; an error is a text id
	// for the person ("protected.file.…"). nil refuses files.
	Clean func(name string, data []byte) (Cleaned, error)
	// AsIs takes a file that Clean refuses because its kind cannot be made anew;
	// its author is warned first. nil offers nothing.
	AsIs func(name string, data []byte) (Cleaned, error)
	// KeepDays is how long a report is kept, for the texts of the pages; 0 means 180.
	KeepDays int
	// Secure says that pages are served over TLS, or by an onion service to
	// browsers that count it as such: cookies are marked so.
	Secure bool
	// Rate is how many filings and returns a second the queue lets through; 0
	// means 5.
	Rate float64
	// Scripts serves seal.js and what it needs, by name; nil serves pages without
	// scripts.
	Scripts map[string][]byte
	Now     func() time.Time
	// Log gets failures of the disk and of the program, never anything of a request.
	Log *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	if c.Agency == "" || len(c.Names) == 0 || c.Store == nil || c.Set == nil || c.Recipients == nil || c.Officers == nil {
		return c, errors.New("protected: Agency, Names, Store, Set, Recipients and Officers are needed")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.KeepDays <= 0 {
		c.KeepDays = 180
	}
	if c.Rate <= 0 {
		c.Rate = 5
	}
	return c, nil
}
