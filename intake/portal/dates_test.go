package portal

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// moments are instants around which dates change, and random ones between.
func moments(n int) []time.Time {
	var out []time.Time
	for _, day := range []time.Time{
		time.Date(2026, 12, 31, 0, 0, 0, 0, moscow), time.Date(2026, 11, 3, 0, 0, 0, 0, moscow),
		time.Date(2026, 4, 30, 0, 0, 0, 0, moscow), time.Date(2026, 11, 27, 0, 0, 0, 0, moscow), time.Date(2027, 1, 1, 0, 0, 0, 0, moscow),
	} {
		out = append(out, day, day.Add(24*time.Hour-time.Second), day.Add(24*time.Hour-time.Nanosecond))
	}
	random := rand.New(rand.NewPCG(1, 2))
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, moscow)
	for range n {
		out = append(out, first.Add(time.Duration(random.Int64N(int64(500*24*time.Hour)))))
	}
	return out
}

func TestTheDatesShownAreTheDatesStored(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	to := []string{"roads", "east", "decide"}
	for i, now := range moments(60) {
		h.setNow(now)
		draft := r.begin()
		r.fill(draft, "Во дворе нет света.", to[i%len(to)])
		page := r.get("/file/" + draft + "/check").Body
		shown := datesField.FindStringSubmatch(page)[1]
		a := r.post("/file/"+draft+"/submit", "dates", shown)
		c, err := h.store.Get(t.Context(), strings.TrimPrefix(a.Location, "/file/done/"))
		must(t, err)
		stored := datesOf(&c)
		if stored.String() != shown || stored.Register.IsZero() || stored.Answer.IsZero() {
			t.Fatalf("%s: shown %s, stored %s", now, shown, stored)
		}
		for _, d := range []casework.Date{stored.Register, stored.Answer} {
			words := templates.FormatDate("ru", d.Time(time.UTC))
			if !strings.Contains(page, words) || !strings.Contains(r.get(a.Location).Body, words) {
				t.Errorf("%s: %s is not in words on both pages", now, words)
			}
		}
	}
}

func TestANewDayBetweenCheckAndSubmitIsShownBeforeFiling(t *testing.T) {
	h := openHouse(t)
	h.setNow(time.Date(2026, 11, 23, 23, 59, 59, 0, moscow))
	r := h.reader("anna", "ru")
	draft := r.begin()
	r.fill(draft, "Во дворе нет света.", "roads")
	shown := r.shown(draft)
	h.setNow(h.now().Add(2 * time.Second))
	a := r.post("/file/"+draft+"/submit", "dates", shown)
	check(t, "moved", a)
	if a.Status != 409 || !strings.Contains(a.Body, "Наступил новый день") || len(h.mine(anna)) != 0 {
		t.Fatalf("status %d, %d cases", a.Status, len(h.mine(anna)))
	}
	fresh := datesField.FindStringSubmatch(a.Body)[1]
	if fresh == shown {
		t.Error("the page shows the old dates")
	}
	if a := r.post("/file/"+draft+"/submit", "dates", fresh); a.Status != 303 {
		t.Errorf("the second press: status %d", a.Status)
	}
}

func TestTheExplanationEndsOnTheDateThatIsPromised(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	for _, to := range []string{"roads", "east"} {
		for _, now := range moments(12) {
			h.setNow(now)
			id := r.file("Во дворе нет света.", to)
			c, err := h.store.Get(t.Context(), id)
			must(t, err)
			for _, term := range c.Terms {
				a := r.get("/case/" + id + "/term/" + term.ID)
				check(t, "term", a)
				last, _, _ := strings.Cut(a.Body[strings.LastIndex(a.Body, `<tr class="row-last">`):], "</tr>")
				if !strings.Contains(last, templates.FormatDateShort("ru", term.Due.Time(time.UTC))) || strings.Count(a.Body, `class="row-last"`) != 1 {
					t.Errorf("%s %s: the table does not end on %s", to, now, term.Due)
				}
				if !strings.Contains(a.Body, term.Rule.Norm) {
					t.Errorf("%s is not named", term.Rule.Norm)
				}
			}
		}
	}
}

func TestALateAnswerIsSaidAndALateInnerTermIsNot(t *testing.T) {
	h := openHouse(t)
	r := h.reader("anna", "ru")
	id := r.file("Во дворе нет света.", "roads")
	c := h.register(id)
	forward, _ := c.Term(casework.TermForward)
	h.setNow(forward.Due.AddDays(3).Time(moscow).Add(12 * time.Hour))
	for _, path := range []string{"/case/" + id, "/my"} {
		if body := r.get(path).Body; strings.Contains(body, "просрочено") || strings.Contains(body, "Срок прошёл") {
			t.Errorf("%s: the term of forwarding is shown as the applicant's", path)
		}
	}
	consider, _ := c.Term(casework.TermConsider)
	h.setNow(consider.Due.End(moscow))
	if body := r.get("/case/" + id).Body; strings.Contains(body, "Срок прошёл") || !strings.Contains(body, "срок истекает сегодня") {
		t.Error("the last day is not the last day in time")
	}
	h.setNow(consider.Due.End(moscow).Add(time.Nanosecond))
	if body := r.get("/case/" + id).Body; !strings.Contains(body, "Срок прошёл, а ответа ещё нет") {
		t.Error("a late answer is not said")
	}
}
