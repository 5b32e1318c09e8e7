package board

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report/flow"
	"priemnaya/casework/storetest"
)

// figures are those of a store with stays at two bodies.
func figures(t *testing.T) *flow.Figures {
	t.Helper()
	now := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
	store := storetest.NewMemory(func() time.Time { return now }, nil)
	reg, err := casework.NewRegistry("r", []casework.Body{{ID: "roads", Name: "Комитет дорог"}, {ID: "water", Name: "Водоканал"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		body := []string{"roads", "water"}[i%2]
		at := now.AddDate(0, 0, -i)
		c := casework.Case{ID: fmt.Sprintf("C%02d", i), Stage: casework.StageInWork, Place: casework.Placement{Body: body, Officer: "staff:" + body},
			Subject: casework.Subject{Topics: []string{"0003.0009.0099.0742"}}, Questions: []casework.Question{{ID: "q1", Topic: "0003.0009.0099.0742"}},
			Origin: casework.Origin{ReceivedAt: at},
			Terms:  []casework.Term{{ID: "t1", Kind: casework.TermConsider, Due: casework.NewDate(2026, 5, 15+i)}},
			Journal: []casework.Event{{Seq: 1, At: at, Act: casework.ActRegister,
				Facts: map[string]string{"body": body, "number": fmt.Sprint(i)}}}}
		if _, err := store.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	book, err := flow.New(flow.Config{Source: store, Shelf: store, Registry: func() *casework.Registry { return reg }, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Follow(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	f, err := book.Figures(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func ask(body string, role casework.Role) Ask {
	plain := func(id string) string { return id }
	return Ask{By: casework.Actor{ID: "staff:x", Grants: []casework.Grant{{Role: role, Body: body}}}, Days: 30,
		Names: Names{T: func(id string, _ ...any) string { return id }, Body: plain, Topic: plain, Territory: plain,
			Unit: func(_, unit string) string { return unit }, Officer: func(_, id string) string { return id }},
		Board: func() (casework.Board, error) { return casework.Board{}, nil }}
}

// sum adds up a column of the first table.
func sum(s Sheet, column int) int {
	n := 0
	for _, row := range s.Tables[0].Rows {
		n += row.Cells[column].N
	}
	return n
}

func TestASupervisorSeesFiguresOfHisBodiesOnly(t *testing.T) {
	f := figures(t)
	for body, want := range map[string]int{"roads": 6, "water": 6, casework.Everywhere: 12, "other": 0} {
		for _, name := range []string{"topics", "flow"} {
			s, err := Make(f, name, ask(body, casework.RoleSupervisor))
			if err != nil {
				t.Fatal(err)
			}
			column := map[string]int{"topics": 3, "flow": 0}[name]
			if got := sum(s, column); got != want {
				t.Errorf("%s of %s: %d, want %d", name, body, got, want)
			}
		}
	}
	for _, name := range List() {
		if _, err := Make(f, name, ask("roads", casework.RoleOfficer)); casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("an officer has %s: %v", name, err)
		}
		s, err := Make(f, name, ask("roads", casework.RoleHead))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, format := range []string{"csv", "xlsx"} {
			var out strings.Builder
			if err := s.Write(&out, format); err != nil || out.Len() == 0 || strings.Contains(out.String(), "water") {
				t.Errorf("%s as %s: %v", name, format, err)
			}
		}
	}
	if _, err := Make(f, "other", ask("roads", casework.RoleHead)); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("an unknown sheet: %v", err)
	}
}

func TestTheSheetOfTopicsLeadsToItsCasesAndCountsOverdue(t *testing.T) {
	s, err := Make(figures(t), "topics", ask(casework.Everywhere, casework.RoleSupervisor))
	if err != nil || len(s.Tables[0].Rows) != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	// Due from the 15th to the 26th, and today is the 20th.
	cells := s.Tables[0].Rows[0].Cells
	if cells[0].N != 5 || cells[1].N != 4 || cells[2].N != 7 || cells[3].N != 12 {
		t.Errorf("%+v", cells)
	}
	if cells[0].Href != "/desk/board/cases?due=overdue&topic=0003.0009" {
		t.Errorf("leads to %s", cells[0].Href)
	}
}

func TestTheForecastSaysWhatIsOverdueNow(t *testing.T) {
	s, err := Make(figures(t), "forecast", ask("roads", casework.RoleSupervisor))
	if err != nil || s.Tables[0].Rows[0].Cells[0].N != 3 || len(s.Plots) == 0 || len(s.How) != 3 {
		t.Errorf("%+v, %v", s.Tables, err)
	}
}
