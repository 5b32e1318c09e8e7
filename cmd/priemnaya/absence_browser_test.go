package main

import (
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
)

// TestThePagesOfAbsenceStandTheRulesOfAccessibility looks at the pages around
// who is away, with somebody away now, somebody to come and a history.
func TestThePagesOfAbsenceStandTheRulesOfAccessibility(t *testing.T) {
	browser := startBrowser(t)
	source := axeSource(t)
	cfg := testConfig(t)
	a := startApp(t, cfg, 0, time.Now)
	hired(t, a, "zamena", "Лидия Петровна Сухова-Константинопольская", "Техник отдела ремонта дорог", casework.RoleOfficer)
	hired(t, a, "yurist", "Алла Юрьевна Зорина", "Юрист", casework.RoleOfficer)
	id := a.caseOnDesk(t, cfg)
	body, err := a.office.Registry().Body("city-roads")
	must(t, err)
	today := casework.DateOf(time.Now(), body.Settings.Location())
	keeper := casework.Actor{ID: "staff:admin", Grants: []casework.Grant{{Role: casework.RoleAdministrator, Body: casework.Everywhere}}}
	name := func(absent, deputy string, from int) casework.Absence {
		made, err := a.absenceBook().Name(t.Context(), keeper, casework.AbsenceOrder{Body: "city-roads", Absent: "staff:" + absent,
			Deputy: "staff:" + deputy, From: today.AddDays(from), To: today.AddDays(from + 10), Ground: "Приказ от 01.06.2026 № 15-л, ежегодный отпуск"})
		must(t, err)
		return made
	}
	early := name("dorogi", "yurist", 0)
	_, err = a.absenceBook().End(t.Context(), keeper, early.ID, "Вышел на работу раньше")
	must(t, err)
	name("dorogi", "zamena", 0)
	name("dorogi-head", "yurist", 30)
	deputy, err := a.absences.Stand(t.Context(), memberActor(t, a, "zamena"))
	must(t, err)
	_, err = a.office.Do(t.Context(), deputy, id, casework.AnyState, casework.Drafting{Text: "Асфальт восстановлен.", Outcome: casework.OutcomeMeasures})
	must(t, err)
	_, err = a.office.Do(t.Context(), deputy, id, casework.AnyState, casework.VisaAsking{Revision: 1, Persons: []casework.Visa{
		{By: "staff:yurist", Name: "Алла Юрьевна Зорина", Step: 1}, {By: "staff:dorogi-head", Name: "Виктор Андреевич Лапин", Step: 2, Approves: true}}})
	must(t, err)

	for login, pages := range map[string][]shownPage{
		"dorogi":      {{"absence-own", "/desk/absence"}},
		"zamena":      {{"absence-deputy", "/desk"}, {"absence-case", "/desk/case/" + id}, {"absence-visas", "/desk/case/" + id + "/act/ask_visa"}},
		"yurist":      {{"absence-asked", "/desk/warnings"}},
		"dorogi-head": {{"absence-head", "/desk/absences"}},
	} {
		b := openTab(t, browser, cfg, true)
		b.signInStaff(login, demo.Password)
		for _, page := range pages {
			b.inspectOnce(source, page)
		}
		b.forgive("403", "404", "409")
	}
	// An administrator looks after every body, and is led to his own desk.
	b := openTab(t, browser, cfg, true)
	b.open("/staff/login")
	b.fill("login", "admin")
	b.fill("password", demo.Password)
	b.press(button("/staff/login"))
	b.inspectOnce(source, shownPage{"absence-admin", "/desk/absences?body=city-roads"})
	b.wants("Сухова-Константинопольская")
}

// memberActor is an account without what it may do for others.
func memberActor(t *testing.T, a *App, login string) casework.Actor {
	t.Helper()
	m, err := a.member(t.Context(), "staff:"+login)
	must(t, err)
	return m.Actor
}
