package storetest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
)

// Memory is the reference store: the shortest thing that keeps the contract,
// linear in everything. Queries of other stores are compared with it, and
// tests that need any store may use it.
type Memory struct {
	mu    sync.Mutex
	now   func() time.Time
	terms func(string) []string
	cases map[string]kept
	saved int64
	shelf map[[2]string]casework.Record
	last  map[string]int64
}

// kept is a stored case: its bytes, from which callers get copies, and the
// case itself for queries, which nobody outside ever holds.
type kept struct {
	doc   []byte
	own   casework.Case
	saved int64
}

// NewMemory makes an empty store. now is the clock of the shelf; terms cuts a
// text into words for search, nil means at spaces.
func NewMemory(now func() time.Time, terms func(string) []string) *Memory {
	if terms == nil {
		terms = strings.Fields
	}
	return &Memory{now: now, terms: terms, cases: map[string]kept{}, shelf: map[[2]string]casework.Record{}, last: map[string]int64{}}
}

func fail(code casework.Code, op string) error { return casework.Fail(code, "storetest."+op, "") }

// enter takes the lock unless the call is cancelled already.
func (m *Memory) enter(ctx context.Context, op string) error {
	if err := ctx.Err(); err != nil {
		return &casework.Error{Code: casework.Unavailable, Op: "storetest." + op, Err: err}
	}
	m.mu.Lock()
	return nil
}

func (m *Memory) put(c casework.Case) error {
	doc, err := json.Marshal(c)
	if err == nil {
		m.saved++
		k := kept{doc: doc, saved: m.saved}
		k.own = k.open()
		m.cases[c.ID] = k
	}
	return err
}

func (k kept) open() casework.Case {
	var c casework.Case
	if err := json.Unmarshal(k.doc, &c); err != nil {
		panic(err)
	}
	return c
}

// Create implements casework.Store.
func (m *Memory) Create(ctx context.Context, c casework.Case) (casework.Case, error) {
	if err := m.enter(ctx, "Create"); err != nil {
		return casework.Case{}, err
	}
	defer m.mu.Unlock()
	if c.ID == "" {
		return casework.Case{}, fail(casework.Invalid, "Create")
	}
	if _, ok := m.cases[c.ID]; ok {
		return casework.Case{}, fail(casework.Exists, "Create")
	}
	c.Version = 1
	return c, m.put(c)
}

// Get implements casework.Store.
func (m *Memory) Get(ctx context.Context, id string) (casework.Case, error) {
	if err := m.enter(ctx, "Get"); err != nil {
		return casework.Case{}, err
	}
	defer m.mu.Unlock()
	k, ok := m.cases[id]
	if !ok {
		return casework.Case{}, fail(casework.NotFound, "Get")
	}
	return k.open(), nil
}

// Update implements casework.Store.
func (m *Memory) Update(ctx context.Context, id string, change func(casework.Case) (casework.Case, error)) (casework.Case, error) {
	for {
		old, err := m.Get(ctx, id)
		if err != nil {
			return casework.Case{}, err
		}
		version := old.Version
		c, err := change(old)
		if err != nil {
			return casework.Case{}, err
		}
		c.ID, c.Version = id, version+1
		if err := m.enter(ctx, "Update"); err != nil {
			return casework.Case{}, err
		}
		won := m.cases[id].open().Version == version
		if won {
			err = m.put(c)
		}
		m.mu.Unlock()
		if won || err != nil {
			return c, err
		}
	}
}

// all lists the cases in the order of their IDs; they must not leave the store.
func (m *Memory) all() []casework.Case {
	var out []casework.Case
	for _, k := range m.cases {
		out = append(out, k.own)
	}
	slices.SortFunc(out, func(a, b casework.Case) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Find implements casework.Store.
func (m *Memory) Find(ctx context.Context, number string) ([]casework.Case, error) {
	if err := m.enter(ctx, "Find"); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var out []casework.Case
	for _, c := range m.all() {
		if number != "" && slices.Contains(c.Numbers(), number) {
			out = append(out, m.cases[c.ID].open())
		}
	}
	return out, nil
}

// Counts implements casework.Store.
func (m *Memory) Counts(ctx context.Context, bodies []string) ([]casework.Count, error) {
	if err := m.enter(ctx, "Counts"); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	n := map[casework.Count]int{}
	for _, c := range m.all() {
		if len(bodies) == 0 || slices.Contains(bodies, c.Place.Body) {
			n[casework.Count{Body: c.Place.Body, Stage: c.Stage}]++
		}
	}
	var out []casework.Count
	for k, v := range n {
		k.N = v
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b casework.Count) int {
		return strings.Compare(a.Body+"\x00"+string(a.Stage), b.Body+"\x00"+string(b.Stage))
	})
	return out, nil
}

// Owed implements casework.Store.
func (m *Memory) Owed(ctx context.Context, bodies []string, days []casework.Date) ([]casework.Owed, error) {
	if err := m.enter(ctx, "Owed"); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var rows []casework.Row
	for _, c := range m.all() {
		rows = append(rows, casework.RowOf(&c))
	}
	return OwedOf(rows, bodies, days), nil
}

// OwedOf is what casework.Store's Owed says of some rows.
func OwedOf(rows []casework.Row, bodies []string, days []casework.Date) []casework.Owed {
	var out []casework.Owed
	for _, r := range rows {
		if r.Due.IsZero() || bodies != nil && !slices.Contains(bodies, r.Place.Body) {
			continue
		}
		i := slices.IndexFunc(out, func(o casework.Owed) bool { return o.Place == r.Place })
		if i < 0 {
			i = len(out)
			out = append(out, casework.Owed{Place: r.Place, Until: make([]int, len(days))})
		}
		out[i].All++
		for j, d := range days {
			if !r.Due.After(d) {
				out[i].Until[j]++
			}
		}
	}
	slices.SortFunc(out, func(a, b casework.Owed) int {
		return strings.Compare(a.Place.Body+"\x00"+a.Place.Unit+"\x00"+a.Place.Officer, b.Place.Body+"\x00"+b.Place.Unit+"\x00"+b.Place.Officer)
	})
	return out
}
