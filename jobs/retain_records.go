package jobs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"priemnaya/casework"
)

// Sweeper deletes stored files that nothing knows; files.Store of intake.
type Sweeper interface {
	// Sweep deletes the blobs of files stored before olderThan that keep does
	// not know, and returns how many.
	Sweep(ctx context.Context, keep func(id string) bool, olderThan time.Time) (int, error)
}

// RetainConfig is what a Retainer needs; Store, Shelf and Now are required.
type RetainConfig struct {
	Store casework.Store
	Shelf casework.Shelf
	// Files may be nil: then only records are purged.
	Files Sweeper
	Now   func() time.Time
	Log   *slog.Logger
	// Every is the pause between purges; 0 is an hour. FilesEvery is that
	// between sweeps of files, which read every case; 0 is a week.
	Every, FilesEvery time.Duration
}

// Retained is what a purge has done.
type Retained struct {
	// Records expired and were deleted; Files are blobs that nothing knew.
	Records int `json:"records"`
	Files   int `json:"files"`
	// At is when it ended; Swept is when files were swept last.
	At    time.Time `json:"at,omitzero"`
	Swept time.Time `json:"swept,omitzero"`
}

// Retainer (срок хранения) deletes what has had its time: expired records of
// the shelf, and files whose draft is gone. Over all processes one does it at a
// time.
type Retainer struct {
	cfg   RetainConfig
	lease lease
	stop  context.CancelFunc
	loop  sync.WaitGroup
}

const (
	// purgeBatch is how many records one call deletes, purgeMost one purge: a
	// backlog of years must not stand before the letters of today.
	purgeBatch, purgeMost = 1000, 200_000
	// unknownFor is how old a file that nothing knows must be. It is longer
	// than any sealed record that may name a file is kept, and than a draft.
	unknownFor = casework.DraftLife + 15*24*time.Hour
	// kindRetain is the shelf's kind of what the last purge has done.
	kindRetain = "job-retain"
)

// NewRetainer makes a Retainer. Errors: Invalid.
func NewRetainer(cfg RetainConfig) (*Retainer, error) {
	if cfg.Store == nil || cfg.Shelf == nil || cfg.Now == nil {
		return nil, &casework.Error{Code: casework.Invalid, Op: "jobs.NewRetainer", Err: errors.New("store, shelf and clock are required")}
	}
	if cfg.Every <= 0 {
		cfg.Every = time.Hour
	}
	if cfg.FilesEvery <= 0 {
		cfg.FilesEvery = 7 * 24 * time.Hour
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Retainer{cfg: cfg, lease: lease{shelf: cfg.Shelf, now: cfg.Now, name: "retain", holder: rand.Text(), length: 2 * time.Hour}}, nil
}

// Start purges in the background until Stop.
func (r *Retainer) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	r.loop.Go(func() {
		tick := time.NewTicker(r.cfg.Every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if _, err := r.Run(ctx); err != nil && ctx.Err() == nil {
				r.cfg.Log.Warn("the purge of what has had its time broke off", "code", casework.CodeOf(err))
			}
		}
	})
}

// Stop ends the background work.
func (r *Retainer) Stop(context.Context) error {
	if r.stop != nil {
		r.stop()
		r.loop.Wait()
	}
	return nil
}

// Run purges once, unless another process is at it, and sweeps files if their
// time has come. What it has done is kept for LastRetained.
func (r *Retainer) Run(ctx context.Context) (Retained, error) {
	held, _, err := r.lease.take(ctx)
	if err != nil || !held {
		return Retained{}, err
	}
	done, err := r.run(ctx)
	free, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return done, errors.Join(err, r.lease.free(free, err == nil))
}

func (r *Retainer) run(ctx context.Context) (Retained, error) {
	last, version, err := lastRetained(ctx, r.cfg.Shelf)
	if err != nil {
		return Retained{}, err
	}
	done := Retained{Swept: last.Swept}
	if done.Records, err = r.purge(ctx); err != nil {
		return done, err
	}
	now := r.cfg.Now().UTC()
	if since := now.Sub(last.Swept); r.cfg.Files != nil && (since >= r.cfg.FilesEvery || since < 0) {
		known, err := r.knownFiles(ctx)
		if err != nil {
			return done, err
		}
		if done.Files, err = r.cfg.Files.Sweep(ctx, known.has, now.Add(-unknownFor)); err != nil {
			return done, err
		}
		done.Swept = now
	}
	done.At = r.cfg.Now().UTC()
	data, err := json.Marshal(done)
	if err != nil {
		return done, &casework.Error{Code: casework.Internal, Op: "jobs.Retain", Err: err}
	}
	_, err = r.cfg.Shelf.Put(ctx, casework.Record{Kind: kindRetain, ID: "last", Version: version, Data: data})
	return done, err
}

// LastRetained is what the last purge of any process has done; zero before it.
// Errors: those of the shelf.
func LastRetained(ctx context.Context, shelf casework.Shelf) (Retained, error) {
	last, _, err := lastRetained(ctx, shelf)
	return last, err
}

func lastRetained(ctx context.Context, shelf casework.Shelf) (Retained, int64, error) {
	var last Retained
	r, err := shelf.Fetch(ctx, kindRetain, "last")
	if casework.CodeOf(err) == casework.NotFound {
		return last, 0, nil
	}
	if err == nil && json.Unmarshal(r.Data, &last) != nil {
		last = Retained{} // what cannot be read is written anew
	}
	return last, r.Version, err
}

// purge deletes expired records, a bounded number at a time.
func (r *Retainer) purge(ctx context.Context) (int, error) {
	total := 0
	for total < purgeMost {
		n, err := r.cfg.Shelf.Purge(ctx, r.cfg.Now(), purgeBatch)
		total += n
		if err != nil || n < purgeBatch {
			return total, err
		}
	}
	return total, nil
}

// fileNames are the IDs of files that something knows.
type fileNames map[[16]byte]struct{}

func (f fileNames) has(id string) bool {
	raw, err := hex.DecodeString(id)
	if err != nil || len(raw) != 16 {
		return true // not a file of ours: not ours to delete
	}
	_, known := f[[16]byte(raw)]
	return known
}

// note takes up everything in a document that could be the ID of a file: 32
// hexadecimal digits between quotes. Whoever adds a list of files to a case or
// to a record need not tell anybody.
func (f fileNames) note(document []byte) {
	begin := -1
	for i, c := range document {
		switch {
		case c == '"':
			var id [16]byte
			if begin >= 0 && i-begin == 33 {
				if _, err := hex.Decode(id[:], document[begin+1:i]); err == nil {
					f[id] = struct{}{}
				}
			}
			begin = i
		}
	}
}

// knownFiles reads every record and every case. Records are read before the
// cases, and once more after them: a file that is filed meanwhile goes from a
// draft to a case, and the cases are read in the order of their saving.
func (r *Retainer) knownFiles(ctx context.Context) (fileNames, error) {
	known := fileNames{}
	for _, read := range []func(context.Context, fileNames) error{r.readShelf, r.readCases, r.readShelf} {
		if err := read(ctx, known); err != nil {
			return nil, err
		}
	}
	return known, nil
}

func (r *Retainer) readShelf(ctx context.Context, known fileNames) error {
	w := casework.Window{Limit: 500}
	for {
		records, next, err := r.cfg.Shelf.List(ctx, "", "", w)
		if err != nil {
			return err
		}
		for _, x := range records {
			known.note(x.Data)
		}
		if w.After = next; next == "" {
			return nil
		}
	}
}

func (r *Retainer) readCases(ctx context.Context, known fileNames) error {
	w := casework.Window{Limit: 500}
	for {
		rows, next, err := r.cfg.Store.ChangedSince(ctx, w)
		if err != nil {
			return err
		}
		for _, row := range rows {
			c, err := r.cfg.Store.Get(ctx, row.ID)
			if err != nil {
				return err
			}
			doc, err := json.Marshal(c)
			if err != nil {
				return &casework.Error{Code: casework.Internal, Op: "jobs.Retain", Err: err}
			}
			known.note(doc)
		}
		if len(rows) == 0 || next == w.After {
			return nil
		}
		w.After = next
	}
}
