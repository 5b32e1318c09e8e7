package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/visitor"
	"priemnaya/notifications"
	"priemnaya/notifications/email/sink"
)

// confirmedPersons of the emulator have a confirmed account and an e-mail.
var confirmedPersons = []string{"1000000001", "1000000002", "1000000004", "1000000005", "1000000009", "1000000011"}

// acknowledged is an appeal whose filer has seen its number.
type acknowledged struct{ id, number, code, text string }

// errLost is a reply that the server sent and nobody got.
var errLost = errors.New("the reply was lost")

// lossy loses every fourth reply to a submission after the server made it.
type lossy struct{ random *rand.Rand }

func (l lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && strings.HasSuffix(r.URL.Path, "/submit") && l.random.IntN(4) == 0 {
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		return nil, errLost
	}
	return res, err
}

// filer files appeals, one after another, and repeats a step until it has an
// answer, as people do.
type filer struct {
	t      *testing.T
	base   string
	name   string
	v      *visitor.Visitor
	random *rand.Rand
	acks   []acknowledged
	// repeats counts submissions sent again.
	repeats int
}

// newFiler signs the n-th filer in; loss is true if replies to him get lost.
func newFiler(t *testing.T, cfg Config, n int, loss bool) *filer {
	random := rand.New(rand.NewPCG(uint64(n), 59))
	f := &filer{t: t, base: cfg.BaseURL, name: fmt.Sprintf("%c", 'А'+rune(n)), v: visitor.New(nil), random: random}
	if loss {
		f.v = visitor.New(lossy{random})
	}
	must(t, f.v.Open(cfg.BaseURL+"/login"))
	must(t, f.v.Follow("Госуслуги"))
	must(t, f.v.Submit("/emulator/choose", visitor.Fields{"person": confirmedPersons[n%len(confirmedPersons)]}))
	return f
}

// insist repeats a step until the server has answered it.
func (f *filer) insist(step func() error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		err := step()
		if err == nil && f.v.Page.Status < 500 {
			return
		}
		f.repeats++
		<-tick.C
	}
	f.t.Errorf("%s gave up at %s", f.name, f.v.Page.URL)
}

// file goes the whole way once. Each step posts the form of the page before,
// so that a repeat sends exactly the same again.
func (f *filer) file(n int) {
	text := fmt.Sprintf("Обращение %s-%d. На улице Садовой провалился асфальт, прошу починить.", f.name, n)
	steps := []struct {
		action string
		fields visitor.Fields
	}{
		{"/file/new", nil},
		{"/about", visitor.Fields{"topic": "0003.0009.0099.0742", "territory": "99701", "address": "улица Садовая, 12", "do": "next"}},
		{"/to", visitor.Fields{"addressee": "city-roads", "do": "next"}},
		{"/text", visitor.Fields{"text": text, "do": "next"}},
		{"/contact", visitor.Fields{"do": "next"}},
		{"/submit", nil},
	}
	f.insist(func() error { return f.v.Open(f.base + "/file") })
	var check visitor.Page
	for _, s := range steps {
		form := f.v.Page
		if s.action == "/submit" {
			check = form
		}
		f.insist(func() error {
			f.v.Page = form
			return f.v.Submit(s.action, s.fields)
		})
	}
	ack := f.readReceipt(text)
	if f.random.IntN(3) == 0 {
		// Somebody goes back and presses once more.
		f.insist(func() error {
			f.v.Page = check
			return f.v.Submit("/submit", nil)
		})
		if again := f.readReceipt(text); again != ack {
			f.t.Errorf("pressed again, %v became %v", ack, again)
		}
	}
	f.acks = append(f.acks, ack)
}

func (f *filer) readReceipt(text string) acknowledged {
	keys := f.v.Page.Values("num")
	id, ok := strings.CutPrefix(f.v.Path(), "/file/done/")
	if !ok || len(keys) < 2 {
		f.t.Errorf("filing ends at %s, status %d\n%s", f.v.Path(), f.v.Page.Status, f.v.Page.Text())
		return acknowledged{}
	}
	return acknowledged{id: id, number: keys[0], code: keys[1], text: text}
}

// crowd lets filers file until stop is closed.
func crowd(filers []*filer, stop <-chan struct{}) *sync.WaitGroup {
	var wg sync.WaitGroup
	for _, f := range filers {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
					f.file(n)
				}
			}
		})
	}
	return &wg
}

func kills() int {
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "" && !testing.Short() {
		return 50
	}
	return 5
}

func TestKilledWhileFilingNothingIsLostOrDoubled(t *testing.T) {
	cfg := testConfig(t)
	p := newProcess(t, cfg)
	p.start()
	filers := make([]*filer, 6)
	for i := range filers {
		filers[i] = newFiler(t, cfg, i, true)
	}
	stop := make(chan struct{})
	wg := crowd(filers, stop)
	random := rand.New(rand.NewPCG(59, 2026))
	var slowest, sum time.Duration
	for range kills() {
		<-time.After(time.Duration(100+random.IntN(900)) * time.Millisecond)
		p.kill()
		took := p.start()
		slowest, sum = max(slowest, took), sum+took
	}
	close(stop)
	wg.Wait()
	p.stop()
	if out, err := p.command("journal", "verify").CombinedOutput(); err != nil {
		t.Errorf("journal verify: %v\n%s", err, out)
	}
	var acks []acknowledged
	repeats := 0
	for _, f := range filers {
		acks, repeats = append(acks, f.acks...), repeats+f.repeats
	}
	t.Logf("%d kills, %d appeals acknowledged, %d steps repeated; restart %s on average, %s at most",
		kills(), len(acks), repeats, (sum / time.Duration(kills())).Round(time.Millisecond), slowest.Round(time.Millisecond))
	if len(acks) < kills() {
		t.Errorf("only %d appeals were filed between %d kills", len(acks), kills())
	}
	checkAftermath(t, cfg, acks)
}

// checkAftermath starts the program once more, with a clock beyond the leases
// of workers that were killed, and compares what people were told with what is.
func checkAftermath(t *testing.T, cfg Config, acks []acknowledged) {
	t.Helper()
	ctx := context.Background()
	k, err := readKeys(env(nil), cfg.Data)
	must(t, err)
	later := func() time.Time { return time.Now().Add(2 * notifications.DefaultLease) }
	a, err := newApp(ctx, cfg, k, slog.New(slog.DiscardHandler), later)
	must(t, err)
	must(t, a.Start(ctx))
	defer func() { must(t, a.Close(ctx)) }()
	eventually(t, "all notices have left", func() bool {
		ids, _, err := a.storage.OutboxDue(ctx, later().Add(24*time.Hour), casework.Window{Limit: 10})
		return err == nil && len(ids) == 0
	})
	checkCases(t, a, acks)
	told, repeats := checkTold(t, a, acks)
	t.Logf("%d letters, each once in the mailbox; %d came again with the same Message-ID and were folded", told, repeats)
}

// checkTold proves that each letter that a case asks for has been delivered
// and stands once in the mailbox. It counts them, and the repeats of all.
func checkTold(t *testing.T, a *App, acks []acknowledged) (told, repeats int) {
	t.Helper()
	letters, repeats := lettersByID(t, a)
	for _, ack := range acks {
		c, err := a.storage.Get(context.Background(), ack.id)
		must(t, err)
		received := false
		for _, n := range c.Outbox {
			if n.Medium != casework.MediumEmail {
				continue
			}
			received = received || n.Kind == casework.NoticeReceived
			if n.State != casework.DeliverySent {
				t.Errorf("case %s: letter %s is %s", c.ID, n.Key, n.State)
			}
			told++
			if got := letters[notifications.MessageID(c.ID, n.Key, "127.0.0.1")]; got != 1 {
				t.Errorf("case %s: letter %s stands %d times in the mailbox", c.ID, n.Key, got)
			}
		}
		if !received {
			t.Errorf("case %s has no letter that it was received", c.ID)
		}
	}
	return told, repeats
}

// checkCases proves that every acknowledged appeal is there once, whole, and
// that there is no other of the same people.
func checkCases(t *testing.T, a *App, acks []acknowledged) {
	t.Helper()
	ctx := context.Background()
	seen := map[string]bool{}
	for _, ack := range acks {
		if seen[ack.number] {
			t.Errorf("number %s was given twice", ack.number)
		}
		seen[ack.number] = true
		found, err := a.storage.Find(ctx, ack.number)
		must(t, err)
		if len(found) != 1 || found[0].ID != ack.id || found[0].Content.Text != ack.text {
			t.Errorf("%s finds %d cases", ack.number, len(found))
			continue
		}
		if _, err := a.office.Track(ctx, ack.number, ack.code); err != nil {
			t.Errorf("%s does not open with its code: %v", ack.number, err)
		}
	}
	ours := 0
	must(t, a.everyCase(ctx, func(c *casework.Case) error {
		if c.Content.Text == "" || len(c.Journal) == 0 || len(c.Terms) == 0 {
			t.Errorf("case %s is half stored", c.ID)
		}
		if strings.HasPrefix(c.Content.Text, "Обращение ") && strings.HasPrefix(c.Applicant().Key, "esia:") {
			ours++
		}
		return nil
	}))
	if ours != len(acks) {
		t.Errorf("%d cases are stored, %d were acknowledged", ours, len(acks))
	}
	drafts, _, err := a.storage.List(ctx, casework.KindDraft, "", casework.Window{Limit: casework.MaxLimit})
	must(t, err)
	left := slices.DeleteFunc(drafts, func(r casework.Record) bool { return !strings.Contains(string(r.Data), "Обращение ") })
	if len(left) > 0 {
		t.Errorf("%d drafts are left of appeals that were filed", len(left))
	}
}

// lettersByID counts the letters of the sink by Message-ID.
func lettersByID(t *testing.T, a *App) (count map[string]int, repeats int) {
	t.Helper()
	count = map[string]int{}
	w := casework.Window{Limit: casework.MaxLimit}
	for {
		records, next, err := a.storage.List(context.Background(), sink.KindLetter, "", w)
		must(t, err)
		for _, r := range records {
			var l sink.Letter
			must(t, json.Unmarshal(r.Data, &l))
			count[l.MessageID]++
			repeats += l.Repeats
		}
		if next == "" {
			return count, repeats
		}
		w.After = next
	}
}
