package staff_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/staff"
	"priemnaya/templates"
)

// written is the only letter about a notice, as text.
func written(t *testing.T, r *room, c casework.Case, n casework.Notice) notifications.Message {
	t.Helper()
	r.sent = nil
	if _, err := r.carrier.Carry(context.Background(), c, n); err != nil || len(r.sent) != 1 {
		t.Fatalf("%d letters, %v", len(r.sent), err)
	}
	return r.sent[0]
}

func TestAWarningNamesItsTermAndItsDayAsFarAsTheyAreKnown(t *testing.T) {
	r := newRoom(t, "")
	c, n := overdue(casework.RoleOfficer)
	with := func(term, days string) string {
		n.Data["Term"], n.Data["Days"] = term, days
		m := written(t, r, c, n)
		if m.Lang != "ru" {
			t.Errorf("a letter in %q", m.Lang)
		}
		return m.Text
	}
	known, unknown := with("consider", "0"), with("mystery", "0")
	if known == unknown || strings.Contains(unknown, "mystery") {
		t.Errorf("an unknown term is called\n%s", unknown)
	}
	today, undated, tomorrow := with("consider", "0"), with("consider", ""), with("consider", "1")
	if today == undated || today == tomorrow || undated == tomorrow {
		t.Errorf("today:\n%s\nno number:\n%s\ntomorrow:\n%s", today, undated, tomorrow)
	}
}

func TestAnAskNamesTheBodyAndTheNextDayOwed(t *testing.T) {
	r := newRoom(t, "ru")
	c, n := overdue(casework.RoleHead)
	r.people[casework.RoleHead] = r.people[casework.RoleHead][:1]
	n.Kind, n.Key, c.Stage, c.Draft = casework.NoticeToSign, "key", casework.StageOnSigning, &casework.Draft{Text: "x"}
	if m := written(t, r, c, n); !strings.Contains(m.Text, "Комитет дорожного хозяйства") || strings.Contains(m.Text, "2026 года") {
		t.Errorf("nothing is owed:\n%s", m.Text)
	}
	c.Terms = []casework.Term{{ID: "t1", Kind: casework.TermConsider, Due: casework.NewDate(2026, 4, 30)}}
	if m := written(t, r, c, n); !strings.Contains(m.Text, "30 апреля 2026") {
		t.Errorf("owed by April 30th:\n%s", m.Text)
	}
}

func TestWhatCannotBeListedAtTheDeskIsNotWrittenYet(t *testing.T) {
	r := newRoom(t, "")
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reg, err := casework.NewRegistry("r1", []casework.Body{{ID: "roads", Name: "Комитет"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var fails error
	listed := 0
	k, err := staff.New(staff.Config{Mail: r, Set: set, Registry: func() *casework.Registry { return reg }, Domain: "priem.example.ru",
		CaseURL: func(string) string { return "https://priem.example.ru" },
		Listed:  func(context.Context, *casework.Case, casework.Notice) error { listed++; return fails },
		Recipients: func(_ context.Context, _, _, _ string, role casework.Role) ([]staff.Recipient, error) {
			return r.people[role], nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	c, n := overdue(casework.RoleOfficer)
	fails = errors.New("no store")
	var f *notifications.Failure
	if _, err := k.Carry(t.Context(), c, n); !errors.As(err, &f) || !f.Service || f.Permanent || len(r.sent) != 0 {
		t.Errorf("%v, %d letters", err, len(r.sent))
	}
	fails = nil
	if _, err := k.Carry(t.Context(), c, n); err != nil || len(r.sent) != 1 || listed != 2 {
		t.Errorf("%v, %d letters, listed %d times", err, len(r.sent), listed)
	}
}
