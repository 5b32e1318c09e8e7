package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/registry"
	"priemnaya/cmd/visitor"
)

// zones are the eleven time zones of the country, from west to east.
var zones = []string{"Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
	"Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka"}

// instants are twenty awkward moments in Moscow time: ends of years, long
// holidays, a leap day, working Saturdays, the last second of a day.
var instants = []string{
	"2024-01-08T12:00:00", "2024-02-29T23:59:59", "2024-04-27T10:00:00", "2024-11-02T18:00:00", "2024-12-28T09:00:00",
	"2024-12-31T23:59:59", "2025-01-01T00:00:00", "2025-01-08T15:00:00", "2025-03-29T23:59:59", "2025-03-30T00:00:00",
	"2025-05-08T08:00:00", "2025-11-01T11:00:00", "2025-12-31T23:59:59", "2026-01-01T00:00:01", "2026-02-22T23:30:00",
	"2026-04-30T17:00:00", "2026-06-11T23:59:59", "2026-11-03T14:00:00", "2026-12-31T21:00:00", "2027-02-20T10:00:00",
}

// zoneBodies are one body in each zone.
func zoneBodies() registry.Edition {
	e := registry.Edition{Territories: []casework.Territory{{Code: "99701", Name: "Город"}}}
	for i, zone := range zones {
		e.Bodies = append(e.Bodies, casework.Body{ID: fmt.Sprintf("zone-%d", i), Name: "Орган в поясе " + zone, Short: zone,
			Level: casework.LevelMunicipal, Settings: casework.Settings{TimeZone: zone}})
	}
	return e
}

func TestTheWholeWayAtTwentyMomentsInElevenZones(t *testing.T) {
	cfg := testConfig(t)
	c := &clock{}
	a := startApp(t, cfg, 0, c.Now)
	a.clock = c
	ctx := context.Background()
	reg, err := registry.Publish(ctx, a.storage, zoneBodies())
	must(t, err)
	a.office.SetRegistry(reg)
	for i, moment := range instants {
		// Every zone comes up, and the last second of a day in every third.
		zone := i % len(zones)
		t.Run(moment+" "+zones[zone], func(t *testing.T) {
			at, err := parseInstant(moment)
			must(t, err)
			c.Set(at)
			oneWay(t, a, c, fmt.Sprintf("zone-%d", zone))
		})
	}
}

// oneWay walks an appeal from filing to the answer at the present moment of
// the clock and compares what was shown, stored and told.
func oneWay(t *testing.T, a *App, c *clock, body string) {
	ctx := context.Background()
	b, err := a.office.Registry().Body(body)
	must(t, err)
	loc := b.Settings.Location()
	v := signIn(t, a.cfg, journeyPerson)
	must(t, v.Open(a.cfg.BaseURL+"/file"))
	must(t, v.Submit("/file/new", nil))
	must(t, v.Submit("/about", visitor.Fields{"topic": "0003.0009.0099.0742", "territory": "99701", "do": "next"}))
	must(t, v.Submit("/to", visitor.Fields{"addressee": body, "do": "next"}))
	must(t, v.Submit("/text", visitor.Fields{"text": "Провалился асфальт, прошу починить дорогу.", "do": "next"}))
	must(t, v.Submit("/contact", visitor.Fields{"do": "next"}))
	shown := v.Page.Text()
	must(t, v.Submit("/submit", nil))
	if !strings.HasPrefix(v.Path(), "/file/done/") {
		t.Fatalf("filing ended at %s: %s", v.Path(), v.Page.Text())
	}
	id := strings.TrimPrefix(v.Path(), "/file/done/")
	stored, err := a.storage.Get(ctx, id)
	must(t, err)
	for _, kind := range []casework.TermKind{casework.TermRegister, casework.TermConsider} {
		term, ok := stored.Term(kind)
		if !ok || !strings.Contains(shown, inWords(term.Due)) {
			t.Errorf("%s is due %s, shown was\n%s", kind, term.Due, shown)
		}
	}
	if want := casework.DateOf(stored.Origin.ReceivedAt, loc); stored.Terms[0].Start != want {
		t.Errorf("received on %s at the body, the term starts on %s", want, stored.Terms[0].Start)
	}
	eventually(t, "the case is routed", func() bool {
		x, err := a.storage.Get(ctx, id)
		return err == nil && x.Stage == casework.StageRouted
	})
	in := func(r casework.Role) casework.Actor {
		return casework.Actor{ID: "staff:" + string(r), Name: string(r), Grants: []casework.Grant{{Role: r, Body: body}}}
	}
	for _, step := range []struct {
		by  casework.Actor
		act casework.Act
	}{
		{in(casework.RoleRegistrar), casework.Registration{}},
		{in(casework.RoleHead), casework.Assignment{Officer: in(casework.RoleOfficer)}},
		{in(casework.RoleOfficer), casework.Drafting{Text: "Починили.", Outcome: casework.OutcomeMeasures}},
		{in(casework.RoleOfficer), casework.Submission{Revision: 1}},
		{in(casework.RoleHead), casework.Signing{}},
	} {
		_, err := a.office.Do(ctx, step.by, id, casework.AnyState, step.act)
		must(t, err)
	}
	// Answered in the last second of the due date at the body: in time.
	signed, err := a.storage.Get(ctx, id)
	must(t, err)
	term, _ := signed.Term(casework.TermConsider)
	c.Set(term.Due.End(loc).Add(-time.Second))
	done, err := a.office.Do(ctx, in(casework.RoleOfficer), id, casework.AnyState, casework.Answering{})
	must(t, err)
	for _, x := range done.Terms {
		if x.Kind == casework.TermConsider && !x.Provisional && x.Fate != casework.FateMet {
			t.Errorf("answered on the due date %s: the term is %s", x.Due, x.Fate)
		}
	}
	must(t, casework.VerifyJournal(&done))
}

// inWords is a date as the pages write it, without the year.
func inWords(d casework.Date) string {
	months := []string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}
	return fmt.Sprintf("%d %s", d.Day, months[d.Month-1])
}

func TestAYearWithoutACalendarStopsOnlyWhatNeedsItAndSaysSo(t *testing.T) {
	cfg := testConfig(t)
	c := &clock{}
	a := startApp(t, cfg, 0, c.Now)
	at, err := parseInstant("2027-12-15T12:00:00")
	must(t, err)
	c.Set(at)
	v := signIn(t, cfg, journeyPerson)
	must(t, v.Open(cfg.BaseURL+"/file"))
	must(t, v.Submit("/file/new", nil))
	must(t, v.Submit("/about", visitor.Fields{"territory": "99701", "do": "next"}))
	must(t, v.Submit("/to", visitor.Fields{"addressee": "city-roads", "do": "next"}))
	must(t, v.Submit("/text", visitor.Fields{"text": "Этот текст не должен пропасть.", "do": "next"}))
	must(t, v.Submit("/contact", visitor.Fields{"do": "next"}))
	if !v.Page.Says("2028") || v.Page.Status >= 500 && v.Page.Status != 503 {
		t.Errorf("status %d: %s", v.Page.Status, v.Page.Text())
	}
	must(t, v.Open(cfg.BaseURL+"/my"))
	if !v.Page.Says("Этот текст") {
		t.Errorf("the draft is gone: %s", v.Page.Text())
	}
	if got := casework.MissingYears(a.office.Laws(), at); len(got) != 1 {
		t.Errorf("in December the missing year is warned of for %v", got)
	}
}
