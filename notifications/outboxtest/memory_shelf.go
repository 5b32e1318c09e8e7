package outboxtest

import (
	"context"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
)

// Fetch implements casework.Shelf.
func (m *Memory) Fetch(_ context.Context, kind, id string) (casework.Record, error) {
	if err := m.enter("Fetch", id); err != nil {
		return casework.Record{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[kind+"/"+id]
	if !ok {
		return r, casework.Fail(casework.NotFound, "outboxtest.Fetch", "")
	}
	return r, nil
}

// Put implements casework.Shelf.
func (m *Memory) Put(_ context.Context, r casework.Record) (casework.Record, error) {
	if err := m.enter("Put", r.ID); err != nil {
		return r, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.records[r.Kind+"/"+r.ID]
	switch {
	case r.Version == 0 && ok:
		return r, casework.Fail(casework.Exists, "outboxtest.Put", "")
	case r.Version != 0 && old.Version != r.Version:
		return r, casework.Fail(casework.Conflict, "outboxtest.Put", "")
	}
	r.Version++
	r.Data = slices.Clone(r.Data)
	m.records[r.Kind+"/"+r.ID] = r
	return r, nil
}

// Remove implements casework.Shelf.
func (m *Memory) Remove(_ context.Context, kind, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, kind+"/"+id)
	return nil
}

// List implements casework.Shelf.
func (m *Memory) List(_ context.Context, kind, owner string, page casework.Window) ([]casework.Record, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []casework.Record
	for _, r := range m.records {
		if r.Kind == kind && (owner == "" || r.Owner == owner) && r.ID > page.After {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b casework.Record) int { return strings.Compare(a.ID, b.ID) })
	if len(out) > page.Limit {
		return out[:page.Limit], out[page.Limit-1].ID, nil
	}
	return out, "", nil
}

// Purge implements casework.Shelf and removes nothing.
func (m *Memory) Purge(context.Context, time.Time, int) (int, error) { return 0, nil }
