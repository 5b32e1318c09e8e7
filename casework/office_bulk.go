package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// BulkAct is what a bulk does to each of its cases.
type BulkAct string

// The acts that can be done to many cases at once.
const (
	// BulkAssign gives the cases to an officer (поручить).
	BulkAssign BulkAct = "assign"
	// BulkForward sends them to another body (переадресовать).
	BulkForward BulkAct = "forward"
	// BulkMark notes the course of procedure they take (отметить).
	BulkMark BulkAct = "mark"
	// BulkAccept takes the first offer for each (см. Offer).
	BulkAccept BulkAct = "accept"
)

// BulkActs lists them in the order of a menu.
func BulkActs() []BulkAct { return []BulkAct{BulkAccept, BulkAssign, BulkForward, BulkMark} }

// Kind is the act of the regulation by which a bulk is allowed or not.
func (a BulkAct) Kind(stage Stage) ActKind {
	switch {
	case a == BulkAccept && stage == StageHeld:
		return ActRoute
	case a == BulkAccept:
		return ActRegister
	case a == BulkForward:
		return ActForward
	case a == BulkMark:
		return ActMarkUp
	}
	return ActAssign
}

const (
	// MaxBulk is how many cases one bulk may hold.
	MaxBulk = 200
	// BulkLife is how long the result of a bulk is kept.
	BulkLife = 30 * 24 * time.Hour
	// KindBulk is the shelf's kind of bulks; the owner is bulkOpen or bulkEnded.
	KindBulk  = "bulk"
	bulkOpen  = "open"
	bulkEnded = "ended"
	// bulkStep is after how many cases the progress is saved, bulkLease how
	// long whoever works on a bulk keeps others away without saving.
	bulkStep  = 5
	bulkLease = time.Minute
)

// Bulk (групповое действие) is one act to be done to many cases: asked for by
// a member of staff, done by the program in steps, with a result for each
// case. It survives a crash: what was done is known from the journals.
type Bulk struct {
	// ID is chosen by the page that asks for confirmation, so that a form
	// sent twice is one bulk.
	ID      string `json:"id"`
	Version int64  `json:"-"`
	// By is the actor's ID; his rights are looked up anew at every step.
	By  string  `json:"by"`
	Act BulkAct `json:"act"`
	// Officer and Unit are for BulkAssign, Body and Why for BulkForward,
	// Variant for BulkMark.
	Officer string `json:"officer,omitempty"`
	Unit    string `json:"unit,omitempty"`
	Body    string `json:"body,omitempty"`
	Why     string `json:"why,omitempty"`
	Variant string `json:"variant,omitempty"`
	// Back is the address of the list it was asked for on.
	Back      string     `json:"back,omitempty"`
	AskedAt   time.Time  `json:"askedAt"`
	EndedAt   time.Time  `json:"endedAt,omitzero"`
	LeaseTill time.Time  `json:"leaseTill,omitzero"`
	Items     []BulkItem `json:"items"`
}

// BulkItem is one case of a bulk and what came of it.
type BulkItem struct {
	Case   string `json:"case"`
	Number string `json:"number"`
	// Seen is the state of the case when the bulk was confirmed; a case that
	// has changed since is left as it is and reported.
	Seen int `json:"seen"`
	// Ended is true when there is a result: Code is "" if it is done.
	Ended   bool              `json:"ended,omitempty"`
	Code    Code              `json:"code,omitempty"`
	Message string            `json:"message,omitempty"`
	Norm    string            `json:"norm,omitempty"`
	Data    map[string]string `json:"data,omitempty"`
}

// Done and Failed count the items that have come to an end.
func (b *Bulk) Done() (done, failed int) {
	for _, i := range b.Items {
		switch {
		case i.Ended && i.Code == "":
			done++
		case i.Ended:
			failed++
		}
	}
	return done, failed
}

// PlanBulk tells what would come of a bulk, case by case, without doing
// anything: which cases the act is allowed on, and why not on the others. A
// case that the actor may not know is NotFound and has no number.
func (o *Office) PlanBulk(ctx context.Context, by Actor, act BulkAct, cases []string) ([]BulkItem, []Row, error) {
	var items []BulkItem
	var rows []Row
	for _, id := range cases[:min(len(cases), MaxBulk)] {
		item, row := BulkItem{Case: id}, Row{ID: id}
		c, err := o.store.Get(ctx, id)
		if err == nil {
			err = mayAct(&c, by, AnyState)
		}
		switch {
		case err == nil:
			item.Number, item.Seen, row = c.PublicNumber(), len(c.Journal), RowOf(&c)
			err = o.mayBulk(&c, by, act)
		case CodeOf(err) != NotFound:
			return nil, nil, err
		}
		item.fail(err)
		items, rows = append(items, item), append(rows, row)
	}
	return items, rows, nil
}

func (o *Office) mayBulk(c *Case, by Actor, act BulkAct) error {
	env, err := o.env(c)
	if err != nil {
		return err
	}
	if err := Allowed(env, c, by, act.Kind(c.Stage)); err != nil {
		return err
	}
	if act == BulkAccept && len(o.offer(c, by).Bodies) == 0 {
		return &Error{Code: NotAllowed, Op: "casework.PlanBulk", Message: "bulk.no_offer"}
	}
	return nil
}

// fail notes an error; nil is none.
func (i *BulkItem) fail(err error) {
	if err == nil {
		return
	}
	i.Code = CodeOf(err)
	var e *Error
	if !errors.As(err, &e) {
		return
	}
	i.Message, i.Norm = e.Message, e.Norm
	data := e.Data
	if len(e.Fields) > 0 {
		i.Message, data = e.Fields[0].Key, e.Fields[0].Data
	}
	for name, value := range data {
		if i.Data == nil {
			i.Data = map[string]string{}
		}
		i.Data[name] = fmt.Sprint(value)
	}
}

// StartBulk keeps a bulk for RunBulk. The same ID of the same actor again is
// the same bulk. Errors: Invalid without cases, with too many of them or for
// an unknown act; NotFound for another person's ID.
func (o *Office) StartBulk(ctx context.Context, by Actor, b Bulk) (Bulk, error) {
	const op = "casework.StartBulk"
	if by.ID == "" || !by.Staff() {
		return b, Fail(Unauthenticated, op, "")
	}
	if len(b.ID) < 16 || len(b.Items) == 0 || len(b.Items) > MaxBulk || !slices.Contains(BulkActs(), b.Act) {
		return b, &Error{Code: Invalid, Op: op, Message: "bulk.invalid", Data: map[string]any{"Max": MaxBulk}}
	}
	if b.Act == BulkForward {
		if err := needText("why", b.Why, 2000); err != nil {
			return b, err
		}
	}
	known := map[string]bool{}
	b.Items = slices.DeleteFunc(b.Items, func(i BulkItem) bool {
		twice := known[i.Case]
		known[i.Case] = true
		return twice
	})
	for i, item := range b.Items {
		b.Items[i] = BulkItem{Case: item.Case, Seen: item.Seen}
		// The number is looked up: a page could claim any.
		if c, err := o.store.Get(ctx, item.Case); err == nil && by.MayRead(&c) {
			b.Items[i].Number = c.PublicNumber()
		}
	}
	b.Version, b.By, b.AskedAt, b.EndedAt, b.LeaseTill = 0, by.ID, o.now().UTC(), time.Time{}, time.Time{}
	saved, err := o.putBulk(ctx, b)
	if code := CodeOf(err); code == Exists || code == Conflict {
		return o.Bulk(ctx, by, b.ID)
	}
	return saved, err
}

// Bulk loads a bulk of the actor. Errors: NotFound, also for another person's.
func (o *Office) Bulk(ctx context.Context, by Actor, id string) (Bulk, error) {
	b, err := o.bulk(ctx, id)
	if err == nil && b.By != by.ID {
		return Bulk{}, Fail(NotFound, "casework.Bulk", "bulk.none")
	}
	return b, err
}

func (o *Office) bulk(ctx context.Context, id string) (Bulk, error) {
	r, err := o.shelf.Fetch(ctx, KindBulk, id)
	if err != nil {
		return Bulk{}, err
	}
	var b Bulk
	if err := json.Unmarshal(r.Data, &b); err != nil {
		return b, wrap(Corrupted, "casework.Bulk", err)
	}
	b.Version = r.Version
	return b, nil
}

func (o *Office) putBulk(ctx context.Context, b Bulk) (Bulk, error) {
	data, err := json.Marshal(b)
	if err != nil {
		return b, wrap(Internal, "casework.putBulk", err)
	}
	r := Record{Kind: KindBulk, ID: b.ID, Version: b.Version, Owner: bulkOpen, Data: data}
	if !b.EndedAt.IsZero() {
		r.Owner, r.Expires = bulkEnded, b.EndedAt.Add(BulkLife)
	}
	if r, err = o.shelf.Put(ctx, r); err == nil {
		b.Version = r.Version
	}
	return b, err
}

// OpenBulks lists the IDs of bulks that have not come to their end, for a
// start after a crash. Errors: Unavailable.
func (o *Office) OpenBulks(ctx context.Context) ([]string, error) {
	records, _, err := o.shelf.List(ctx, KindBulk, bulkOpen, Window{Limit: MaxLimit})
	ids := make([]string, 0, len(records))
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return ids, err
}
