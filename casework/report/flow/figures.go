package flow

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
)

// reading is what a process has loaded of the books.
type reading struct {
	epoch  int64
	chunks map[string]loaded
}

// loaded is a chunk with its keys taken apart once.
type loaded struct {
	gen   int64
	cells []cell
}

type cell struct {
	key     []string
	numbers []int
}

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

// parts lists the parts of a table from from to to, both included as texts; to
// "" is without end.
func (f *Figures) parts(table, from, to string) []string {
	var out []string
	for name := range f.Chunks {
		if part, ok := strings.CutPrefix(name, table+"/"); ok && part >= from && (to == "" || part <= to) {
			out = append(out, name)
		}
	}
	return out
}

// walk goes over the cells of chunks. The numbers must not be changed.
func (f *Figures) walk(chunks []string, each func(chunk string, key []string, numbers []int)) error {
	for _, name := range chunks {
		cells, err := f.load(name)
		if err != nil {
			return err
		}
		for _, c := range cells {
			each(name, c.key, c.numbers)
		}
	}
	return nil
}

// load gives a chunk at least as new as the head says it is, or as new as it is
// on the shelf while a batch is still being applied.
func (f *Figures) load(name string) ([]cell, error) {
	b := f.book
	b.mu.Lock()
	if b.read.epoch != f.Epoch {
		b.read = reading{epoch: f.Epoch, chunks: map[string]loaded{}}
	}
	kept, ok := b.read.chunks[name]
	b.mu.Unlock()
	if ok && kept.gen >= f.Chunks[name] {
		return kept.cells, nil
	}
	var d dated[Cells]
	if _, _, err := fetch(f.ctx, b.cfg.Shelf, kindChunk, fmt.Sprintf("%d/%s", f.Epoch, name), &d); err != nil {
		return nil, err
	}
	fresh := loaded{gen: d.Gen, cells: make([]cell, 0, len(d.Data))}
	for k, numbers := range d.Data {
		fresh.cells = append(fresh.cells, cell{strings.Split(k, "|"), numbers})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.read.epoch == f.Epoch {
		b.read.chunks[name] = fresh
	}
	return fresh.cells, nil
}

// Scope says which places a reader may see figures of.
type Scope func(casework.Placement) bool

// parsed are days that were read before: the same few come again and again.
var parsed sync.Map

func day(s string) casework.Date {
	if d, ok := parsed.Load(s); ok {
		return d.(casework.Date)
	}
	d, _ := casework.ParseDate(s)
	parsed.Store(s, d)
	return d
}

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
	err := f.walk(f.parts(tableFlow, month(span.From), month(span.To)), func(_ string, k []string, n []int) {
		d, p := day(k[0]), casework.Placement{Body: k[1], Unit: k[2]}
		if !span.holds(d) || !scope(p) {
			return
		}
		if name := by(d, p); name != "" {
			sum := out[name]
			sum.add(n)
			out[name] = sum
		}
	})
	return out, err
}

// Due is how much is owed at a topic group.
type Due struct{ All, Overdue, Three, Seven int }

// OwedBy sums what is owed now by a name.
func (f *Figures) OwedBy(scope Scope, by func(p casework.Placement, topic string) string) (map[string]Due, error) {
	out := map[string]Due{}
	// A large body owes on tens of thousands of lines, but on few days.
	type dayAt struct{ body, due string }
	lefts, todays := map[dayAt]int{}, map[string]casework.Date{}
	left := func(body, due string) int {
		n, known := lefts[dayAt{body, due}]
		if !known {
			now, known := todays[body]
			if !known {
				now = f.todayAt(body)
				todays[body] = now
			}
			n = now.DaysUntil(day(due))
			lefts[dayAt{body, due}] = n
		}
		return n
	}
	err := f.walk(f.parts(tableOwed, "", ""), func(c string, k []string, n []int) {
		p := casework.Placement{Body: strings.TrimPrefix(c, tableOwed+"/"), Unit: k[0], Officer: k[1]}
		if !scope(p) {
			return
		}
		d := out[by(p, k[2])]
		d.All += n[0]
		switch left := left(p.Body, k[3]); {
		case left < 0:
			d.Overdue += n[0]
		case left <= 3:
			d.Three, d.Seven = d.Three+n[0], d.Seven+n[0]
		case left <= 7:
			d.Seven += n[0]
		}
		out[by(p, k[2])] = d
	})
	return out, err
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
	err := f.walk(f.parts(tableWork, month(span.From), month(span.To)), func(_ string, k []string, n []int) {
		p := casework.Placement{Body: k[1], Unit: k[2], Officer: k[3]}
		if !span.holds(day(k[0])) || !scope(p) {
			return
		}
		p.Unit = ""
		w := out[p]
		out[p] = Work{w.Ended + n[workEnded], w.Late + n[workLate], w.Days + n[workDays]}
	})
	return out, err
}
