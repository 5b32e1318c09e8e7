package casework_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"priemnaya/casework"
)

// tellingComplaint is a complaint whose every field tells something.
func tellingComplaint(f *casework.Filing) {
	f.Regime, f.Text, f.Address, f.AppealKind = casework.RegimeServices, "Мне отказали в справке.", "ул. Потайная, 7", casework.KindComplaint
	f.Applicant.Contact.Phone = "+7 900 123-45-67"
	f.Complaint = &casework.Complaint{Grounds: []string{"late_service"}, Against: []casework.Against{{Body: "roads", Official: "staff:guilty"}},
		Decision: "Отказ Тайновой М. С. от 20 марта", Demands: "Выдать справку Тайновой,\nпозвонить на +7 911 222-33-44"}
}

func TestTheFieldsOfAComplaintAreRedactedInTheCopyAndStayInTheOriginal(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t, tellingComplaint)
	before, _ := json.Marshal(c.Procedure.Complaint)
	hide := map[string][]casework.Stretch{}
	for _, p := range c.TextParts() {
		hide[p.Name] = append(hidden(p.Text, "Тайновой", "Тайновой М. С.", "ул. Потайная, 7"), c.PersonalStretches(p.Text)...)
	}
	act := casework.TextRedaction{Parts: hide, Digest: c.TextsDigest(), Why: "Персональные данные"}
	if _, err := b.RedactCaseText(t.Context(), officer, c.ID, act); err != nil {
		t.Fatal(err)
	}
	child := b.copyOf(t, c.ID, casework.Copying{Bodies: []string{"prosecutor"}, Why: "По принадлежности.", Redacted: true})
	raw, _ := json.Marshal(child)
	for _, secret := range []string{"Тайнов", "Потайн", "222-33"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%q is in the copy", secret)
		}
	}
	got := child.Procedure.Complaint
	if got == nil || got.Decision != "Отказ ■■■■■ от 20 марта" || got.Demands != "Выдать справку ■■■■■,\nпозвонить на ■■■■■" || child.Subject.Address != casework.Blot {
		t.Errorf("the copy: %+v at %q", got, child.Subject.Address)
	}
	if child.Content.Text != "Мне отказали в справке." || len(got.Grounds) != 1 || len(got.Against) != 1 {
		t.Errorf("more than was hidden is gone: %+v", child)
	}
	parent := b.stored(t, c.ID)
	if after, _ := json.Marshal(parent.Procedure.Complaint); !bytes.Equal(before, after) || parent.Subject.Address != "ул. Потайная, 7" {
		t.Errorf("the original was touched: %s", after)
	}
	for _, x := range []casework.Case{parent, child} {
		if err := casework.VerifyJournal(&x); err != nil {
			t.Error(err)
		}
	}
	journal, _ := json.Marshal(parent.Journal)
	if !bytes.Contains(journal, []byte(`"copy_demands"`)) {
		t.Error("the journal does not hold the digest of a field")
	}
}

func TestACopyThatIsNotRedactedHasTheComplaintWhole(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t, tellingComplaint)
	child := b.copyOf(t, c.ID, casework.Copying{Bodies: []string{"prosecutor"}, Why: "Целиком."})
	if got := child.Procedure.Complaint; got == nil || got.Decision != c.Procedure.Complaint.Decision {
		t.Errorf("%+v", got)
	}
}

func TestARedactionOfFieldsIsRefusedForOtherFields(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.inWork(t, tellingComplaint)
	all := []casework.Stretch{{From: 0, To: 5}}
	for name, r := range map[string]casework.TextRedaction{
		"a field that the case has not": {Parts: map[string][]casework.Stretch{casework.PartRestore: all}, Digest: c.TextsDigest(), Why: "Имя"},
		"no such field":                 {Parts: map[string][]casework.Stretch{"number": all}, Digest: c.TextsDigest(), Why: "Имя"},
		"nothing hidden in it":          {Parts: map[string][]casework.Stretch{casework.PartDemands: nil}, Digest: c.TextsDigest(), Why: "Имя"},
	} {
		if _, err := b.RedactCaseText(t.Context(), officer, c.ID, r); casework.CodeOf(err) != casework.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	old := casework.TextRedaction{Hide: all, Digest: digestOf(c.Content.Text), Why: "Имя"}
	if _, err := b.RedactCaseText(t.Context(), officer, c.ID, old); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("fields that were not shown: %v", err)
	}
}

func TestHalfOfADoubleNameIsFoundAndANameInTheNameOfAFile(t *testing.T) {
	c := casework.Case{Parties: casework.Parties{Applicants: []casework.Applicant{{Name: casework.PersonName{Surname: "Антипова-Заречная", Given: "Вера"}}}}}
	text := "Антипова В. пишет за Заречную; Антипову-Заречную знают."
	if got, _ := casework.RedactText(text, c.PersonalStretches(text)); strings.Contains(got, "Антипов") || strings.Contains(got, "Заречн") {
		t.Errorf("%q", got)
	}
	for name, want := range map[string]string{"Антипова_паспорт": "■■■■■_паспорт", "яма-дом": "яма-дом", "фото_Веры": "фото_■■■■■"} {
		if got := c.RedactName(name, []string{"Веры"}); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
