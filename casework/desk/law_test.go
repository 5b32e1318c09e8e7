package desk_test

import (
	"context"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/desk"
)

// plain makes spaces of numbers ordinary ones.
var plain = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// lawBook is a law book in memory with one file.
type lawBook struct {
	files   map[string]string
	changes []desk.LawChange
}

func (l *lawBook) Files(context.Context) ([]desk.LawFile, error) {
	return []desk.LawFile{{Name: "data/59.yaml", Title: map[string]string{"ru": "Обращения граждан", "en": "Appeals"}, Version: "2025", From: casework.NewDate(2025, 3, 30)},
		{Name: "calendar/ru-2026.csv", Title: map[string]string{"ru": "ru", "en": "ru"}, Year: 2026, Source: "Постановление № 1466", Provisional: true}}, nil
}

func (l *lawBook) Read(_ context.Context, file string) (string, error) {
	if text, ok := l.files[file]; ok {
		return text, nil
	}
	return "", casework.Fail(casework.NotFound, "lawBook", "case.none")
}

func (l *lawBook) Propose(_ context.Context, by casework.Actor, e desk.LawEdit) (desk.LawChange, error) {
	if strings.Contains(e.Content, "ошибка") {
		return desk.LawChange{}, &desk.LawMistakes{Lines: []string{"ru-2026.csv:7: unknown kind of day"}}
	}
	if e.File == "../etc" {
		return desk.LawChange{}, &casework.Error{Code: casework.Invalid, Op: "lawBook", Fields: []casework.FieldError{{Field: "file", Key: "law.file"}}}
	}
	c := desk.LawChange{LawEdit: e, ID: "c1", By: by.ID, State: "proposed",
		Impact: casework.Impact{Open: 12345, Moved: 56, Overdue: 7, Relieved: 8, Blocked: 9}}
	l.changes = append(l.changes, c)
	return c, nil
}

func (l *lawBook) Changes(context.Context) ([]desk.LawChange, error) { return l.changes, nil }

func (l *lawBook) Change(_ context.Context, id string) (desk.LawChange, error) {
	for _, c := range l.changes {
		if c.ID == id {
			return c, nil
		}
	}
	return desk.LawChange{}, casework.Fail(casework.NotFound, "lawBook", "case.none")
}

func (l *lawBook) Decide(ctx context.Context, by casework.Actor, id string, approve bool) (desk.LawChange, error) {
	for i := range l.changes {
		c := &l.changes[i]
		switch {
		case c.ID != id:
			continue
		case c.State != "proposed":
			return *c, casework.Fail(casework.Conflict, "lawBook", "law.decided")
		case approve && c.By == by.ID:
			return *c, casework.Fail(casework.Forbidden, "lawBook", "law.second_person")
		}
		c.State, c.DecidedBy = "rejected", by.ID
		if approve {
			c.State, c.Done, c.Moved, c.Was = "approved", 400, 20, l.files[c.File]
		}
		return *c, nil
	}
	return l.Change(ctx, id)
}

func TestTwoAdministratorsChangeTheLaw(t *testing.T) {
	b := newBench(t)
	page := b.get(t, manager, "/desk/law")
	for _, want := range []string{"Обращения граждан", "Постановление № 1466", "предварительно", "calendar/ru-2026.csv"} {
		if page.status != 200 || !strings.Contains(page.body, want) {
			t.Errorf("status %d, the list lacks %q", page.status, want)
		}
	}
	page = b.get(t, manager, "/desk/law/edit?file=calendar/ru-2026.csv")
	if !strings.Contains(page.body, "2026-01-01,holiday") {
		t.Fatal("the editor does not show the file")
	}
	r := b.submit(t, manager, page.formTo(t, "/edit"), "content", "2026-01-01,ошибка", "why", "Постановление № 1")
	if r.status != 422 || !strings.Contains(r.body, "ru-2026.csv:7: unknown kind of day") || !strings.Contains(r.body, "Постановление № 1") || !strings.Contains(r.body, "2026-01-01,ошибка") {
		t.Errorf("mistakes: status %d", r.status)
	}
	r = b.submit(t, manager, page.formTo(t, "/edit"), "content", "2026-01-01,holiday\n2026-01-02,working\n", "why", "")
	if r.status != 422 || !strings.Contains(r.body, "2026-01-02,working") {
		t.Errorf("no reason: status %d", r.status)
	}
	r = b.submit(t, manager, page.formTo(t, "/edit"), "content", "2026-01-01,holiday\n2026-01-02,working\n", "why", "Постановление № 1")
	if r.status != 303 || r.header.Get("Location") != "/desk/law/change/c1" {
		t.Fatalf("status %d to %s", r.status, r.header.Get("Location"))
	}
	own := b.get(t, manager, "/desk/law/change/c1")
	for _, want := range []string{"12 345", ">56<", "+ 2026-01-02,working", "- 2026-01-02,holiday"} {
		if !strings.Contains(plain.Replace(own.body), want) {
			t.Errorf("the change does not show %q", want)
		}
	}
	if strings.Contains(own.body, `value="approve"`) {
		t.Error("whoever proposed is offered to approve")
	}
	if r := b.submit(t, manager, own.formTo(t, "/c1"), "do", "approve"); r.status != 403 {
		t.Errorf("he approves all the same: %d", r.status)
	}
	other := b.get(t, colleague, "/desk/law/change/c1")
	if r := b.submit(t, colleague, other.formTo(t, "/c1"), "do", "approve"); r.status != 303 {
		t.Fatalf("the second: %d", r.status)
	}
	running := b.get(t, manager, "/desk/law/change/c1")
	if running.header.Get("Refresh") == "" || !strings.Contains(running.body, "просмотрено 400, сдвинуто 20") {
		t.Error("no progress, or the page does not load itself again")
	}
	if !strings.Contains(running.body, "- 2026-01-02,holiday") || !strings.Contains(running.body, "&amp;back=c1") {
		t.Error("an approved change does not show what it has replaced, or no way back")
	}
	if back := b.get(t, manager, "/desk/law/edit?file=calendar/ru-2026.csv&back=c1").formTo(t, "/edit"); !strings.Contains(back.values.Get("content"), "2026-01-02,holiday") ||
		!strings.Contains(back.values.Get("why"), "Возврат изменения от") {
		t.Errorf("the way back proposes %q", back.values)
	}
	if r := b.submit(t, colleague, other.formTo(t, "/c1"), "do", "reject"); r.status != 409 {
		t.Errorf("decided twice: %d", r.status)
	}
}

func TestTheLawIsForAdministratorsAndCasesAreNot(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	for _, address := range []string{"/desk/law", "/desk/law/edit", "/desk/law/change/c1"} {
		for _, by := range []casework.Actor{head, central, overseer, {ID: "citizen"}} {
			if r := b.get(t, by, address); r.status != 403 {
				t.Errorf("%s %s: %d", by.ID, address, r.status)
			}
		}
	}
	for _, address := range []string{path(c, ""), "/desk/search", "/desk/board", "/desk/warnings", path(c, "/terms.json")} {
		if r := b.get(t, manager, address); r.status != 403 {
			t.Errorf("an administrator at %s: %d", address, r.status)
		}
	}
	if r := b.get(t, manager, "/desk"); r.status != 303 || r.header.Get("Location") != "/desk/law" {
		t.Errorf("an administrator's desk: %d", r.status)
	}
}

func TestAMissingYearIsToldFromNovember(t *testing.T) {
	b := newBench(t)
	b.now = at("2027-10-31 12:00")
	if r := b.get(t, manager, "/desk/law"); strings.Contains(r.body, "нет 2028 года") {
		t.Error("told too early")
	}
	b.now = at("2027-11-01 12:00")
	if r := b.get(t, manager, "/desk/law"); !strings.Contains(r.body, "нет 2028 года") {
		t.Error("not told")
	}
}
