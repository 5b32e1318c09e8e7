package desk_test

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

// complaint is a complaint about a service, in work with its officer.
func (b *bench) complaint(t testing.TB) casework.Case {
	t.Helper()
	c := b.file(t, func(f *casework.Filing) {
		f.Regime, f.AppealKind = casework.RegimeServices, casework.KindComplaint
		f.Complaint = &casework.Complaint{Grounds: []string{"late_service"}, Decision: "Отказ от 1 ноября",
			Against: []casework.Against{{Body: "water"}}}
	})
	b.do(t, casework.SystemActor(), c.ID, casework.Routing{Body: "roads"})
	b.do(t, registrar, c.ID, casework.Registration{})
	return b.do(t, head, c.ID, casework.Assignment{Officer: officer})
}

func TestARefusalNeedsThePartsThatTheLawAsksFor(t *testing.T) {
	b := newBench(t)
	c := b.complaint(t)
	page := b.get(t, officer, path(c, "/draft"))
	if !strings.Contains(page.body, "Обоснование решения") || strings.Contains(page.body, `value="explained"`) {
		t.Error("the editor does not follow the procedure of the case")
	}
	r := b.submit(t, officer, page.formTo(t, "/draft"), "text", "Жалоба рассмотрена.", "outcome", "refused", "do", "submit")
	if r.status != 422 || !strings.Contains(r.body, `id="f-part_1_reasons-error"`) {
		t.Fatalf("status %d, or no error at the part", r.status)
	}
	r = b.submit(t, officer, r.formTo(t, "/draft"), "part_1_reasons", "Срок не нарушен.", "part_4_appeal", "Решение можно обжаловать в суд.", "do", "submit")
	got := b.load(t, c.ID)
	if r.status != 303 || got.Stage != casework.StageOnSigning {
		t.Fatalf("status %d, stage %s", r.status, got.Stage)
	}
	sign := b.get(t, head, path(c, "/sign"))
	if !strings.Contains(sign.body, "Срок не нарушен.") || !strings.Contains(sign.body, casework.LetterDigest(c.ID, got.Draft.Letter(), nil)) {
		t.Error("what is signed is not shown whole")
	}
	if r := b.submit(t, head, sign.formTo(t, "/sign")); r.status != 303 {
		t.Errorf("signing: status %d", r.status)
	}
}

func TestADraftOfAnOldRevisionIsAClashEvenOnAFreshPage(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	f := b.get(t, officer, path(c, "/draft")).formTo(t, "/draft")
	r := b.submit(t, officer, f, "text", "По старой редакции", "revision", "0")
	if r.status != 409 || !strings.Contains(r.body, "По старой редакции") || b.load(t, c.ID).Draft.Revision != 1 {
		t.Errorf("status %d: an old revision was written over", r.status)
	}
}
