package flow

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestAnswersAreDrawnAtRandomNeverOnesOwnAndNeverTwice(t *testing.T) {
	w := newWorld(t)
	for range 6 {
		w.answer(w.file("0003.0009.0099.0742", "99701"), "roads", 1)
	}
	reviewer := func(id, body string) casework.Actor {
		return casework.Actor{ID: "staff:" + id, Grants: []casework.Grant{{Role: casework.RoleSupervisor, Body: body}}}
	}
	first, other := reviewer("first", "roads"), reviewer("other", "admin")
	total := 0
	for range 12 {
		n, err := w.DrawSample(t.Context(), first, 3)
		if err != nil || n > 3 {
			t.Fatal(n, err)
		}
		total += n
	}
	own, checked, err := w.Samples(t.Context(), first)
	if err != nil || total != len(own) || len(own) != 6 || len(checked) != 0 {
		t.Fatalf("drawn %d, own %d, checked %d, %v", total, len(own), len(checked), err)
	}
	if n, err := w.DrawSample(t.Context(), other, 3); n != 0 || err != nil {
		t.Errorf("another body's supervisor drew %d, %v", n, err)
	}
	if n, _ := w.DrawSample(t.Context(), staff(casework.RoleHead), 3); n != 0 {
		t.Errorf("who signed drew %d", n)
	}
	if _, err := w.DrawSample(t.Context(), staff(casework.RoleOfficer), 3); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("an officer: %v", err)
	}
	s, text, err := w.ReadSample(t.Context(), first, own[0].ID)
	if err != nil || text.Asked == "" || text.Answered == "" || strings.Contains(text.Answered, "Образец") {
		t.Fatalf("%+v %v", text, err)
	}
	if _, _, err := w.ReadSample(t.Context(), other, s.ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("another reads it: %v", err)
	}
	verdicts := map[string]string{"complete": "yes", "action": "na", "norms": "no", "clear": "yes"}
	if err := w.CheckSample(t.Context(), first, s.ID, verdicts, ""); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a check without a verdict: %v", err)
	}
	verdicts["polite"] = "yes"
	if err := w.CheckSample(t.Context(), first, s.ID, verdicts, "Хорошо."); err != nil {
		t.Fatal(err)
	}
	own, checked, _ = w.Samples(t.Context(), first)
	if _, foreign, _ := w.Samples(t.Context(), other); len(own) != 5 || len(checked) != 1 || len(foreign) != 0 {
		t.Errorf("own %d, checked %d, seen from elsewhere %d", len(own), len(checked), len(foreign))
	}
}
