package desk_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/desk"
)

// bulkActs are the buttons over a list.
var bulkActs = regexp.MustCompile(`name="act" value="([a-z]+)"`)

func actsOf(r reply) []string {
	var out []string
	for _, found := range bulkActs.FindAllStringSubmatch(r.body, -1) {
		out = append(out, found[1])
	}
	return out
}

// asked asks for an act on cases of a list and gives the confirmation.
func (b *bench) asked(t *testing.T, by casework.Actor, tab, act string, cases ...string) reply {
	t.Helper()
	f := b.list(t, by, "tab="+tab).formTo(t, "/desk/bulk")
	f.values["case"] = cases
	return b.submit(t, by, f, "act", act)
}

// ran confirms a bulk, runs it and gives the page of what came.
func (b *bench) ran(t *testing.T, by casework.Actor, confirm reply, typed ...string) reply {
	t.Helper()
	started := b.submit(t, by, confirm.formTo(t, "/desk/bulk/start"), typed...)
	at := started.header.Get("Location")
	if started.status != 303 || !strings.HasPrefix(at, "/desk/bulk/") {
		t.Fatalf("started: %d to %q\n%s", started.status, at, started.body)
	}
	if err := b.RunBulk(t.Context(), strings.TrimPrefix(at, "/desk/bulk/"), staffBook); err != nil {
		t.Fatal(err)
	}
	return b.get(t, by, at)
}

func TestAListOffersTheActsOfItsStageToWhoMayDoThem(t *testing.T) {
	b := newBench(t)
	for _, stage := range []casework.Stage{casework.StageHeld, casework.StageRouted, casework.StageRegistered, casework.StageInWork, casework.StageAnswered} {
		b.at(t, stage)
	}
	for _, x := range []struct {
		by   casework.Actor
		tab  string
		want []string
	}{
		{central, "held", []string{"accept"}}, {registrar, "registration", []string{"accept", "mark"}}, {registrar, "answered", nil},
		{head, "open", []string{"assign", "forward", "mark"}}, {officer, "open", []string{"mark"}}, {supervisor, "open", []string{"forward"}},
	} {
		if got := actsOf(b.list(t, x.by, "tab="+x.tab)); !slices.Equal(got, x.want) {
			t.Errorf("%s on %s: %v, want %v", x.by.ID, x.tab, got, x.want)
		}
	}
}

func TestManyCasesAreForwardedWithOneReason(t *testing.T) {
	var begun []string
	b := newBenchWith(t, func(c *desk.Config) { c.BulkStarted = func(id string) { begun = append(begun, id) } })
	one, two := b.at(t, casework.StageRegistered), b.at(t, casework.StageRegistered)
	confirm := b.asked(t, registrar, "open", "forward", one.ID, two.ID)
	form := confirm.formTo(t, "/desk/bulk/start")
	if nobody := b.submit(t, registrar, form, "why", "Ваше.", "body", ""); nobody.status != 422 || !strings.Contains(nobody.body, `href="#f-body"`) {
		t.Errorf("no body chosen: %d", nobody.status)
	}
	if silent := b.submit(t, registrar, form, "body", "admin", "why", ""); silent.status != 422 || !strings.Contains(silent.body, `href="#f-why"`) {
		t.Errorf("no reason given: %d", silent.status)
	}
	if none := b.submit(t, registrar, form, "find", "Нетакогооргана", "body", "", "do", "find"); !strings.Contains(none.body, `href="#f-find"`) {
		t.Errorf("a body that is not there was found: %d", none.status)
	}
	done := b.ran(t, registrar, confirm, "body", "admin", "why", "Вопрос администрации.", "find", "", "do", "")
	if !strings.Contains(done.body, "Готово: 2 из 2") || !strings.Contains(done.body, one.Number) || len(begun) != 1 {
		t.Errorf("begun %v:\n%s", begun, done.body)
	}
	for _, id := range []string{one.ID, two.ID} {
		if got := b.load(t, id); got.Place.Body != "admin" {
			t.Errorf("a case lies at %s", got.Place.Body)
		}
	}
}

func TestACaseThatMayNotGoWhereTheOthersGoIsNamedWithTheNorm(t *testing.T) {
	b := newBench(t)
	one, about := b.at(t, casework.StageRegistered), b.at(t, casework.StageRegistered)
	b.do(t, registrar, about.ID, casework.Marking{Against: []casework.Against{{Body: "admin"}}})
	done := b.ran(t, registrar, b.asked(t, registrar, "open", "forward", one.ID, about.ID), "body", "admin", "why", "Вопрос администрации.")
	if !strings.Contains(done.body, "Готово: 1 из 2") || !strings.Contains(done.body, "ст. 8 ч. 6") {
		t.Errorf("the result:\n%s", done.body)
	}
	if got := b.load(t, about.ID); got.Place.Body != "roads" {
		t.Errorf("the complaint went to whom it is about: %s", got.Place.Body)
	}
}

func TestManyCasesAreMarkedAndEachCourseIsOfferedOnce(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRegistered)
	confirm := b.asked(t, registrar, "open", "mark", c.ID)
	var variants []string
	for _, found := range regexp.MustCompile(`name="variant" value="([^"]*)"`).FindAllStringSubmatch(confirm.body, -1) {
		variants = append(variants, found[1])
	}
	once := slices.Compact(slices.Sorted(slices.Values(variants)))
	if len(variants) < 2 || len(once) != len(variants) {
		t.Fatalf("the courses offered: %q", variants)
	}
	done := b.ran(t, registrar, confirm, "variant", "migration")
	if got := b.load(t, c.ID); got.Procedure.Variant != "migration" || !strings.Contains(done.body, "Готово: 1 из 1") {
		t.Errorf("the course is %q:\n%s", got.Procedure.Variant, done.body)
	}
	back := b.ran(t, registrar, b.asked(t, registrar, "open", "mark", c.ID), "variant", "")
	if got := b.load(t, c.ID); got.Procedure.Variant != "" || back.body == done.body {
		t.Errorf("the course is %q", got.Procedure.Variant)
	}
	const set, unset = "Факты о миграции", "Обычный порядок"
	if !strings.Contains(done.body, set) || strings.Contains(done.body, unset) || strings.Contains(back.body, set) || !strings.Contains(back.body, unset) {
		t.Error("the page does not say which course was set")
	}
}

// shares are bodies with the share of a suggestion.
var shares = regexp.MustCompile(`>[^<>]+, 61[^<>]{1,8}%<`)

func TestManySuggestionsAreAcceptedEachAtItsOwnBody(t *testing.T) {
	b := newBench(t)
	one, two, old := b.at(t, casework.StageHeld), b.at(t, casework.StageHeld), b.at(t, casework.StageRegistered)
	confirm := b.asked(t, central, "held", "accept", one.ID, two.ID, old.ID)
	if n := len(shares.FindAllString(confirm.body, -1)); confirm.status != 200 || n != 2 || !strings.Contains(confirm.body, "tag-warn") {
		t.Fatalf("the confirmation says the share %d times:\n%s", n, confirm.body)
	}
	if done := b.ran(t, central, confirm); !strings.Contains(done.body, "Готово: 2 из 2") {
		t.Errorf("the result:\n%s", done.body)
	}
	for _, id := range []string{one.ID, two.ID} {
		if got := b.load(t, id); got.Stage != casework.StageRegistered || got.Place.Body != "roads" {
			t.Errorf("a case is %s at %q", got.Stage, got.Place.Body)
		}
	}
}

func TestOfficersOfABulkAreThoseWhoMayAnswerEachOnce(t *testing.T) {
	b := newBench(t)
	one, two := b.at(t, casework.StageRegistered), b.at(t, casework.StageRegistered)
	alike := b.asked(t, head, "open", "assign", one.ID, two.ID)
	if n := strings.Count(alike.body, `value="`+second.ID+`"`); n != 1 || strings.Contains(alike.body, `value="`+registrar.ID+`"`) {
		t.Errorf("an officer stands there %d times:\n%s", n, alike.body)
	}
	const several = "Дела у разных органов"
	if strings.Contains(alike.body, several) {
		t.Error("two cases of one body are said to lie at several")
	}
	b.do(t, registrar, two.ID, casework.Forwarding{Body: "water", Why: "Водопровод."})
	b.do(t, foreigner, two.ID, casework.Registration{})
	if r := b.asked(t, central, "open", "assign", one.ID, two.ID); !strings.Contains(r.body, several) {
		t.Errorf("cases of two bodies:\n%s", r.body)
	}
}

func TestABulkThatNobodyCanMeanIsRefused(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRegistered)
	f := b.asked(t, head, "open", "assign", c.ID).formTo(t, "/desk/bulk/start")
	for i, seen := range []string{"x", "-1", ""} {
		f.values["case"] = []string{c.ID + " " + seen}
		done := b.submit(t, head, f, "officer", second.ID, "id", strings.Repeat(string(rune('b'+i)), 32))
		if err := b.RunBulk(t.Context(), strings.TrimPrefix(done.header.Get("Location"), "/desk/bulk/"), staffBook); err != nil {
			t.Fatal(err)
		}
		if got := b.load(t, c.ID); got.Place.Officer != "" {
			t.Errorf("version %q: a case was assigned although nobody knows which one was seen", seen)
		}
	}
	f.values.Del("case")
	if none := b.submit(t, head, f, "officer", second.ID, "id", strings.Repeat("a", 32)); none.status != 303 || strings.HasPrefix(none.header.Get("Location"), "/desk/bulk/") {
		t.Errorf("a bulk of nothing: %d to %s", none.status, none.header.Get("Location"))
	}
}
