package demo

import (
	"context"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/casework/regulation"
	"priemnaya/casework/sqlitestore"
)

func TestDemonstrationTextsAreComplete(t *testing.T) {
	appeals, err := Appeals(200)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, a := range appeals {
		if strings.ContainsAny(a.Text, "{}") || len([]rune(a.Text)) < 60 {
			t.Errorf("unfinished text: %s", a.Text)
		}
		if _, ok := classifier.Official().Topic(a.Topic); a.Topic != "" && !ok {
			t.Errorf("no such topic: %s", a.Topic)
		}
		seen[a.Text] = true
	}
	if len(seen) < 120 {
		t.Errorf("only %d different texts among 200", len(seen))
	}
}

func TestStreetsAreDeclinedAsTheSentenceAsks(t *testing.T) {
	appeals, err := Appeals(200)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range appeals {
		for _, wrong := range []string{"вдоль улице", "вдоль улица", "с улице", "углу улице", "у улице", "на улица ", "по улица ", "на улицы ", "Весной улице"} {
			if strings.Contains(a.Text, wrong) {
				t.Errorf("%q in %q", wrong, a.Text)
			}
		}
	}
}

func TestWhomCasesAreWithHasAnAccountInItsBody(t *testing.T) {
	e, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, p := range append(Staff(), Colleagues()...) {
		if p.Name == "" || p.Position == "" || known["staff:"+p.Login] {
			t.Errorf("account %q is without a name or there twice", p.Login)
		}
		known["staff:"+p.Login] = true
	}
	for _, b := range e.Bodies {
		if b.ID == "gov" || b.ID == "prosecutor" {
			// They oversee; no case of the demonstration is answered there.
			continue
		}
		if !known[(&seeding{}).person(casework.RoleOfficer, b.ID).ID] {
			t.Errorf("no account answers for %s", b.ID)
		}
	}
}

func TestSeedingFillsEveryStageAndIsHarmlessTwice(t *testing.T) {
	ctx := context.Background()
	store, err := sqlitestore.Open(ctx, t.TempDir()+"/demo.db", sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	e, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := casework.NewRegistry("demo", e.Bodies, e.Territories)
	if err != nil {
		t.Fatal(err)
	}
	officeAt := func(at time.Time) (*casework.Office, error) {
		return casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store, Laws: laws, Registry: reg,
			Secret: []byte(strings.Repeat("k", 32)), Now: func() time.Time { return at },
			Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
				return casework.Signature{Digest: digest, Value: []byte{1}}, nil
			}})
	}
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for range 2 {
		if err := Seed(ctx, 200, now, officeAt); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := store.Counts(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	total, stages := 0, map[casework.Stage]int{}
	for _, c := range counts {
		total += c.N
		stages[c.Stage] += c.N
	}
	if total != 200 {
		t.Errorf("%d cases", total)
	}
	for _, s := range casework.Stages() {
		if stages[s] == 0 {
			t.Errorf("nothing at stage %s: %v", s, stages)
		}
	}
	page, err := store.Page(ctx, casework.Query{Sort: casework.SortDue, Window: casework.Window{Limit: 200}})
	if err != nil {
		t.Fatal(err)
	}
	overdue := 0
	for _, row := range page.Rows {
		if c, err := store.Get(ctx, row.ID); err != nil || casework.VerifyJournal(&c) != nil {
			t.Errorf("%s: journal", row.ID)
		} else if c.Overdue(casework.DateOf(now, time.UTC)) {
			overdue++
		}
	}
	if overdue == 0 || overdue > 60 {
		t.Errorf("%d of 200 overdue", overdue)
	}
}
