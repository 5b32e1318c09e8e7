package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
)

// concurrencies are how many visitors file at a time.
var concurrencies = []int{1, 16, 64}

// measure fills the store up to a size, starts the program and measures it.
func (b *bench) measure(ctx context.Context, size int) (Measured, error) {
	m := Measured{Cases: size}
	before := b.filled
	s, err := b.openStore(ctx)
	if err != nil {
		return m, err
	}
	tell(b.opt, "filling the store up to %d cases", size)
	began := time.Now()
	if err = b.fill(ctx, s, size); err == nil {
		m.FillPerSecond = float64(size-before) / time.Since(began).Seconds()
	}
	var people [][]citizen
	for _, c := range concurrencies {
		var some []citizen
		if err == nil {
			some, err = b.prepareCitizens(ctx, s, b.filingsAt(c))
		}
		people = append(people, some)
	}
	if closeErr := s.Close(); err != nil || closeErr != nil {
		return m, fmt.Errorf("filling: %w", firstOf(err, closeErr))
	}
	if m.StoreBytes, err = sizeOf(b.data); err != nil {
		return m, err
	}
	p, err := b.start(ctx)
	if err != nil {
		return m, err
	}
	m.Ready = p.ready
	m.MemoryIdle, _ = p.memory()
	filed, err := b.visit(ctx, &m, people)
	m.MemoryAfter, m.MemoryMost = p.memory()
	if stopErr := p.stop(); err != nil || stopErr != nil {
		return m, firstOf(err, stopErr)
	}
	return m, b.readRouting(ctx, &m, filed)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) filingsAt(concurrency int) int {
	if concurrency == 1 {
		return b.opt.filings / 3
	}
	return b.opt.filings
}

// visit opens the pages and files; it returns the IDs of the appeals filed by
// the first, lonely visitors.
func (b *bench) visit(ctx context.Context, m *Measured, people [][]citizen) ([]string, error) {
	if err := b.visitDesk(ctx, m); err != nil {
		return nil, err
	}
	var first []string
	for i, c := range concurrencies {
		tell(b.opt, "%d visitors file at a time", c)
		f, filed, err := b.file(ctx, c, people[i])
		if err != nil {
			return nil, fmt.Errorf("filing, %d at a time: %w", c, err)
		}
		m.Filing = append(m.Filing, f)
		if i == 0 {
			first = filed
		}
	}
	return first, nil
}

// newVisitor is somebody at an address of his own, with the program's usual
// number of connections to it.
func newVisitor(n int) *visitor.Visitor { return visitor.New(from{ip: n}) }

// from sends requests on behalf of one address behind the proxy.
type from struct{ ip int }

// wire is shared: a load of 64 keeps 64 connections open.
var wire = &http.Transport{MaxIdleConnsPerHost: 128, MaxIdleConns: 128}

// RoundTrip sends the request with the address of its visitor.
func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", f.ip>>16&255, f.ip>>8&255, f.ip&255))
	return wire.RoundTrip(r)
}

func (b *bench) url(path string) string { return "http://" + b.addr + path }

// visitDesk measures the pages of staff, one after another, at a desk that
// sees every body and at one that sees one.
func (b *bench) visitDesk(ctx context.Context, m *Measured) error {
	all, err := b.signIn(1, "kontrol")
	if err != nil {
		return err
	}
	one, err := b.signIn(2, "dorogi-reg")
	if err != nil {
		return err
	}
	for _, x := range []struct {
		name string
		by   *visitor.Visitor
		into *Times
		path func(i int) string
	}{
		{"queue of all bodies", all, &m.QueueAll, func(i int) string { return openQueue }},
		{"queue of one body", one, &m.QueueBody, func(i int) string { return openQueue }},
		{"queue of all bodies, tenth page", all, &m.QueueDeep, b.deepPage(all)},
		{"case", all, &m.Case, func(i int) string { return "/desk/case/" + storetest.Sample(i*7919%b.filled).ID }},
		{"search", all, &m.Search, func(i int) string { return "/desk/search?q=" + b.searchWords(i) }},
	} {
		tell(b.opt, "opening pages: %s", x.name)
		if *x.into, err = open(ctx, x.by, b, x.path); err != nil {
			return fmt.Errorf("%s: %w", x.name, err)
		}
	}
	return nil
}

// openQueue lists every case that is not answered yet, the most urgent first.
const openQueue = "/desk?tab=open"

// deepPage walks ten pages on and measures the one that it finds there.
func (b *bench) deepPage(v *visitor.Visitor) func(int) string {
	return func(i int) string {
		if i > 0 {
			return v.Page.URL.RequestURI()
		}
		address := openQueue
		for range 10 {
			if v.Open(b.url(address)) != nil || len(v.Page.Links("after=")) == 0 {
				break
			}
			// The way back is before the way on.
			on := v.Page.Links("after=")
			address = on[len(on)-1]
		}
		return address
	}
}

// searchWords are three words of some sample, so that every search finds
// something.
func (b *bench) searchWords(i int) string {
	words := strings.FieldsFunc(storetest.Filed(i*7919%b.filled).Content.Text, func(r rune) bool { return !unicode.IsLetter(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return len([]rune(w)) < 6 })
	at := func(n int) string { return words[n%len(words)] }
	return url.QueryEscape(at(i) + " " + at(i/2+5) + " " + at(i/3+11))
}

func (b *bench) signIn(n int, login string) (*visitor.Visitor, error) {
	v := newVisitor(n)
	if err := v.Open(b.url("/staff/login")); err != nil {
		return nil, err
	}
	if err := v.Submit("/staff/login", visitor.Fields{"login": login, "password": demo.Password}); err != nil {
		return nil, err
	}
	if v.Path() != "/desk" {
		return nil, fmt.Errorf("%s is at %s, status %d", login, v.Path(), v.Page.Status)
	}
	return v, nil
}

// open opens pages one after another; the first few warm the program up.
func open(ctx context.Context, v *visitor.Visitor, b *bench, path func(i int) string) (Times, error) {
	const warm = 5
	var took []time.Duration
	for i := range b.opt.pages + warm {
		if err := ctx.Err(); err != nil {
			return Times{}, err
		}
		address := b.url(path(i))
		if err := v.Open(address); err != nil {
			return Times{}, err
		}
		if i >= warm {
			took = append(took, v.Page.Took)
		}
		if v.Page.Status != http.StatusOK || len(v.Page.Links("/desk/case/")) == 0 {
			return Times{}, fmt.Errorf("%s answers %d with no cases", address, v.Page.Status)
		}
	}
	return timesOf(took), nil
}

// file lets visitors submit their finished drafts. The page with the form is
// opened before and not counted; a filing is the POST of it up to the answer.
func (b *bench) file(ctx context.Context, concurrency int, people []citizen) (Filing, []string, error) {
	visitors := make([]*visitor.Visitor, len(people))
	for i, p := range people {
		v := newVisitor(i + 1000)
		if err := v.Carry(b.url("/"), p.cookie); err != nil {
			return Filing{}, nil, err
		}
		if err := v.Open(b.url("/file/" + p.draft + "/check")); err != nil {
			return Filing{}, nil, err
		}
		v.Stay()
		visitors[i] = v
	}
	took, ids := make([]time.Duration, len(people)), make([]string, len(people))
	var next atomic.Int64
	errs := make(chan error, concurrency)
	var wg sync.WaitGroup
	began := time.Now()
	for range concurrency {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(people) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				var err error
				if took[i], ids[i], err = submit(visitors[i]); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	all := time.Since(began)
	select {
	case err := <-errs:
		return Filing{}, nil, err
	default:
	}
	return Filing{Concurrency: concurrency, PerSecond: float64(len(people)) / all.Seconds(), Times: timesOf(took)}, ids, ctx.Err()
}

func submit(v *visitor.Visitor) (time.Duration, string, error) {
	if err := v.Submit("/submit", nil); err != nil {
		return 0, "", err
	}
	id, ok := strings.CutPrefix(v.Page.Header.Get("Location"), "/file/done/")
	if !ok {
		return 0, "", fmt.Errorf("a filing answers %d: %s", v.Page.Status, v.Page.Text())
	}
	return v.Page.Took, id, nil
}

// readRouting finds out from the journals how long a filed case waited for the
// router and how long its first letter took.
func (b *bench) readRouting(ctx context.Context, m *Measured, ids []string) error {
	s, err := b.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	var routed, told []time.Duration
	for _, id := range ids {
		c, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range c.Journal {
			if e.Act == casework.ActRoute || e.Act == casework.ActHold {
				routed = append(routed, e.At.Sub(c.Origin.ReceivedAt))
				break
			}
		}
		for _, n := range c.Outbox {
			if n.Medium == casework.MediumEmail && n.State == casework.DeliverySent {
				told = append(told, n.SentAt.Sub(n.QueuedAt))
				break
			}
		}
	}
	if len(routed) < len(ids) || len(told) < len(ids) {
		return fmt.Errorf("of %d appeals %d were routed and %d acknowledged by letter", len(ids), len(routed), len(told))
	}
	m.Routed, m.Told = timesOf(routed), timesOf(told)
	return nil
}
