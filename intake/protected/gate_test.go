package protected

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func newBenchGate(rate float64) (*gate, *bench) {
	b := &bench{at: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	return newGate(rate, b.now), b
}

func solve(g *gate) string {
	challenge, zeros := g.puzzle()
	for n := 0; ; n++ {
		if leadingZeros(sha256.Sum256(fmt.Appendf(nil, "%s.%d", challenge, n))) >= zeros {
			return fmt.Sprintf("%s.%d", challenge, n)
		}
	}
}

func TestAPassWorksOnceAndNotForEver(t *testing.T) {
	g, b := newBenchGate(5)
	first, second := g.ask("").pass, g.ask("").pass
	if !g.spend(first) || g.spend(first) {
		t.Error("a pass works other than once")
	}
	b.pass(passLife + time.Minute)
	if g.spend(second) {
		t.Error("a pass works for ever")
	}
	for _, forged := range []string{"", "x", second[:len(second)-2] + "AA", g.ask("").knock} {
		if g.spend(forged) {
			t.Errorf("%q works as a pass", forged)
		}
	}
}

func TestAQueueLetsThroughInTurnAtItsRate(t *testing.T) {
	g, b := newBenchGate(2)
	for g.ask("").pass != "" { // the ready ones go
	}
	var knocks, passes []string
	for range 20 {
		knocks = append(knocks, g.ask("").knock)
	}
	if g.ask(knocks[0]).pass != "" {
		t.Error("a knock is answered before it was waited for")
	}
	b.pass(knockWait)
	g.ready = 0 // others were quicker
	var waits []time.Duration
	for _, k := range knocks {
		turn := g.ask(k)
		if turn.pass == "" {
			t.Fatal("a knock got no place")
		}
		passes, waits = append(passes, turn.pass), append(waits, turn.wait)
	}
	if gap := waits[19] - waits[9]; gap != 5*time.Second {
		t.Errorf("ten places take %v at two a second", gap)
	}
	if g.spend(passes[19]) {
		t.Error("a pass works before its turn")
	}
	b.pass(11 * time.Second)
	for i, p := range passes {
		if !g.spend(p) {
			t.Errorf("the pass of place %d does not work in its turn", i)
		}
	}
	if g.ask(knocks[3]).pass != "" && g.ready < 1 {
		t.Error("a knock gave two places")
	}
}

func TestAFloodThatDoesNotComeBackTakesNoPlace(t *testing.T) {
	g, b := newBenchGate(2)
	for range 100_000 {
		g.ask("")
	}
	if len(g.used) != 0 {
		t.Errorf("%d marks are kept of nothing", len(g.used))
	}
	knock := g.ask("").knock
	b.pass(knockWait)
	if turn := g.ask(knock); turn.pass == "" || turn.wait > time.Second {
		t.Errorf("who came back waits %v", turn.wait)
	}
}

func TestWorkGrowsWithTheLoadAndShrinksAfterIt(t *testing.T) {
	g, b := newBenchGate(0.5)
	if _, zeros := g.puzzle(); zeros != leastBits {
		t.Errorf("%d bits at rest", zeros)
	}
	work := solve(g)
	if !g.spend(work) || g.spend(work) {
		t.Error("a proof works other than once")
	}
	for range 60 {
		if !g.spend(solve(g)) {
			t.Fatal("a proof does not work")
		}
	}
	_, busy := g.puzzle()
	if busy <= leastBits {
		t.Errorf("%d bits after sixty proofs", busy)
	}
	b.pass(10 * time.Minute)
	if _, zeros := g.puzzle(); zeros != leastBits {
		t.Errorf("%d bits after ten quiet minutes", zeros)
	}
	challenge, _ := g.puzzle()
	for _, bad := range []string{challenge + ".", challenge + ".-1", challenge + ".99999999999999999999999", "x.1"} {
		if g.spend(bad) {
			t.Errorf("%q works", bad)
		}
	}
	late := solve(g)
	b.pass(workLife + time.Second)
	if g.spend(late) {
		t.Error("a proof works after its time")
	}
}

func TestTheQueueIsAPageThatReturnsByItself(t *testing.T) {
	b := opensDoor(t, func(c *Config) { c.Rate = 0.2 })
	p := b.person()
	p.open("/new").open("/new").open("/new").wants(200, "/new", "Вы в очереди", `<a href="/new?turn=`)
	if !strings.Contains(p.last.Header.Get("Refresh"), ";url=/new?turn=") {
		t.Errorf("the page of the queue comes back by %q", p.last.Header.Get("Refresh"))
	}
	follow := func() {
		_, address, ok := strings.Cut(p.last.Header.Get("Refresh"), ";url=")
		if !ok {
			t.Fatalf("the page of the queue leads nowhere: %q", p.last.Header.Get("Refresh"))
		}
		p.open(address)
	}
	for i := 0; !strings.Contains(p.page, `action="/words"`); i++ {
		if i == 10 {
			t.Fatal("the queue has no end")
		}
		b.pass(10 * time.Second)
		follow()
	}
	p.send("/words", nil).wants(200, "/words")
	p.open("/return")
	p.send("/return", url.Values{"pass": {"none"}, "words": {"абзац абзац абзац абзац абзац абзац абзац"}}).wants(429, "/return", "Нужно встать в очередь")
}

func TestBrokenFormsAreRefused(t *testing.T) {
	b := opensDoor(t)
	for _, x := range []struct {
		kind, body string
		status     int
	}{
		{"application/x-www-form-urlencoded", "pass=%zz", 400},
		{"text/plain", "pass=1", 400},
		{"", "", 400},
		{"multipart/form-data; boundary=x", "--x\r\nbroken", 400},
		{"application/x-www-form-urlencoded", "words=" + strings.Repeat("a", formBytes), 413},
	} {
		res, err := http.Post(b.web.URL+"/return", x.kind, strings.NewReader(x.body))
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode != x.status {
			t.Errorf("%s %.20q: %d, want %d", x.kind, x.body, res.StatusCode, x.status)
		}
	}
	if b.log.String() != "" {
		t.Errorf("a person's mistake is in the log: %s", b.log.String())
	}
}
