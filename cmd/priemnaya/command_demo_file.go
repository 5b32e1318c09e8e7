package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/suggest"
	"priemnaya/templates"
)

// fileCSV files every row of a CSV through the real intake, lets the jobs route
// the cases and deliver the letters, and prints what became of them.
func (a *App) fileCSV(ctx context.Context, in io.Reader, out io.Writer) error {
	rows, err := suggest.ReadCSV(in)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	run := fmt.Sprintf("csv-%d", a.now().UnixNano())
	t := &tally{total: len(rows), out: out}
	ids := make([]string, len(rows))
	began := time.Now()
	const workers = 8
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				ids[i] = a.fileRow(ctx, run, i, rows[i], t)
			}
		})
	}
	for i := range rows {
		next <- i
	}
	close(next)
	wg.Wait()
	t.show("filed", len(rows))
	fmt.Fprintln(out)
	filing := time.Since(began)
	routed, held, told, err := a.awaitJobs(ctx, ids, t)
	if err != nil {
		return err
	}
	p50, p95 := percentiles(t.times)
	fmt.Fprintf(out, "\nfiled %d in %s (%.0f/s), errors %d, p50 %s, p95 %s\nrouted %d, held with a reason %d, notified by e-mail %d, all jobs done after %s\n",
		t.filed, filing.Round(time.Millisecond), float64(t.filed)/filing.Seconds(), t.failed,
		p50.Round(10*time.Microsecond), p95.Round(10*time.Microsecond), routed, held, told, time.Since(began).Round(10*time.Millisecond))
	if t.failed > 0 || routed+held != len(rows) {
		return fmt.Errorf("%d rows were not filed, %d neither routed nor held", t.failed, len(rows)-routed-held)
	}
	return nil
}

// fileRow files one row as an invented person and returns the case's ID.
func (a *App) fileRow(ctx context.Context, run string, i int, row suggest.Example, t *tally) string {
	began := time.Now()
	text, err := templates.CleanText(row.Text, 0)
	if err != nil {
		t.done(0, err)
		return ""
	}
	who := casework.Applicant{Key: fmt.Sprintf("demo:%s:%d", run, i), Assurance: casework.AssuranceConfirmed,
		Name:    casework.PersonName{Surname: "Примеров", Given: "Пример", Patronymic: "Примерович"},
		Contact: casework.Contact{Email: fmt.Sprintf("applicant%d@example.org", i), Cabinet: true}}
	r, err := a.office.File(ctx, casework.Citizen(who), casework.Filing{Regime: casework.RegimeAppeal,
		Channel: casework.ChannelWeb, Applicant: who, Lang: "ru", Text: text, Address: row.Place, Key: fmt.Sprintf("%s-%06d", run, i)})
	t.done(time.Since(began), err)
	return r.Case.ID
}

// awaitJobs waits until every case is routed or held and its letters have
// left, and counts.
func (a *App) awaitJobs(ctx context.Context, ids []string, t *tally) (routed, held, told int, err error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	waiting := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
	for len(waiting) > 0 {
		var still []string
		for _, id := range waiting {
			c, err := a.storage.Get(ctx, id)
			if err != nil {
				return routed, held, told, err
			}
			if c.Stage == casework.StageReceived || !c.NextOutbox().IsZero() {
				still = append(still, id)
				continue
			}
			if c.Stage == casework.StageHeld {
				held++
			} else {
				routed++
			}
			for _, n := range c.Outbox {
				if n.Medium == casework.MediumEmail && n.State == casework.DeliverySent {
					told++
				}
			}
		}
		waiting = still
		t.show("routed and notified", len(ids)-len(waiting))
		select {
		case <-ctx.Done():
			return routed, held, told, ctx.Err()
		case <-tick.C:
		}
	}
	return routed, held, told, nil
}

// tally counts filings and draws the progress bar.
type tally struct {
	mu            sync.Mutex
	total         int
	filed, failed int
	times         []time.Duration
	out           io.Writer
}

func (t *tally) done(took time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.failed++
		fmt.Fprintf(t.out, "\nrow: %v\n", err)
		return
	}
	t.filed++
	t.times = append(t.times, took)
	if t.filed%25 == 0 {
		t.show("filed", t.filed)
	}
}

// show draws the bar on the same line.
func (t *tally) show(what string, n int) {
	const width = 40
	full := width * n / max(t.total, 1)
	fmt.Fprintf(t.out, "\r[%s%s] %d/%d %s   ", strings.Repeat("#", full), strings.Repeat(".", width-full), n, t.total, what)
}

func percentiles(times []time.Duration) (p50, p95 time.Duration) {
	if len(times) == 0 {
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2], sorted[len(sorted)*95/100]
}
