package outboxtest

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"priemnaya/casework"
)

// Memory is a casework.Store, Shelf and Numbers in memory. Cases are kept as
// documents, so nobody shares a slice with it.
type Memory struct {
	// Fail, if set, is asked before every call by the method's name and the
	// case; its error is returned, its panic is felt.
	Fail func(call, id string) error

	mu      sync.Mutex
	cases   map[string]stored
	records map[string]casework.Record
	series  map[string]int64
	gets    int
}

type stored struct {
	doc  []byte
	next time.Time
	ver  int64
}

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{cases: map[string]stored{}, records: map[string]casework.Record{}, series: map[string]int64{}}
}

var _ interface {
	casework.Store
	casework.Shelf
	casework.Numbers
} = (*Memory)(nil)

// SetFail exchanges Fail while others call the store.
func (m *Memory) SetFail(f func(call, id string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Fail = f
}

// Gets counts the cases loaded so far.
func (m *Memory) Gets() int { m.mu.Lock(); defer m.mu.Unlock(); return m.gets }

// IDs lists all cases.
func (m *Memory) IDs() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []string
	for id := range m.cases {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (m *Memory) enter(call, id string) error {
	m.mu.Lock()
	fail := m.Fail
	m.mu.Unlock()
	if fail != nil {
		return fail(call, id)
	}
	return nil
}

func (m *Memory) save(c casework.Case) (casework.Case, error) {
	c.Version++
	doc, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	m.cases[c.ID] = stored{doc, c.NextOutbox(), c.Version}
	return c, nil
}

// Create implements casework.Store.
func (m *Memory) Create(_ context.Context, c casework.Case) (casework.Case, error) {
	if err := m.enter("Create", c.ID); err != nil {
		return c, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.cases[c.ID]; ok {
		return c, casework.Fail(casework.Exists, "outboxtest.Create", "")
	}
	return m.save(c)
}

// Update implements casework.Store.
func (m *Memory) Update(ctx context.Context, id string, change func(casework.Case) (casework.Case, error)) (casework.Case, error) {
	if err := m.enter("Update", id); err != nil {
		return casework.Case{}, err
	}
	for {
		c, err := m.load(id)
		if err != nil {
			return c, err
		}
		seen := c.Version
		if c, err = change(c); err != nil {
			return c, err
		}
		m.mu.Lock()
		if m.cases[id].ver == seen {
			defer m.mu.Unlock()
			return m.save(c)
		}
		m.mu.Unlock()
	}
}

func (m *Memory) load(id string) (casework.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gets++
	s, ok := m.cases[id]
	if !ok {
		return casework.Case{}, casework.Fail(casework.NotFound, "outboxtest.Get", "")
	}
	var c casework.Case
	return c, json.Unmarshal(s.doc, &c)
}

// Get implements casework.Store.
func (m *Memory) Get(_ context.Context, id string) (casework.Case, error) {
	if err := m.enter("Get", id); err != nil {
		return casework.Case{}, err
	}
	return m.load(id)
}

// OutboxDue implements casework.Store.
func (m *Memory) OutboxDue(_ context.Context, now time.Time, page casework.Window) ([]string, string, error) {
	if err := m.enter("OutboxDue", ""); err != nil {
		return nil, "", err
	}
	type entry struct {
		at int64
		id string
	}
	m.mu.Lock()
	var due []entry
	for id, s := range m.cases {
		if !s.next.IsZero() && !s.next.After(now) {
			due = append(due, entry{s.next.UnixNano(), id})
		}
	}
	m.mu.Unlock()
	slices.SortFunc(due, func(a, b entry) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) })
	var ids []string
	for _, e := range due {
		cursor := strconv.FormatInt(e.at, 10) + e.id
		if cursor <= page.After {
			continue
		}
		if ids = append(ids, e.id); len(ids) == page.Limit {
			return ids, cursor, nil
		}
	}
	return ids, "", nil
}

// The other queries are not needed by jobs and letters.

// Find implements casework.Store and finds nothing.
func (m *Memory) Find(context.Context, string) ([]casework.Case, error) { return nil, nil }

// Page implements casework.Store and lists nothing.
func (m *Memory) Page(context.Context, casework.Query) (casework.Page, error) {
	return casework.Page{}, nil
}

// Counts implements casework.Store and counts nothing.
func (m *Memory) Counts(context.Context, []string) ([]casework.Count, error) { return nil, nil }

// Owed implements casework.Store and counts nothing.
func (m *Memory) Owed(context.Context, []string, []casework.Date) ([]casework.Owed, error) {
	return nil, nil
}

// DueBetween implements casework.Store.
func (m *Memory) DueBetween(_ context.Context, from, to casework.Date, page casework.Window) ([]casework.Row, string, error) {
	if err := m.enter("DueBetween", ""); err != nil {
		return nil, "", err
	}
	var rows []casework.Row
	for _, id := range m.IDs() {
		c, err := m.load(id)
		if err != nil {
			return nil, "", err
		}
		if r := casework.RowOf(&c); !r.Due.IsZero() && !r.Due.Before(from) && !r.Due.After(to) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b casework.Row) int { return cmp.Compare(dueCursor(a), dueCursor(b)) })
	rows = slices.DeleteFunc(rows, func(r casework.Row) bool { return dueCursor(r) <= page.After })
	if len(rows) > page.Limit {
		return rows[:page.Limit], dueCursor(rows[page.Limit-1]), nil
	}
	return rows, "", nil
}

func dueCursor(r casework.Row) string { return r.Due.String() + r.ID }

// ChangedSince implements casework.Store and lists nothing.
func (m *Memory) ChangedSince(context.Context, casework.Window) ([]casework.Row, string, error) {
	return nil, "0", nil
}

// Take implements casework.Numbers.
func (m *Memory) Take(_ context.Context, series string, n int) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	first := m.series[series] + 1
	m.series[series] += int64(n)
	return first, nil
}
