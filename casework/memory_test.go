package casework_test

import (
	"context"
	"encoding/json"
	"sort"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
)

// memory is a store for the tests of this package: plain maps behind one
// lock, saving through JSON as real stores do.
type memory struct {
	mu      sync.Mutex
	cases   map[string][]byte
	records map[string]casework.Record
	series  map[string]int64
}

func newMemory() *memory {
	return &memory{cases: map[string][]byte{}, records: map[string]casework.Record{}, series: map[string]int64{}}
}

func (m *memory) load(id string) (casework.Case, error) {
	raw, ok := m.cases[id]
	if !ok {
		return casework.Case{}, casework.Fail(casework.NotFound, "memory", "case.none")
	}
	var c casework.Case
	return c, json.Unmarshal(raw, &c)
}

func (m *memory) save(c casework.Case) (casework.Case, error) {
	c.Version++
	raw, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	m.cases[c.ID] = raw
	return m.load(c.ID)
}

func (m *memory) Create(_ context.Context, c casework.Case) (casework.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.cases[c.ID]; ok {
		return c, casework.Fail(casework.Exists, "memory", "")
	}
	return m.save(c)
}

func (m *memory) Update(_ context.Context, id string, change func(casework.Case) (casework.Case, error)) (casework.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, err := m.load(id)
	if err != nil {
		return c, err
	}
	if c, err = change(c); err != nil {
		return c, err
	}
	return m.save(c)
}

func (m *memory) Get(_ context.Context, id string) (casework.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.load(id)
}

func (m *memory) all() []casework.Case {
	var out []casework.Case
	for id := range m.cases {
		if c, err := m.load(id); err == nil {
			out = append(out, c)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

func (m *memory) Find(_ context.Context, number string) ([]casework.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []casework.Case
	for _, c := range m.all() {
		for _, n := range c.Numbers() {
			if n == number {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func (m *memory) Page(_ context.Context, q casework.Query) (casework.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var p casework.Page
	for _, c := range m.all() {
		in := q.Bodies == nil
		for _, b := range q.Bodies {
			in = in || b == c.Place.Body
		}
		if in && (q.Unit == "" || q.Unit == c.Place.Unit) && (q.Party == "" || c.Parties.Includes(q.Party)) {
			p.Rows = append(p.Rows, casework.RowOf(&c))
		}
	}
	return p, nil
}

func (m *memory) Counts(context.Context, []string) ([]casework.Count, error) { return nil, nil }

func (m *memory) Owed(context.Context, []string, []casework.Date) ([]casework.Owed, error) {
	return nil, nil
}

func (m *memory) DueBetween(context.Context, casework.Date, casework.Date, casework.Window) ([]casework.Row, string, error) {
	return nil, "", nil
}

func (m *memory) OutboxDue(context.Context, time.Time, casework.Window) ([]string, string, error) {
	return nil, "", nil
}

func (m *memory) ChangedSince(context.Context, casework.Window) ([]casework.Row, string, error) {
	return nil, "", nil
}

func (m *memory) Take(_ context.Context, series string, n int) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.series[series] += int64(n)
	return m.series[series] - int64(n) + 1, nil
}

func (m *memory) Fetch(_ context.Context, kind, id string) (casework.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[kind+"\n"+id]
	if !ok {
		return r, casework.Fail(casework.NotFound, "memory", "")
	}
	return r, nil
}

func (m *memory) Put(_ context.Context, r casework.Record) (casework.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old := m.records[r.Kind+"\n"+r.ID]; old.Version != r.Version {
		return r, casework.Fail(casework.Conflict, "memory", "")
	}
	r.Version++
	m.records[r.Kind+"\n"+r.ID] = r
	return r, nil
}

func (m *memory) Remove(_ context.Context, kind, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, kind+"\n"+id)
	return nil
}

func (m *memory) List(_ context.Context, kind, owner string, _ casework.Window) ([]casework.Record, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []casework.Record
	for k, r := range m.records {
		if strings.HasPrefix(k, kind+"\n") && (owner == "" || r.Owner == owner) {
			out = append(out, r)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out, "", nil
}

func (m *memory) Purge(context.Context, time.Time, int) (int, error) { return 0, nil }
