package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// memory is a store for the tests of the pages: one lock, documents as JSON,
// queries by walking over all rows.
type memory struct {
	mu      sync.Mutex
	cases   map[string][]byte
	rows    map[string]casework.Row
	words   map[string]string
	records []casework.Record
	series  map[string]int64
	// down makes every call fail as a store that does not answer.
	down bool
	// asked counts the readings of a page by method.
	asked map[string]int
}

// ask notes a reading; the lock is held.
func (m *memory) ask(method string) {
	if m.asked != nil {
		m.asked[method]++
	}
}

func newMemory() *memory {
	return &memory{cases: map[string][]byte{}, rows: map[string]casework.Row{}, words: map[string]string{}, series: map[string]int64{}}
}

func (m *memory) load(id string) (casework.Case, error) {
	var c casework.Case
	raw, ok := m.cases[id]
	switch {
	case m.down:
		return c, &casework.Error{Code: casework.Unavailable, Op: "memory", Err: errors.New("driver: secret.go:1")}
	case !ok:
		return c, casework.Fail(casework.NotFound, "memory", "case.none")
	}
	return c, json.Unmarshal(raw, &c)
}

func (m *memory) save(c casework.Case) (casework.Case, error) {
	c.Version++
	raw, err := json.Marshal(c)
	m.cases[c.ID], m.rows[c.ID], m.words[c.ID] = raw, casework.RowOf(&c), strings.ToLower(c.SearchText())
	return c, err
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
	m.ask("Get")
	return m.load(id)
}

func (m *memory) Find(_ context.Context, number string) ([]casework.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ask("Find")
	var out []casework.Case
	for id := range m.cases {
		c, err := m.load(id)
		if err != nil {
			return nil, err
		}
		if slices.Contains(c.Numbers(), number) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (m *memory) Page(_ context.Context, q casework.Query) (casework.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ask("Page")
	if m.down {
		return casework.Page{}, casework.Fail(casework.Unavailable, "memory", "")
	}
	skip := 0
	if q.After != "" {
		n, err := strconv.Atoi(q.After)
		if err != nil {
			return casework.Page{}, casework.Fail(casework.Invalid, "memory", "")
		}
		skip = n
	}
	var rows []casework.Row
	for id, r := range m.rows {
		if fits(q, r) && (q.Text == "" || strings.Contains(m.words[id], strings.ToLower(q.Text))) {
			rows = append(rows, r)
		}
	}
	sort.Slice(rows, func(i, j int) bool { return before(q.Sort, rows[i], rows[j]) })
	rows = rows[min(skip, len(rows)):]
	page := casework.Page{Rows: rows[:min(q.Limit, len(rows))]}
	if len(rows) > q.Limit {
		page.Next = strconv.Itoa(skip + q.Limit)
	}
	return page, nil
}

func fits(q casework.Query, r casework.Row) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	return (q.Bodies == nil || slices.Contains(q.Bodies, r.Place.Body)) && is(q.Unit, r.Place.Unit) &&
		is(q.Officer, r.Place.Officer) && (len(q.Stages) == 0 || slices.Contains(q.Stages, r.Stage)) &&
		is(string(q.Channel), string(r.Channel)) && strings.HasPrefix(r.Topic, q.Topic) &&
		strings.HasPrefix(r.Territory, q.Territory) && (q.ReceivedFrom.IsZero() || !r.ReceivedAt.Before(q.ReceivedFrom)) &&
		(q.ReceivedTo.IsZero() || r.ReceivedAt.Before(q.ReceivedTo)) && is(string(q.Regime), string(r.Regime)) &&
		(q.Waits == 0 || r.Waits&q.Waits != 0) && (q.DueFrom.IsZero() || !r.Due.IsZero() && !r.Due.Before(q.DueFrom)) &&
		(q.DueTo.IsZero() || !r.Due.IsZero() && !r.Due.After(q.DueTo))
}

func before(order casework.Sort, a, b casework.Row) bool {
	if order == casework.SortDue && a.Due != b.Due {
		return b.Due.IsZero() || !a.Due.IsZero() && a.Due.Before(b.Due)
	}
	if order == casework.SortReceived && !a.ReceivedAt.Equal(b.ReceivedAt) {
		return a.ReceivedAt.After(b.ReceivedAt)
	}
	return a.ID < b.ID
}

func (m *memory) Counts(_ context.Context, bodies []string) ([]casework.Count, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ask("Counts")
	n := map[casework.Count]int{}
	for _, r := range m.rows {
		if len(bodies) == 0 || slices.Contains(bodies, r.Place.Body) {
			n[casework.Count{Body: r.Place.Body, Stage: r.Stage}]++
		}
	}
	var out []casework.Count
	for c, count := range n {
		c.N = count
		out = append(out, c)
	}
	return out, nil
}

func (m *memory) Owed(_ context.Context, bodies []string, days []casework.Date) ([]casework.Owed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ask("Owed")
	if m.down {
		return nil, casework.Fail(casework.Unavailable, "memory.Owed", "")
	}
	return storetest.OwedOf(slices.Collect(maps.Values(m.rows)), bodies, days), nil
}

func (m *memory) DueBetween(_ context.Context, from, to casework.Date, w casework.Window) ([]casework.Row, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ask("DueBetween")
	if m.down {
		return nil, "", casework.Fail(casework.Unavailable, "memory", "")
	}
	place := func(r casework.Row) string { return r.Due.String() + r.ID }
	var rows []casework.Row
	for _, r := range m.rows {
		if !r.Due.IsZero() && !r.Due.Before(from) && !r.Due.After(to) && place(r) > w.After {
			rows = append(rows, r)
		}
	}
	sort.Slice(rows, func(i, j int) bool { return place(rows[i]) < place(rows[j]) })
	if len(rows) <= w.Limit {
		return rows, "", nil
	}
	return rows[:w.Limit], place(rows[w.Limit-1]), nil
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

func (m *memory) at(kind, id string) int {
	return slices.IndexFunc(m.records, func(r casework.Record) bool { return r.Kind == kind && r.ID == id })
}

func (m *memory) Put(_ context.Context, r casework.Record) (casework.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.at(r.Kind, r.ID)
	switch {
	case i < 0 && r.Version == 0:
		r.Version++
		m.records = append(m.records, r)
	case i < 0 || m.records[i].Version != r.Version:
		return r, casework.Fail(casework.Conflict, "memory.Put", "")
	default:
		r.Version++
		m.records[i] = r
	}
	return r, nil
}

func (m *memory) Fetch(_ context.Context, kind, id string) (casework.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := m.at(kind, id); i >= 0 {
		return m.records[i], nil
	}
	return casework.Record{}, casework.Fail(casework.NotFound, "memory", "")
}

func (m *memory) Remove(_ context.Context, kind, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = slices.DeleteFunc(m.records, func(r casework.Record) bool { return r.Kind == kind && r.ID == id })
	return nil
}

func (m *memory) List(_ context.Context, kind, owner string, _ casework.Window) ([]casework.Record, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []casework.Record
	for _, r := range m.records {
		if (kind == "" || r.Kind == kind) && (owner == "" || r.Owner == owner) {
			out = append(out, r)
		}
	}
	return out, "", nil
}

func (m *memory) Purge(context.Context, time.Time, int) (int, error) { return 0, nil }
