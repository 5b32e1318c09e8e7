package flow

import (
	"math"
	"testing"

	"priemnaya/casework"
)

func TestASuddenGrowthIsFoundAndAnOrdinaryWeekIsNot(t *testing.T) {
	w := newWorld(t)
	send := func(n int, topic, place string) {
		for range n {
			id := w.file(topic, place)
			w.try(staff(casework.RoleRegistrar), id, casework.Routing{Body: "roads", Route: casework.Route{Body: "roads", Confidence: 1, Sure: true}})
		}
	}
	for range 8 {
		send(2, "0003.0009.0099.0742", "99701")
		send(3, "0005.0005.0056.1147", "99702")
		w.now = w.now.AddDate(0, 0, 7)
	}
	send(12, "0003.0009.0099.0742", "99701")
	send(5, "0005.0005.0056.1147", "99702")
	if err := w.book.Follow(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	f, err := w.book.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := f.Growing(everywhere)
	if err != nil || len(found) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	if g := found[0]; g.Body != "roads" || g.Topic != "0003.0009" || g.Territory != "99701" || g.Week != 12 || g.Usual != 2 || g.Chance <= 0 || g.Chance >= GrowthChance {
		t.Errorf("%+v", g)
	}
	if found, _ := f.Growing(func(p casework.Placement) bool { return p.Body == "admin" }); len(found) != 0 {
		t.Errorf("out of the scope: %+v", found)
	}
}

func TestTheChanceIsThatOfPoisson(t *testing.T) {
	// P(X >= 3 | 1) = 1 - e^-1 (1 + 1 + 1/2).
	if got, want := atLeast(3, 1), 1-math.Exp(-1)*2.5; math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
	if got := atLeast(0, 4); got != 1 {
		t.Errorf("none or more: %v", got)
	}
	if got := median([]int{9, 1, 2, 100}); got != 5.5 {
		t.Errorf("median %v", got)
	}
}

func TestMarksComeOutInLotsOfFiveAndNeverOnTheSameDay(t *testing.T) {
	w := newWorld(t)
	rated := 0
	rate := func(n, mark int) {
		for range n {
			id := w.file("0003.0009.0099.0742", "99701")
			w.answer(id, "roads", 0)
			if !w.try(casework.Citizen(person(w.n)), id, casework.Rating{Mark: mark}) {
				t.Fatal("the mark was refused")
			}
			rated++
		}
	}
	shown := func() Marks {
		if err := w.book.Follow(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		f, err := w.book.Figures(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all, err := f.Marks(everywhere, Last(90, f.Today()))
		if err != nil {
			t.Fatal(err)
		}
		return all[casework.Placement{Body: "roads", Unit: "repair"}]
	}
	rate(4, 5)
	w.now = w.now.AddDate(0, 0, 1)
	if got := shown(); got.Count() != 0 {
		t.Errorf("four marks are shown: %v", got)
	}
	rate(2, 1)
	if got := shown(); got.Count() != 0 {
		t.Errorf("marks of today are shown: %v", got)
	}
	w.now = w.now.AddDate(0, 0, 1)
	if got := shown(); got != (Marks{2, 0, 0, 0, 4}) || math.Abs(got.Mean()-22.0/6) > 1e-9 {
		t.Errorf("six marks: %v, mean %v", got, got.Mean())
	}
	rate(1, 1)
	w.now = w.now.AddDate(0, 0, 1)
	if got := shown(); got.Count() != 6 {
		t.Errorf("a single further mark can be told: %v", got)
	}
}
