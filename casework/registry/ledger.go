package registry

import (
	"context"
	"encoding/json"
	"time"

	"priemnaya/casework"
)

// kindLedger is the shelf's kind of entries; the owner is area and subject.
const kindLedger = "admin-change"

// Entry is one change of something that administrators keep beside the bodies:
// an account of staff, a website.
type Entry struct {
	ID string `json:"id"`
	// Area and Subject name the thing: "staff", "petrova".
	Area    string    `json:"area"`
	Subject string    `json:"subject"`
	What    string    `json:"what"`
	Why     string    `json:"why,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	// Before and After are what can be returned to; never a secret.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Ledger (журнал администрирования) keeps who has changed what, when and why.
type Ledger struct {
	shelf casework.Shelf
	now   func() time.Time
}

// OpenLedger makes a Ledger over a shelf.
func OpenLedger(shelf casework.Shelf, now func() time.Time) *Ledger { return &Ledger{shelf, now} }

// Write notes a change and then makes it: a crash between both leaves a note of
// a change that was not made, never a change that nobody notes. A change that is
// refused leaves no note. Errors: those of the shelf and of do.
func (l *Ledger) Write(ctx context.Context, by casework.Actor, e Entry, do func() error) error {
	e.ID, e.By, e.At = newestFirst(l.now()), by.ID, l.now().UTC()
	data, err := json.Marshal(e)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "registry.Ledger", Err: err}
	}
	_, err = l.shelf.Put(ctx, casework.Record{Kind: kindLedger, ID: e.ID, Owner: owner(e.Area, e.Subject), Data: data})
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		if gone := l.shelf.Remove(context.WithoutCancel(ctx), kindLedger, e.ID); gone != nil {
			return gone
		}
		return err
	}
	return nil
}

func owner(area, subject string) string { return area + "/" + subject }

// Of lists the changes of one thing, the newest first.
func (l *Ledger) Of(ctx context.Context, area, subject string) ([]Entry, error) {
	list, _, err := l.list(ctx, owner(area, subject), casework.Window{Limit: 200})
	return list, err
}

// All lists the changes of everything, the newest first; next is "" at the end.
func (l *Ledger) All(ctx context.Context, page casework.Window) ([]Entry, string, error) {
	return l.list(ctx, "", page)
}

func (l *Ledger) list(ctx context.Context, owner string, page casework.Window) ([]Entry, string, error) {
	records, next, err := l.shelf.List(ctx, kindLedger, owner, page)
	if err != nil {
		return nil, "", err
	}
	var out []Entry
	for _, r := range records {
		var e Entry
		if err := json.Unmarshal(r.Data, &e); err != nil {
			return nil, "", &casework.Error{Code: casework.Corrupted, Op: "registry.Ledger", Err: err}
		}
		out = append(out, e)
	}
	return out, next, nil
}
