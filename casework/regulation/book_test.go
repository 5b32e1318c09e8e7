package regulation

import (
	"context"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/sqlitestore"
)

func admin(login string) casework.Actor {
	return casework.Actor{ID: "staff:" + login, Grants: []casework.Grant{{Role: casework.RoleAdministrator, Body: casework.Everywhere}}}
}

func openBook(t *testing.T) *Book {
	t.Helper()
	store, err := sqlitestore.Open(context.Background(), t.TempDir()+"/law.db", sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	b, err := OpenBook("", store, func() time.Time { return time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func noImpact(*casework.Laws) (casework.Impact, error) {
	return casework.Impact{Open: 3, Moved: 1}, nil
}

func TestAChangeOfTheCalendarNeedsASecondPersonAndKeepsTheOldEdition(t *testing.T) {
	ctx := context.Background()
	b := openBook(t)
	before, err := b.Laws(ctx)
	if err != nil {
		t.Fatal(err)
	}
	text, err := b.Read(ctx, "calendar/ru-2026.csv")
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(text, "2026-04-30,short", "2026-04-30,holiday", 1)
	c, err := b.Propose(ctx, admin("first"), Change{File: "calendar/ru-2026.csv", Content: edited, Why: "распоряжение"}, noImpact)
	if err != nil || c.State != Proposed || c.Impact.Moved != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, _, err := b.Decide(ctx, admin("first"), c.ID, true); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("the proposer approves: %v", err)
	}
	day := casework.NewDate(2026, 4, 30)
	if now, err := b.Laws(ctx); err != nil || kindOn(t, now, day) != casework.ShortDay {
		t.Errorf("a proposal is in force already: %v", err)
	}
	_, after, err := b.Decide(ctx, admin("second"), c.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	if kindOn(t, after, day) != casework.Holiday {
		t.Error("an approved change is not in force")
	}
	old, err := before.Calendar("")
	if err != nil {
		t.Fatal(err)
	}
	if cal, same := after.Edition(old.Name(), old.Revision()); !same {
		t.Error("the edition before is not kept")
	} else if k, _ := cal.Kind(day); k != casework.ShortDay {
		t.Errorf("the edition before says %s", k)
	}
	if kept, err := b.Get(ctx, c.ID); err != nil || kept.Was != text {
		t.Errorf("the change does not hold the text it has replaced: %v", err)
	}
	if _, _, err := b.Decide(ctx, admin("second"), c.ID, true); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("decided twice: %v", err)
	}
	open, err := b.Unfinished(ctx)
	if err != nil || len(open) != 1 {
		t.Errorf("%d unfinished, %v", len(open), err)
	}
	if err := b.Progress(ctx, c.ID, 3, 1, true); err != nil {
		t.Fatal(err)
	}
	if open, _ := b.Unfinished(ctx); len(open) != 0 {
		t.Error("a finished change is still unfinished")
	}
}

func kindOn(t *testing.T, laws *casework.Laws, d casework.Date) casework.DayKind {
	t.Helper()
	cal, err := laws.Calendar("")
	if err != nil {
		t.Fatal(err)
	}
	k, err := cal.Kind(d)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAMistakenChangeIsRefusedWithFileAndLine(t *testing.T) {
	b := openBook(t)
	for name, c := range map[string]Change{
		"a day is missing":    {File: "calendar/ru-2028.csv", Content: "# source: x\ndate,kind\n2028-01-01,holiday\n"},
		"another folder":      {File: "../secret", Content: ""},
		"another ending":      {File: "data/59.exe", Content: ""},
		"a path in the name":  {File: "data/../x.yaml", Content: ""},
		"a broken regulation": {File: "data/59-fz-2025.yaml", Content: "regime: 59-FZ\n"},
	} {
		if _, err := b.Propose(context.Background(), admin("first"), c, noImpact); casework.CodeOf(err) != casework.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if changes, _ := b.Changes(context.Background()); len(changes) != 0 {
		t.Errorf("%d mistaken changes are kept", len(changes))
	}
}

func TestARejectedChangeNeverComesIntoForce(t *testing.T) {
	ctx := context.Background()
	b := openBook(t)
	text, err := b.Read(ctx, "data/59-fz-2025.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.Propose(ctx, admin("first"), Change{File: "data/59-fz-2025.yaml", Content: strings.Replace(text, "n: 30, unit", "n: 29, unit", 1)}, noImpact)
	if err != nil {
		t.Fatal(err)
	}
	if _, laws, err := b.Decide(ctx, admin("first"), c.ID, false); err != nil || laws != nil {
		t.Errorf("rejecting one's own proposal: %v, %v", laws, err)
	}
	laws, err := b.Laws(ctx)
	if err != nil {
		t.Fatal(err)
	}
	law, err := laws.Version(casework.RegimeAppeal, "2025-03-30")
	if err != nil || law.Terms[casework.TermConsider].N != 30 {
		t.Errorf("the term is %v days, %v", law.Terms[casework.TermConsider].N, err)
	}
}
