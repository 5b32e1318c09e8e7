package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/regulation"
	"priemnaya/intake/identity/staff"
)

// lawApp is a program with two administrators and no server.
func lawApp(t *testing.T) *App {
	t.Helper()
	cfg, err := readConfig(func(name string) string {
		return map[string]string{"PRIEMNAYA_DATA": t.TempDir()}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	k, err := readKeys(func(string) string { return "" }, cfg.Data)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 4, 30, 12, 0, 0, 0, time.UTC) }
	a, err := newApp(t.Context(), cfg, k, slog.New(slog.DiscardHandler), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(t.Context()) })
	for login, role := range map[string]casework.Role{"first": casework.RoleAdministrator, "second": casework.RoleAdministrator, "clerk": casework.RoleRegistrar} {
		_, err := a.staff.Save(t.Context(), staff.Staff{Login: login, Name: "Иванов Иван", Grants: []casework.Grant{{Role: role, Body: casework.Everywhere}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestTheLawBookDescribesItsFiles(t *testing.T) {
	files, err := lawDesk{lawApp(t)}.Files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]desk.LawFile{}
	for _, f := range files {
		found[f.Name] = f
	}
	if f := found["calendar/ru-2026.csv"]; f.Year != 2026 || f.Source == "" || f.Title["ru"] != "ru" {
		t.Errorf("calendar: %+v", f)
	}
	if f := found["data/59-fz-2025.yaml"]; f.Version != "2025-03-30" || f.From != casework.NewDate(2025, 3, 30) || !strings.Contains(f.Title["ru"], "59-ФЗ") {
		t.Errorf("regulation: %+v", f)
	}
}

func TestAChangeOfTheLawIsCheckedProposedAndApprovedByASecond(t *testing.T) {
	a := lawApp(t)
	l := lawDesk{a}
	first, err := a.administrator(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.administrator(t.Context(), "clerk"); err == nil {
		t.Error("a registrar may change the law")
	}
	text, err := l.Read(t.Context(), "calendar/ru-2026.csv")
	if err != nil {
		t.Fatal(err)
	}
	propose := func(file, content string) (desk.LawChange, error) {
		return l.Propose(t.Context(), first, desk.LawEdit{File: file, Content: content, Why: "Постановление № 1"})
	}
	var mistakes *desk.LawMistakes
	_, err = propose("calendar/ru-2026.csv", strings.Replace(text, "2026-05-22,working", "2026-05-22,праздник", 1))
	if !errors.As(err, &mistakes) || !strings.Contains(mistakes.Lines[0], "ru-2026.csv:") {
		t.Errorf("a wrong kind of day: %v", err)
	}
	fieldOf := func(err error) string {
		var e *casework.Error
		if errors.As(err, &e) && len(e.Fields) > 0 {
			return e.Fields[0].Key
		}
		return ""
	}
	if _, err = propose("calendar/ru-2031.csv", text); fieldOf(err) != "desk.law.year_other" {
		t.Errorf("a file of another year: %v", err)
	}
	if _, err = propose("../ru-2026.csv", text); fieldOf(err) != "law.file" {
		t.Errorf("a name that leads away: %v", err)
	}
	law, _ := l.Read(t.Context(), "data/59-fz-2025.yaml")
	if _, err = propose("data/59-fz-2025.yaml", strings.Replace(law, `version: "2025-03-30"`, `version: "2026"`, 1)); fieldOf(err) != "desk.law.version_gone" {
		t.Errorf("a version is taken away from its cases: %v", err)
	}
	c, err := propose("calendar/ru-2026.csv", strings.Replace(text, "2026-05-22,working", "2026-05-22,moved_off", 1))
	if err != nil || c.State != "proposed" {
		t.Fatal(c.State, err)
	}
	var out bytes.Buffer
	if err := a.approveLaw(t.Context(), "first", c.ID, &out); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("whoever proposed approves: %v", err)
	}
	if err := a.approveLaw(t.Context(), "second", c.ID, &out); err != nil || !strings.Contains(out.String(), "finished true") {
		t.Fatalf("%v: %s", err, out.String())
	}
	calendar, _ := a.office.Laws().Calendar(casework.FederalCalendar)
	if kind, _ := calendar.Kind(casework.NewDate(2026, 5, 22)); kind != casework.MovedDayOff {
		t.Errorf("22 May is %s", kind)
	}
}

func TestAServerTakesOverWhatACommandHasApproved(t *testing.T) {
	a := lawApp(t)
	text, _ := a.book.Read(t.Context(), "calendar/ru-2026.csv")
	before := a.office.Laws()
	first, _ := a.administrator(t.Context(), "first")
	c, err := lawDesk{a}.Propose(t.Context(), first, desk.LawEdit{File: "calendar/ru-2026.csv", Why: "Постановление № 1",
		Content: strings.Replace(text, "2026-05-22,working", "2026-05-22,moved_off", 1)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.approveLaw(t.Context(), "second", c.ID, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	// This process as another one: it works by the old law and has seen nothing.
	a.office.SetLaws(before)
	a.lawSeen.Clear()
	at := a.now()
	a.now = func() time.Time { return at.Add(time.Minute) }
	recomputed := 0
	a.recompute = func(regulation.Change) { recomputed++ }
	for range 2 {
		if err := a.takeLaw(t.Context(), true); err != nil {
			t.Fatal(err)
		}
	}
	calendar, _ := a.office.Laws().Calendar(casework.FederalCalendar)
	if kind, _ := calendar.Kind(casework.NewDate(2026, 5, 22)); kind != casework.MovedDayOff || recomputed != 1 {
		t.Errorf("22 May is %s, recomputed %d times", kind, recomputed)
	}
}

func TestACalendarFileIsCheckedBeforeItIsImported(t *testing.T) {
	a := lawApp(t)
	text, _ := a.book.Read(t.Context(), "calendar/ru-2026.csv")
	for _, tt := range []struct{ name, file, content, says string }{
		{"good", "ru-2026.csv", text, "calendar ru 2026: 365 days"},
		{"another year in the name", "ru-2027.csv", text, "the name says 2027"},
		{"a day is missing", "ru-2026.csv", strings.Replace(text, "2026-05-22,working\n", "", 1), "2026-05-22"},
		{"nonsense", "ru-2026.csv", text + "tomorrow\n", "ru-2026.csv:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), tt.file)
			if err := os.WriteFile(file, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := checkCalendar(file, &out)
			said := out.String()
			if err != nil {
				said += err.Error()
			}
			if !strings.Contains(said, tt.says) || (err == nil) != (tt.name == "good") {
				t.Errorf("%q, %v", said, err)
			}
		})
	}
}
