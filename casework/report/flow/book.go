package flow

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"priemnaya/casework"
)

// Source is where cases are read from; a casework.Store is one.
type Source interface {
	ChangedSince(ctx context.Context, page casework.Window) (rows []casework.Row, next string, err error)
	Get(ctx context.Context, id string) (casework.Case, error)
}

// Config is what a Book needs; all fields are required.
type Config struct {
	Source   Source
	Shelf    casework.Shelf
	Registry func() *casework.Registry
	Now      func() time.Time
}

// Book keeps the figures. Any number of processes may read them; of several
// that write at once all but one fail with Conflict and change nothing.
type Book struct {
	cfg Config
	mu  sync.Mutex
	// read is what this process has loaded.
	read reading
}

// New makes a Book. Errors: Invalid if something is missing.
func New(cfg Config) (*Book, error) {
	if cfg.Source == nil || cfg.Shelf == nil || cfg.Registry == nil || cfg.Now == nil {
		return nil, casework.Fail(casework.Invalid, "flow.New", "")
	}
	return &Book{cfg: cfg}, nil
}

// The kinds of records on the shelf.
const (
	kindHead     = "figures-head"
	kindChunk    = "figures-chunk"
	kindFacts    = "figures-facts"
	kindRedo     = "figures-redo"
	kindForecast = "figures-forecast"
)

// format is the version of facts and cells; books of another one are rebuilt.
const format = 2

// Head says what the books hold.
type Head struct {
	Format int `json:"format"`
	// Epoch counts rebuilds; chunks and facts are named by it.
	Epoch int64 `json:"epoch"`
	// Gen counts batches.
	Gen    int64  `json:"gen"`
	Cursor string `json:"cursor,omitempty"`
	Redo   string `json:"redo,omitempty"`
	// AsOf is when everything saved until then had been counted; zero while the
	// first count goes on.
	AsOf time.Time `json:"asOf,omitzero"`
	// Read is how many saves have been read since the beginning.
	Read int `json:"read"`
	// Chunks says in which generation each chunk last changed.
	Chunks map[string]int64 `json:"chunks,omitempty"`
}

// redo is a batch as it was written down before it counted.
type redo struct {
	Gen   int64            `json:"gen"`
	Sums  Sums             `json:"sums,omitempty"`
	Facts map[string]Facts `json:"facts,omitempty"`
}

// dated is a chunk or a case's facts with the generation of its last change.
type dated[T any] struct {
	Gen  int64 `json:"gen"`
	Data T     `json:"data"`
}

// fetch reads a record as JSON; found is false if there is none.
func fetch(ctx context.Context, shelf casework.Shelf, kind, id string, into any) (r casework.Record, found bool, err error) {
	r, err = shelf.Fetch(ctx, kind, id)
	if casework.CodeOf(err) == casework.NotFound {
		return casework.Record{Kind: kind, ID: id}, false, nil
	}
	if err == nil && json.Unmarshal(r.Data, into) != nil {
		err = casework.Fail(casework.Corrupted, "flow.fetch", "")
	}
	return r, err == nil, err
}

func put(ctx context.Context, shelf casework.Shelf, r casework.Record, value any) (casework.Record, error) {
	var err error
	if r.Data, err = json.Marshal(value); err != nil {
		return r, &casework.Error{Code: casework.Internal, Op: "flow.put", Err: err}
	}
	return shelf.Put(ctx, r)
}

// Head reads how far the books are. Errors: NotFound before the first count.
func (b *Book) Head(ctx context.Context) (Head, error) {
	var h Head
	_, found, err := fetch(ctx, b.cfg.Shelf, kindHead, "head", &h)
	if err == nil && !found {
		err = casework.Fail(casework.NotFound, "flow.Head", "")
	}
	return h, err
}
