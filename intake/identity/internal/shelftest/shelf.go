// Package shelftest is a shelf in memory for the tests of identity.
package shelftest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
)

// Shelf keeps records in a map. Fail, if set, is asked before every call and
// plays a store that is down.
type Shelf struct {
	Now  func() time.Time
	Fail func(call string) error

	mu      sync.Mutex
	records map[string]casework.Record
	puts    int
}

// New makes an empty shelf; now decides what has expired.
func New(now func() time.Time) *Shelf {
	return &Shelf{Now: now, records: map[string]casework.Record{}}
}

var _ casework.Shelf = (*Shelf)(nil)

// Puts counts the successful saves so far.
func (s *Shelf) Puts() int { s.mu.Lock(); defer s.mu.Unlock(); return s.puts }

// Dump joins the data of all records, to look for what must not be stored.
func (s *Shelf) Dump() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for key, r := range s.records {
		b.WriteString(key + " " + r.Owner + " " + string(r.Data) + "\n")
	}
	return b.String()
}

func (s *Shelf) live(kind, id string) (casework.Record, bool) {
	r, ok := s.records[kind+"/"+id]
	if ok && !r.Expires.IsZero() && !r.Expires.After(s.Now()) {
		return casework.Record{}, false
	}
	return r, ok
}

func (s *Shelf) enter(call string) error {
	if s.Fail != nil {
		if err := s.Fail(call); err != nil {
			return &casework.Error{Code: casework.Unavailable, Op: "shelftest." + call, Err: err}
		}
	}
	return nil
}

// Fetch loads a record.
func (s *Shelf) Fetch(_ context.Context, kind, id string) (casework.Record, error) {
	if err := s.enter("Fetch"); err != nil {
		return casework.Record{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.live(kind, id)
	if !ok {
		return r, &casework.Error{Code: casework.NotFound, Op: "shelftest.Fetch", Err: errors.New(kind)}
	}
	r.Data = slices.Clone(r.Data)
	return r, nil
}

// Put saves a record if its version is still the stored one.
func (s *Shelf) Put(_ context.Context, r casework.Record) (casework.Record, error) {
	if err := s.enter("Put"); err != nil {
		return r, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.live(r.Kind, r.ID)
	switch {
	case r.Version == 0 && ok:
		return r, &casework.Error{Code: casework.Exists, Op: "shelftest.Put"}
	case r.Version != 0 && (!ok || old.Version != r.Version):
		return r, &casework.Error{Code: casework.Conflict, Op: "shelftest.Put"}
	}
	r.Version++
	r.Data = slices.Clone(r.Data)
	s.records[r.Kind+"/"+r.ID] = r
	s.puts++
	return r, nil
}

// Remove deletes a record.
func (s *Shelf) Remove(_ context.Context, kind, id string) error {
	if err := s.enter("Remove"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, kind+"/"+id)
	return nil
}

// List gives the records of a kind and owner in the order of their IDs.
func (s *Shelf) List(_ context.Context, kind, owner string, page casework.Window) ([]casework.Record, string, error) {
	if err := s.enter("List"); err != nil {
		return nil, "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []casework.Record
	for _, r := range s.records {
		_, alive := s.live(r.Kind, r.ID)
		if alive && r.Kind == kind && (owner == "" || r.Owner == owner) && r.ID > page.After {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b casework.Record) int { return strings.Compare(a.ID, b.ID) })
	if len(out) > page.Limit {
		return out[:page.Limit], out[page.Limit-1].ID, nil
	}
	return out, "", nil
}

// Purge deletes records that expired before the instant.
func (s *Shelf) Purge(_ context.Context, before time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for key, r := range s.records {
		if n < limit && !r.Expires.IsZero() && r.Expires.Before(before) {
			delete(s.records, key)
			n++
		}
	}
	return n, nil
}
