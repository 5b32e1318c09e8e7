package main

import (
	"os"
	"regexp"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/cmd/priemnaya/demo"
)

// officerPages are what somebody who answers sees in every state of a case.
func (s *deskStage) officerPages() []shownPage {
	at := func(name, more string) string { return "/desk/case/" + s.id[name] + more }
	pages := []shownPage{{"q-mine", "/desk?tab=mine"}, {"q-rework", "/desk?tab=rework"}, {"q-soon", "/desk?tab=soon"}, {"q-none", "/desk?tab=open&topic=0001"},
		{"search-empty", "/desk/search"}, {"search-none", "/desk/search?q=синхрофазотрон"}, {"search-found", "/desk/search?q=садовая"}}
	for _, name := range []string{"full", "asked", "plain", "drafted", "visas", "signing", "returned", "signed", "answered", "rated", "reopened", "reviewed", "copied", "210", "248"} {
		pages = append(pages, shownPage{"o-case-" + name, at(name, "")})
	}
	for _, name := range []string{"full", "returned", "210", "248"} {
		pages = append(pages, shownPage{"o-draft-" + name, at(name, "/draft")})
	}
	return append(pages, shownPage{"o-draft-questions", at("full", "/draft?questions=1")}, shownPage{"o-question", at("full", "/question/q1")},
		shownPage{"o-act-visas", at("drafted", "/act/ask_visa")}, shownPage{"o-act-receive", at("full", "/act/receive")}, shownPage{"o-act-request", at("plain", "/act/request")},
		shownPage{"o-act-ask", at("plain", "/act/ask")}, shownPage{"o-act-propose", at("plain", "/act/propose")}, shownPage{"o-act-find", at("210", "/act/find")},
		shownPage{"o-forward", at("plain", "/forward")}, shownPage{"o-answer", at("signed", "/answer")}, shownPage{"o-redact", at("full", "/redact")},
		shownPage{"o-redact-picture", at("full", "/redact/"+s.load("full").Content.Files[0].ID)}, shownPage{"o-term", at("full", "/term/"+s.load("full").Terms[0].ID)}, shownPage{"o-terms", at("full", "/terms")},
		shownPage{"o-bad-act", at("answered", "/act/ask")})
}

// headPages are those of somebody who registers, leads and signs.
func (s *deskStage) headPages() []shownPage {
	at := func(name, more string) string { return "/desk/case/" + s.id[name] + more }
	return []shownPage{{"h-signing", "/desk?tab=signing"}, {"h-case-visas", at("visas", "")}, {"h-case-signing", at("signing", "")}, {"h-sign", at("signing", "/sign")},
		{"h-visa", at("visas", "/act/visa")}, {"h-case-full", at("full", "")}, {"h-extend", at("full", "/act/extend")}, {"h-suspend", at("248", "/act/suspend")},
		{"h-board", "/desk/board"}, {"h-reviews", "/desk/reviews"}, {"h-warnings", "/desk/warnings"}}
}

// registrarPages are those of somebody who places and ends cases.
func (s *deskStage) registrarPages() []shownPage {
	at := func(name, more string) string { return "/desk/case/" + s.id[name] + more }
	pages := []shownPage{{"r-case-routed", at("routed", "")}, {"r-case-registered", at("registered", "")}, {"r-case-held", at("held", "")}, {"r-case-left", at("left", "")}, {"r-case-withdrawn", at("withdrawn", "")},
		{"r-case-forwarded", at("forwarded", "")}, {"r-route", at("held", "/route")}, {"r-sealed", at("sealed", "")}, {"r-name", at("sealed", "/name")}}
	for _, act := range []string{"leave", "reject", "withdraw", "mark", "split", "link", "copy", "hold"} {
		pages = append(pages, shownPage{"r-act-" + act, at("registered", "/act/"+act)}, shownPage{"r-act-routed-" + act, at("routed", "/act/"+act)})
	}
	for _, tab := range []string{"held", "registration", "registered", "unit", "waiting", "signing", "signed", "overdue", "open", "answered"} {
		pages = append(pages, shownPage{"r-tab-" + tab, "/desk?tab=" + tab})
	}
	return append(pages, shownPage{"r-views", "/desk/views"}, shownPage{"r-views-new", "/desk/views?query=tab%3Dopen"})
}

// supervisorPages are those of control.
func (s *deskStage) supervisorPages() []shownPage {
	at := func(name, more string) string { return "/desk/case/" + s.id[name] + more }
	var sheets []shownPage
	for _, name := range (figures{}).List() {
		sheets = append(sheets, shownPage{"s-sheet-" + name, "/desk/board/sheet/" + name})
	}
	return append(sheets, []shownPage{{"s-board", "/desk/board"}, {"s-board-cases", "/desk/board/cases"}, {"s-reviews", "/desk/reviews"}, {"s-review", at("reopened", "/review")}, {"s-case-reopened", at("reopened", "")},
		{"s-readers", "/desk/readers"}, {"s-readers-body", "/desk/readers?body=city-roads"}, {"s-case-readers", at("full", "/readers")}, {"s-quality", "/desk/quality"},
		{"s-name", at("sealed", "/name")}, {"s-reports", "/desk/reports"}, {"s-warnings", "/desk/warnings"}, {"s-desk", "/desk"}, {"s-case-full", at("full", "")}}...)
}

// stageReader is a person with the pages that he is shown.
type stageReader struct {
	name  string
	enter func(*browserTab)
	pages []shownPage
}

func TestEveryPageAndStateOfTheDeskStandsTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 60, time.Now)
	s := deskCases(t, a)
	s.id["held"] = suggestedCases(t, a, 1)[0]
	eventually(t, "figures were counted", func() bool {
		_, err := a.figuresBook.Figures(t.Context())
		return err == nil
	})
	staff := func(login string) func(*browserTab) {
		return func(b *browserTab) { b.signInStaff(login, demo.Password) }
	}
	report, err := reports{a}.Ask(t.Context(), stageClerk, deskOrder())
	must(t, err)
	eventually(t, "the report was made", func() bool {
		o, err := a.orders.Get(t.Context(), stageClerk, report)
		return err == nil && o.State == "done"
	})
	_, err = a.office.DrawSample(t.Context(), casework.Actor{ID: "staff:kontrol", Grants: []casework.Grant{{Role: casework.RoleSupervisor, Body: casework.Everywhere}}}, 3)
	must(t, err)
	people := []stageReader{{"officer", staff("dorogi"), s.officerPages()}, {"head", staff("dorogi-head"), s.headPages()},
		{"registrar", staff("registrator"), append(s.registrarPages(), shownPage{"r-report", "/desk/reports/" + report})}, {"supervisor", staff("kontrol"), s.supervisorPages()},
		{"applicant", func(b *browserTab) { b.signInCitizen(journeyPerson) }, s.applicantPages()},
		{"stranger", func(b *browserTab) { b.open("/") }, strangerPages}}
	for _, p := range people {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			b := openTab(t, browser, cfg, true)
			p.enter(b)
			for _, page := range p.pages {
				b.inspectOnce(source, page)
			}
			if p.name == "applicant" {
				b.walkTheAnswer(source, s)
			}
			if p.name == "stranger" {
				b.checkLetters(source, s)
			}
			b.forgive("403", "404", "409")
		})
	}
}

// deskOrder orders the export of a year.
func deskOrder() desk.ReportOrder {
	today := casework.DateOf(time.Now(), casework.Settings{}.Location())
	return desk.ReportOrder{Kind: "sstu", Lang: "ru", From: today.AddDays(-365), To: today}
}

// deskLooks are both widths and both colours, by two looks; with
// PRIEMNAYA_TEST_ALL all four.
func deskLooks() []look {
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "" {
		return looks
	}
	return []look{looks[0], looks[3]}
}

// inspectOnce opens a page once and looks at it in every look.
func (b *browserTab) inspectOnce(source string, p shownPage) {
	b.t.Helper()
	b.open(p.path)
	b.inspectOpen(source, p)
}

// inspectOpen looks at the page that is open.
func (b *browserTab) inspectOpen(source string, p shownPage) {
	b.t.Helper()
	for _, l := range deskLooks() {
		b.wear(l)
		b.judge(source, l, p.name)
	}
	if raw := rawCode.FindString(b.text()); raw != "" {
		b.t.Errorf("%s shows %q", p.name, raw)
	}
}

// rawCode is what a person should never read: the id of a text that is missing,
// an account, a value that was not found.
var rawCode = regexp.MustCompile(`\[[a-z_]+\.[a-z_.]+\]|staff:\w+|%!\w?\(|<no value>|<nil>`)
