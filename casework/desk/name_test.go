package desk_test

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

func TestTheJournalNamesPeopleAndNotIDs(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	body := b.get(t, registrar, path(c, "")).body
	for _, a := range []casework.Actor{registrar, officer, head, central} {
		if !strings.Contains(body, a.Name) || strings.Contains(body, ">"+a.ID+"<") {
			t.Errorf("%s is not called by name", a.ID)
		}
	}
}

func TestABodyThatHasTheCaseIsNotOfferedAgain(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRouted)
	for _, f := range b.get(t, registrar, path(c, "")).forms(t) {
		if strings.HasSuffix(f.action, "/route") && f.values.Get("body") == "roads" {
			t.Error("the case is offered to the body that has it")
		}
	}
}
