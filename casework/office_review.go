package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// SecondLook is what an applicant can do about the latest answer of his case.
type SecondLook struct {
	// Rate is true if the answer has no mark yet.
	Rate bool
	// Reopen is true if he may say that the question is not solved, until the
	// day Until; Norm is what that window rests on.
	Reopen bool
	Until  Date
	Norm   string
	// Review is the second look, if there is one, and ReviewDue its last day.
	Review    *Review
	ReviewDue Date
}

// SecondLook tells what a party can do about the latest answer now.
func (o *Office) SecondLook(c *Case, by Actor) SecondLook {
	env, err := o.env(c)
	if err != nil || !by.HasRole(RoleCitizen, c) || c.lastAnswer() == nil {
		return SecondLook{}
	}
	s := SecondLook{Review: c.Reviewed(), Rate: !c.Rated() && Allowed(env, c, by, ActRate) == nil,
		Reopen: Allowed(env, c, by, ActReopen) == nil && c.mayReopen(env) == nil}
	s.Until, _ = c.reopenUntil(env)
	if rule, ok := env.Regulation.Rule(TermReopen, c.Procedure.Variant); ok {
		s.Norm = rule.Norm
	}
	if t, ok := c.Term(TermReview); ok {
		s.ReviewDue = t.Due
	}
	return s
}

// ReviewTask is a second look that waits for the actor's decision.
type ReviewTask struct {
	Row Row
	// Due is the last day by the rule of the service.
	Due      Date
	OpenedAt time.Time
}

// Reviews lists the second looks that the actor may decide, the earliest due
// first: cases of his right in whose answers he had no hand. Errors: Forbidden
// for others than heads and supervisors; Invalid for the window.
func (o *Office) Reviews(ctx context.Context, by Actor, w Window) (tasks []ReviewTask, next string, err error) {
	bodies, all := by.Bodies(RoleHead, RoleSupervisor)
	if !all && len(bodies) == 0 {
		return nil, "", Fail(Forbidden, "casework.Reviews", "act.forbidden")
	}
	q := Query{Stages: []Stage{StageAnswered}, Sort: SortDue}
	if !all {
		q.Bodies = bodies
	}
	found := map[string]ReviewTask{}
	var failed error
	keep := func(r *Row) bool {
		if _, known := found[r.ID]; known {
			return true
		}
		c, err := o.store.Get(ctx, r.ID)
		if err != nil {
			if CodeOf(err) != NotFound {
				failed = err
			}
			return false
		}
		t, running := c.Term(TermReview)
		if !running || !c.mayReview(by) {
			return false
		}
		found[r.ID] = ReviewTask{Row: *r, Due: t.Due, OpenedAt: c.Reviewed().OpenedAt}
		return true
	}
	rows, next, err := gather(w, keep, func(w Window) ([]Row, string, error) {
		q := q
		q.Window = w
		page, err := o.store.Page(ctx, q)
		for i := range page.Rows {
			// Rows that owe nothing come last: there is nothing behind them.
			if page.Rows[i].Due.IsZero() {
				return page.Rows[:i], "", err
			}
		}
		return page.Rows, page.Next, err
	})
	if err == nil {
		err = failed
	}
	for i := range rows {
		tasks = append(tasks, found[rows[i].ID])
	}
	return tasks, next, err
}

// LeastMarks is how many marks a number about them needs before anybody is
// shown it: with fewer, a mark is a person (promise K6).
const LeastMarks = 5

// MarkTally counts marks of the answers of a body in a month.
type MarkTally struct {
	Body  string `json:"body"`
	Month string `json:"month"`
	// Marks are the numbers of marks 1 to 5.
	Marks [5]int `json:"marks"`
}

// N is how many marks there are.
func (m MarkTally) N() int {
	n := 0
	for _, k := range m.Marks {
		n += k
	}
	return n
}

// Mean is the mean mark; 0 for none.
func (m MarkTally) Mean() float64 {
	sum := 0
	for i, k := range m.Marks {
		sum += (i + 1) * k
	}
	return float64(sum) / float64(max(m.N(), 1))
}

// Shown reports whether the numbers may be shown.
func (m MarkTally) Shown() bool { return m.N() >= LeastMarks }

// KindMarks is the shelf's kind of tallies of marks; the owner is the body.
const KindMarks = "marks"

// Marks lists the tallies of a body by month, those only that may be shown.
// Whoever watches the body may ask. Errors: Forbidden, Unavailable.
func (o *Office) Marks(ctx context.Context, by Actor, body string) ([]MarkTally, error) {
	if !by.watches(Placement{Body: body}) {
		return nil, Fail(Forbidden, "casework.Marks", "act.forbidden")
	}
	records, _, err := o.shelf.List(ctx, KindMarks, body, Window{Limit: 120})
	if err != nil {
		return nil, err
	}
	var out []MarkTally
	for _, r := range records {
		var m MarkTally
		if err := json.Unmarshal(r.Data, &m); err != nil {
			return nil, wrap(Corrupted, "casework.Marks", err)
		}
		if m.Shown() {
			out = append(out, m)
		}
	}
	return out, nil
}

// noteMark adds a mark to the tally of the answer's body and month. The case
// holds the mark itself; a tally that a crash left short is a number too low
// and no more.
func (o *Office) noteMark(ctx context.Context, c *Case, mark int) error {
	last := c.lastAnswer()
	body, month := last.Body, o.now().UTC().Format("2006-01")
	return o.changeRecord(ctx, Record{Kind: KindMarks, ID: fmt.Sprintf("%s/%s", body, month), Owner: body}, func(data []byte) ([]byte, error) {
		m := MarkTally{Body: body, Month: month}
		if len(data) > 0 {
			if err := json.Unmarshal(data, &m); err != nil {
				return nil, err
			}
		}
		m.Marks[mark-1]++
		return json.Marshal(m)
	})
}

// changeRounds is how often a record of the shelf is tried again that others
// keep changing.
const changeRounds = 20

// changeRecord changes one record of the shelf, making it if there is none.
// r gives kind, ID, owner and expiry. Errors: Conflict after many rounds.
func (o *Office) changeRecord(ctx context.Context, r Record, change func([]byte) ([]byte, error)) error {
	for range changeRounds {
		old, err := o.shelf.Fetch(ctx, r.Kind, r.ID)
		if err != nil && CodeOf(err) != NotFound {
			return err
		}
		if r.Data, err = change(old.Data); err != nil {
			return wrap(Internal, "casework.changeRecord", err)
		}
		r.Version = old.Version
		_, err = o.shelf.Put(ctx, r)
		if code := CodeOf(err); code != Conflict && code != Exists {
			return err
		}
	}
	return Fail(Conflict, "casework.changeRecord", "")
}
