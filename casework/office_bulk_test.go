package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

// dying is a shelf that stops to save bulks at a save, as a crash does.
type dying struct {
	*memory
	saves, last int
}

func (d *dying) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if r.Kind == casework.KindBulk {
		if d.saves++; d.saves > d.last {
			return r, &casework.Error{Code: casework.Unavailable, Op: "dying.Put", Err: errors.New("the program is gone")}
		}
	}
	return d.memory.Put(ctx, r)
}

// officeOn is another process over the same store, with a shelf of its own.
func (b *bench) officeOn(t *testing.T, shelf casework.Shelf) *casework.Office {
	t.Helper()
	o, err := casework.NewOffice(casework.OfficeConfig{Store: b.store, Numbers: b.store, Shelf: shelf, Secret: []byte(strings.Repeat("s", 32)),
		Now: func() time.Time { return b.now }, Laws: b.Laws(), Registry: b.Registry(),
		Sign: func(context.Context, casework.Actor, string) (casework.Signature, error) {
			return casework.Signature{}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// crowd files cases and brings them to a stage at the roads.
func (b *bench) crowd(t *testing.T, n int, acts ...func(id string)) []casework.BulkItem {
	t.Helper()
	var items []casework.BulkItem
	for i := range n {
		f := filing()
		f.Key = fmt.Sprintf("bulk-key-%016d", i)
		c := b.file(t, f)
		for _, act := range acts {
			act(c.ID)
		}
		c, err := b.store.Get(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, casework.BulkItem{Case: c.ID, Seen: len(c.Journal)})
	}
	return items
}

func (b *bench) unsure(t *testing.T) func(string) {
	return func(id string) {
		b.do(t, casework.SystemActor(), id, casework.Holding{Route: casework.Route{Registry: "r1", Body: "roads", Confidence: 0.6,
			Alternatives: []casework.Candidate{{Label: "roads", Confidence: 0.6}, {Label: "closed", Confidence: 0.2}, {Label: "admin", Confidence: 0.1}}}})
	}
}

func (b *bench) numbered(t *testing.T) func(string) {
	return func(id string) {
		b.do(t, central, id, casework.Routing{Body: "roads"})
		b.do(t, registrar, id, casework.Registration{})
	}
}

func book(people ...casework.Actor) casework.StaffBook {
	return func(_ context.Context, id string) (casework.Actor, bool, error) {
		i := slices.IndexFunc(people, func(a casework.Actor) bool { return a.ID == id })
		if i < 0 {
			return casework.Actor{}, false, nil
		}
		return people[i], true, nil
	}
}

func start(t *testing.T, o *casework.Office, by casework.Actor, bulk casework.Bulk) casework.Bulk {
	t.Helper()
	bulk.ID = "bulk-0123456789abcdef"
	b, err := o.StartBulk(t.Context(), by, bulk)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestABulkDoesEachCaseAndReportsThoseThatChanged(t *testing.T) {
	b := newBench(t, "2026-11-16 10:00:00")
	items := b.crowd(t, 12, b.numbered(t))
	start(t, b.Office, head, casework.Bulk{Act: casework.BulkAssign, Officer: officer.ID, Items: items})
	b.do(t, registrar, items[3].Case, casework.Forwarding{Body: "admin", Why: "Не наш вопрос."})
	b.do(t, head, items[7].Case, casework.Assignment{Officer: head})
	if err := b.RunBulk(t.Context(), "bulk-0123456789abcdef", book(head, officer)); err != nil {
		t.Fatal(err)
	}
	done, err := b.Bulk(t.Context(), head, "bulk-0123456789abcdef")
	if err != nil || done.EndedAt.IsZero() {
		t.Fatalf("the bulk has not ended: %v", err)
	}
	for i, item := range done.Items {
		c, _ := b.store.Get(t.Context(), item.Case)
		switch i {
		case 3:
			if item.Code != casework.NotFound || c.Place.Officer != "" {
				t.Errorf("a case that went elsewhere: %q, officer %q", item.Code, c.Place.Officer)
			}
		case 7:
			if item.Code != casework.Conflict || c.Place.Officer != head.ID {
				t.Errorf("a case that changed: %q, officer %q", item.Code, c.Place.Officer)
			}
		default:
			if !item.Ended || item.Code != "" || c.Place.Officer != officer.ID || c.Journal[len(c.Journal)-1].Actor != head.ID {
				t.Errorf("case %d: %+v, officer %q", i, item, c.Place.Officer)
			}
		}
		if err := casework.VerifyJournal(&c); err != nil {
			t.Error(err)
		}
	}
	if n, failed := done.Done(); n != 10 || failed != 2 {
		t.Errorf("%d done, %d failed", n, failed)
	}
	if _, err := b.Bulk(t.Context(), registrar, done.ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("another person sees the bulk: %v", err)
	}
	if open, _ := b.OpenBulks(t.Context()); len(open) != 0 {
		t.Errorf("%v is still open", open)
	}
}

func TestABulkGoesOnAfterACrashAndDoesNothingTwice(t *testing.T) {
	for last := 1; last <= 6; last++ {
		for _, act := range []casework.BulkAct{casework.BulkAccept, casework.BulkForward, casework.BulkMark} {
			b := newBench(t, "2026-11-16 10:00:00")
			bulk, stage, want := casework.Bulk{Act: act}, b.unsure(t), 4
			switch act {
			case casework.BulkForward:
				bulk.Body, bulk.Why, stage, want = "admin", "Не наш вопрос.", b.numbered(t), 4
			case casework.BulkMark:
				bulk.Variant, stage, want = "migration", b.numbered(t), 4
			}
			bulk.Items = b.crowd(t, 12, stage)
			crashing := b.officeOn(t, &dying{memory: b.store, last: last})
			id := start(t, crashing, central, bulk).ID
			_ = crashing.RunBulk(t.Context(), id, book(central))
			// The lease of the dead process runs out.
			b.now = b.now.Add(2 * time.Minute)
			open, err := b.OpenBulks(t.Context())
			if err != nil || last < 5 && !slices.Equal(open, []string{id}) {
				t.Fatalf("crash %d: open are %v, %v", last, open, err)
			}
			if err := b.RunBulk(t.Context(), id, book(central)); err != nil {
				t.Fatal(err)
			}
			done, err := b.Bulk(t.Context(), central, id)
			if err != nil {
				t.Fatal(err)
			}
			if n, failed := done.Done(); n != 12 || failed != 0 {
				t.Errorf("%s, crash %d: %d done, %d failed: %+v", act, last, n, failed, done.Items)
			}
			for _, item := range done.Items {
				if c, _ := b.store.Get(t.Context(), item.Case); len(c.Journal) != want {
					t.Errorf("%s, crash %d: a journal of %d events, want %d", act, last, len(c.Journal), want)
				}
			}
		}
	}
}

func TestABulkEndsWithTheRightsOfItsActor(t *testing.T) {
	b := newBench(t, "2026-11-16 10:00:00")
	items := b.crowd(t, 3, b.numbered(t))
	id := start(t, b.Office, head, casework.Bulk{Act: casework.BulkAssign, Officer: officer.ID, Items: items}).ID
	if err := b.RunBulk(t.Context(), id, book(officer)); err != nil {
		t.Fatal(err)
	}
	done, _ := b.Bulk(t.Context(), head, id)
	for _, item := range done.Items {
		if item.Code != casework.Forbidden {
			t.Errorf("an account that is gone has acted: %+v", item)
		}
	}
}

func TestAFormOfABulkSentTwiceIsOneBulk(t *testing.T) {
	b := newBench(t, "2026-11-16 10:00:00")
	items := b.crowd(t, 2, b.numbered(t))
	first := start(t, b.Office, head, casework.Bulk{Act: casework.BulkMark, Items: append(items, items[0])})
	again := start(t, b.Office, head, casework.Bulk{Act: casework.BulkMark, Items: items[:1]})
	if len(first.Items) != 2 || len(again.Items) != 2 {
		t.Errorf("%d and %d cases", len(first.Items), len(again.Items))
	}
	for name, bulk := range map[string]casework.Bulk{"no cases": {ID: first.ID + "x", Act: casework.BulkMark},
		"an unknown act": {ID: first.ID + "x", Act: "burn", Items: items}, "no ID": {Act: casework.BulkMark, Items: items},
		"forwarding without a reason": {ID: first.ID + "x", Act: casework.BulkForward, Body: "admin", Items: items},
		"too many":                    {ID: first.ID + "x", Act: casework.BulkMark, Items: make([]casework.BulkItem, casework.MaxBulk+1)}} {
		if _, err := b.StartBulk(t.Context(), head, bulk); casework.CodeOf(err) != casework.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPlanSaysWhereAnActIsAllowed(t *testing.T) {
	b := newBench(t, "2026-11-16 10:00:00")
	ready, raw := b.crowd(t, 1, b.numbered(t))[0], b.file(t, func() casework.Filing { f := filing(); f.Key = "raw-0123456789ab"; return f }())
	plan, rows, err := b.PlanBulk(t.Context(), head, casework.BulkAssign, []string{ready.Case, raw.ID, "NOSUCH"})
	if err != nil || len(plan) != 3 || len(rows) != 3 {
		t.Fatal(plan, err)
	}
	if plan[0].Code != "" || plan[0].Seen != ready.Seen || plan[0].Number == "" || rows[0].ID != ready.Case {
		t.Errorf("an allowed case: %+v", plan[0])
	}
	// A case of nobody yet and a missing one look the same to a head.
	if plan[1].Code != casework.NotFound || plan[2].Code != casework.NotFound || plan[1].Number != "" || rows[1].Summary != "" {
		t.Errorf("foreign: %+v, missing: %+v", plan[1], plan[2])
	}
}

func TestAnOfferRoutesAndRegistersInOneGo(t *testing.T) {
	b := newBench(t, "2026-11-16 10:00:00")
	item := b.crowd(t, 1, b.unsure(t))[0]
	c, _ := b.store.Get(t.Context(), item.Case)
	offers, err := b.Offers(t.Context(), central, []casework.Row{casework.RowOf(&c)})
	offer := offers[c.ID]
	if err != nil || len(offer.Bodies) != 2 || offer.Bodies[0].Label != "roads" || offer.Bodies[1].Label != "admin" || offer.Kind != casework.KindStatement {
		t.Fatalf("the offer: %+v, %v", offer, err)
	}
	if none, _ := b.Offers(t.Context(), registrar, []casework.Row{casework.RowOf(&c)}); len(none) != 0 {
		t.Errorf("a registrar of one body is offered a case of nobody: %+v", none)
	}
	if _, err := b.Accept(t.Context(), central, c.ID, offer.Seen-1, casework.Acceptance{Body: "roads"}); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("a stale offer: %v", err)
	}
	if _, err := b.Accept(t.Context(), foreignRegistrar(), c.ID, offer.Seen, casework.Acceptance{Body: "roads"}); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("a stranger: %v", err)
	}
	c, err = b.Accept(t.Context(), central, c.ID, offer.Seen, casework.Acceptance{Body: "admin"})
	if err != nil || c.Stage != casework.StageRegistered || c.Place.Body != "admin" || c.Procedure.Kind != casework.KindStatement || len(c.Journal) != 4 {
		t.Errorf("accepted: %s at %s, %v", c.Stage, c.Place.Body, err)
	}
}

func foreignRegistrar() casework.Actor { return staff("foreign", casework.RoleRegistrar, "prosecutor") }
