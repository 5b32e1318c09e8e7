package casework

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// RouteShift counts cases that other rules would send elsewhere. "" stands for
// "a registrar decides". It names nobody and no case: whoever keeps the rules
// reads no cases.
type RouteShift struct {
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
	Topic string `json:"topic,omitempty"`
	N     int    `json:"n"`
}

// RouteReplay is what other rules would do to the last cases.
type RouteReplay struct {
	// Cases were looked at, Moved of them would go elsewhere.
	Cases int `json:"cases"`
	Moved int `json:"moved"`
	// Shifts are ordered by their number, most first.
	Shifts []RouteShift `json:"shifts,omitempty"`
}

// ReplayRoutes decides where the last cases, at most so many, would go if they
// were filed today, by the registry in force and by another one, and compares
// (promise F8). Nothing is saved. progress is called now and then with the
// number of cases looked at. Errors: Unavailable, those of ctx.
func (o *Office) ReplayRoutes(ctx context.Context, then *Registry, last int, progress func(done int)) (RouteReplay, error) {
	r := replay{office: o, now: o.Registry(), then: then, shifts: map[RouteShift]int{}, progress: progress}
	r.changed, r.bodies = changedRules(r.now, then)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ids := make(chan string, 256)
	var work sync.WaitGroup
	for range max(2, runtime.GOMAXPROCS(0)) {
		work.Go(func() {
			for id := range ids {
				if err := r.look(ctx, id); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := o.listLast(ctx, last, ids)
	close(ids)
	work.Wait()
	if err == nil || ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return r.result(), err
}

// listLast sends the IDs of the cases received last.
func (o *Office) listLast(ctx context.Context, last int, ids chan<- string) error {
	w := Window{}
	for last > 0 {
		w.Limit = min(last, MaxLimit)
		page, err := o.store.Page(ctx, Query{Sort: SortReceived, Window: w})
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			select {
			case ids <- row.ID:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		last -= len(page.Rows)
		if w.After = page.Next; page.Next == "" {
			return nil
		}
	}
	return nil
}

// replay is a comparison under way.
type replay struct {
	office    *Office
	now, then *Registry
	// changed are the rules that only one of both has; bodies is true if a
	// body was opened, closed, added or taken away.
	changed  []Competence
	bodies   bool
	progress func(done int)

	mu     sync.Mutex
	cases  int
	moved  int
	shifts map[RouteShift]int
}

// look compares the decisions about one case.
func (r *replay) look(ctx context.Context, id string) error {
	c, err := r.office.store.Get(ctx, id)
	if CodeOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	q := RouteQuery{Addressee: c.Subject.Addressee, Topic: firstOf(c.Subject.Topics), Territory: c.Subject.Territory}
	from, to := "", ""
	if r.matters(q) {
		q.Suggestion = r.office.Suggest(c.Content.Text, c.Subject.Address)
		from, to = decided(&c, r.now, q), decided(&c, r.then, q)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cases++; r.cases%200 == 0 {
		r.progress(r.cases)
	}
	if from != to {
		r.moved++
		r.shifts[RouteShift{From: from, To: to, Topic: q.Topic}]++
	}
	return nil
}

// matters reports whether a change of rules can reach a question at all: the
// learner takes most of the time, and most cases are not touched.
func (r *replay) matters(q RouteQuery) bool {
	if r.bodies {
		return true
	}
	if b, err := r.now.Body(q.Addressee); err == nil && !b.Closed {
		return false
	}
	return slices.ContainsFunc(r.changed, func(c Competence) bool {
		// Without a topic the learner may find any.
		return strings.HasPrefix(q.Territory, c.Territory) && (q.Topic == "" || strings.HasPrefix(q.Topic, c.Topic))
	})
}

// decided is the body that the router would give a case, "" for a registrar's
// decision, as Office.Route comes to it.
func decided(c *Case, by *Registry, q RouteQuery) string {
	route := by.FindRoute(q)
	if !route.Sure || c.mayGoTo(&Env{Registry: by}, route.Body) != nil {
		return ""
	}
	return route.Body
}

// changedRules lists the competences of open bodies that only one registry has.
func changedRules(a, b *Registry) (rules []Competence, bodies bool) {
	type rule struct {
		body string
		Competence
	}
	seen := map[rule]int{}
	open := map[string]int{}
	for side, reg := range []*Registry{a, b} {
		for _, body := range reg.Bodies() {
			if body.Closed {
				continue
			}
			open[body.ID] |= 1 << side
			for _, c := range body.Competences {
				seen[rule{body.ID, c}] |= 1 << side
			}
		}
	}
	for x, sides := range seen {
		if sides != 3 {
			rules = append(rules, x.Competence)
		}
	}
	for _, sides := range open {
		bodies = bodies || sides != 3
	}
	return rules, bodies
}

// result sums up.
func (r *replay) result() RouteReplay {
	out := RouteReplay{Cases: r.cases, Moved: r.moved}
	for s, n := range r.shifts {
		s.N = n
		out.Shifts = append(out.Shifts, s)
	}
	slices.SortFunc(out.Shifts, func(a, b RouteShift) int {
		return cmp.Or(b.N-a.N, cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Topic, b.Topic))
	})
	return out
}

// OpenAt counts the open cases that a body has, or one unit of it; at most
// MaxLimit of a unit are counted. It is for whoever keeps the registry: a number,
// never the cases. Errors: Unavailable.
func (o *Office) OpenAt(ctx context.Context, body, unit string) (int, error) {
	if unit != "" {
		page, err := o.store.Page(ctx, Query{Bodies: []string{body}, Unit: unit, Stages: OpenStages(), Sort: SortReceived, Window: Window{Limit: MaxLimit}})
		return len(page.Rows), err
	}
	counts, err := o.store.Counts(ctx, []string{body})
	n := 0
	for _, c := range counts {
		if c.Stage.Open() {
			n += c.N
		}
	}
	return n, err
}
