package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
)

// TestThePagesOfAnswersAndReadersStandTheRulesOfAccessibility looks at what an
// applicant and a supervisor see after a low mark.
func TestThePagesOfAnswersAndReadersStandTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 24, time.Now)
	citizen := openTab(t, browser, cfg, true)
	citizen.signInCitizen(journeyPerson)
	citizen.fileInBrowser("Во дворе дома 12 по улице Садовой третью неделю не горят фонари. Прошу починить освещение.")
	citizen.press(button("/submit"))
	id := strings.TrimPrefix(citizen.path(), "/file/done/")
	clerk := casework.Actor{ID: "staff:clerk", Name: "Анна Львовна Соколова", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: "*"},
		{Role: casework.RoleOfficer, Body: "*"}, {Role: casework.RoleHead, Body: "*"}}}
	eventually(t, "the case is routed", func() bool {
		c, err := a.storage.Get(t.Context(), id)
		return err == nil && c.Stage != casework.StageReceived
	})
	if c, err := a.storage.Get(t.Context(), id); err == nil && c.Stage == casework.StageHeld {
		_, err := a.office.Do(t.Context(), clerk, id, casework.AnyState, casework.Routing{Body: "city-roads"})
		must(t, err)
	}
	var c casework.Case
	var err error
	for _, act := range []casework.Act{casework.Registration{}, casework.Assignment{Officer: clerk}, casework.Drafting{Text: "Фонари починят до 1 декабря.",
		Outcome: casework.OutcomeExplained}, casework.Submission{Revision: 1}, casework.Signing{}, casework.Answering{}} {
		c, err = a.office.Do(t.Context(), clerk, id, casework.AnyState, act)
		must(t, err)
	}
	pages := []shownPage{{"after", "/case/" + id}, {"rate", "/case/" + id + "/rate"}, {"reopen", "/case/" + id + "/reopen"}, {"case-readers", "/case/" + id + "/readers"}}
	own := casework.Citizen(c.Applicant())
	shown := []look{looks[0], looks[3]}
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "" {
		shown = looks
	}
	for _, l := range shown {
		citizen.inspect(source, l, pages)
	}
	_, err = a.office.Do(t.Context(), own, id, casework.AnyState, casework.Rating{Mark: 1, Comment: "Фонари так и не горят."})
	must(t, err)
	boss := openTab(t, browser, cfg, true)
	boss.signInStaff("kontrol", demo.Password)
	desk := []shownPage{{"desk-review", "/desk/case/" + id + "/review"}, {"desk-reviews", "/desk/reviews"}, {"desk-case-readers", "/desk/case/" + id + "/readers"},
		{"desk-readers", "/desk/readers?body=" + c.Place.Body}}
	for _, l := range shown {
		boss.inspect(source, l, desk)
		citizen.inspect(source, l, []shownPage{{"after-low", "/case/" + id}})
	}
}
