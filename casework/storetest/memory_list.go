package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
)

// place is where something stands in a listing: a key that sorts as text.
type place struct {
	key string
	row casework.Row
}

// window cuts a listing. A cursor is the name of the list and a key.
func window(op, list string, all []place, w casework.Window) (rows []casework.Row, next string, err error) {
	after, ok := strings.CutPrefix(w.After, list+"\x00")
	if w.Limit < 1 || w.Limit > casework.MaxLimit || !ok && w.After != "" {
		return nil, "", fail(casework.Invalid, op)
	}
	slices.SortFunc(all, func(a, b place) int { return strings.Compare(a.key, b.key) })
	for i, p := range all {
		if ok && p.key <= after {
			continue
		}
		if len(rows) == w.Limit {
			return rows, list + "\x00" + all[i-1].key, nil
		}
		rows = append(rows, p.row)
	}
	return rows, "", nil
}

// dueKey sorts what owes nothing behind every date.
func dueKey(d casework.Date) string {
	if d.IsZero() {
		return "~"
	}
	return d.String()
}

// Page implements casework.Store.
func (m *Memory) Page(ctx context.Context, q casework.Query) (casework.Page, error) {
	if err := m.enter(ctx, "Page"); err != nil {
		return casework.Page{}, err
	}
	defer m.mu.Unlock()
	if q.Sort == "" {
		q.Sort = casework.SortDue
	}
	if q.Sort != casework.SortDue && q.Sort != casework.SortReceived {
		return casework.Page{}, fail(casework.Invalid, "Page")
	}
	if strings.TrimSpace(q.Text) != "" {
		q.Sort = casework.SortReceived
	}
	var found []place
	for _, c := range m.all() {
		if !m.matches(&c, q) {
			continue
		}
		r := casework.RowOf(&c)
		key := dueKey(r.Due)
		if q.Sort == casework.SortReceived {
			key = fmt.Sprintf("%020d", int64(1)<<60-r.ReceivedAt.UnixMilli())
		}
		found = append(found, place{key + "\x00" + r.ID, r})
	}
	rows, next, err := window("Page", string(q.Sort), found, q.Window)
	return casework.Page{Rows: rows, Next: next}, err
}

// matches is what the fields of casework.Query mean.
func (m *Memory) matches(c *casework.Case, q casework.Query) bool {
	r := casework.RowOf(c)
	at := r.ReceivedAt.UnixMilli()
	return (q.Bodies == nil || slices.Contains(q.Bodies, r.Place.Body)) &&
		(q.Unit == "" || q.Unit == r.Place.Unit) &&
		(q.Officer == "" || q.Officer == r.Place.Officer) &&
		(len(q.Stages) == 0 || slices.Contains(q.Stages, r.Stage)) &&
		(q.Regime == "" || q.Regime == r.Regime) &&
		(q.Channel == "" || q.Channel == r.Channel) &&
		strings.HasPrefix(r.Topic, q.Topic) && strings.HasPrefix(r.Territory, q.Territory) &&
		(q.Party == "" || slices.Contains(c.PartyKeys(), q.Party)) &&
		(q.ReceivedFrom.IsZero() || at >= q.ReceivedFrom.UnixMilli()) &&
		(q.ReceivedTo.IsZero() || at < q.ReceivedTo.UnixMilli()) &&
		(q.DueFrom.IsZero() || !r.Due.IsZero() && !r.Due.Before(q.DueFrom)) &&
		(q.Waits == 0 || r.Waits&q.Waits != 0) &&
		(q.DueTo.IsZero() || !r.Due.IsZero() && !r.Due.After(q.DueTo)) &&
		m.says(c, q.Text)
}

func (m *Memory) says(c *casework.Case, text string) bool {
	if strings.TrimSpace(text) == "" {
		return true
	}
	want, has := m.terms(text), m.terms(c.SearchText())
	for _, w := range want {
		if !slices.Contains(has, w) {
			return false
		}
	}
	return len(want) > 0
}

// DueBetween implements casework.Store.
func (m *Memory) DueBetween(ctx context.Context, from, to casework.Date, page casework.Window) ([]casework.Row, string, error) {
	if err := m.enter(ctx, "DueBetween"); err != nil {
		return nil, "", err
	}
	defer m.mu.Unlock()
	var found []place
	for _, c := range m.all() {
		if r := casework.RowOf(&c); !r.Due.IsZero() && !r.Due.Before(from) && !r.Due.After(to) {
			found = append(found, place{dueKey(r.Due) + "\x00" + r.ID, r})
		}
	}
	return window("DueBetween", "between", found, page)
}

// OutboxDue implements casework.Store.
func (m *Memory) OutboxDue(ctx context.Context, now time.Time, page casework.Window) ([]string, string, error) {
	if err := m.enter(ctx, "OutboxDue"); err != nil {
		return nil, "", err
	}
	defer m.mu.Unlock()
	var found []place
	for _, c := range m.all() {
		if next := c.NextOutbox(); !next.IsZero() && next.UnixMilli() <= now.UnixMilli() {
			found = append(found, place{fmt.Sprintf("%020d\x00%s", int64(1)<<60+next.UnixMilli(), c.ID), casework.RowOf(&c)})
		}
	}
	rows, next, err := window("OutboxDue", "outbox", found, page)
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, next, err
}

// ChangedSince implements casework.Store.
func (m *Memory) ChangedSince(ctx context.Context, page casework.Window) ([]casework.Row, string, error) {
	if err := m.enter(ctx, "ChangedSince"); err != nil {
		return nil, "", err
	}
	defer m.mu.Unlock()
	var found []place
	for _, k := range m.cases {
		found = append(found, place{fmt.Sprintf("%020d", k.saved), casework.RowOf(&k.own)})
	}
	rows, _, err := window("ChangedSince", "changed", found, page)
	if err != nil {
		return nil, "", err
	}
	if len(rows) == 0 {
		if page.After == "" {
			page.After = "changed\x00" + fmt.Sprintf("%020d", 0)
		}
		return nil, page.After, nil
	}
	return rows, fmt.Sprintf("changed\x00%020d", m.cases[rows[len(rows)-1].ID].saved), nil
}
