package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"priemnaya/casework"
)

// full fills every list of the body with more cases than a page shows, with
// names and summaries as long as they get.
func (b *bench) full(t *testing.T, n int) {
	t.Helper()
	b.text = strings.Repeat("Возле дома провалился асфальт, ", 12) + "прошу отремонтировать."
	b.name = casework.PersonName{Surname: "Константинопольская-Задунайская", Given: "Александра", Patronymic: "Владиславовна"}
	for range n {
		for _, stage := range []casework.Stage{casework.StageHeld, casework.StageRouted, casework.StageRegistered, casework.StageInWork, casework.StageOnSigning} {
			c := b.at(t, stage)
			if stage == casework.StageInWork {
				b.do(t, officer, c.ID, casework.Asking{Text: "Уточните адрес."})
			}
		}
	}
}

// TestAFullPageOfAnyQueueIsLight holds promise S4: a queue page is at most
// 100 KB of HTML, whatever it lists.
func TestAFullPageOfAnyQueueIsLight(t *testing.T) {
	b := newBench(t)
	b.full(t, 51)
	for _, by := range []casework.Actor{central, registrar, head, officer, supervisor} {
		for _, tab := range []string{"held", "registration", "registered", "mine", "unit", "waiting", "signing", "soon", "overdue", "open"} {
			r := b.get(t, by, "/desk?tab="+tab)
			rows := len(caseLink.FindAllString(r.body, -1))
			if r.status != 200 || len(r.body) > 100<<10 {
				t.Errorf("%s has %d KB of %q with %d links, status %d", by.ID, len(r.body)>>10, tab, rows, r.status)
			}
		}
	}
	if r := b.get(t, central, "/desk?tab=held"); len(caseLink.FindAllString(r.body, -1)) < 50 {
		t.Error("the page is not full")
	}
}

// TestPagesReadTheStoreABoundedNumberOfTimes keeps the cost of a page apart from
// the number of cases: twice as many cases cost not one reading more.
func TestPagesReadTheStoreABoundedNumberOfTimes(t *testing.T) {
	b := newBench(t)
	b.full(t, 51)
	sample := b.at(t, casework.StageInWork)
	bounds := map[string]int{"/desk?tab=open": 12, "/desk?tab=waiting": 12, "/desk?tab=overdue": 12, "/desk?tab=open&topic=0003": 12,
		// The offers of these two are read from their fifty cases.
		"/desk?tab=held": 62, "/desk?tab=registration": 62,
		"/desk/search?q=" + "асфальт": 6, "/desk/board": 6, "/desk/board/cases": 6, "/desk/board/cases?body=roads&officer=staff:officer": 6,
		"/desk/case/" + sample.ID: 30}
	measure := func() map[string]int {
		out := map[string]int{}
		for address := range bounds {
			b.store.asked = map[string]int{}
			if r := b.get(t, central, address); r.status != 200 {
				t.Fatalf("%s: %d", address, r.status)
			}
			for _, n := range b.store.asked {
				out[address] += n
			}
			if out[address] == 0 || out[address] > bounds[address] {
				t.Errorf("%s reads the store %d times, at most %d are expected: %v", address, out[address], bounds[address], b.store.asked)
			}
		}
		return out
	}
	before := measure()
	b.full(t, 51)
	if after := measure(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("with twice as many cases:\n%v\ninstead of\n%v", after, before)
	}
}
