package regulation

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestTheDeputyOfTheProposerIsNoSecondPerson(t *testing.T) {
	b := openBook(t)
	text, err := b.Read(t.Context(), "calendar/ru-2026.csv")
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(text, "2026-04-30,short", "2026-04-30,holiday", 1)
	c, err := b.Propose(t.Context(), admin("first"), Change{File: "calendar/ru-2026.csv", Content: edited, Why: "распоряжение"}, noImpact)
	if err != nil {
		t.Fatal(err)
	}
	stands := admin("second").StandIn(casework.Absence{Body: "roads", Absent: "staff:first"}, []casework.Grant{{Role: casework.RoleHead, Body: "roads"}})
	away := admin("third")
	away.Deputies = []string{"staff:first"}
	for name, by := range map[string]casework.Actor{"who stands in for the proposer": stands, "for whom the proposer stands in": away} {
		if _, _, err := b.Decide(t.Context(), by, c.ID, true); casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := b.Decide(t.Context(), admin("third"), c.ID, true); err != nil {
		t.Errorf("another person: %v", err)
	}
}
