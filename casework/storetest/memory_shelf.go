package storetest

import (
	"context"
	"slices"
	"time"

	"priemnaya/casework"
)

// Fetch implements casework.Shelf.
func (m *Memory) Fetch(ctx context.Context, kind, id string) (casework.Record, error) {
	if err := m.enter(ctx, "Fetch"); err != nil {
		return casework.Record{}, err
	}
	defer m.mu.Unlock()
	r, ok := m.alive(kind, id)
	if !ok {
		return casework.Record{}, fail(casework.NotFound, "Fetch")
	}
	return r, nil
}

func (m *Memory) alive(kind, id string) (casework.Record, bool) {
	r, ok := m.shelf[[2]string{kind, id}]
	r.Data = slices.Clone(r.Data)
	return r, ok && (r.Expires.IsZero() || r.Expires.After(m.now()))
}

// Put implements casework.Shelf.
func (m *Memory) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if err := m.enter(ctx, "Put"); err != nil {
		return casework.Record{}, err
	}
	defer m.mu.Unlock()
	old, ok := m.alive(r.Kind, r.ID)
	switch {
	case r.Kind == "" || r.ID == "":
		return casework.Record{}, fail(casework.Invalid, "Put")
	case r.Version == 0 && ok:
		return casework.Record{}, fail(casework.Exists, "Put")
	case r.Version != 0 && (!ok || old.Version != r.Version):
		return casework.Record{}, fail(casework.Conflict, "Put")
	}
	r.Version++
	stored := r
	stored.Data = slices.Clone(r.Data)
	if !r.Expires.IsZero() {
		stored.Expires = r.Expires.UTC().Truncate(time.Millisecond)
	}
	m.shelf[[2]string{r.Kind, r.ID}] = stored
	return r, nil
}

// Remove implements casework.Shelf.
func (m *Memory) Remove(ctx context.Context, kind, id string) error {
	if err := m.enter(ctx, "Remove"); err != nil {
		return err
	}
	defer m.mu.Unlock()
	delete(m.shelf, [2]string{kind, id})
	return nil
}

// List implements casework.Shelf.
func (m *Memory) List(ctx context.Context, kind, owner string, page casework.Window) ([]casework.Record, string, error) {
	if err := m.enter(ctx, "List"); err != nil {
		return nil, "", err
	}
	defer m.mu.Unlock()
	var found []place
	for k := range m.shelf {
		if r, ok := m.alive(k[0], k[1]); ok && (kind == "" || kind == r.Kind) && (owner == "" || owner == r.Owner) {
			found = append(found, place{r.Kind + "\x00" + r.ID, casework.Row{ID: r.ID, Number: r.Kind}})
		}
	}
	rows, next, err := window("List", "shelf", found, page)
	var out []casework.Record
	for _, row := range rows {
		r, _ := m.alive(row.Number, row.ID)
		out = append(out, r)
	}
	return out, next, err
}

// Purge implements casework.Shelf.
func (m *Memory) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := m.enter(ctx, "Purge"); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	if limit < 1 || limit > casework.MaxLimit {
		return 0, fail(casework.Invalid, "Purge")
	}
	n := 0
	for k, r := range m.shelf {
		if n < limit && !r.Expires.IsZero() && r.Expires.Before(before) {
			delete(m.shelf, k)
			n++
		}
	}
	return n, nil
}

// Take implements casework.Numbers.
func (m *Memory) Take(ctx context.Context, series string, n int) (int64, error) {
	if err := m.enter(ctx, "Take"); err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	if n < 1 {
		return 0, fail(casework.Invalid, "Take")
	}
	first := m.last[series] + 1
	m.last[series] += int64(n)
	return first, nil
}

// Series implements casework.NumberSeries.
func (m *Memory) Series(ctx context.Context, page casework.Window) ([]casework.Series, string, error) {
	if err := m.enter(ctx, "Series"); err != nil {
		return nil, "", err
	}
	defer m.mu.Unlock()
	var found []place
	for name := range m.last {
		found = append(found, place{name, casework.Row{ID: name}})
	}
	rows, next, err := window("Series", "series", found, page)
	var out []casework.Series
	for _, r := range rows {
		out = append(out, casework.Series{Name: r.ID, Last: m.last[r.ID]})
	}
	return out, next, err
}

// Raise implements casework.NumberSeries.
func (m *Memory) Raise(ctx context.Context, series string, to int64) error {
	if err := m.enter(ctx, "Raise"); err != nil {
		return err
	}
	defer m.mu.Unlock()
	m.last[series] = max(m.last[series], to)
	return nil
}
