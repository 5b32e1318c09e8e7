package sqlitestore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"priemnaya/casework"
)

// owedKey is a line of the table owed.
type owedKey struct {
	place casework.Placement
	due   int64
}

// ledger is the table owed in memory: a body with a thousand officers owes on
// tens of thousands of pairs of an officer and a day, and every page of a queue
// asks for their sums. It is read once when the store is opened, and follows
// every commit.
type ledger struct {
	mu     sync.RWMutex
	places map[casework.Placement]*owing
	// order lists the places by body, unit and officer; nil if it must be made.
	order []casework.Placement
	// asked are the answers given since the last change: pages ask for the same
	// few sums again and again.
	asked map[string][]casework.Owed
}

// maxAsked bounds the answers that are kept.
const maxAsked = 64

// owing is what one place owes: all of it and by day, the earliest first.
type owing struct {
	all  int
	days []owedDay
}

type owedDay struct {
	due int64
	n   int
}

// load reads the table.
func (l *ledger) load(ctx context.Context, from runner) error {
	rows, err := from.QueryContext(ctx, "SELECT body, unit, officer, due, n FROM owed WHERE n > 0")
	if err != nil {
		return err
	}
	defer rows.Close()
	owed := map[owedKey]int{}
	for rows.Next() {
		var k owedKey
		var n int
		if err := rows.Scan(&k.place.Body, &k.place.Unit, &k.place.Officer, &k.due, &n); err != nil {
			return err
		}
		owed[k] = n
	}
	l.add(owed)
	return rows.Err()
}

// add brings in what a commit has changed.
func (l *ledger) add(changes map[owedKey]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.places == nil {
		l.places = map[casework.Placement]*owing{}
	}
	if len(changes) > 0 {
		l.asked = nil
	}
	for k, n := range changes {
		if n == 0 {
			continue
		}
		o := l.places[k.place]
		if o == nil {
			o, l.order = &owing{}, nil
			l.places[k.place] = o
		}
		o.add(k.due, n)
		if o.all == 0 && len(o.days) == 0 {
			delete(l.places, k.place)
			l.order = nil
		}
	}
}

func (o *owing) add(due int64, n int) {
	o.all += n
	i, found := slices.BinarySearchFunc(o.days, due, func(d owedDay, due int64) int { return cmp.Compare(d.due, due) })
	if !found {
		o.days = slices.Insert(o.days, i, owedDay{due: due})
	}
	if o.days[i].n += n; o.days[i].n == 0 {
		o.days = slices.Delete(o.days, i, i+1)
	}
}

// until is how much is due on or before a day.
func (o *owing) until(day int64) int {
	n := 0
	for _, d := range o.days {
		if d.due > day {
			break
		}
		n += d.n
	}
	return n
}

// list gives the sums at the places of some bodies, nil for all. Whoever gets
// them changes nothing in them but the list itself.
func (l *ledger) list(bodies []string, days []int64) []casework.Owed {
	asked := fmt.Sprintf("%q %t %v", bodies, bodies == nil, days)
	l.mu.RLock()
	sums, known := l.asked[asked]
	l.mu.RUnlock()
	if known {
		return slices.Clone(sums)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	sums = l.reckon(bodies, days)
	if l.asked == nil || len(l.asked) >= maxAsked {
		l.asked = map[string][]casework.Owed{}
	}
	l.asked[asked] = sums
	return slices.Clone(sums)
}

// reckon adds up; the lock is held.
func (l *ledger) reckon(bodies []string, days []int64) []casework.Owed {
	if l.order == nil {
		l.sort()
	}
	var out []casework.Owed
	for _, p := range l.order {
		o := l.places[p]
		if bodies != nil && !slices.Contains(bodies, p.Body) {
			continue
		}
		sum := casework.Owed{Place: p, All: o.all, Until: make([]int, len(days))}
		for i, day := range days {
			sum.Until[i] = o.until(day)
		}
		out = append(out, sum)
	}
	return out
}

func (l *ledger) sort() {
	l.order = make([]casework.Placement, 0, len(l.places))
	for p := range l.places {
		l.order = append(l.order, p)
	}
	slices.SortFunc(l.order, func(a, b casework.Placement) int {
		return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Officer, b.Officer))
	})
}

// Owed implements casework.Store, from memory.
func (s *Store) Owed(ctx context.Context, bodies []string, days []casework.Date) ([]casework.Owed, error) {
	const op = "sqlitestore.Owed"
	if s.closed.Load() {
		return nil, failed(op, errClosed)
	}
	if err := ctx.Err(); err != nil {
		return nil, failed(op, err)
	}
	numbers := make([]int64, len(days))
	for i, d := range days {
		numbers[i] = dayNumber(d)
	}
	return s.w.owed.list(bodies, numbers), nil
}
