package flow

import (
	"context"
	"strings"
	"time"

	"priemnaya/casework"
)

// Figures are the figures of one moment, for reading only.
type Figures struct {
	Head
	book *Book
	ctx  context.Context
}

// Figures opens the books for one page. Chunks are loaded as they are needed
// and kept until they change. Errors: NotFound before the first count ended,
// with a message that says so; those of the shelf.
func (b *Book) Figures(ctx context.Context) (*Figures, error) {
	h, err := b.Head(ctx)
	if casework.CodeOf(err) == casework.NotFound || err == nil && h.AsOf.IsZero() {
		return nil, casework.Fail(casework.NotFound, "flow.Figures", "report.counting")
	}
	return &Figures{Head: h, book: b, ctx: ctx}, err
}

// Scope says which places a reader may see figures of.
type Scope func(casework.Placement) bool

// Today is the day of the figures in Moscow.
func (f *Figures) Today() casework.Date { return today(f.book.cfg.Now()) }

func today(now time.Time) casework.Date {
	return casework.DateOf(now, casework.Settings{}.Location())
}

// Span is a period, both days included.
type Span struct{ From, To casework.Date }

func (s Span) holds(d casework.Date) bool { return !d.Before(s.From) && !d.After(s.To) }

// Last is the span of so many days that ends with a day.
func Last(n int, to casework.Date) Span { return Span{to.AddDays(1 - n), to} }

// Flow is what came to and left some places.
type Flow struct{ Came, Ended, Answered, Late, Forwarded, Repeated, Reopened int }

func (x *Flow) add(n []int) {
	x.Came, x.Ended, x.Answered, x.Late = x.Came+n[came], x.Ended+n[ended], x.Answered+n[answered], x.Late+n[late]
	x.Forwarded, x.Repeated, x.Reopened = x.Forwarded+n[forwarded], x.Repeated+n[repeated], x.Reopened+n[reopened]
}

// FlowBy sums the flow of a span by a name that by gives; "" leaves a cell out.
func (f *Figures) FlowBy(scope Scope, span Span, by func(casework.Date, casework.Placement) string) (map[string]Flow, error) {
	out := map[string]Flow{}
	err := f.walk(f.parts(tableFlow, month(span.From), month(span.To)), func(_ string, s *series) {
		p := casework.Placement{Body: s.key[0], Unit: s.key[1]}
		if !scope(p) {
			return
		}
		for _, c := range s.cells {
			if !span.holds(c.day) {
				continue
			}
			if name := by(c.day, p); name != "" {
				sum := out[name]
				sum.add(c.numbers)
				out[name] = sum
			}
		}
	})
	return out, err
}

// Due is how much is owed at a topic group.
type Due struct{ All, Overdue, Three, Seven int }

// OwedBy sums what is owed now by group of topics.
func (f *Figures) OwedBy(scope Scope) (map[string]Due, error) {
	out, todays := map[string]Due{}, map[string]casework.Date{}
	err := f.walk(f.parts(tableOwed, "", ""), func(c string, s *series) {
		p := casework.Placement{Body: strings.TrimPrefix(c, tableOwed+"/"), Unit: s.key[0]}
		if !scope(p) {
			return
		}
		now, known := todays[p.Body]
		if !known {
			now = f.todayAt(p.Body)
			todays[p.Body] = now
		}
		d := out[s.key[1]]
		for _, c := range s.cells {
			d.add(now.DaysUntil(c.day), c.numbers[0])
		}
		out[s.key[1]] = d
	})
	return out, err
}

// add counts n cases that have so many days left.
func (d *Due) add(left, n int) {
	d.All += n
	switch {
	case left < 0:
		d.Overdue += n
	case left <= 3:
		d.Three, d.Seven = d.Three+n, d.Seven+n
	case left <= 7:
		d.Seven += n
	}
}

// todayAt is the day at a body.
func (f *Figures) todayAt(body string) casework.Date {
	b, err := f.book.cfg.Registry().Body(body)
	if err != nil {
		return f.Today()
	}
	return casework.DateOf(f.book.cfg.Now(), b.Settings.Location())
}

// Work is what an officer finished in a span.
type Work struct {
	Ended, Late int
	// Days is the sum of days from receipt to the end.
	Days int
}

// WorkBy sums finished work by officer; "" is nobody.
func (f *Figures) WorkBy(scope Scope, span Span) (map[casework.Placement]Work, error) {
	out := map[casework.Placement]Work{}
	err := f.walk(f.parts(tableWork, month(span.From), month(span.To)), func(_ string, s *series) {
		if !scope(casework.Placement{Body: s.key[0], Unit: s.key[1], Officer: s.key[2]}) {
			return
		}
		var w Work
		for _, c := range s.cells {
			if span.holds(c.day) {
				w.add(Work{c.numbers[workEnded], c.numbers[workLate], c.numbers[workDays]})
			}
		}
		if w != (Work{}) {
			p := casework.Placement{Body: s.key[0], Officer: s.key[2]}
			w.add(out[p])
			out[p] = w
		}
	})
	return out, err
}

func (w *Work) add(o Work) {
	w.Ended, w.Late, w.Days = w.Ended+o.Ended, w.Late+o.Late, w.Days+o.Days
}
