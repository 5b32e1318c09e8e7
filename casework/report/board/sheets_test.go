package board

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report"
	"priemnaya/casework/report/flow"
	"priemnaya/casework/storetest"
)

// scene is a store that grows with the days.
type scene struct {
	t     *testing.T
	now   time.Time
	store *storetest.Memory
	book  *flow.Book
	n     int
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, now: time.Date(2026, 2, 2, 9, 0, 0, 0, time.UTC)}
	s.store = storetest.NewMemory(func() time.Time { return s.now }, nil)
	reg, err := casework.NewRegistry("r", []casework.Body{{ID: "roads", Name: "Комитет дорог"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.book, err = flow.New(flow.Config{Source: s.store, Shelf: s.store, Registry: func() *casework.Registry { return reg }, Now: func() time.Time { return s.now }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pass lets days pass; each is counted.
func (s *scene) pass(days int) {
	s.t.Helper()
	for range days {
		if err := s.book.Follow(s.t.Context(), nil); err != nil {
			s.t.Fatal(err)
		}
		s.now = s.now.AddDate(0, 0, 1)
	}
}

// stay is an appeal at the roads' committee.
type stay struct {
	unit, officer, topic, territory string
	// answered is after how many days it was answered, 0 if it was not; marked
	// is its mark.
	answered, marked int
}

// come files an appeal at s.now less the days it took to answer it.
func (s *scene) come(x stay) {
	s.t.Helper()
	at := s.now.AddDate(0, 0, -x.answered)
	c := casework.Case{ID: fmt.Sprintf("C%04d", s.n), Stage: casework.StageInWork, Place: casework.Placement{Body: "roads", Unit: x.unit, Officer: x.officer},
		Subject: casework.Subject{Topics: []string{x.topic}, Territory: x.territory}, Questions: []casework.Question{{ID: "q1", Topic: x.topic}},
		Origin: casework.Origin{ReceivedAt: at},
		Terms:  []casework.Term{{ID: "t1", Kind: casework.TermConsider, Due: casework.DateOf(at, time.UTC).AddDays(10)}},
		Journal: []casework.Event{{Seq: 1, At: at, Act: casework.ActRegister,
			Facts: map[string]string{"body": "roads", "number": fmt.Sprint(s.n)}}}}
	s.n++
	if x.answered > 0 {
		c.Stage = casework.StageAnswered
		c.Journal = append(c.Journal, casework.Event{Seq: 2, At: s.now, Act: casework.ActAnswer, Facts: map[string]string{}})
		c.Terms[0].Fate, c.Terms[0].ClosedAt = casework.FateMet, s.now
		a := casework.Answer{ID: "a1", Body: "roads", SentAt: s.now}
		if x.marked > 0 {
			a.Mark = &casework.Mark{Value: x.marked}
		}
		c.Answers = []casework.Answer{a}
		if x.marked > 0 {
			c.Journal = append(c.Journal, casework.Event{Seq: 3, At: s.now, Act: casework.ActRate, Facts: map[string]string{"answer": "a1"}})
		}
	}
	if _, err := s.store.Create(s.t.Context(), c); err != nil {
		s.t.Fatal(err)
	}
}

// sheet makes a sheet for who watches everything.
func (s *scene) sheet(name string, days int, change func(*Ask)) Sheet {
	s.t.Helper()
	f, err := s.book.Figures(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	a := ask(casework.Everywhere, casework.RoleSupervisor)
	a.Days = days
	if change != nil {
		change(&a)
	}
	out, err := Make(f, name, a)
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	return out
}

// row finds the row of a table whose head holds the words.
func row(t *testing.T, table report.Table, words string) []report.Cell {
	t.Helper()
	for _, r := range table.Rows {
		if strings.Contains(r.Head, words) {
			return r.Cells
		}
	}
	t.Fatalf("%s has no row %q: %+v", table.Name, words, table.Rows)
	return nil
}

const pits, roofs = "0003.0009.0099.0742", "0005.0005.0055.0775"

func TestAMonthIsShownByDayAndMoreByWeek(t *testing.T) {
	s := newScene(t)
	for range 40 {
		s.come(stay{unit: "u1", topic: pits})
		s.pass(1)
	}
	s.pass(1)
	for days, want := range map[int]struct {
		rows  int
		title string
	}{30: {30, "report.board.flow.title"}, 90: {13, "report.board.flow.title_week"}} {
		flow := s.sheet("flow", days, nil)
		if got := flow.Tables[0]; len(got.Rows) != want.rows || got.Title != want.title || len(flow.Plots) != 1 {
			t.Errorf("%d days: %d rows, %s", days, len(got.Rows), got.Title)
		}
		most := 0
		for _, r := range flow.Tables[0].Rows {
			most = max(most, r.Cells[0].N)
		}
		if days == 30 && most != 1 || days == 90 && most != 7 {
			t.Errorf("%d days: at most %d came in a row", days, most)
		}
		if got := row(t, flow.Tables[1], "roads, u1")[0].N; got < 28 || days == 90 && got != 40 {
			t.Errorf("%d days: %d came to the unit", days, got)
		}
	}
}

func TestTheWorkloadNamesOfficersAndTheDaysTheyTook(t *testing.T) {
	s := newScene(t)
	s.pass(10)
	s.come(stay{officer: "staff:a", topic: pits, answered: 2})
	s.come(stay{officer: "staff:a", topic: pits, answered: 5})
	s.come(stay{topic: pits})
	s.pass(2)
	owed := casework.Board{Officers: []casework.BoardLine{{Place: casework.Placement{Body: "roads"}, BoardTally: casework.BoardTally{All: 1, Overdue: 1}}}}
	russian := func(a *Ask) {
		a.Board = func() (casework.Board, error) { return owed, nil }
		t := a.Names.T
		a.Names.T = func(id string, pairs ...any) string {
			if id == "report.board.comma" {
				return ","
			}
			return t(id, pairs...)
		}
	}
	table := s.sheet("workload", 30, russian).Tables[0]
	if got := row(t, table, "staff:a, roads"); got[3].N != 2 || got[5].Text != "3,5" || got[0].Href != "/desk/board/cases?body=roads&officer=staff%3Aa" {
		t.Errorf("the officer's row: %+v", got)
	}
	if got := row(t, table, "report.board.no_officer"); got[0].N != 1 || got[5].Text != "—" || !strings.Contains(got[1].Href, "officer=-") {
		t.Errorf("the row of nobody: %+v", got)
	}
	if got := row(t, s.sheet("workload", 30, nil).Tables[0], "staff:a"); got[5].Text != "3.5" {
		t.Errorf("in English: %+v", got[5])
	}
}

func TestRatingsAreShownByUnitAndAnEmptyPlaceIsNot(t *testing.T) {
	s := newScene(t)
	s.pass(20)
	for _, mark := range []int{1, 2, 3, 4, 5, 3} {
		s.come(stay{unit: "u1", topic: pits, answered: 3, marked: mark})
	}
	s.come(stay{unit: "u2", topic: pits})
	s.come(stay{topic: pits, answered: 1})
	s.pass(2)
	sheet := s.sheet("ratings", 30, nil)
	if got := row(t, sheet.Tables[0], "roads, u1"); got[0].N != 6 || got[1].Text != "3.0" || got[4].N != 2 {
		t.Errorf("marks: %+v", got)
	}
	if got := row(t, sheet.Tables[1], "report.board.no_unit"); got[0].N != 1 {
		t.Errorf("answers without a unit: %+v", got)
	}
	for _, r := range sheet.Tables[1].Rows {
		if strings.Contains(r.Head, "u2") {
			t.Errorf("a unit without answers has a row: %+v", r)
		}
	}
	var csv strings.Builder
	if err := sheet.Write(&csv, "csv"); err != nil || strings.Count(csv.String(), "\r\n\r\n") != 1 || strings.HasPrefix(csv.String(), "\r\n") {
		t.Errorf("two tables in one file: %q, %v", csv.String(), err)
	}
	if err := sheet.Write(&csv, "pdf"); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("another format: %v", err)
	}
}

func TestWhatGrowsIsNamedWithItsPlaceAndItsChance(t *testing.T) {
	s := newScene(t)
	for range 6 {
		s.come(stay{topic: pits, territory: "99701"})
		s.pass(7)
	}
	for range 9 {
		s.come(stay{topic: roofs, territory: "99701"})
	}
	for range 7 {
		s.come(stay{topic: roofs})
	}
	s.pass(2)
	table := s.sheet("growth", 30, nil).Tables[0]
	if len(table.Rows) != 2 {
		t.Fatalf("%+v", table.Rows)
	}
	known, unknown := table.Rows[0].Cells, table.Rows[1].Cells
	if known[0].N != 9 || known[2].Text != "99701" || !strings.HasPrefix(known[3].Text, "1 : ") ||
		unknown[0].N != 7 || unknown[2].Text != "report.board.no_territory" {
		t.Errorf("%+v, %+v", known, unknown)
	}
	if known[0].Href != "/desk/board/cases?body=roads&topic=0005.0005" {
		t.Errorf("leads to %s", known[0].Href)
	}
	for p, want := range map[float64]string{1e-7: "< 1 : 1000000", 0.004: "1 : 250"} {
		if got := chance(p); got != want {
			t.Errorf("%g is %q, want %q", p, got, want)
		}
	}
}

func TestAForecastStandsBesideWhatCame(t *testing.T) {
	s := newScene(t)
	for i := range 14 {
		s.come(stay{topic: pits, answered: i % 2 * 3})
		s.now = s.now.AddDate(0, 0, 1)
	}
	s.pass(1)
	if got := s.sheet("forecast", 30, nil); len(got.Tables[0].Rows) != 4 || got.Tables[0].Rows[0].Cells[0].N == 0 {
		t.Errorf("what is overdue now: %+v", got.Tables[0].Rows)
	}
	s.pass(30)
	sheet := s.sheet("forecast", 30, nil)
	if len(sheet.Tables) != 2 || len(sheet.Plots) != 2 {
		t.Fatalf("%d tables, %d plots", len(sheet.Tables), len(sheet.Plots))
	}
	if got := row(t, sheet.Tables[0], "report.board.forecast.in"); got[1].N == 0 || got[2].Text == "—" || got[4].Text == "—" {
		t.Errorf("what former forecasts were off by: %+v", got)
	}
	made := map[string]int{}
	days := map[string]int{}
	for _, r := range sheet.Tables[1].Rows {
		made[r.Cells[2].Text]++
		days[r.Head]++
		if days[r.Head] > 1 {
			t.Errorf("%s stands there twice", r.Head)
		}
	}
	if made["report.board.trials.own"] == 0 || made["report.board.trials.replayed"] == 0 {
		t.Errorf("made %v", made)
	}
}

func TestWhatHasNoNameIsSaidInWords(t *testing.T) {
	a := ask("roads", casework.RoleSupervisor)
	for got, want := range map[string]string{a.body(""): "report.board.no_body", a.topic(""): "report.board.no_topic",
		a.unit(casework.Placement{}): "report.board.no_body, report.board.no_unit", a.unit(casework.Placement{Body: "b", Unit: "u"}): "b, u"} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
