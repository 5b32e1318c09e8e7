package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
)

func (b *bench) drafted(t testing.TB, regime casework.Regime) casework.Case {
	t.Helper()
	c := b.registered(t, complaintFiling(regime))
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	return b.do(t, officer, c.ID, b.drafting(regime))
}

func draftDigestOf(c casework.Case) string {
	return casework.LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)
}

var (
	lawyer = staff("lawyer", casework.RoleOfficer, "roads")
	deputy = staff("deputy", casework.RoleHead, "roads")
)

func askedVisas(revision int) casework.VisaAsking {
	return casework.VisaAsking{Revision: revision, Persons: []casework.Visa{
		{By: deputy.ID, Name: "Заместитель", Step: 2, Approves: true},
		{By: lawyer.ID, Name: "Юрист", Step: 1}, {By: registrar.ID, Name: "Регистратор", Step: 1}}}
}

func TestADraftIsAgreedApprovedAndSignedInEveryRegime(t *testing.T) {
	for _, regime := range []casework.Regime{casework.RegimeAppeal, casework.RegimeServices, casework.RegimeControl, casework.RegimeMessage, casework.RegimePlatform} {
		b := newBench(t, "2026-04-01 10:00:00")
		c := b.drafted(t, regime)
		c = b.do(t, officer, c.ID, askedVisas(1))
		b.stopped(t, officer, c.ID, casework.Submission{Revision: 1}, "visa.missing")
		// The second step waits for the first, whose persons agree in any order.
		b.stopped(t, deputy, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true}, "visa.not_asked")
		b.do(t, registrar, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true})
		b.stopped(t, registrar, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true}, "visa.not_asked")
		b.do(t, lawyer, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true, Remarks: "Без замечаний, запятую поправьте."})
		b.do(t, deputy, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true})
		b.do(t, officer, c.ID, casework.Submission{Revision: 1})
		b.do(t, head, c.ID, casework.Signing{})
		c = b.do(t, officer, c.ID, casework.Answering{})
		if err := casework.VerifyJournal(&c); err != nil || c.Stage != casework.StageAnswered {
			t.Errorf("%s: %s %v", regime, c.Stage, err)
		}
	}
}

func TestAChangedDraftAsksEverybodyAgain(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.drafted(t, casework.RegimeAppeal)
	c = b.do(t, officer, c.ID, askedVisas(1))
	seen := draftDigestOf(c)
	b.do(t, lawyer, c.ID, casework.VisaGiving{Digest: seen, Agreed: true})
	d := b.drafting(casework.RegimeAppeal)
	d.Text, d.Revision = "Рассмотрено иначе.", 1
	c = b.do(t, officer, c.ID, d)
	if turn := c.Draft.VisaTurn(draftDigestOf(c)); len(turn) != 2 {
		t.Errorf("asked now: %+v", turn)
	}
	b.stopped(t, registrar, c.ID, casework.VisaGiving{Digest: seen, Agreed: true}, "sign.other_text")
	b.stopped(t, officer, c.ID, casework.Submission{Revision: 2}, "visa.missing")
	// Nobody is asked any more: the officer has taken the list back.
	b.do(t, officer, c.ID, casework.VisaAsking{Revision: 2})
	b.do(t, officer, c.ID, casework.Submission{Revision: 2})
}

func TestRemarksHoldADraftBackUntilItIsChangedOrAgreed(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.drafted(t, casework.RegimeAppeal)
	c = b.do(t, officer, c.ID, casework.VisaAsking{Revision: 1, Persons: []casework.Visa{{By: lawyer.ID, Name: "Юрист", Step: 1}}})
	if _, err := b.Do(t.Context(), lawyer, c.ID, casework.AnyState, casework.VisaGiving{Digest: draftDigestOf(c)}); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a refusal without remarks: %v", err)
	}
	c = b.do(t, lawyer, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Remarks: "Нет ссылки на норму."})
	if v := c.Draft.Visas[0]; v.Agreed || v.Remarks == "" || v.At.IsZero() {
		t.Errorf("visa %+v", v)
	}
	b.stopped(t, officer, c.ID, casework.Submission{Revision: 1}, "visa.missing")
	last := c.Journal[len(c.Journal)-1]
	if last.Act != casework.ActVisa || last.Facts["agreed"] != "false" || strings.Contains(last.Facts["remarks"], "норму") {
		t.Errorf("journal %+v", last)
	}
	b.do(t, lawyer, c.ID, casework.VisaGiving{Digest: draftDigestOf(c), Agreed: true})
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
}

func TestNobodyIsAskedTwiceOrAsksHimself(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.drafted(t, casework.RegimeAppeal)
	many := make([]casework.Visa, casework.MaxVisas+1)
	for i := range many {
		many[i] = casework.Visa{By: fmt.Sprint("staff:", i), Name: "Согласующий", Step: 1}
	}
	for name, x := range map[string]struct {
		key     string
		persons []casework.Visa
	}{
		"himself":  {"visa.person", []casework.Visa{{By: officer.ID, Step: 1}}},
		"nobody":   {"visa.person", []casework.Visa{{Step: 1}}},
		"step 0":   {"visa.person", []casework.Visa{{By: lawyer.ID}}},
		"twice":    {"visa.person", []casework.Visa{{By: lawyer.ID, Step: 1}, {By: lawyer.ID, Step: 2}}},
		"too many": {"visa.persons", many},
	} {
		_, err := b.Do(t.Context(), officer, c.ID, casework.AnyState, casework.VisaAsking{Revision: 1, Persons: x.persons})
		if !hasKey(err, "persons", x.key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.do(t, officer, c.ID, casework.VisaAsking{Revision: 1, Persons: many[1:]})
	if _, err := b.Do(t.Context(), lawyer, c.ID, casework.AnyState, casework.VisaAsking{Revision: 1, Persons: many[:0]}); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("asked by who does not answer: %v", err)
	}
}

func TestNobodyIsAskedToAgreeToALetterThatIsNotThere(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.registered(t, filing())
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.stopped(t, lawyer, c.ID, casework.VisaGiving{Agreed: true}, "visa.not_asked")
	asking := casework.VisaAsking{Persons: []casework.Visa{{By: lawyer.ID, Name: "Юрист", Step: 1}}}
	refused := func(when string) {
		t.Helper()
		if _, err := b.Do(t.Context(), officer, c.ID, casework.AnyState, asking); !hasKey(err, "text", "draft.text_empty") {
			t.Errorf("%s: %v", when, err)
		}
	}
	refused("before anything is written")
	b.do(t, officer, c.ID, casework.Drafting{Text: " "})
	asking.Revision = 1
	refused("after a blank was")
	b.do(t, officer, c.ID, casework.Drafting{Text: "Рассмотрено.", Revision: 1})
	b.stopped(t, officer, c.ID, asking, "draft.changed")
	asking.Revision = 2
	b.do(t, officer, c.ID, asking)
}

// hasKey reports whether an act was refused for a field with this text.
func hasKey(err error, field, key string) bool {
	var e *casework.Error
	return errors.As(err, &e) && slices.ContainsFunc(e.Fields, func(f casework.FieldError) bool { return f.Field == field && f.Key == key })
}

// stopped tries an act that must be refused with the message.
func (b *bench) stopped(t testing.TB, by casework.Actor, id string, act casework.Act, message string) {
	t.Helper()
	_, err := b.Do(context.Background(), by, id, casework.AnyState, act)
	var e *casework.Error
	if !errors.As(err, &e) || e.Message != message {
		t.Errorf("%s: %v, want %s", act.Kind(), err, message)
	}
}
