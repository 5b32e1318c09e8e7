package counter

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"sync"
	"testing"

	"priemnaya/casework"
	"priemnaya/cmd/visitor"
)

// timetable is one as it is typed: Tuesdays, the first of two times reserved.
func timetable(pairs ...string) visitor.Fields {
	f := visitor.Fields{"body": "roads", "name": "Лапин Илья Юрьевич", "position": "Председатель", "place": "Садовая, 1, каб. 5", "staff": "staff:head",
		"hours": "вт 10:00-11:00", "off": "", "minutes": "20", "ahead": "30", "reserve": "1", "categories": ""}
	for i := 0; i+1 < len(pairs); i += 2 {
		f[pairs[i]] = pairs[i+1]
	}
	return f
}

// keep sends a timetable from its open page, where the form leads to the page
// itself, and gives the status.
func (p *person) keep(fields visitor.Fields) int {
	p.t.Helper()
	sent := visitor.Fields{"version": p.Page.Input("version")}
	maps.Copy(sent, fields)
	must(p.t, p.Post(p.Page.URL.String(), sent))
	return p.Page.Status
}

// receiving keeps a timetable through its page.
func (h *house) receiving(pairs ...string) casework.Receiver {
	h.t.Helper()
	p := h.sign("reg")
	p.open("/counter/reception/new")
	p.keep(timetable(pairs...))
	p.want(200, "Лапин Илья Юрьевич")
	all, err := h.office.Receivers(h.t.Context(), "roads")
	must(h.t, err)
	return all[len(all)-1]
}

func (h *house) times(r casework.Receiver) []casework.Slot {
	h.t.Helper()
	free, err := h.office.FreeTimes(h.t.Context(), r.ID)
	must(h.t, err)
	return free
}

func applicant(n int) casework.Applicant {
	return casework.Applicant{Key: fmt.Sprint("esia:", n), Assurance: casework.AssuranceConfirmed, Name: casework.PersonName{Surname: fmt.Sprint("Ли-", n), Given: "Нина"},
		Contact: casework.Contact{Email: "nina@example.ru"}}
}

func (h *house) book(n int, slot casework.SlotID, priority string) error {
	_, err := h.office.Book(h.t.Context(), applicant(n), casework.BookingWish{Slot: slot, About: "О ремонте дороги у школы", Priority: priority, Lang: "ru"})
	return err
}

func visitOf(s casework.SlotID) string { return "/counter/visit/" + url.PathEscape(string(s)) }

func TestHoursAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"вт 10:00-12:00":               "Tuesday 0 10:00 12:00",
		" Вт  10:00 – 12:00 \n\n":      "Tuesday 0 10:00 12:00",
		"2-й вт 15:00—17:00":           "Tuesday 2 15:00 17:00",
		"1st mon 9:00-10:00":           "Monday 1 9:00 10:00",
		"3rd wed 9:00-10:00":           "Wednesday 3 9:00 10:00",
		"пн 9:00-10:00\nвс 9:00-10:00": "Monday 0 9:00 10:00, Sunday 0 9:00 10:00",
		"вторник 10:00-12:00":          "wrong: вторник 10:00-12:00",
		"пн 9:00-10:00\nвт 10:00":      "wrong: вт 10:00",
		"2":                            "wrong: 2",
	} {
		hours, wrong := readHours(text)
		var got []string
		for _, h := range hours {
			got = append(got, fmt.Sprint(h.Weekday, h.Nth, h.From, h.To))
		}
		said := strings.Join(got, ", ")
		if wrong != "" {
			said = "wrong: " + wrong
		}
		if said = strings.ReplaceAll(said, "  ", " "); strings.ReplaceAll(said, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%q is read as %q, want %q", text, said, want)
		}
	}
}

func TestATimetableIsKeptShownAndChanged(t *testing.T) {
	h := openHouse(t)
	h.receiving("hours", "вт 10:00-11:00\n2-й чт 15:00-16:00", "off", "2026-12-01", "categories", "Ветеран\n\nРодитель")
	p := h.sign("head")
	p.open("/counter/reception")
	p.want(200, "24.11.2026", "Комитет дорог")
	edit := p.Page.Link("/edit")
	p.open(edit)
	want := timetable("hours", "вт 10:00-11:00\n2-й чт 15:00-16:00", "off", "2026-12-01", "categories", "Ветеран\nРодитель")
	for name, typed := range want {
		if got := p.Page.Input(name); name != "body" && strings.TrimSpace(got) != typed {
			t.Errorf("%s holds %q, typed was %q", name, got, typed)
		}
	}
	stale := h.sign("reg")
	stale.open(edit)
	want["hours"] = "ср 10:00-11:00"
	p.keep(want)
	if p.want(200, "25.11.2026"); !p.tells("Расписание сохранено") {
		t.Error("nothing says that it is kept")
	}
	stale.keep(timetable("hours", "пт 10:00-11:00"))
	if stale.want(409); stale.Page.Input("hours") != "пт 10:00-11:00" {
		t.Errorf("the stale page holds %q", stale.Page.Input("hours"))
	}
	p.open(edit)
	want["closed"] = "yes"
	p.keep(want)
	p.want(200, "закрыто")
	if p.open(edit); !p.tells(`name="closed" value="yes" checked`) {
		t.Errorf("the closed timetable does not say so\n%s", p.Page.Body)
	}
}

func TestAWrongTimetableIsSaidAndKeepsWhatWasTyped(t *testing.T) {
	h := openHouse(t)
	p := h.sign("reg")
	for field, value := range map[string]string{"hours": "вторник с утра", "off": "завтра", "minutes": "много", "ahead": "", "reserve": "-1", "name": " ",
		"place": "", "position": ""} {
		p.open("/counter/reception/new")
		p.keep(timetable(field, value))
		if p.want(422); p.Page.Input(field) != value || !strings.Contains(string(p.Page.Body), "f-"+field+"-error") || field != "name" && p.Page.Input("name") == "" {
			t.Errorf("%s: it holds %q\n%s", field, p.Page.Input(field), p.Page.Text())
		}
	}
	p.open("/counter/reception/new")
	p.keep(timetable("body", "housing"))
	if p.Page.Status == 200 {
		t.Error("a registrar keeps a timetable of another body")
	}
	if all, err := h.office.Receivers(t.Context(), ""); err != nil || len(all) != 0 {
		t.Errorf("%d timetables are kept: %v", len(all), err)
	}
}

func TestOfAllWhoBookATimeAtOnceOneComes(t *testing.T) {
	h := openHouse(t)
	r := h.receiving()
	slot := h.times(r)[1].ID
	const many = 8
	var all sync.WaitGroup
	errs := make([]error, many)
	begin := make(chan struct{})
	for n := range many {
		all.Go(func() { <-begin; errs[n] = h.book(n+1, slot, "") })
	}
	close(begin)
	all.Wait()
	won := -1
	for n, err := range errs {
		switch {
		case err == nil && won < 0:
			won = n + 1
		case casework.CodeOf(err) != casework.Conflict:
			t.Errorf("person %d: %v, and %d has the time", n+1, err, won)
		}
	}
	p := h.sign("head")
	p.open("/counter/reception/" + r.ID + "/day?date=" + slot.Day().String())
	p.want(200, fmt.Sprint("Ли-", won), "10:20")
	for n := 1; n <= many; n++ {
		if n != won && p.Page.Says(fmt.Sprint("Ли-", n)) {
			t.Errorf("person %d is on the list beside %d", n, won)
		}
	}
}

func TestTheFirstTimesAreForThoseReceivedFirst(t *testing.T) {
	h := openHouse(t)
	r := h.receiving()
	first := h.times(r)[0]
	if err := h.book(1, first.ID, ""); casework.CodeOf(err) != casework.NotAllowed {
		t.Errorf("anybody takes a reserved time: %v", err)
	}
	must(t, h.book(2, first.ID, "veteran"))
	p := h.sign("head")
	p.open("/counter/reception/" + r.ID + "/day?date=2026-11-24")
	p.want(200, "Ли-2", "Ветеран или инвалид войны", "10:00")
	p.open(visitOf(first.ID))
	p.want(200, "Ветеран или инвалид войны", "nina@example.ru")
}

func TestABodysOwnCategoriesReplaceTheCommonOnes(t *testing.T) {
	h := openHouse(t)
	own, common := h.receiving("categories", "Почётный гражданин"), h.receiving("name", "Лапин Илья Юрьевич, заместитель")
	p := h.sign("reg")
	p.open("/counter/reception/" + own.ID + "/day")
	if !p.tells("Почётный гражданин") || p.tells("Ветеран или инвалид войны") {
		t.Errorf("the own categories\n%s", p.Page.Text())
	}
	p.open("/counter/reception/" + common.ID + "/day")
	if p.tells("Почётный гражданин") || !p.tells("Ветеран или инвалид войны") {
		t.Errorf("the common categories\n%s", p.Page.Text())
	}
	if p.open("/counter/reception/new"); !p.Page.Says("Ветеран или инвалид войны") {
		t.Error("the form does not name the common categories")
	}
}

func TestWhoComesWithoutATimeIsAddedOnceAndAfterThoseWithOne(t *testing.T) {
	h := openHouse(t)
	r := h.receiving("hours", "пт 15:00-16:00")
	must(t, h.book(1, h.times(r)[0].ID, "veteran"))
	day := "/counter/reception/" + r.ID + "/day"
	p, twin := h.sign("reg"), h.sign("reg")
	p.open(day)
	key := p.Page.Input("key")
	walk := visitor.Fields{"surname": "Осин", "given": "", "about": "О яме во дворе дома", "priority": "disabled", "post": "Садовая, 5"}
	p.send("/walk-in", walk)
	if p.want(422); p.Page.Input("surname") != "Осин" || p.Page.Input("about") != walk["about"] || p.Page.Input("key") != key || !p.chosen("disabled") {
		t.Errorf("kept: %q, %q\n%s", p.Page.Input("surname"), p.Page.Input("about"), p.Page.Body)
	}
	walk["given"] = "Олег"
	p.send("/walk-in", walk)
	p.want(200, "Осин Олег", "Инвалид I или II группы", "Садовая, 5")
	twin.open(day)
	walk["key"] = key
	twin.send("/walk-in", walk)
	if twin.Path() != p.Path() {
		t.Errorf("a second press leads to %s, not %s", twin.Path(), p.Path())
	}
	p.open(day)
	text := p.Page.Text()
	if strings.Count(text, "Осин Олег") != 1 || strings.Index(text, "Осин Олег") < strings.Index(text, "Ли-1") || !strings.Contains(text, "15:00") {
		t.Errorf("the day\n%s", text)
	}
	// Yesterday's page offers no place to add somebody.
	if p.open(day + "?date=2026-11-19"); p.tells("/walk-in") || p.Page.Says("Осин") {
		t.Errorf("another day\n%s", p.Page.Text())
	}
	if p.open(day + "?date=nonsense"); !p.Page.Says("Осин") {
		t.Error("a day that is none is not today")
	}
}
