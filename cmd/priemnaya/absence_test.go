package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/cmd/visitor"
	"priemnaya/intake/identity/staff"
)

// hired makes an account of the committee of roads.
func hired(t *testing.T, a *App, login, name, position string, role casework.Role) {
	t.Helper()
	_, err := a.staff.Save(t.Context(), staff.Staff{Login: login, Name: name, Position: position, Email: login + "@roads.example.ru",
		Grants: []casework.Grant{{Role: role, Body: "city-roads"}}})
	must(t, err)
	must(t, a.staff.SetPassword(t.Context(), login, demo.Password, false))
}

func TestADeputyAnswersAgreesAndSignsWhileTheOthersAreAway(t *testing.T) {
	cfg := testConfig(t)
	c := &clock{}
	c.Set(time.Now())
	a := startApp(t, cfg, 0, c.Now)
	a.clock = c
	hired(t, a, "zamena", "Лидия Петровна Сухова", "Техник отдела ремонта дорог", casework.RoleOfficer)
	hired(t, a, "zamestitel", "Юрий Кириллович Верхов", "Заместитель председателя", casework.RoleOfficer)
	hired(t, a, "yurist", "Алла Юрьевна Зорина", "Юрист", casework.RoleOfficer)
	id := a.caseOnDesk(t, cfg)
	body, err := a.office.Registry().Body("city-roads")
	must(t, err)
	zone := body.Settings.Location()
	today := casework.DateOf(c.Now(), zone)
	last := today.AddDays(2)

	// The officer and the head name their deputies, without scripts.
	officer, head := staffSignIn(t, cfg, "dorogi", demo.Password), staffSignIn(t, cfg, "dorogi-head", demo.Password)
	name := func(v *visitor.Visitor, deputy, ground string) {
		t.Helper()
		must(t, v.Open("/desk/absence"))
		must(t, v.Submit("/desk/absence", visitor.Fields{"deputy": deputy, "from": today.String(), "to": last.String(), "ground": ground, "do": "name"}))
		if !v.Page.Says("действует") {
			t.Fatalf("status %d\n%s", v.Page.Status, v.Page.Text())
		}
	}
	must(t, officer.Open("/desk/absence"))
	must(t, officer.Submit("/desk/absence", visitor.Fields{"deputy": "staff:zamena", "from": "2020-01-01", "to": "2020-01-02", "ground": "отпуск", "do": "name"}))
	if officer.Page.Status != 422 || !officer.Page.Says("задним числом") || officer.Page.Input("ground") != "отпуск" {
		t.Fatalf("a period in the past: status %d\n%s", officer.Page.Status, officer.Page.Text())
	}
	name(officer, "staff:zamena", "Приказ от 01.06.2026 № 15-л")
	name(head, "staff:zamestitel", "Командировка")

	// The queue and the case say who works for whom; the deputies see them.
	deputy := staffSignIn(t, cfg, "zamena", demo.Password)
	must(t, deputy.Open("/desk"))
	if !deputy.Page.Says("Вы замещаете") || !deputy.Page.Says("Игорь Павлович Ручьёв") {
		t.Fatalf("the queue\n%s", deputy.Page.Text())
	}
	must(t, deputy.Open("/desk?tab=open&officer=staff:dorogi"))
	if !deputy.Page.Says("за него Лидия Петровна Сухова") {
		t.Errorf("the list of the absent one\n%s", deputy.Page.Text())
	}
	must(t, deputy.Open("/desk/case/"+id+"/draft"))
	must(t, deputy.Submit("/draft", visitor.Fields{"template": "*/measures", "do": "insert"}))
	must(t, deputy.Submit("/draft", visitor.Fields{"do": "save"}))
	must(t, deputy.Open("/desk/case/"+id+"/act/ask_visa"))
	must(t, deputy.Submit("/act/ask_visa", visitor.Fields{"persons": "1 staff:yurist", "approver": ""}))
	lawyer := staffSignIn(t, cfg, "yurist", demo.Password)
	must(t, lawyer.Open("/desk/warnings"))
	if !lawyer.Page.Says("согласовать") {
		t.Fatalf("the one asked is not told at the desk\n%s", lawyer.Page.Text())
	}
	must(t, lawyer.Open("/desk/case/"+id+"/act/visa"))
	must(t, lawyer.Submit("/act/visa", visitor.Fields{"agreed": "yes"}))
	must(t, deputy.Open("/desk/case/"+id))
	must(t, deputy.Submit("/submit", nil))

	// The head's deputy signs; the letter, the stamp and the journal name both.
	signer := staffSignIn(t, cfg, "zamestitel", demo.Password)
	must(t, signer.Open("/desk/warnings"))
	if !signer.Page.Says("подписать") {
		t.Errorf("a draft to sign is not on the list of who stands in\n%s", signer.Page.Text())
	}
	must(t, signer.Open("/desk/case/"+id+"/sign"))
	must(t, signer.Submit("/sign", nil))
	must(t, deputy.Open("/desk/case/"+id+"/answer"))
	must(t, deputy.Submit("/answer", nil))
	stored, err := a.storage.Get(t.Context(), id)
	must(t, err)
	if stored.Stage != casework.StageAnswered {
		t.Fatalf("at %s\n%s", stored.Stage, deputy.Page.Text())
	}
	must(t, casework.VerifyJournal(&stored))
	s := stored.Answers[0].Signature
	if s.By != "staff:zamestitel" || s.For != "staff:dorogi-head" || s.Post != "И.о. председателя Комитета дорог" {
		t.Errorf("signature by %s for %s as %q", s.By, s.For, s.Post)
	}
	sayLetter(t, bytesOf(t, a, stored.Answers[0].Paper.Letter), "И.о. председателя Комитета дорог", "Юрий Кириллович Верхов", "Подписано",
		"Исп. Лидия Петровна Сухова")
	must(t, officer.Open("/desk/case/"+id))
	if !officer.Page.Says("Юрий Кириллович Верхов, за отсутствующего: Виктор Андреевич Лапин") {
		t.Errorf("the journal at the desk\n%s", officer.Page.Text())
	}
	toldInPlace(t, a, stored)
	a.refusedAfter(t, cfg, c, last.AddDays(1).Time(zone))
}

// caseOnDesk is a case that the officer of the roads has.
func (a *App) caseOnDesk(t *testing.T, cfg Config) string {
	t.Helper()
	citizen := signIn(t, cfg, journeyPerson)
	fileByHand(t, citizen, cfg.BaseURL, "На улице Садовой у дома 12 провалился асфальт. Прошу починить.")
	id := strings.TrimPrefix(citizen.Path(), "/file/done/")
	eventually(t, "the job routes the case", func() bool {
		c, err := a.storage.Get(t.Context(), id)
		return err == nil && c.Stage == casework.StageRouted
	})
	registrar, head := staffSignIn(t, cfg, "dorogi-reg", demo.Password), staffSignIn(t, cfg, "dorogi-head", demo.Password)
	must(t, registrar.Open("/desk/case/"+id))
	must(t, registrar.Submit("/register", visitor.Fields{"kind": "statement"}))
	must(t, head.Open("/desk/case/"+id))
	must(t, head.Submit("/assign", visitor.Fields{"officer": "staff:dorogi"}))
	return id
}

// sayLetter reads words out of a PDF.
func sayLetter(t *testing.T, pdf []byte, words ...string) {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("pdftotext is not installed: the letter is not read back")
		return
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	must(t, os.WriteFile(file, pdf, 0o600))
	out, err := exec.Command(tool, file, "-").Output()
	must(t, err)
	text := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range words {
		if !strings.Contains(text, want) {
			t.Errorf("the letter does not say %q:\n%s", want, text)
		}
	}
}

// toldInPlace looks for whom the notice to sign went to.
func toldInPlace(t *testing.T, a *App, c casework.Case) {
	t.Helper()
	people, err := a.whoHears(t.Context(), c.Place.Body, c.Place.Unit, "staff:dorogi-head", casework.RoleHead)
	must(t, err)
	if len(people) != 1 || people[0].Login != "zamestitel" {
		t.Errorf("told: %+v", people)
	}
}

// refusedAfter goes to the first second after the last day: the same requests
// are refused, with the sessions that are open.
func (a *App) refusedAfter(t *testing.T, cfg Config, c *clock, after time.Time) {
	t.Helper()
	id := a.caseOnDesk(t, cfg)
	c.Set(after.Add(-time.Minute))
	deputy, signer := staffSignIn(t, cfg, "zamena", demo.Password), staffSignIn(t, cfg, "zamestitel", demo.Password)
	must(t, deputy.Open("/desk/case/"+id+"/draft"))
	if deputy.Page.Status != 200 {
		t.Fatalf("in the last minute: status %d\n%s", deputy.Page.Status, deputy.Page.Text())
	}
	must(t, deputy.Submit("/draft", visitor.Fields{"template": "*/measures", "do": "insert"}))
	must(t, deputy.Submit("/draft", visitor.Fields{"do": "submit"}))
	must(t, signer.Open("/desk/case/"+id+"/sign"))
	if signer.Page.Status != 200 {
		t.Fatalf("in the last minute: status %d\n%s", signer.Page.Status, signer.Page.Text())
	}
	c.Set(after)
	if err := signer.Submit("/sign", nil); err == nil && signer.Page.Status/100 != 4 {
		t.Errorf("signed after the last day: status %d\n%s", signer.Page.Status, signer.Page.Text())
	}
	must(t, deputy.Open("/desk?tab=open"))
	if deputy.Page.Says("Вы замещаете") {
		t.Error("the queue still says that he stands in")
	}
	if stored, err := a.storage.Get(t.Context(), id); err != nil || stored.Stage != casework.StageOnSigning {
		t.Errorf("at %s, %v", stored.Stage, err)
	}
}
