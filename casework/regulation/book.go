package regulation

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"priemnaya/casework"
)

// The kinds of records of the law book on the shelf.
const (
	kindFile   = "law-file"   // files in force that were changed here
	kindChange = "law-change" // proposed and decided changes
	kindPast   = "law-past"   // calendars that open terms were reckoned by
)

// Book is the law of an installation: the files that come with the program,
// a folder laid over them, and over both the changes that two people have made
// in the browser or by a command.
type Book struct {
	base  overlay
	shelf casework.Shelf
	now   func() time.Time
}

// OpenBook opens the law book; folder may be empty. Errors: Invalid.
func OpenBook(folder string, shelf casework.Shelf, now func() time.Time) (*Book, error) {
	base := overlay{}
	sources := []fs.FS{embedded}
	if folder != "" {
		sources = append(sources, os.DirFS(folder))
	}
	for _, source := range sources {
		if err := base.add(source); err != nil {
			return nil, err
		}
	}
	return &Book{base: base, shelf: shelf, now: now}, nil
}

// Change is one proposed edit of a regulation or a calendar.
type Change struct {
	ID string `json:"id"`
	// File is data/NAME.yaml or calendar/NAME-YEAR.csv.
	File    string `json:"file"`
	Content string `json:"content"`
	// Was is the text that the change has replaced; "" for a new file.
	Was   string    `json:"was,omitempty"`
	Why   string    `json:"why"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
	State State     `json:"state"`
	// Impact is the preview that the second person decides by.
	Impact    casework.Impact `json:"impact"`
	DecidedBy string          `json:"decidedBy,omitempty"`
	DecidedAt time.Time       `json:"decidedAt,omitzero"`
	// Done and Moved are how far the recomputation has come.
	Done     int  `json:"done"`
	Moved    int  `json:"moved"`
	Finished bool `json:"finished"`

	version int64
}

// State is how far a change has come.
type State string

// The states of a change.
const (
	Proposed State = "proposed"
	Approved State = "approved"
	Rejected State = "rejected"
)

// Laws loads the law in force. Errors: Invalid, Unavailable.
func (b *Book) Laws(ctx context.Context) (*casework.Laws, error) { return b.with(ctx, nil) }

// with loads the law with one file exchanged.
func (b *Book) with(ctx context.Context, change *Change) (*casework.Laws, error) {
	files := overlay{}
	for name, raw := range b.base {
		files[name] = raw
	}
	records, _, err := b.shelf.List(ctx, kindFile, "", casework.Window{Limit: casework.MaxLimit})
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		var text string
		if err := json.Unmarshal(r.Data, &text); err != nil {
			return nil, &casework.Error{Code: casework.Corrupted, Op: "regulation.Laws", Err: err}
		}
		files[r.ID] = []byte(text)
	}
	if change != nil {
		files[change.File] = []byte(change.Content)
	}
	laws, err := Load(files)
	if err != nil {
		return nil, err
	}
	laws.Past, err = b.past(ctx)
	return laws, err
}

// past loads the calendars that were in force before.
func (b *Book) past(ctx context.Context) ([]*casework.Calendar, error) {
	records, _, err := b.shelf.List(ctx, kindPast, "", casework.Window{Limit: casework.MaxLimit})
	if err != nil {
		return nil, err
	}
	var out []*casework.Calendar
	for _, r := range records {
		var files map[string][]byte
		if err := json.Unmarshal(r.Data, &files); err != nil {
			return nil, &casework.Error{Code: casework.Corrupted, Op: "regulation.Laws", Err: err}
		}
		calendars, err := readCalendars(overlay(files))
		if err != nil {
			return nil, err
		}
		out = append(out, calendars...)
	}
	return out, nil
}

// Read gives the text of a file in force. Errors: NotFound.
func (b *Book) Read(ctx context.Context, file string) (string, error) {
	r, err := b.shelf.Fetch(ctx, kindFile, file)
	if err == nil {
		var text string
		return text, json.Unmarshal(r.Data, &text)
	}
	if raw, ok := b.base[file]; ok && casework.CodeOf(err) == casework.NotFound {
		return string(raw), nil
	}
	return "", err
}

// Files lists the names of all files in force.
func (b *Book) Files(ctx context.Context) ([]string, error) {
	all := overlay{}
	for name := range b.base {
		all[name] = nil
	}
	records, _, err := b.shelf.List(ctx, kindFile, "", casework.Window{Limit: casework.MaxLimit})
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		all[r.ID] = nil
	}
	names, _ := all.Glob("*/*")
	return names, nil
}

// Propose checks a change and keeps it for a second person, with the impact
// that the given function finds. Errors: Invalid with every mistake named by
// file and line; those of impact.
func (b *Book) Propose(ctx context.Context, by casework.Actor, c Change,
	impact func(*casework.Laws) (casework.Impact, error)) (Change, error) {
	if !fileName(c.File) {
		return c, &casework.Error{Code: casework.Invalid, Op: "regulation.Propose", Message: "law.file",
			Fields: []casework.FieldError{{Field: "file", Key: "law.file"}}}
	}
	laws, err := b.with(ctx, &c)
	if err != nil {
		return c, err
	}
	if c.Impact, err = impact(laws); err != nil {
		return c, err
	}
	var id [8]byte
	rand.Read(id[:])
	c.ID = b.now().UTC().Format("20060102-150405-") + hex.EncodeToString(id[:])
	c.By, c.At, c.State = by.ID, b.now().UTC(), Proposed
	return b.save(ctx, c)
}

// fileName reports whether a name is one that Load reads.
func fileName(name string) bool {
	dir, base := path.Split(name)
	plain := strings.Trim(base, "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && !strings.Contains(base, "..")
	return plain && (dir == "data/" && strings.HasSuffix(base, ".yaml") || dir == "calendar/" && strings.HasSuffix(base, ".csv"))
}

func (b *Book) save(ctx context.Context, c Change) (Change, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return c, &casework.Error{Code: casework.Internal, Op: "regulation.save", Err: err}
	}
	r, err := b.shelf.Put(ctx, casework.Record{Kind: kindChange, ID: c.ID, Version: c.version, Data: data})
	c.version = r.Version
	return c, err
}

// Get loads a change. Errors: NotFound.
func (b *Book) Get(ctx context.Context, id string) (Change, error) {
	r, err := b.shelf.Fetch(ctx, kindChange, id)
	if err != nil {
		return Change{}, err
	}
	return changeOf(r)
}

func changeOf(r casework.Record) (Change, error) {
	var c Change
	if err := json.Unmarshal(r.Data, &c); err != nil {
		return c, &casework.Error{Code: casework.Corrupted, Op: "regulation.Change", Err: err}
	}
	c.version = r.Version
	return c, nil
}

// Changes lists the changes, oldest first.
func (b *Book) Changes(ctx context.Context) ([]Change, error) {
	records, _, err := b.shelf.List(ctx, kindChange, "", casework.Window{Limit: casework.MaxLimit})
	if err != nil {
		return nil, err
	}
	var out []Change
	for _, r := range records {
		c, err := changeOf(r)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
