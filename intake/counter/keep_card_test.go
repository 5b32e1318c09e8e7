package counter

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/visitor"
)

// visited makes a timetable of today and one visitor with a time.
func (h *house) visited() (casework.Receiver, casework.SlotID) {
	h.t.Helper()
	r := h.receiving("hours", "пт 15:00-16:00", "reserve", "0")
	slot := h.times(r)[0].ID
	must(h.t, h.book(1, slot, ""))
	return r, slot
}

func TestACardIsClosedAsTheLawLetsIt(t *testing.T) {
	h := openHouse(t)
	r, slot := h.visited()
	p := h.sign("head")
	p.open(visitOf(slot))
	said := visitor.Fields{"document": "yes", "text": "Просит починить дорогу у школы.", "end": "oral", "answer": "Ремонт начнётся в мае.", "outcome": "explained", "consent": "yes"}
	for field, value := range map[string]string{"document": "", "consent": "", "answer": "", "text": "", "end": "", "topic": "9999"} {
		wrong := maps.Clone(said)
		wrong[field] = value
		p.open(visitOf(slot))
		p.send("/counter/visit/", wrong)
		if p.want(422); !strings.Contains(string(p.Page.Body), "f-"+field+"-error") || field != "text" && p.Page.Input("text") != said["text"] {
			t.Errorf("%s: %q is kept\n%s", field, p.Page.Input("text"), p.Page.Text())
		}
	}
	p.open(visitOf(slot))
	p.send("/counter/visit/", said, visitor.File{Field: "scan", Name: "bad.pdf", Content: []byte("BAD")})
	p.want(422, "bad.pdf")
	p.send("/counter/visit/", said, visitor.File{Field: "scan", Name: "plan.pdf", Content: []byte("plan")})
	p.want(200, "Ответили устно")
	if p.Path() != "/counter/reception/"+r.ID+"/day" || p.Page.URL.RawQuery != "date=2026-11-20" {
		t.Errorf("at %s", p.Page.URL)
	}
	rows := h.all()
	if len(rows) != 1 {
		t.Fatalf("%d cases", len(rows))
	}
	c, err := h.store.Get(t.Context(), rows[0].ID)
	must(t, err)
	if c.Origin.Channel != casework.ChannelOral || c.Origin.Assurance != casework.AssuranceInPerson || len(c.Content.Files) != 1 || c.Stage != casework.StageAnswered {
		t.Errorf("the case: %+v at %s with %d files", c.Origin, c.Stage, len(c.Content.Files))
	}
	p.open(visitOf(slot))
	if p.want(200, c.Receipt, "Ремонт начнётся в мае"); p.tells(`name="end"`) {
		t.Error("a closed card can be closed again")
	}
}

func TestTheDayCountsWhoWasReceivedAndWhoDidNotCome(t *testing.T) {
	h := openHouse(t)
	r := h.receiving("hours", "пт 13:00-15:00", "reserve", "0")
	times := h.times(r)
	for n := range 3 {
		must(t, h.book(n+1, times[n].ID, ""))
	}
	h.pass(90 * time.Minute)
	p := h.sign("reg")
	p.open(visitOf(times[0].ID))
	p.send("/counter/visit/", visitor.Fields{"end": "absent"})
	p.want(200)
	p.open(visitOf(times[1].ID))
	p.send("/counter/visit/", visitor.Fields{"document": "yes", "text": "Просит убрать снег у школы.", "end": "sent", "answer": "Это решает школа."})
	p.want(200, "принято 1", "не пришли 1", "Ли-3")
	if !slices.ContainsFunc(h.times(r), func(s casework.Slot) bool { return s.At.After(h.now()) }) || len(h.all()) != 0 {
		t.Errorf("%d cases, times %v", len(h.all()), h.times(r))
	}
}

func TestATimeIsTakenBackOnlyWithAReason(t *testing.T) {
	h := openHouse(t)
	_, slot := h.visited()
	p := h.sign("reg")
	p.open(visitOf(slot))
	p.send("/off", visitor.Fields{"why": ""})
	p.want(422)
	p.send("/off", visitor.Fields{"why": "Руководитель болен, приём перенесён."})
	if p.want(200, "Руководитель болен"); !p.tells("Приём отменён") || p.Path() != visitOf(slot) && p.tells(`name="end"`) {
		t.Errorf("at %s\n%s", p.Path(), p.Page.Text())
	}
}

func TestReceptionOfAnotherBodyIsNotThere(t *testing.T) {
	h := openHouse(t)
	r, slot := h.visited()
	far := h.sign("far-reg")
	for _, path := range []string{"/counter/reception/" + r.ID + "/day", "/counter/reception/" + r.ID + "/edit", visitOf(slot), "/counter/visit/%zz",
		"/counter/reception/none/day", "/counter/reception/none/edit"} {
		if status := far.open(strings.ReplaceAll(path, "%zz", "nonsense")); status != 404 || far.Page.Says("Ли-1") {
			t.Errorf("%s: status %d", path, status)
		}
	}
	if far.open("/counter/reception"); far.Page.Says("Лапин") {
		t.Error("the list shows another body's")
	}
	// An administrator keeps timetables, and sees no visitors.
	admin := h.sign("admin")
	if admin.open("/counter/reception"); !admin.Page.Says("Лапин") || admin.Page.Link("/day") != "" {
		t.Errorf("the administrator\n%s", admin.Page.Text())
	}
	if status := admin.open("/counter/reception/" + r.ID + "/edit"); status != 200 {
		t.Errorf("the timetable: status %d", status)
	}
}
