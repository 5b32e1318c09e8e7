package casework_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
)

// printed makes a bench whose office prints letters.
func printed(t testing.TB, instant string) (*bench, *[]casework.PrintOrder) {
	t.Helper()
	b := newBench(t, instant)
	var mu sync.Mutex
	orders := &[]casework.PrintOrder{}
	var err error
	b.Office, err = casework.NewOffice(casework.OfficeConfig{Store: b.store, Numbers: b.store, Shelf: b.store,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return b.now }, Laws: b.Laws(), Registry: b.Registry(),
		Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("sig")}, nil
		},
		Press: func(_ context.Context, o casework.PrintOrder) (casework.Paper, error) {
			mu.Lock()
			defer mu.Unlock()
			*orders = append(*orders, o)
			n := strconv.Itoa(len(*orders))
			file := func(name string) casework.File {
				return casework.File{ID: name + n, Name: name, SHA256: name + n, Size: 1}
			}
			return casework.Paper{Letter: file("pdf"), Detached: file("sig"), Certificate: casework.Certificate{Serial: "0A"}}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return b, orders
}

// onSigning takes a filing to the desk of the head.
func (b *bench) onSigning(t testing.TB, f casework.Filing) casework.Case {
	t.Helper()
	c := b.registered(t, f)
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.do(t, officer, c.ID, b.drafting(f.Regime))
	return b.do(t, officer, c.ID, casework.Submission{Revision: 1})
}

func TestTheSignedFileCarriesTheNumberUnderWhichItIsSentInEveryRegime(t *testing.T) {
	for _, regime := range []casework.Regime{casework.RegimeAppeal, casework.RegimeServices, casework.RegimeControl, casework.RegimeMessage, casework.RegimePlatform} {
		t.Run(string(regime), func(t *testing.T) {
			b, orders := printed(t, "2026-04-01 10:00:00")
			c := b.onSigning(t, complaintFiling(regime))
			b.do(t, head, c.ID, casework.Signing{})
			c = b.do(t, officer, c.ID, casework.Answering{})
			a := c.Answers[0]
			if len(*orders) != 1 || a.Number == "" || (*orders)[0].Number != a.Number {
				t.Fatalf("%d prints, sent under %q", len(*orders), a.Number)
			}
			docs := a.Documents()
			if len(docs) < 2 || docs[0].ID != "pdf1" || docs[1].ID != "sig1" {
				t.Errorf("documents %+v", docs)
			}
			if _, ok := c.FileByID("pdf1"); !ok {
				t.Error("the letter is not among the files of the case")
			}
			if err := casework.VerifyJournal(&c); err != nil {
				t.Error(err)
			}
			changed := c.Clone()
			paper := *changed.Answers[0].Paper
			paper.Letter.SHA256 = "other"
			changed.Answers[0].Paper = &paper
			if casework.VerifyJournal(&changed) == nil {
				t.Error("another letter in place of the signed one goes unnoticed")
			}
		})
	}
}

func TestAChangedPrintOrDraftIsNotSent(t *testing.T) {
	for name, change := range map[string]func(*casework.Draft){
		"text":    func(d *casework.Draft) { d.Text += " И ещё." },
		"file":    func(d *casework.Draft) { d.Files = []casework.File{{ID: "f", SHA256: "x"}} },
		"print":   func(d *casework.Draft) { p := *d.Paper; p.Letter.SHA256 = "other"; d.Paper = &p },
		"mark":    func(d *casework.Draft) { p := *d.Paper; p.Detached.SHA256 = "other"; d.Paper = &p },
		"no file": func(d *casework.Draft) { d.Paper = nil },
	} {
		b, _ := printed(t, "2026-04-01 10:00:00")
		c := b.onSigning(t, filing())
		b.do(t, head, c.ID, casework.Signing{})
		if _, err := b.store.Update(t.Context(), c.ID, func(c casework.Case) (casework.Case, error) {
			change(c.Draft)
			return c, nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Do(t.Context(), officer, c.ID, casework.AnyState, casework.Answering{}); casework.CodeOf(err) != casework.Conflict {
			t.Errorf("changed %s: %v", name, err)
		}
	}
}

func TestTwoHeadsWhoSignAtOnceUseOneNumberAndOneLetter(t *testing.T) {
	b, _ := printed(t, "2026-04-01 10:00:00")
	c := b.onSigning(t, filing())
	other := staff("second-head", casework.RoleHead, "roads")
	errs := make(chan error, 2)
	for _, by := range []casework.Actor{head, other} {
		go func() {
			_, err := b.Do(context.Background(), by, c.ID, casework.AnyState, casework.Signing{})
			errs <- err
		}()
	}
	failed := 0
	for range 2 {
		if err := <-errs; err != nil {
			failed++
		}
	}
	if failed != 1 {
		t.Fatalf("%d of two signings failed", failed)
	}
	c = b.do(t, officer, c.ID, casework.Answering{})
	next := b.onSigning(t, func() casework.Filing {
		f := filing()
		f.Key = "another-key-000001"
		f.Text += " Снова."
		return f
	}())
	next = b.do(t, head, next.ID, casework.Signing{})
	if !strings.HasSuffix(c.Answers[0].Number, "000001") || !strings.HasSuffix(next.Draft.Number, "000002") {
		t.Errorf("numbers %s and %s", c.Answers[0].Number, next.Draft.Number)
	}
}

func TestALetterTakenBackIsSignedAgainUnderItsNumber(t *testing.T) {
	b, orders := printed(t, "2026-04-01 10:00:00")
	c := b.onSigning(t, filing())
	c = b.do(t, head, c.ID, casework.Signing{})
	number := c.Draft.Number
	c = b.do(t, head, c.ID, casework.SendingBack{Remarks: "Исправьте дату."})
	if c.Draft.Paper != nil || c.Draft.Signature != nil || c.Draft.Number != "" {
		t.Fatal("a letter taken back is still signed")
	}
	b.do(t, officer, c.ID, casework.Drafting{Text: "Исправлено.", Outcome: c.Draft.Outcome, Revision: c.Draft.Revision})
	b.do(t, officer, c.ID, casework.Submission{Revision: c.Draft.Revision + 1})
	c = b.do(t, head, c.ID, casework.Signing{})
	if c.Draft.Number != number || len(*orders) != 2 || (*orders)[1].Case.Draft.Text != "Исправлено." {
		t.Errorf("number %s after %s, %d prints", c.Draft.Number, number, len(*orders))
	}
}

func TestAFailedPrintSignsNothing(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.onSigning(t, filing())
	office, err := casework.NewOffice(casework.OfficeConfig{Store: b.store, Numbers: b.store, Shelf: b.store,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return b.now }, Laws: b.Laws(), Registry: b.Registry(),
		Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("sig")}, nil
		},
		Press: func(context.Context, casework.PrintOrder) (casework.Paper, error) {
			return casework.Paper{}, casework.Fail(casework.Unavailable, "press", "")
		}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := office.Do(t.Context(), head, c.ID, casework.AnyState, casework.Signing{}); casework.CodeOf(err) != casework.Unavailable {
		t.Fatal(err)
	}
	if c, err := b.store.Get(t.Context(), c.ID); err != nil || c.Stage != casework.StageOnSigning || c.Draft.Signature != nil {
		t.Error("signed without a letter")
	}
}

// A case that an older program has signed has neither number nor print.
func TestALetterSignedByAnOlderProgramIsStillSent(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.onSigning(t, filing())
	b.do(t, head, c.ID, casework.Signing{})
	if _, err := b.store.Update(t.Context(), c.ID, func(c casework.Case) (casework.Case, error) {
		c.Draft.Number = ""
		return c, nil
	}); err != nil {
		t.Fatal(err)
	}
	c = b.do(t, officer, c.ID, casework.Answering{})
	if c.Answers[0].Number == "" || c.Answers[0].Paper != nil {
		t.Errorf("answer %+v", c.Answers[0])
	}
	if err := casework.VerifyJournal(&c); err != nil {
		t.Error(err)
	}
}
