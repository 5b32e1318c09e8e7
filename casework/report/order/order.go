// Package order makes reports in the background: an order says which report,
// for which bodies and days; a worker takes it, tells how far it is, keeps the
// file and marks the order done. A worker that dies loses its order after a
// while to another one, which begins anew; a file is known only once it is
// whole.
package order

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report"
)

// Kind is the shelf's kind of orders; the owner is who ordered.
const Kind = "report-order"

const (
	// Life is how long an order and its file are kept.
	Life = 30 * 24 * time.Hour
	// lease is how long a worker that has died holds up an order.
	lease = 2 * time.Minute
	// MostMissing is how many missing things an order lists; all are counted.
	MostMissing = 500
	// MostOpen is how many unfinished orders one person may have.
	MostOpen = 5
)

// State is where an order stands.
type State string

// The states.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
)

// Order is an order of a report.
type Order struct {
	ID string `json:"id"`
	// Kind is sstu, form, services or monthly; Format zip, csv, xlsx or json.
	Kind   string        `json:"kind"`
	Format string        `json:"format"`
	Lang   string        `json:"lang"`
	By     string        `json:"by"`
	Bodies []string      `json:"bodies"`
	From   casework.Date `json:"from"`
	To     casework.Date `json:"to"`
	Asked  time.Time     `json:"asked"`
	State  State         `json:"state"`
	// Read is how many cases have been read, Made how many appeals an export holds.
	Read int `json:"read"`
	Made int `json:"made"`
	// Until is when the worker's hold ends, Finished when the order ended.
	Until    time.Time `json:"until,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	// Part names the file.
	Part    string           `json:"part,omitempty"`
	Missing []report.Missing `json:"missing,omitempty"`
	// Lacking is how many missing things there are in all.
	Lacking int `json:"lacking,omitempty"`
	version int64
}

// Kinds lists the kinds of reports.
func Kinds() []string { return []string{"sstu", "form", "services", "monthly"} }

// Formats lists the formats of a kind.
func Formats(kind string) []string {
	if kind == "sstu" {
		return []string{"zip"}
	}
	return []string{"xlsx", "csv", "json"}
}

// Parts keeps files by name.
type Parts interface {
	KeepPart(ctx context.Context, name string, content io.Reader) error
	OpenPart(ctx context.Context, name string) (io.ReadCloser, error)
	DropPart(ctx context.Context, name string) error
}

// Config is what the desk of orders needs; all fields are required.
type Config struct {
	Shelf    casework.Shelf
	Source   report.Source
	Parts    Parts
	Registry func() *casework.Registry
	Now      func() time.Time
	// SSTU makes appeals for the export.
	SSTU func(ctx context.Context) (*report.SSTU, error)
	// Words translates the ids of tables.
	Words func(lang string) report.Words
	// Grounds are the grounds of complaints about services, by code.
	Grounds func() []string
}

// Desk takes orders and makes them.
type Desk struct {
	cfg Config
	// holder is called before each save of progress, for tests.
	step func()
}

// New makes a Desk. Errors: Invalid if something is missing.
func New(cfg Config) (*Desk, error) {
	if cfg.Shelf == nil || cfg.Source == nil || cfg.Parts == nil || cfg.Registry == nil || cfg.Now == nil || cfg.SSTU == nil || cfg.Words == nil || cfg.Grounds == nil {
		return nil, casework.Fail(casework.Invalid, "order.New", "")
	}
	return &Desk{cfg: cfg, step: func() {}}, nil
}

// Bodies lists the bodies of which the actor may have reports: those that he
// watches as a whole.
func Bodies(reg *casework.Registry, by casework.Actor) []casework.Body {
	var out []casework.Body
	for _, b := range reg.Bodies() {
		if by.Watches(casework.Placement{Body: b.ID}) {
			out = append(out, b)
		}
	}
	return out
}

// Ask takes an order; no bodies means all that the actor may have. Errors:
// Forbidden if he may have none, Invalid with fields, TooMany.
func (d *Desk) Ask(ctx context.Context, by casework.Actor, o Order) (Order, error) {
	may := Bodies(d.cfg.Registry(), by)
	if len(may) == 0 {
		return o, casework.Fail(casework.Forbidden, "order.Ask", "act.forbidden")
	}
	bad := &casework.Error{Code: casework.Invalid, Op: "order.Ask", Message: "report.order.invalid"}
	fail := func(field, key string) {
		bad.Fields = append(bad.Fields, casework.FieldError{Field: field, Key: key})
	}
	if !slices.Contains(Kinds(), o.Kind) {
		fail("kind", "report.order.kind_bad")
	} else if !slices.Contains(Formats(o.Kind), o.Format) {
		o.Format = Formats(o.Kind)[0]
	}
	switch {
	case o.From.IsZero():
		fail("from", "report.order.day_bad")
	case o.To.IsZero():
		fail("to", "report.order.day_bad")
	case o.To.Before(o.From) || o.From.DaysUntil(o.To) > 2*366:
		fail("to", "report.order.span_bad")
	}
	for _, body := range o.Bodies {
		if !slices.ContainsFunc(may, func(b casework.Body) bool { return b.ID == body }) {
			fail("body", "report.order.body_bad")
		}
	}
	if len(bad.Fields) > 0 {
		return o, bad
	}
	if len(o.Bodies) == 0 {
		for _, b := range may {
			o.Bodies = append(o.Bodies, b.ID)
		}
	}
	mine, err := d.List(ctx, by)
	if err != nil {
		return o, err
	}
	open := slices.DeleteFunc(mine, func(o Order) bool { return o.State == Done || o.State == Failed })
	if len(open) >= MostOpen {
		return o, &casework.Error{Code: casework.TooMany, Op: "order.Ask", Message: "report.order.too_many", Data: map[string]any{"Max": MostOpen}}
	}
	o.ID, o.By, o.Asked, o.State, o.version = rand.Text(), by.ID, d.cfg.Now().UTC(), Waiting, 0
	err = d.save(ctx, &o)
	return o, err
}

func (d *Desk) save(ctx context.Context, o *Order) error {
	data, err := json.Marshal(o)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "order.save", Err: err}
	}
	r, err := d.cfg.Shelf.Put(ctx, casework.Record{Kind: Kind, ID: o.ID, Owner: o.By, Version: o.version, Data: data})
	if err == nil {
		o.version = r.Version
	}
	return err
}

// List lists the actor's orders, the latest first.
func (d *Desk) List(ctx context.Context, by casework.Actor) ([]Order, error) {
	if by.ID == "" {
		return nil, casework.Fail(casework.Unauthenticated, "order.List", "")
	}
	return d.list(ctx, by.ID)
}

func (d *Desk) list(ctx context.Context, owner string) ([]Order, error) {
	var out []Order
	page := casework.Window{Limit: casework.MaxLimit}
	for {
		records, next, err := d.cfg.Shelf.List(ctx, Kind, owner, page)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			var o Order
			if err := json.Unmarshal(r.Data, &o); err != nil {
				return nil, &casework.Error{Code: casework.Corrupted, Op: "order.list", Err: err}
			}
			o.version = r.Version
			out = append(out, o)
		}
		if page.After = next; next == "" {
			slices.SortFunc(out, func(a, b Order) int { return b.Asked.Compare(a.Asked) })
			return out, nil
		}
	}
}

// Get finds an order of the actor's. An order for a body that he does not watch
// any more is not found. Errors: NotFound.
func (d *Desk) Get(ctx context.Context, by casework.Actor, id string) (Order, error) {
	mine, err := d.List(ctx, by)
	if err != nil {
		return Order{}, err
	}
	i := slices.IndexFunc(mine, func(o Order) bool { return o.ID == id })
	if i < 0 || slices.ContainsFunc(mine[i].Bodies, func(b string) bool { return !by.Watches(casework.Placement{Body: b}) }) {
		return Order{}, casework.Fail(casework.NotFound, "order.Get", "")
	}
	return mine[i], nil
}

// Open opens the file of an order that is done. Errors: NotFound.
func (d *Desk) Open(ctx context.Context, by casework.Actor, id string) (Order, io.ReadCloser, error) {
	o, err := d.Get(ctx, by, id)
	if err != nil {
		return o, nil, err
	}
	if o.State != Done {
		return o, nil, casework.Fail(casework.NotFound, "order.Open", "")
	}
	file, err := d.cfg.Parts.OpenPart(ctx, o.Part)
	return o, file, err
}
