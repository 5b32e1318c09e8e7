package registry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"priemnaya/casework"
)

// kindChange is the shelf's kind of changes of the registry, newest first.
const kindChange = "registry-change"

// Book (журнал реестра) keeps every change of the registry: who has made it,
// when and why, what the last cases would have said to it, and the edition to
// return to. Editions are never changed. Safe for parallel use.
type Book struct {
	shelf casework.Shelf
	now   func() time.Time
}

// OpenBook makes a Book over a shelf.
func OpenBook(shelf casework.Shelf, now func() time.Time) *Book { return &Book{shelf, now} }

// State is how far a change has come.
type State string

// The states of a change.
const (
	Proposed  State = "proposed"
	Published State = "published"
	Dropped   State = "dropped"
)

// Change is a new edition that somebody has prepared.
type Change struct {
	ID string `json:"id"`
	// Base is the edition it was made from, Revision the one it makes.
	Base     string `json:"base"`
	Revision string `json:"revision"`
	// Subject is the body it is about, or Territories; empty for the whole
	// registry.
	Subject string    `json:"subject,omitempty"`
	Why     string    `json:"why"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	State   State     `json:"state"`
	// Routes is true if the change can send cases elsewhere: it must be
	// replayed before it is published. Done counts cases looked at.
	Routes   bool                 `json:"routes,omitempty"`
	Done     int                  `json:"done,omitempty"`
	Replayed bool                 `json:"replayed,omitempty"`
	Replay   casework.RouteReplay `json:"replay,omitzero"`

	DecidedBy string    `json:"decidedBy,omitempty"`
	DecidedAt time.Time `json:"decidedAt,omitzero"`

	version int64
}

// Latest gives the edition in force and its revision; before the first Publish
// both are empty. Errors: Corrupted, Unavailable.
func (b *Book) Latest(ctx context.Context) (Edition, string, error) {
	pointer, err := b.shelf.Fetch(ctx, KindCurrent, currentID)
	if casework.CodeOf(err) == casework.NotFound {
		return Edition{}, "", nil
	}
	if err != nil {
		return Edition{}, "", err
	}
	e, err := b.Edition(ctx, string(pointer.Data))
	return e, string(pointer.Data), err
}

// Edition loads an edition, past or present; "" is the empty one. Errors:
// NotFound, Corrupted.
func (b *Book) Edition(ctx context.Context, revision string) (Edition, error) {
	var e Edition
	if revision == "" {
		return e, nil
	}
	r, err := b.shelf.Fetch(ctx, KindEdition, revision)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(r.Data, &e); err != nil {
		return e, &casework.Error{Code: casework.Corrupted, Op: "registry.Edition", Err: err}
	}
	return e, nil
}

// DigestOf tells whether a body is still as somebody has seen it.
func DigestOf(body casework.Body) string {
	data, err := json.Marshal(body)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// Edit asks for a change of one body. Seen is DigestOf the body as its editor
// saw it, "" for a new one.
type Edit struct {
	Body casework.Body
	Seen string
	Why  string
}

// ProposeBody prepares an edition with one body changed or added. Errors:
// Conflict if the body is no longer as it was seen, Exists for a new one whose
// ID is taken, Invalid with fields, NotAllowed if nothing would change.
func (b *Book) ProposeBody(ctx context.Context, by casework.Actor, edit Edit) (Change, error) {
	const op = "registry.ProposeBody"
	e, base, err := b.Latest(ctx)
	if err != nil {
		return Change{}, err
	}
	i := slices.IndexFunc(e.Bodies, func(x casework.Body) bool { return x.ID == edit.Body.ID })
	switch {
	case i < 0 && edit.Seen != "":
		return Change{}, casework.Fail(casework.Conflict, op, "registry.changed")
	case i < 0:
		e.Bodies = append(slices.Clone(e.Bodies), edit.Body)
	case edit.Seen == "":
		return Change{}, casework.Fail(casework.Exists, op, "registry.duplicate")
	case DigestOf(e.Bodies[i]) != edit.Seen:
		return Change{}, casework.Fail(casework.Conflict, op, "registry.changed")
	default:
		e.Bodies = slices.Clone(e.Bodies)
		e.Bodies[i] = edit.Body
	}
	return b.propose(ctx, by, Change{Base: base, Subject: edit.Body.ID, Why: edit.Why}, e)
}

// ProposeReturn prepares a return to an earlier edition. Errors: NotFound,
// NotAllowed if it is the one in force.
func (b *Book) ProposeReturn(ctx context.Context, by casework.Actor, revision, why string) (Change, error) {
	e, err := b.Edition(ctx, revision)
	if err != nil {
		return Change{}, err
	}
	_, base, err := b.Latest(ctx)
	if err != nil {
		return Change{}, err
	}
	return b.propose(ctx, by, Change{Base: base, Why: why}, e)
}

func (b *Book) propose(ctx context.Context, by casework.Actor, c Change, e Edition) (Change, error) {
	revision, err := keepEdition(ctx, b.shelf, e)
	if err != nil {
		return c, err
	}
	if revision == c.Base {
		return c, casework.Fail(casework.NotAllowed, "registry.Propose", "registry.same")
	}
	before, err := b.Edition(ctx, c.Base)
	if err != nil {
		return c, err
	}
	c.Revision, c.Routes = revision, routesDiffer(before, e)
	c.ID, c.By, c.At, c.State = newestFirst(b.now()), by.ID, b.now().UTC(), Proposed
	return b.save(ctx, c)
}

// newestFirst makes an ID that sorts before all earlier ones.
func newestFirst(now time.Time) string {
	var salt [4]byte
	rand.Read(salt[:])
	return fmt.Sprintf("%014d-%s", 99_999_999_999_999-now.UnixMilli(), hex.EncodeToString(salt[:]))
}

// routesDiffer reports whether two editions may route a case differently.
func routesDiffer(a, b Edition) bool {
	rules := func(e Edition) string {
		var open []casework.Body
		for _, x := range e.Bodies {
			if !x.Closed {
				open = append(open, casework.Body{ID: x.ID, Competences: x.Competences})
			}
		}
		data, err := json.Marshal(open)
		if err != nil {
			return err.Error()
		}
		return string(data)
	}
	return rules(a) != rules(b)
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
		return c, &casework.Error{Code: casework.Corrupted, Op: "registry.Change", Err: err}
	}
	c.version = r.Version
	return c, nil
}

// Changes lists changes, the newest first; next is "" at the end. A subject
// narrows them to those of one body, or of the Territories.
func (b *Book) Changes(ctx context.Context, subject string, page casework.Window) (list []Change, next string, err error) {
	records, next, err := b.shelf.List(ctx, kindChange, subject, page)
	if err != nil {
		return nil, "", err
	}
	for _, r := range records {
		c, err := changeOf(r)
		if err != nil {
			return nil, "", err
		}
		list = append(list, c)
	}
	return list, next, nil
}

// save keeps a change over the version it was loaded with.
func (b *Book) save(ctx context.Context, c Change) (Change, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return c, &casework.Error{Code: casework.Internal, Op: "registry.save", Err: err}
	}
	_, err = b.shelf.Put(ctx, casework.Record{Kind: kindChange, ID: c.ID, Owner: c.Subject, Version: c.version, Data: data})
	return c, err
}

// NoteReplay keeps how far the dry run of a change has come.
func (b *Book) NoteReplay(ctx context.Context, id string, done int, result *casework.RouteReplay) error {
	for round := 0; ; round++ {
		c, err := b.Get(ctx, id)
		if err != nil {
			return err
		}
		c.Done = done
		if result != nil {
			c.Replay, c.Replayed, c.Done = *result, true, result.Cases
		}
		_, err = b.save(ctx, c)
		if casework.CodeOf(err) != casework.Conflict || round > 5 {
			return err
		}
	}
}
