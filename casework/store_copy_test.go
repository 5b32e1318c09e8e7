package casework_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

func emptyStore() *storetest.Memory { return storetest.NewMemory(time.Now, nil) }

// filledStore is a store with n cases, as many records and two series.
func filledStore(t *testing.T, n int) *storetest.Memory {
	t.Helper()
	s := emptyStore()
	for i := range n {
		addCase(t, s, storetest.Sample(i))
		if _, err := s.Put(t.Context(), casework.Record{Kind: "draft", ID: fmt.Sprint(i), Owner: "esia:1", Data: []byte(fmt.Sprint("черновик ", i))}); err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range []string{"roads/2026", "homes/2026"} {
		if _, err := s.Take(t.Context(), name, 10+i); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func addCase(t *testing.T, s casework.Store, c casework.Case) {
	t.Helper()
	if _, err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func wantCopied(t *testing.T, from, to casework.Storage, n int) {
	t.Helper()
	for i := range n {
		id := storetest.Sample(i).ID
		a, errA := from.Get(t.Context(), id)
		b, errB := to.Get(t.Context(), id)
		a.Version, b.Version = 0, 0
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if errA != nil || errB != nil || string(x) != string(y) {
			t.Errorf("case %s differs (%v, %v)", id, errA, errB)
		}
		r, err := to.Fetch(t.Context(), "draft", fmt.Sprint(i))
		if err != nil || string(r.Data) != fmt.Sprint("черновик ", i) || r.Owner != "esia:1" {
			t.Errorf("record %d: %+v, %v", i, r, err)
		}
	}
	if first, err := to.Take(t.Context(), "roads/2026", 1); err != nil || first != 11 {
		t.Errorf("the next number is %d (%v), want 11", first, err)
	}
}

func TestACopyHoldsEveryCaseRecordAndNumber(t *testing.T) {
	from, to := filledStore(t, 450), emptyStore()
	steps := map[string]int{}
	report, err := casework.Copy(t.Context(), from, to, func(kind string, done int) { steps[kind] = done })
	if err != nil {
		t.Fatal(err)
	}
	want := casework.CopyReport{Cases: 450, CasesWritten: 450, Records: 450, RecordsWritten: 450, Series: 2}
	if report != want || steps["cases"] != 450 || steps["records"] != 450 || steps["series"] != 2 {
		t.Errorf("report %+v, progress %v", report, steps)
	}
	wantCopied(t, from, to, 450)
}

func TestACopyRunTwiceWritesNothingTheSecondTime(t *testing.T) {
	from, to := filledStore(t, 20), emptyStore()
	for round, want := range []int{20, 0} {
		report, err := casework.Copy(t.Context(), from, to, nil)
		if err != nil || report.CasesWritten != want || report.RecordsWritten != want {
			t.Errorf("round %d: %+v, %v", round, report, err)
		}
	}
	wantCopied(t, from, to, 20)
}

// cutOff fails after some creations, as a lost connection would.
type cutOff struct {
	*storetest.Memory
	left int
}

func (b *cutOff) Create(ctx context.Context, c casework.Case) (casework.Case, error) {
	if b.left--; b.left < 0 {
		return c, casework.Fail(casework.Unavailable, "test", "")
	}
	return b.Memory.Create(ctx, c)
}

func TestACopyThatWasCutOffGoesOnAndTakesWhatChangedMeanwhile(t *testing.T) {
	from, to := filledStore(t, 20), emptyStore()
	if _, err := casework.Copy(t.Context(), from, &cutOff{to, 12}, nil); casework.CodeOf(err) != casework.Unavailable {
		t.Fatalf("got %v, want unavailable", err)
	}
	for _, i := range []int{1, 9, 15} {
		// Each goes on by an attempt to deliver.
		_, err := from.Update(t.Context(), storetest.Sample(i).ID, func(c casework.Case) (casework.Case, error) {
			for k := range c.Outbox {
				if n := &c.Outbox[k]; n.Pending() {
					n.State, n.Attempts, n.Evidence = casework.DeliverySent, 1, "250 OK"
				}
			}
			return c, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	report, err := casework.Copy(t.Context(), from, to, nil)
	if err != nil || report.CasesWritten != 8+2 {
		t.Errorf("%+v, %v; want 10 cases written", report, err)
	}
	wantCopied(t, from, to, 20)
}

func TestACaseThatWentOnInTheTargetStopsTheCopy(t *testing.T) {
	for name, goOn := range map[string]func(c *casework.Case){
		"an act more":        func(c *casework.Case) { c.Journal = append(c.Journal, c.Journal[0]) },
		"another act":        func(c *casework.Case) { c.Journal[len(c.Journal)-1].Hash = "другой" },
		"a notice delivered": func(c *casework.Case) { settleAll(c) },
	} {
		t.Run(name, func(t *testing.T) {
			from, to := filledStore(t, 3), emptyStore()
			if _, err := casework.Copy(t.Context(), from, to, nil); err != nil {
				t.Fatal(err)
			}
			id := storetest.Sample(0).ID
			before, err := to.Update(t.Context(), id, func(c casework.Case) (casework.Case, error) {
				goOn(&c)
				return c, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := casework.Copy(t.Context(), from, to, nil); casework.CodeOf(err) != casework.Conflict {
				t.Errorf("got %v, want a conflict", err)
			}
			if after, _ := to.Get(t.Context(), id); after.Version != before.Version {
				t.Error("the target's case was overwritten")
			}
		})
	}
}

func settleAll(c *casework.Case) {
	for i := range c.Outbox {
		c.Outbox[i].State = casework.DeliverySent
	}
}

func TestACaseWithABrokenJournalIsNotCopied(t *testing.T) {
	from, to := emptyStore(), emptyStore()
	c := storetest.Sample(7)
	c.Content.Text += " (приписано)"
	addCase(t, from, c)
	_, err := casework.Copy(t.Context(), from, to, nil)
	if casework.CodeOf(err) != casework.Corrupted {
		t.Errorf("got %v, want corrupted", err)
	}
	if _, err := to.Get(t.Context(), c.ID); casework.CodeOf(err) != casework.NotFound {
		t.Error("the broken case is in the target")
	}
}

func TestCasesOfTheTargetAloneAreNoticedByTheCounts(t *testing.T) {
	from, to := filledStore(t, 3), emptyStore()
	addCase(t, to, storetest.Sample(99))
	if _, err := casework.Copy(t.Context(), from, to, nil); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("got %v, want a conflict", err)
	}
}

func TestARecordThatDiffersIsBroughtUpToDate(t *testing.T) {
	from, to := filledStore(t, 3), emptyStore()
	if _, err := to.Put(t.Context(), casework.Record{Kind: "draft", ID: "1", Data: []byte("старое")}); err != nil {
		t.Fatal(err)
	}
	report, err := casework.Copy(t.Context(), from, to, nil)
	if err != nil || report.RecordsWritten != 3 {
		t.Errorf("%+v, %v", report, err)
	}
	wantCopied(t, from, to, 3)
}

func TestACancelledCopyStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	from, to := filledStore(t, 450), emptyStore()
	report, err := casework.Copy(ctx, from, to, func(kind string, _ int) {
		if kind == "cases" {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || report.Cases >= 450 {
		t.Errorf("%+v, %v", report, err)
	}
}
