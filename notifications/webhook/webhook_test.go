package webhook_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/outboxtest"
	"priemnaya/notifications/signature"
	"priemnaya/notifications/webhook"
	"priemnaya/templates"
)

const site = "roads-site"

var (
	central = outboxtest.Staff("reg", casework.RoleRegistrar, casework.Everywhere)
	key     = signature.NewKey()
)

// got is what an endpoint was sent.
type got struct {
	header http.Header
	body   []byte
	event  webhook.Event
}

// endpoint is a site's server that keeps what it is sent and can be told how
// to answer.
type endpoint struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(w http.ResponseWriter, n int)
	got    []got
	tries  int
}

func newEndpoint(t testing.TB) *endpoint {
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		g := got{header: r.Header.Clone(), body: body}
		if err := json.Unmarshal(body, &g.event); err != nil {
			t.Errorf("the body is no JSON: %v", err)
		}
		e.mu.Lock()
		e.tries++
		n, answer := e.tries, e.answer
		e.mu.Unlock()
		status := &recorder{ResponseWriter: w, status: http.StatusNoContent}
		if answer != nil {
			answer(status, n)
		}
		if status.status < 300 {
			e.mu.Lock()
			e.got = append(e.got, g)
			e.mu.Unlock()
		}
		if !status.wrote {
			w.WriteHeader(status.status)
		}
	}))
	t.Cleanup(e.Close)
	return e
}

type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (r *recorder) WriteHeader(s int) { r.status, r.wrote = s, true; r.ResponseWriter.WriteHeader(s) }

func (e *endpoint) play(answer func(w http.ResponseWriter, n int)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = answer
}

func (e *endpoint) all() []got {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.got)
}

func (e *endpoint) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tries
}

var set = sync.OnceValue(func() *templates.Set {
	s, err := templates.Load(templates.Options{})
	if err != nil {
		panic(err)
	}
	return s
})

// bench is an office whose cases came from a site, with its events.
type bench struct {
	*outboxtest.World
	outbox     *notifications.Outbox
	dispatcher *notifications.Dispatcher
	endpoints  map[string]webhook.Endpoint
}

func newBench(t testing.TB) *bench { return newHastyBench(t, 20*time.Second) }

// newHastyBench waits so long for a site's answer.
func newHastyBench(t testing.TB, patience time.Duration) *bench {
	t.Helper()
	b := &bench{World: outboxtest.NewWorld(t, nil), endpoints: map[string]webhook.Endpoint{}}
	b.World.Reach = func(c *casework.Case) []casework.Medium {
		if c.Origin.Channel == casework.ChannelSite {
			return []casework.Medium{casework.MediumSite}
		}
		return nil
	}
	courier := webhook.NewCourier(webhook.CourierConfig{Now: b.Clock.Now, Private: true, Timeout: patience, Log: b.Logger()})
	carrier, err := webhook.New(webhook.Config{Courier: courier, Now: b.Clock.Now, Domain: "priem.example.ru",
		Endpoint: func(_ context.Context, id string) (webhook.Endpoint, error) {
			e, ok := b.endpoints[id]
			if !ok {
				return e, casework.Fail(casework.NotFound, "test", "")
			}
			return e, nil
		},
		CaseURL:   func(c *casework.Case) string { return "https://priem.example.ru/case/" + c.ID },
		StatusURL: func(c *casework.Case) string { return "https://priem.example.ru/api/v1/appeals/" + c.ID }})
	if err != nil {
		t.Fatal(err)
	}
	b.outbox = &notifications.Outbox{Store: b.Store, Shelf: b.Store, Now: b.Clock.Now, Log: b.Logger()}
	b.dispatcher, err = notifications.NewDispatcher(notifications.Config{Outbox: b.outbox, Set: set(), Domain: "priem.example.ru",
		BaseURL: "https://priem.example.ru", Carriers: map[casework.Medium]notifications.Carrier{casework.MediumSite: carrier}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// file files an appeal on a site and takes it as far as its registration:
// three events.
func (b *bench) file(t testing.TB, n int, source string) casework.Case {
	t.Helper()
	f := outboxtest.Filing(n)
	f.Channel, f.Source = casework.ChannelSite, source
	c := b.FileAs(t, f)
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	return b.Act(t, central, c.ID, casework.Registration{})
}

// keys are the keys of the site's notices in the order of the case.
func siteNotices(c casework.Case) []casework.Notice {
	return slices.DeleteFunc(slices.Clone(c.Outbox), func(n casework.Notice) bool { return n.Medium != casework.MediumSite })
}

func (b *bench) deliver(t testing.TB, id, key string) notifications.Ending {
	t.Helper()
	ending, err := b.dispatcher.Deliver(context.Background(), id, key)
	if err != nil {
		t.Fatal(err)
	}
	return ending
}

// drain delivers whatever is due, moving the clock to the next attempt, until
// nothing is pending.
func (b *bench) drain(t testing.TB, id string) casework.Case {
	t.Helper()
	for range 500 {
		c, err := b.Store.Get(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		pending := slices.DeleteFunc(siteNotices(c), func(n casework.Notice) bool { return !n.Pending() })
		if len(pending) == 0 {
			return c
		}
		next := pending[0].NextTry
		for _, n := range pending {
			if !n.NextTry.After(b.Clock.Now()) {
				b.deliver(t, id, n.Key)
			}
			if n.NextTry.Before(next) {
				next = n.NextTry
			}
		}
		if next.After(b.Clock.Now()) {
			b.Clock.Advance(next.Sub(b.Clock.Now()))
		}
	}
	t.Fatal("the events never settled")
	return casework.Case{}
}

func TestEveryStageReachesTheSiteSignedAndInOrder(t *testing.T) {
	b, e := newBench(t), newEndpoint(t)
	b.endpoints[site] = webhook.Endpoint{URL: e.URL + "/hook", Keys: []signature.Key{key}}
	c := b.drain(t, b.file(t, 1, site).ID)
	all := e.all()
	if len(all) != 3 {
		t.Fatalf("%d events, want received, routed and registered", len(all))
	}
	for i, g := range all {
		if err := signature.Verify(g.header, g.body, b.Clock.Now(), key); err != nil {
			t.Errorf("event %d: %v", i+1, err)
		}
		if d := g.event.Data; d.Sequence != i+1 || d.Case != c.ID || d.Site != site || d.Receipt != c.Receipt {
			t.Errorf("event %d: %+v", i+1, d)
		}
	}
	last := all[2].event
	if last.Type != "case.registered" || last.Data.Number != c.Number || last.Data.Stage != "registered" ||
		last.Data.Dates["answer_due"] == "" || last.Data.Links["status"] != "https://priem.example.ru/api/v1/appeals/"+c.ID {
		t.Errorf("%+v", last)
	}
	for _, n := range siteNotices(c) {
		if n.State != casework.DeliverySent || !strings.Contains(n.Evidence, "HTTP 204") {
			t.Errorf("%s: %s %q", n.Key, n.State, n.Evidence)
		}
	}
}

func TestAnEventHoldsNoTextAndNoName(t *testing.T) {
	b, e := newBench(t), newEndpoint(t)
	b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key}}
	b.drain(t, b.file(t, 1, site).ID)
	for _, g := range e.all() {
		for _, secret := range []string{"Соколова", "Мария", "асфальт", "Садовой", "reader1", "esia:", "Комитет"} {
			if strings.Contains(string(g.body), secret) {
				t.Errorf("%s holds %q", g.event.Type, secret)
			}
		}
	}
	if log := b.Log.String(); strings.Contains(log, e.URL) {
		t.Errorf("the log holds the address of the endpoint:\n%s", log)
	}
}

func TestALaterEventWaitsUntilTheEarlierOneIsSettled(t *testing.T) {
	b, e := newBench(t), newEndpoint(t)
	b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key}}
	c := b.file(t, 1, site)
	events := siteNotices(c)
	if ending := b.deliver(t, c.ID, events[2].Key); ending != notifications.Waiting || e.count() != 0 {
		t.Fatalf("the third event left first: %s, %d posts", ending, e.count())
	}
	after, _ := b.Store.Get(context.Background(), c.ID)
	if n := siteNotices(after)[2]; n.Attempts != 0 || n.Failure != "turn" || n.NextTry.Sub(b.Clock.Now()) > 5*time.Second {
		t.Errorf("waiting for its turn: %d attempts, %s, in %v", n.Attempts, n.Failure, n.NextTry.Sub(b.Clock.Now()))
	}
	// The first one is refused for a while; order holds all the same.
	e.play(func(w http.ResponseWriter, n int) {
		if n <= 4 {
			w.WriteHeader(500)
		}
	})
	b.drain(t, c.ID)
	var order []int
	for _, g := range e.all() {
		order = append(order, g.event.Data.Sequence)
	}
	if !slices.Equal(order, []int{1, 2, 3}) {
		t.Errorf("order %v", order)
	}
}

func TestADeadEventLetsTheLaterOnesGoAndIsRedriven(t *testing.T) {
	b, e := newBench(t), newEndpoint(t)
	b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key}}
	e.play(func(w http.ResponseWriter, n int) {
		if n == 1 {
			w.WriteHeader(http.StatusGone)
		}
	})
	ctx := context.Background()
	c := b.drain(t, b.file(t, 1, site).ID)
	first := siteNotices(c)[0]
	if first.State != casework.DeliveryDead || len(e.all()) != 2 || e.all()[0].event.Data.Sequence != 2 {
		t.Fatalf("%s, %d delivered", first.State, len(e.all()))
	}
	dead, _, err := b.outbox.Dead(ctx, casework.Window{Limit: 10})
	if err != nil || len(dead) != 1 || dead[0].Medium != casework.MediumSite || dead[0].Key != first.Key {
		t.Fatalf("dead: %+v %v", dead, err)
	}
	if err := b.outbox.Redrive(ctx, c.ID, first.Key); err != nil {
		t.Fatal(err)
	}
	b.drain(t, c.ID)
	if all := e.all(); len(all) != 3 || all[2].event.Data.Sequence != 1 {
		t.Errorf("the redriven event says sequence %d", all[len(all)-1].event.Data.Sequence)
	}
}

func TestARepeatAfterACrashHasTheSameIdentityAndTheSameBody(t *testing.T) {
	b, e := newBench(t), newEndpoint(t)
	b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key}}
	c := b.file(t, 1, site)
	first := siteNotices(c)[0]
	// The process ends after the post: the claim stands, nothing is settled.
	memory := b.Store.(*outboxtest.Memory)
	updates := 0
	memory.SetFail(func(call, _ string) error {
		if call == "Update" {
			if updates++; updates == 2 {
				return casework.Fail(casework.Unavailable, "test", "")
			}
		}
		return nil
	})
	if _, err := b.dispatcher.Deliver(context.Background(), c.ID, first.Key); err == nil {
		t.Fatal("the settling was meant to fail")
	}
	memory.SetFail(nil)
	b.Clock.Advance(notifications.DefaultLease + time.Second)
	b.deliver(t, c.ID, first.Key)
	all := e.all()
	if len(all) != 2 {
		t.Fatalf("%d posts", len(all))
	}
	if a, z := all[0], all[1]; a.header.Get(signature.HeaderID) != z.header.Get(signature.HeaderID) || string(a.body) != string(z.body) {
		t.Error("the repeat is another message")
	}
	if all[0].header.Get(signature.HeaderTimestamp) == all[1].header.Get(signature.HeaderTimestamp) {
		t.Error("the repeat has the old timestamp and would be refused as a replay")
	}
}

func TestASiteThatIsDownRestsAloneAndWearsOutNothing(t *testing.T) {
	b, e, healthy := newBench(t), newEndpoint(t), newEndpoint(t)
	b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key}}
	b.endpoints["other"] = webhook.Endpoint{URL: healthy.URL, Keys: []signature.Key{key}}
	e.play(func(w http.ResponseWriter, _ int) { w.WriteHeader(503) })
	var ids []string
	for n := range 20 {
		c := b.file(t, n+1, site)
		ids = append(ids, c.ID)
		b.deliver(t, c.ID, siteNotices(c)[0].Key)
	}
	if e.count() != 1 {
		t.Errorf("a site that is down was asked %d times", e.count())
	}
	b.drain(t, b.file(t, 100, "other").ID)
	if len(healthy.all()) != 3 || !b.dispatcher.Ready(casework.MediumSite) {
		t.Errorf("the other site got %d events", len(healthy.all()))
	}
	// A day of outage: nothing dies, few attempts are made.
	for range 24 {
		b.Clock.Advance(time.Hour)
		for _, id := range ids {
			c, _ := b.Store.Get(context.Background(), id)
			b.deliver(t, id, siteNotices(c)[0].Key)
		}
	}
	if tries := e.count(); tries > 24+8 {
		t.Errorf("%d attempts in a day of outage", tries)
	}
	e.play(nil)
	for _, id := range ids {
		for _, n := range siteNotices(b.drain(t, id)) {
			if n.State != casework.DeliverySent || n.Attempts > 1 {
				t.Fatalf("%s %s after %d attempts", n.Key, n.State, n.Attempts)
			}
		}
	}
	if log := b.Log.String(); strings.Count(log, "target rests") != 1 || strings.Count(log, "works again") != 1 {
		t.Errorf("log:\n%s", log)
	}
}

func TestAfterThreeDaysOfOutageAPersonMustLook(t *testing.T) {
	b, e := newBench(t), newEndpoint(t)
	b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key}}
	e.Close()
	c := b.file(t, 1, site)
	b.drain(t, c.ID)
	dead, _, err := b.outbox.Dead(context.Background(), casework.Window{Limit: 10})
	if err != nil || len(dead) != 3 {
		t.Fatalf("%d dead, %v", len(dead), err)
	}
	if waited := b.Clock.Now().Sub(c.Origin.ReceivedAt); waited < 72*time.Hour || waited > 75*time.Hour {
		t.Errorf("given up after %v", waited)
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	b, e := newBench(t), newEndpoint(t)
	b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key}}
	e.play(func(w http.ResponseWriter, n int) {
		if n == 1 {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(429)
		}
	})
	c := b.file(t, 1, site)
	b.deliver(t, c.ID, siteNotices(c)[0].Key)
	after, _ := b.Store.Get(context.Background(), c.ID)
	if n := siteNotices(after)[0]; n.NextTry.Sub(b.Clock.Now()) != 10*time.Minute || n.Attempts != 0 {
		t.Errorf("again in %v after %d attempts", n.NextTry.Sub(b.Clock.Now()), n.Attempts)
	}
}

func TestHowRepliesAreTreated(t *testing.T) {
	const slowSite = "a slow site is a timeout"
	answered := make(chan struct{})
	for _, row := range []struct {
		name     string
		answer   func(w http.ResponseWriter, n int)
		state    casework.DeliveryState
		reason   string
		attempts int
	}{
		{"any 2xx is delivered", func(w http.ResponseWriter, _ int) { w.WriteHeader(202) }, casework.DeliverySent, "", 1},
		{"a redirect is not followed", func(w http.ResponseWriter, _ int) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(307)
		}, casework.DeliveryWaiting, "rejected", 1},
		{"a refusal is tried again", func(w http.ResponseWriter, _ int) { w.WriteHeader(401) }, casework.DeliveryWaiting, "rejected", 1},
		{"an error of the server is tried again", func(w http.ResponseWriter, _ int) { w.WriteHeader(500) }, casework.DeliveryWaiting, "rejected", 1},
		{"gone is for good", func(w http.ResponseWriter, _ int) { w.WriteHeader(410) }, casework.DeliveryDead, "rejected", 1},
		{"a busy site is not the event's fault", func(w http.ResponseWriter, _ int) { w.WriteHeader(429) }, casework.DeliveryWaiting, "deferred", 0},
		{slowSite, func(http.ResponseWriter, int) { <-answered }, casework.DeliveryWaiting, "timeout", 0},
		{"an endless reply is not read to its end", func(w http.ResponseWriter, _ int) {
			w.WriteHeader(200)
			for range 4000 {
				if _, err := w.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		}, casework.DeliverySent, "", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			b, e := newBench(t), newEndpoint(t)
			if row.name == slowSite {
				b = newHastyBench(t, 300*time.Millisecond)
				defer close(answered)
			}
			b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key}}
			e.play(row.answer)
			c := b.file(t, 1, site)
			b.deliver(t, c.ID, siteNotices(c)[0].Key)
			after, _ := b.Store.Get(context.Background(), c.ID)
			if n := siteNotices(after)[0]; n.State != row.state || n.Failure != row.reason || n.Attempts != row.attempts {
				t.Errorf("%s, %q, %d attempts", n.State, n.Failure, n.Attempts)
			}
		})
	}
}

func TestWhileKeysAreExchangedBothSign(t *testing.T) {
	b, e, fresh := newBench(t), newEndpoint(t), signature.NewKey()
	b.endpoints[site] = webhook.Endpoint{URL: e.URL, Keys: []signature.Key{key, fresh}}
	b.drain(t, b.file(t, 1, site).ID)
	for _, g := range e.all() {
		for _, k := range []signature.Key{key, fresh} {
			if err := signature.Verify(g.header, g.body, b.Clock.Now(), k); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestASiteThatIsGoneLeavesItsEventsToAPerson(t *testing.T) {
	b := newBench(t)
	c := b.file(t, 1, "closed-site")
	for _, n := range siteNotices(b.drain(t, c.ID)) {
		if n.State != casework.DeliveryDead || n.Failure != string(notifications.NoChannel) {
			t.Errorf("%s: %s %s", n.Key, n.State, n.Failure)
		}
	}
}

func TestACarrierNeedsItsParts(t *testing.T) {
	if _, err := webhook.New(webhook.Config{}); casework.CodeOf(err) != casework.Invalid {
		t.Error(err)
	}
}
