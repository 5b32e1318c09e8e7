package desk_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
)

var caseLink = regexp.MustCompile(`/desk/case/([A-Z0-9]{26})"`)

// listed are the cases of a list over all its pages.
func (b *bench) listed(t testing.TB, by casework.Actor, address string) []string {
	t.Helper()
	var out []string
	for at := address; at != ""; {
		r := b.get(t, by, at)
		if r.status != 200 {
			t.Fatalf("%s: %d", at, r.status)
		}
		for _, m := range caseLink.FindAllStringSubmatch(r.body, -1) {
			out = append(out, m[1])
		}
		at = rel(t, r, "next")
	}
	slices.Sort(out)
	return out
}

// overdue are the cases with a passed running term, found by walking over all.
func (b *bench) overdue(fits func(*casework.Case) bool) []string {
	var out []string
	for id := range b.store.rows {
		c, _ := b.store.Get(context.Background(), id)
		loc := casework.Settings{}.Location()
		if body, err := b.Registry().Body(c.Place.Body); err == nil {
			loc = body.Settings.Location()
		}
		if c.Overdue(casework.DateOf(b.now, loc)) && fits(&c) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func TestNoOverdueCaseIsEverMissingFromTheBoard(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			b := newBench(t)
			for range 25 {
				stages := []casework.Stage{casework.StageReceived, casework.StageHeld, casework.StageRouted, casework.StageRegistered,
					casework.StageInWork, casework.StageOnSigning, casework.StageSigned, casework.StageAnswered}
				c := b.at(t, stages[random.IntN(len(stages))])
				if c.Stage == casework.StageInWork && random.IntN(3) == 0 {
					b.do(t, officer, c.ID, casework.DocumentRequest{To: "Архив", What: "Справку."})
				}
			}
			for range 8 {
				b.now = b.now.AddDate(0, 0, random.IntN(12))
				b.changeStaff(random)
				b.checkBoard(t)
			}
		})
	}
}

// changeStaff moves random cases to other people, units and bodies, or leaves
// them with somebody who is gone.
func (b *bench) changeStaff(random *rand.Rand) {
	gone := casework.Actor{ID: "staff:gone", Name: "Ушёл", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "roads"}}}
	officers := []casework.Actor{officer, second, unitMan, gone}
	for id := range b.store.rows {
		by, seen := central, casework.AnyState
		switch random.IntN(4) {
		case 0:
			_, _ = b.Do(context.Background(), by, id, seen, casework.Assignment{Officer: officers[random.IntN(len(officers))], Unit: []string{"repair", "signs", "closed-unit"}[random.IntN(3)]})
		case 1:
			_, _ = b.Do(context.Background(), by, id, seen, casework.Forwarding{Body: []string{"roads", "water", "admin"}[random.IntN(3)], Why: "Не наш вопрос."})
		case 2:
			_, _ = b.Do(context.Background(), by, id, seen, casework.Registration{})
		}
	}
}

func (b *bench) checkBoard(t *testing.T) {
	t.Helper()
	for _, tt := range []struct {
		by   casework.Actor
		fits func(*casework.Case) bool
	}{
		{overseer, func(*casework.Case) bool { return true }},
		{central, func(*casework.Case) bool { return true }},
		{supervisor, func(c *casework.Case) bool { return c.Place.Body == "roads" }},
		{head, func(c *casework.Case) bool { return c.Place.Body == "roads" }},
		{foreigner, func(c *casework.Case) bool { return c.Place.Body == "water" }},
	} {
		want := b.overdue(tt.fits)
		if got := b.listed(t, tt.by, "/desk/board/cases?due=overdue"); !slices.Equal(got, want) {
			t.Errorf("%s sees %d overdue cases, there are %d", tt.by.ID, len(got), len(want))
		}
		board, err := b.Board(context.Background(), tt.by)
		if err != nil || board.Total.Overdue != len(want) {
			t.Errorf("%s: the board counts %d, %v, want %d", tt.by.ID, board.Total.Overdue, err, len(want))
		}
		// The lines by body, unit and officer each come to the whole, and each
		// number leads to as many cases.
		for by, lines := range map[string][]casework.BoardLine{"body": board.Bodies, "unit": board.Units, "officer": board.Officers} {
			sum := 0
			for _, l := range lines {
				sum += l.Overdue
				q := url.Values{"due": {"overdue"}, "body": {dash(l.Place.Body)}}
				switch by {
				case "unit":
					q.Set("unit", dash(l.Place.Unit))
				case "officer":
					q.Set("officer", dash(l.Place.Officer))
				}
				if n := len(b.listed(t, tt.by, "/desk/board/cases?"+q.Encode())); n != l.Overdue {
					t.Errorf("%s by %s %v: %d listed, %d counted", tt.by.ID, by, l.Place, n, l.Overdue)
				}
			}
			if sum != len(want) {
				t.Errorf("%s by %s: the lines come to %d, want %d", tt.by.ID, by, sum, len(want))
			}
		}
	}
}

func dash(id string) string {
	if id == "" {
		return "-"
	}
	return id
}

func TestTheBoardShowsCasesWithoutABodyAndAnsweredOnesThatOweARemedy(t *testing.T) {
	b := newBench(t)
	held := b.at(t, casework.StageHeld)
	answered := b.at(t, casework.StageAnswered)
	// A remedy that was promised with the answer.
	c, err := b.store.Update(context.Background(), answered.ID, func(c casework.Case) (casework.Case, error) {
		term := c.Terms[0]
		term.ID, term.Kind, term.Fate, term.Due = "t99", casework.TermRemedy, "", casework.NewDate(2026, 11, 18)
		c.Terms = append(c.Terms, term)
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.now = at("2026-11-25 10:00")
	if got := b.listed(t, overseer, "/desk/board/cases?due=overdue"); !slices.Contains(got, held.ID) || !slices.Contains(got, c.ID) {
		t.Errorf("overdue: %v, want %s and %s", got, held.ID, c.ID)
	}
	page := b.get(t, overseer, "/desk/board")
	if !strings.Contains(page.body, "без органа") || page.status != 200 {
		t.Errorf("status %d, or no line for cases without a body", page.status)
	}
	if got := b.listed(t, overseer, "/desk/board/cases?body=-"); !slices.Equal(got, []string{held.ID}) {
		t.Errorf("without a body: %v", got)
	}
	if got := b.listed(t, supervisor, "/desk/board/cases?body=-"); len(got) != 0 {
		t.Errorf("a supervisor of one body sees %v", got)
	}
}

func TestALongTableOfTheBoardIsFoldedAndShownWhole(t *testing.T) {
	b := newBench(t)
	for n := range 33 {
		c := b.at(t, casework.StageRegistered)
		man := casework.Actor{ID: fmt.Sprintf("staff:man-%02d", n), Name: fmt.Sprintf("Сотрудник %02d", n),
			Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "roads"}}}
		b.do(t, central, c.ID, casework.Assignment{Officer: man})
	}
	// Nothing is due yet, so a line has one number that leads to its cases.
	lines := func(r reply) int { return strings.Count(r.body, "officer=staff%3Aman-") }
	folded, whole := b.get(t, supervisor, "/desk/board"), b.get(t, supervisor, "/desk/board?all=officer")
	if !strings.Contains(folded.body, `href="/desk/board?all=officer"`) {
		t.Fatal("no way to the rest of the table")
	}
	if strings.Contains(whole.body, `href="/desk/board?all=officer"`) {
		t.Error("a whole table offers more")
	}
	if lines(folded) != 30 || lines(whole) != 33 {
		t.Errorf("%d and %d lines instead of 30 and 33", lines(folded), lines(whole))
	}
}

func TestTheBoardIsForThoseWhoAnswerForOthers(t *testing.T) {
	b := newBench(t)
	for _, by := range []casework.Actor{officer, unitMan, operator, {ID: "citizen"}} {
		for _, address := range []string{"/desk/board", "/desk/board/cases"} {
			if r := b.get(t, by, address); r.status != 403 {
				t.Errorf("%s %s: %d", by.ID, address, r.status)
			}
		}
	}
}

func TestTheNumbersOfTheBoardCountDaysAtTheBody(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageRouted)
	due, _ := c.NextTerm()
	// An hour before midnight in Moscow it is the next day on Kamchatka.
	b.now = due.Due.Time(casework.Settings{}.Location()).Add(23 * 3600e9)
	board, err := b.Board(context.Background(), supervisor)
	if err != nil || board.Total.Overdue != 0 || board.Total.Three != 1 || board.Total.Seven != 1 || board.Total.All != 1 || board.Total.Nobody != 1 {
		t.Errorf("on the last day: %+v, %v", board.Total, err)
	}
	b.now = b.now.Add(3600e9)
	if board, _ := b.Board(context.Background(), supervisor); board.Total.Overdue != 1 || board.Total.Three != 0 {
		t.Errorf("after it: %+v", board.Total)
	}
}

func TestAMixtureOfRightsShowsExactlyWhatMayBeRead(t *testing.T) {
	b := newBench(t)
	for i := range 60 {
		c := b.at(t, casework.StageRegistered)
		switch i % 4 {
		case 0:
			b.do(t, central, c.ID, casework.Assignment{Officer: officer, Unit: "signs"})
		case 1:
			b.do(t, central, c.ID, casework.Forwarding{Body: "water", Why: "Не наш вопрос."})
		}
	}
	for _, tt := range []struct {
		name  string
		by    casework.Actor
		query casework.Query
	}{
		{"a unit here, a body there", mixed, casework.Query{}},
		{"the body with the unit only", mixed, casework.Query{Bodies: []string{"roads"}}},
		{"the whole body only", mixed, casework.Query{Bodies: []string{"water"}}},
		{"another unit is asked for", mixed, casework.Query{Unit: "repair"}},
		{"one unit", unitMan, casework.Query{}},
		{"one unit, another is asked for", unitMan, casework.Query{Unit: "repair"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var want, got []string
			for id, row := range b.store.rows {
				c, _ := b.store.Get(context.Background(), id)
				asked := (tt.query.Bodies == nil || slices.Contains(tt.query.Bodies, row.Place.Body)) && (tt.query.Unit == "" || tt.query.Unit == row.Place.Unit)
				if tt.by.MayRead(&c) && asked {
					want = append(want, id)
				}
			}
			q := tt.query
			q.Sort, q.Limit = casework.SortDue, 7
			for {
				page, err := b.Queue(context.Background(), tt.by, q)
				if err != nil || len(page.Rows) > 7 {
					t.Fatal(len(page.Rows), err)
				}
				for _, r := range page.Rows {
					got = append(got, r.ID)
				}
				if q.After = page.Next; page.Next == "" {
					break
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%d listed, %d may be read", len(got), len(want))
			}
		})
	}
}

func TestWarningsReachTheOfficerAndWhoAnswersForHim(t *testing.T) {
	b := newBench(t)
	c := b.at(t, casework.StageInWork)
	term, _ := c.Term(casework.TermConsider)
	b.now = term.Due.AddDays(1).Time(casework.Settings{}.Location()).Add(10 * 3600e9)
	if _, err := b.WatchAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		by   casework.Actor
		told bool
	}{{officer, true}, {head, true}, {supervisor, true}, {second, false}, {foreigner, false}, {registrar, false}} {
		page := b.get(t, tt.by, "/desk/warnings")
		if told := strings.Contains(page.body, c.ID); told != tt.told || page.status != 200 {
			t.Errorf("%s: status %d, told is %v", tt.by.ID, page.status, told)
		}
	}
}
