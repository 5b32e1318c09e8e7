package report

import (
	"testing"

	"priemnaya/casework"
)

func TestAnAnsweredAppealIsOneStay(t *testing.T) {
	w := newWorld(t)
	c := w.answered(1, "roads", casework.OutcomeMeasures, 10)
	stays := w.stays(c)
	if len(stays) != 1 {
		t.Fatalf("%d stays", len(stays))
	}
	s := stays[0]
	if s.Body != "roads" || s.Number != c.Number || s.End != EndAnswered || s.Answer != 0 || s.Late || s.From != "" ||
		s.Received != casework.NewDate(2026, 4, 1) || s.Registered != casework.NewDate(2026, 4, 1) || s.EndedOn != casework.NewDate(2026, 4, 11) {
		t.Errorf("%+v", s)
	}
	if len(s.Questions) != 1 || s.Questions[0].Outcome != casework.OutcomeMeasures || s.Questions[0].Topic != topic {
		t.Errorf("questions %+v", s.Questions)
	}
}

func TestAForwardedAppealIsAStayAtEachBody(t *testing.T) {
	w := newWorld(t)
	c := w.registered(1, "roads")
	first := c.Number
	w.pass(2)
	w.do(staff(casework.RoleRegistrar), c.ID, casework.Forwarding{Body: "admin", Why: "Дорога не наша."})
	w.pass(1)
	c = w.do(staff(casework.RoleRegistrar), c.ID, casework.Registration{})
	stays := w.stays(c)
	if len(stays) != 2 {
		t.Fatalf("%d stays", len(stays))
	}
	a, b := stays[0], stays[1]
	if a.Body != "roads" || a.End != EndForwarded || a.To != "admin" || a.EndedOn != casework.NewDate(2026, 4, 3) || a.Number != first {
		t.Errorf("first %+v", a)
	}
	if b.Body != "admin" || !b.Open() || b.From != "roads" || b.Cover != first || b.CoverDate != a.EndedOn ||
		b.Received != a.EndedOn || b.Registered != casework.NewDate(2026, 4, 4) || b.Number != c.Number || b.Due.IsZero() {
		t.Errorf("second %+v", b)
	}
}

func TestWhatNobodyRegisteredYetIsAStayWithoutANumber(t *testing.T) {
	w := newWorld(t)
	s := w.stays(w.received(1, "roads"))
	if len(s) != 1 || s[0].Number != "" || !s[0].Open() || !s[0].Registered.IsZero() {
		t.Errorf("%+v", s)
	}
}

func TestDaysAreThoseOfTheBodysZone(t *testing.T) {
	w := newWorld(t)
	w.now = casework.NewDate(2026, 4, 1).End(moscow).Add(-1)
	if s := w.stays(w.registered(1, "east")); s[0].Registered != casework.NewDate(2026, 4, 2) {
		t.Errorf("registered on %s in Kamchatka", s[0].Registered)
	}
}

func TestALateAnswerAndAnExtensionAreSeen(t *testing.T) {
	w := newWorld(t)
	if s := w.stays(w.answered(1, "roads", casework.OutcomeExplained, 45)); !s[0].Late || s[0].Extended {
		t.Errorf("late: %+v", s[0])
	}
	c := w.registered(2, "roads")
	w.do(staff(casework.RoleHead), c.ID, casework.Assignment{Officer: staff(casework.RoleOfficer)})
	c = w.do(staff(casework.RoleHead), c.ID, casework.Extension{Days: 10, Reason: "Ждём заключения экспертов."})
	if s := w.stays(c); !s[0].Extended || s[0].Late {
		t.Errorf("extended: %+v", s[0])
	}
}

func TestAWithdrawnAppealHasEnded(t *testing.T) {
	w := newWorld(t)
	c := w.registered(1, "roads")
	c = w.do(casework.Citizen(c.Applicant()), c.ID, casework.Withdrawal{Reason: "Уже починили."})
	if s := w.stays(c); s[0].End != EndWithdrawn || s[0].EndedOn.IsZero() {
		t.Errorf("%+v", s[0])
	}
}

func TestWalkReadsWhatMayHaveAStayInThePeriodAndNoMore(t *testing.T) {
	w := newWorld(t)
	w.answered(1, "roads", casework.OutcomeExplained, 5) // ended on 6 April
	w.pass(60)
	w.registered(2, "roads")
	for name, x := range map[string]struct {
		from, to casework.Date
		want     int
	}{
		"both":            {casework.NewDate(2026, 4, 1), casework.NewDate(2026, 6, 30), 2},
		"after the first": {casework.NewDate(2026, 5, 1), casework.NewDate(2026, 6, 30), 1},
		"before both":     {casework.NewDate(2026, 1, 1), casework.NewDate(2026, 2, 1), 0},
	} {
		ask := Asking{From: x.from, To: x.to}
		n := 0
		for _, s := range w.all(ask) {
			if ask.covers(&s) {
				n++
			}
		}
		if n != x.want {
			t.Errorf("%s: %d stays, want %d", name, n, x.want)
		}
	}
}
