package flow

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"priemnaya/casework"
)

func TestTheBooksSayWhatARecountSaysWhateverHappensAndWhereverItBreaks(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 11))
			w := newWorld(t)
			for round := range 8 {
				for range 25 {
					w.anything(random)
				}
				// The shelf breaks somewhere in the batch, once or several times.
				for range random.IntN(4) {
					w.shelf.fails = 1 + random.IntN(40)
					_ = w.book.Follow(t.Context(), nil)
				}
				w.shelf.fails = 0
				if err := w.book.Follow(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				w.same(fmt.Sprint("round ", round))
			}
			before := w.kept()
			if err := w.book.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			w.same("rebuilt")
			if len(before) < 8 {
				t.Fatalf("only %d chunks: nothing happened", len(before))
			}
		})
	}
}

func TestOfTwoWritersOneWinsAndNothingIsCountedTwice(t *testing.T) {
	w := newWorld(t)
	for range 30 {
		w.file("0003.0009.0099.0742", "99701")
	}
	ctx := t.Context()
	first, err := w.book.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.book.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*writer{first, second} {
		if err := x.gather(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := second.commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := first.commit(ctx); casework.CodeOf(err) != casework.Conflict {
		t.Fatalf("the second commit: %v", err)
	}
	if err := w.book.Follow(ctx, nil); err != nil {
		t.Fatal(err)
	}
	w.same("after two writers")
}

func TestFiguresWaitForTheFirstCountAndThenFollowEverySave(t *testing.T) {
	w := newWorld(t)
	if _, err := w.book.Figures(t.Context()); casework.CodeOf(err) != casework.NotFound {
		t.Fatalf("figures before the first count: %v", err)
	}
	came := func() int {
		f, err := w.book.Figures(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sums, err := f.FlowBy(everywhere, Last(30, f.Today()), func(_ casework.Date, p casework.Placement) string { return p.Body })
		if err != nil {
			t.Fatal(err)
		}
		return sums["roads"].Came
	}
	w.answer(w.file("0003.0009.0099.0742", "99701"), "roads", 5)
	for want := 1; want < 4; want++ {
		if err := w.book.Follow(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got := came(); got != want {
			t.Fatalf("%d came, want %d", got, want)
		}
		w.answer(w.file("0003.0009.0099.0742", "99701"), "roads", 5)
	}
}
