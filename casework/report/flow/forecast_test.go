package flow

import (
	"math"
	"testing"

	"priemnaya/casework"
)

func TestAForecastMultipliesTheDailyChancesToStayOpen(t *testing.T) {
	today := casework.NewDate(2026, 5, 10)
	teacher := &Life{}
	// A hundred began ten days before the term; half of those open ended on each
	// of the last two days before it, and a fifth of the rest on the day after.
	teacher.Begun[place(-10)] = 100
	teacher.Ended[place(-2)], teacher.Ended[place(-1)] = 50, 25
	teacher.Ended[place(1)] = 5
	l := &Life{Open: map[casework.Date]int{today.AddDays(1): 8, today.AddDays(5): 100, today.AddDays(40): 1000}}
	h := teacher.hazard()
	for x, want := range map[int]float64{-2: 0.5, -1: 0.5, 0: 0, 1: 0.2} {
		if math.Abs(h[place(x)]-want) > 1e-9 {
			t.Errorf("hazard of day %d is %v, want %v", x, h[place(x)], want)
		}
	}
	// Due tomorrow, 3 days ahead: days -1, 0, 1, so 8 × 0.5 × 1 × 0.8; due in
	// five days: not overdue by then.
	if got := l.Forecast(teacher, today, 3); math.Abs(got-3.2) > 1e-9 {
		t.Errorf("in 3 days %v, want 3.2", got)
	}
	// Seven days ahead the hundred passed days -5 to 1: × 0.5 × 0.5 × 0.8 = 20,
	// and the eight days -1 to 5 of which only -1 and 1 end any.
	if got := l.Forecast(teacher, today, 7); math.Abs(got-23.2) > 1e-9 {
		t.Errorf("in 7 days %v, want 23.2", got)
	}
	if got := l.Overdue(today.AddDays(2)); got != 8 {
		t.Errorf("overdue %d, want 8", got)
	}
}

func TestFewStaysBorrowTheShareOfTheirSideOfTheTerm(t *testing.T) {
	var l Life
	l.Begun[place(-5)], l.Ended[place(1)], l.Ended[place(2)] = 10, 5, 5
	h := l.hazard()
	// At risk after the term: 10 on day 1, 5 on day 2 and none later.
	if want := 10.0 / 15; math.Abs(h[place(1)]-want) > 1e-9 || math.Abs(h[place(50)]-want) > 1e-9 {
		t.Errorf("after the term %v and %v, want %v", h[place(1)], h[place(50)], want)
	}
	if h[place(-3)] != 0 {
		t.Errorf("before the term %v, nobody ended", h[place(-3)])
	}
	if (&Life{}).hazard()[place(0)] != 0 {
		t.Error("nothing learnt, but something expected to end")
	}
}

func TestOpenStaysLeaveTheRiskWhereTheyStandToday(t *testing.T) {
	var l Life
	l.Begun[place(-5)], l.Young[place(-3)], l.Ended[place(-1)] = 100, 60, 20
	if h := l.hazard(); math.Abs(h[place(-1)]-0.5) > 1e-9 {
		t.Errorf("hazard %v, want 20 of 40", h[place(-1)])
	}
}

func TestTheDaysForecastIsKeptAndComparedWithWhatCame(t *testing.T) {
	w := newWorld(t)
	for i := range 12 {
		id := w.file("0003.0009.0099.0742", "99701")
		w.try(staff(casework.RoleRegistrar), id, casework.Routing{Body: "roads", Route: casework.Route{Body: "roads", Confidence: 1, Sure: true}})
		w.try(staff(casework.RoleRegistrar), id, casework.Registration{})
		if i%2 == 0 {
			w.answer(w.file("0003.0009.0099.0742", "99701"), "roads", 1)
		}
		w.now = w.now.AddDate(0, 0, 1)
	}
	for range 45 {
		if err := w.book.Follow(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.AddDate(0, 0, 1)
	}
	f, err := w.book.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	trials, err := f.Trials(everywhere, 30)
	if err != nil || len(trials) == 0 {
		t.Fatal(len(trials), err)
	}
	own, replayed := 0, 0
	for _, x := range trials {
		late := 0
		for _, id := range w.ids {
			c, _ := w.store.Get(t.Context(), id)
			if term, ok := c.Term(casework.TermConsider); ok && term.Due.Before(x.On) {
				late++
			}
		}
		if x.Came != late {
			t.Errorf("on %s came %d, the cases say %d", x.On, x.Came, late)
		}
		if x.Replayed {
			replayed++
		} else {
			own++
		}
	}
	if own == 0 || replayed == 0 {
		t.Errorf("%d own, %d replayed", own, replayed)
	}
	sums := Errors(trials)
	if sums[0].Days != 7 || sums[0].Trials == 0 || sums[0].Off < 0 {
		t.Errorf("errors: %+v", sums)
	}
	now, err := f.Forecast(func(p casework.Placement) bool { return p.Body == "roads" })
	if err != nil || now.Overdue != 12 {
		t.Errorf("overdue now: %+v, %v", now, err)
	}
	if other, _ := f.Forecast(func(p casework.Placement) bool { return p.Body == "admin" }); other.Overdue != 0 {
		t.Errorf("another body: %+v", other)
	}
}

func TestErrorsAreMeansOfExpectedCameAndDistance(t *testing.T) {
	e := Errors([]Trial{{Days: 7, Expected: 10, Came: 12}, {Days: 7, Expected: 6, Came: 2}, {Days: 14, Expected: 1, Came: 1}})
	if e[0] != (Error{Days: 7, Trials: 2, Expected: 8, Came: 7, Off: 3}) || e[1].Off != 0 || e[2].Trials != 0 {
		t.Errorf("%+v", e)
	}
}
