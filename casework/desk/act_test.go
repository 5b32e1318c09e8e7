package desk_test

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestACaseGoesAllTheWayOverTheDesk(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageHeld)
	page := b.get(t, central, path(c, ""))
	if r := b.submit(t, central, page.formTo(t, "/route")); r.status != 303 {
		t.Fatalf("route: %d %s", r.status, r.body)
	}
	page = b.get(t, registrar, path(c, ""))
	b.submit(t, registrar, page.formTo(t, "/register"), "kind", "complaint", "topic", "0003.0009.0099.0743")
	if got := b.load(t, c.ID); got.Number == "" || got.Procedure.Kind != casework.KindComplaint || got.Subject.Topics[0] != "0003.0009.0099.0743" {
		t.Fatalf("after registration: number %q, kind %q, topics %v", got.Number, got.Procedure.Kind, got.Subject.Topics)
	}
	page = b.get(t, head, path(c, ""))
	b.submit(t, head, page.formTo(t, "/assign"), "officer", officer.ID, "unit", "signs")
	page = b.get(t, officer, path(c, "/draft"))
	b.submit(t, officer, page.formTo(t, "/draft"), "text", "Яму заделали.", "outcome", "measures", "do", "submit")
	if got := b.load(t, c.ID); got.Stage != casework.StageOnSigning || got.Draft.Text != "Яму заделали." {
		t.Fatalf("after drafting: %s", got.Stage)
	}
	page = b.get(t, head, path(c, ""))
	b.submit(t, head, page.formTo(t, "/send-back"), "remarks", "Назовите день.")
	page = b.get(t, officer, path(c, "/draft"))
	if !strings.Contains(page.body, "Назовите день.") {
		t.Error("the officer does not see the remarks")
	}
	b.submit(t, officer, page.formTo(t, "/draft"), "text", "Яму заделали 14 ноября.", "do", "save")
	page = b.get(t, officer, path(c, ""))
	b.submit(t, officer, page.formTo(t, "/submit"))
	page = b.get(t, head, path(c, "/sign"))
	digest := casework.LetterDigest(c.ID, "Яму заделали 14 ноября.", nil)
	if !strings.Contains(page.body, digest) || !strings.Contains(page.body, "Яму заделали 14 ноября.") {
		t.Error("the page of signing does not show the text and its digest")
	}
	b.submit(t, head, page.formTo(t, "/sign"))
	page = b.get(t, officer, path(c, "/answer"))
	b.submit(t, officer, page.formTo(t, "/answer"))
	got := b.load(t, c.ID)
	if got.Stage != casework.StageAnswered || got.Answers[0].Signature.Digest != digest {
		t.Fatalf("at the end: %s", got.Stage)
	}
	if err := casework.VerifyJournal(&got); err != nil {
		t.Error(err)
	}
}

// acts are all acts of the desk: at which stage, with which fields, by whom.
var acts = []struct {
	name, below string
	stage       casework.Stage
	fields      []string
	allowed     []casework.Actor
	after       casework.Stage
}{
	{"route", "/route", casework.StageHeld, []string{"body", "roads"}, []casework.Actor{central}, casework.StageRouted},
	{"register", "/register", casework.StageRouted, []string{"kind", "statement"}, []casework.Actor{registrar, central}, casework.StageRegistered},
	{"forward", "/forward", casework.StageRegistered, []string{"body", "water", "why", "Это их вопрос"}, []casework.Actor{registrar, head, supervisor, central}, casework.StageRouted},
	{"assign", "/assign", casework.StageRegistered, []string{"officer", officer.ID}, []casework.Actor{registrar, head, central}, casework.StageInWork},
	{"draft", "/draft", casework.StageInWork, []string{"text", "Новый текст", "outcome", "explained", "revision", "1"}, []casework.Actor{officer, head}, casework.StageInWork},
	{"submit", "/submit", casework.StageInWork, []string{"revision", "1"}, []casework.Actor{officer, head}, casework.StageOnSigning},
	{"send back", "/send-back", casework.StageOnSigning, []string{"remarks", "Короче"}, []casework.Actor{head}, casework.StageInWork},
	{"sign", "/sign", casework.StageOnSigning, nil, []casework.Actor{head}, casework.StageSigned},
	{"answer", "/answer", casework.StageSigned, nil, []casework.Actor{officer, second, unitMan, head, registrar, central}, casework.StageAnswered},
}

func TestEachActIsDoneByItsRolesAndRefusedToOthers(t *testing.T) {
	for _, act := range acts {
		for _, by := range people {
			t.Run(act.name+" by "+by.ID, func(t *testing.T) {
				b := newBench(t)
				c := b.at(t, act.stage)
				fields := append([]string{"seen", itoa(len(c.Journal))}, act.fields...)
				if act.name == "sign" {
					fields = append(fields, "digest", casework.LetterDigest(c.ID, c.Draft.Letter(), nil))
				}
				r := b.submit(t, by, b.blank(t, by, path(c, act.below)), fields...)
				got := b.load(t, c.ID)
				if allowed(act.allowed, by) && by.MayRead(&c) {
					if r.status != 303 || got.Stage != act.after || len(got.Journal) != len(c.Journal)+1 {
						t.Fatalf("status %d, stage %s, %d events", r.status, got.Stage, len(got.Journal))
					}
					return
				}
				if r.status != 403 && r.status != 404 {
					t.Errorf("status %d, want a refusal", r.status)
				}
				if len(got.Journal) != len(c.Journal) {
					t.Error("a refused act is in the journal")
				}
			})
		}
	}
}

func allowed(list []casework.Actor, by casework.Actor) bool {
	for _, a := range list {
		if a.ID == by.ID {
			return true
		}
	}
	return false
}

// blank is a form to an address with nothing but a good token: what somebody
// sends who was never shown the button.
func (b *bench) blank(t testing.TB, by casework.Actor, action string) form {
	t.Helper()
	page := b.get(t, by, "/desk")
	f := form{action: action, values: map[string][]string{}}
	for _, other := range page.forms(t) {
		f.values.Set("_csrf", other.values.Get("_csrf"))
	}
	return f
}

func TestEachActOnAStalePageShowsWhatHappenedAndKeepsTheText(t *testing.T) {
	for _, act := range acts {
		t.Run(act.name, func(t *testing.T) {
			b := newBench(t)
			c := b.at(t, act.stage)
			fields := append([]string{"seen", itoa(len(c.Journal) - 1)}, act.fields...)
			r := b.submit(t, act.allowed[0], b.blank(t, act.allowed[0], path(c, act.below)), fields...)
			if r.status != 409 {
				t.Fatalf("status %d", r.status)
			}
			if !strings.Contains(r.body, `class="timeline"`) {
				t.Error("the page does not show what happened")
			}
			for i := 0; i+1 < len(act.fields); i += 2 {
				switch act.fields[i] {
				case "text", "why", "remarks":
					if !strings.Contains(r.body, act.fields[i+1]) {
						t.Errorf("%s is lost", act.fields[i])
					}
				}
			}
			if got := b.load(t, c.ID); len(got.Journal) != len(c.Journal) {
				t.Error("the act was done")
			}
			if b.signs > 1 {
				t.Error("the key was used for a letter nobody was shown")
			}
		})
	}
}

func TestASeenThatWasTamperedWithIsStale(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRouted)
	for _, seen := range []string{"-1", "", "x", "999999999999999999999"} {
		r := b.submit(t, registrar, b.blank(t, registrar, path(c, "/register")), "kind", "statement", "seen", seen)
		if r.status != 409 {
			t.Errorf("seen=%q: status %d", seen, r.status)
		}
	}
}

func TestAnActThatTheStageForbidsNamesTheNorm(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageAnswered)
	r := b.submit(t, registrar, b.blank(t, registrar, path(c, "/forward")), "seen", itoa(len(c.Journal)), "body", "water", "why", "Не наше дело")
	if r.status != 409 || !strings.Contains(r.body, "ст. 8 ч. 3") || !strings.Contains(r.body, "Не наше дело") {
		t.Errorf("status %d: norm or text missing", r.status)
	}
}

func TestMistakesStandAtTheirFields(t *testing.T) {
	cases := []struct {
		name, below string
		stage       casework.Stage
		by          casework.Actor
		fields      []string
		field, keep string
	}{
		{"no body", "/route", casework.StageHeld, central, []string{"body", ""}, "f-body", ""},
		{"unknown body", "/forward", casework.StageRegistered, registrar, []string{"body", "nowhere", "why", "Причина моя"}, "f-body", "Причина моя"},
		{"no reason", "/forward", casework.StageRegistered, registrar, []string{"body", "water", "why", " "}, "f-why", ""},
		{"no kind", "/register", casework.StageRouted, registrar, []string{"kind", "wish"}, "f-kind", ""},
		{"unknown topic", "/register", casework.StageRouted, registrar, []string{"kind", "statement", "topic", "9999"}, "f-topic", ""},
		{"no officer", "/assign", casework.StageRegistered, head, []string{"officer", ""}, "f-officer", ""},
		{"a registrar is no officer", "/assign", casework.StageRegistered, head, []string{"officer", registrar.ID}, "f-officer", ""},
		{"unknown unit", "/assign", casework.StageRegistered, head, []string{"officer", officer.ID, "unit", "moon"}, "f-unit", ""},
		{"no remarks", "/send-back", casework.StageOnSigning, head, []string{"remarks", ""}, "f-remarks", ""},
		{"too long", "/draft", casework.StageInWork, officer, []string{"text", strings.Repeat("я", casework.MaxLetter+1), "revision", "1"}, "f-text", "яяяя"},
		{"unknown outcome", "/draft", casework.StageInWork, officer, []string{"text", "Мой текст", "outcome", "magic", "revision", "1"}, "f-outcome", "Мой текст"},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			c := b.at(t, tt.stage)
			r := b.submit(t, tt.by, b.blank(t, tt.by, path(c, tt.below)), append(tt.fields, "seen", itoa(len(c.Journal)))...)
			if r.status != 422 {
				t.Fatalf("status %d", r.status)
			}
			if !strings.Contains(r.body, `href="#`+tt.field+`"`) || !strings.Contains(r.body, `id="`+tt.field+`-error"`) {
				t.Errorf("no error at %s", tt.field)
			}
			if !strings.Contains(r.body, tt.keep) {
				t.Error("what was typed is lost")
			}
			if got := b.load(t, c.ID); len(got.Journal) != len(c.Journal) {
				t.Error("the act was done")
			}
		})
	}
}

func TestAStoreThatDoesNotAnswerLosesNoText(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	f := b.get(t, officer, path(c, "/draft")).formTo(t, "/draft")
	b.store.down = true
	r := b.submit(t, officer, f, "text", "Час работы")
	if r.status != 503 || !strings.Contains(r.body, "Час работы") || strings.Contains(r.body, ".go:") {
		t.Errorf("status %d, or the text is lost", r.status)
	}
}
