package counter

import (
	"sync"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
	"priemnaya/cmd/visitor"
)

// brittle is a shelf whose n-th call from now fails; 0 is none.
type brittle struct {
	storetest.CheckedShelf
	mu     sync.Mutex
	calls  int
	failAt int
}

// breakAt makes the n-th call from now fail.
func (b *brittle) breakAt(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls, b.failAt = 0, n
}

// reached reports whether the call that was to fail was made.
func (b *brittle) reached() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls >= b.failAt
}

func (b *brittle) next() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.calls++; b.calls == b.failAt {
		return casework.Fail(casework.Internal, "brittle", "")
	}
	return nil
}

func TestAStoreThatFailsAtAnyStepIsNeverTakenForSuccess(t *testing.T) {
	for name, x := range brokenDeeds {
		t.Run(name, func(t *testing.T) {
			bore := 0
			for step := 1; ; step++ {
				h := openHouse(t)
				deed := x.prepare(h)
				h.shelf.breakAt(step)
				p := deed()
				if !h.shelf.reached() {
					if p.Page.Status != 200 || step == 1 {
						t.Fatalf("with a sound store, after %d steps: status %d", step, p.Page.Status)
					}
					break
				}
				if p.Page.Status < 500 {
					bore++
					t.Logf("step %d: status %d at %s", step, p.Page.Status, p.Path())
				}
			}
			if bore != x.bears {
				t.Errorf("%d failures are taken for success, want %d", bore, x.bears)
			}
		})
	}
}

// brokenDeeds is what is done at the counter while the store fails.
var brokenDeeds = map[string]struct {
	// prepare gives what is done while the store fails.
	prepare func(h *house) func() *person
	// bears is at how many steps the page does without the store.
	bears int
}{
	"the counter": {func(h *house) func() *person {
		p := h.sign("reg")
		return func() *person { p.open("/counter"); return p }
	}, 0},
	"a new entry": {func(h *house) func() *person {
		p := h.sign("mfc")
		p.open("/counter")
		return func() *person { p.send("/counter/new", visitor.Fields{"door": "paper"}); return p }
	}, 0},
	"an entry filed": {func(h *house) func() *person {
		p := h.sign("mfc")
		entry := p.begin("paper")
		return func() *person { p.send(entry, letter()); return p }
	}, 0},
	"letters": {func(h *house) func() *person {
		p := h.sign("reg")
		return func() *person { p.open("/counter/letters"); return p }
	}, 0},
	"a letter": {func(h *house) func() *person {
		page, _ := h.toPrint(h.enter(h.sign("mfc"), "paper", letter()))
		p := h.sign("reg")
		return func() *person { p.open(page); return p }
	}, 0},
	"a letter posted": {func(h *house) func() *person {
		page, _ := h.toPrint(h.enter(h.sign("mfc"), "paper", letter()))
		p := h.sign("reg")
		p.open(page + "/sent")
		return func() *person { p.send(page+"/sent", visitor.Fields{"how": "hand"}); return p }
	}, 0},
	"a receipt": {func(h *house) func() *person {
		p := h.sign("mfc")
		c := h.enter(p, "paper", letter())
		return func() *person { p.open("/counter/receipt/" + c.ID); return p }
	}, 0},
	"a receipt handed over": {func(h *house) func() *person {
		p := h.sign("mfc")
		h.enter(p, "paper", letter())
		return func() *person { p.send("/counter/receipt/", visitor.Fields{"do": "next"}); return p }
	}, 0},
	"a copy": {func(h *house) func() *person {
		c := h.enter(h.sign("mfc"), "paper", letter())
		h.answered(c.ID, "Фонарь у дома 4 заменили 19 ноября, он горит.")
		p := h.sign("officer")
		p.open("/counter/copy?case=" + c.ID)
		return func() *person { p.send("/counter/copy", nil); return p }
	}, 0},
	"a call opened": {func(h *house) func() *person {
		p := h.sign("mfc")
		p.send(p.begin("phone"), letter("door", "phone"))
		code := p.Page.Value("num")
		p.open("/counter")
		return func() *person { p.send("/counter/call", visitor.Fields{"code": code}); return p }
	}, 0},
	"a timetable kept": {func(h *house) func() *person {
		p := h.sign("reg")
		p.open("/counter/reception/new")
		return func() *person { p.keep(timetable()); return p }
		// The list of timetables does without the next free time of each.
	}, 5},
	"a day": {func(h *house) func() *person {
		r, _ := h.visited()
		p := h.sign("head")
		return func() *person { p.open("/counter/reception/" + r.ID + "/day"); return p }
	}, 0},
	"a card": {func(h *house) func() *person {
		_, slot := h.visited()
		p := h.sign("head")
		return func() *person { p.open(visitOf(slot)); return p }
	}, 0},
	"a visitor without a time": {func(h *house) func() *person {
		r, _ := h.visited()
		p := h.sign("head")
		p.open("/counter/reception/" + r.ID + "/day")
		return func() *person {
			p.send("/walk-in", visitor.Fields{"surname": "Осин", "given": "Олег", "about": "О яме во дворе дома"})
			return p
		}
	}, 0},
	"a time taken back": {func(h *house) func() *person {
		_, slot := h.visited()
		p := h.sign("head")
		p.open(visitOf(slot))
		return func() *person {
			p.send("/off", visitor.Fields{"why": "Руководитель болен, приём перенесён."})
			return p
		}
	}, 0},
}
