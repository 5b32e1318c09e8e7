package sqlitestore

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// manyCases fills a store with cases of every stage, six topics and forty
// territories.
func manyCases(t *testing.T, n int) *Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cases.db")
	err := Fill(t.Context(), path, n, func(i int) casework.Case {
		c := storetest.Sample(i)
		if c.Stage == casework.StageInWork && i%3 == 0 {
			c.Procedure.Requests = []casework.Request{{ID: "r1", To: casework.ToApplicant, AskedAt: storetest.At(0)}}
		}
		return c
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// deskLists are the lists of the desk as it asks for them, by reader and filter.
func deskLists() map[string]casework.Query {
	roads, topic := []string{"zarechye-roads"}, "0003.0009.0097.0689"
	ended := slices.DeleteFunc(casework.Stages(), casework.Stage.Open)
	day := casework.NewDate(2026, 2, 10)
	return map[string]casework.Query{
		"to route":            {Stages: []casework.Stage{casework.StageHeld}},
		"to register":         {Bodies: roads, Stages: []casework.Stage{casework.StageRouted}},
		"mine":                {Bodies: roads, Officer: "staff:officer-3", Stages: openStages},
		"mine, waiting":       {Bodies: roads, Officer: "staff:officer-3", Waits: casework.WaitsApplicant},
		"mine, due soon":      {Bodies: roads, Officer: "staff:officer-3", DueFrom: day, DueTo: day.AddDays(3)},
		"a unit":              {Bodies: roads, Unit: "unit-zarechye-roads", Stages: []casework.Stage{casework.StageInWork}},
		"a unit, due soon":    {Bodies: roads, Unit: "unit-zarechye-roads", DueFrom: day, DueTo: day.AddDays(3)},
		"waiting":             {Waits: casework.WaitsApplicant | casework.WaitsBody},
		"waiting, a body":     {Bodies: roads, Waits: casework.WaitsApplicant},
		"due soon":            {DueFrom: day, DueTo: day.AddDays(3)},
		"overdue, a body":     {Bodies: roads, DueTo: day},
		"open":                {Stages: casework.OpenStages()},
		"open, a body":        {Bodies: roads, Stages: casework.OpenStages()},
		"a topic":             {Stages: casework.OpenStages(), Topic: topic},
		"a section":           {Stages: casework.OpenStages(), Topic: "0003"},
		"no such topic":       {Stages: casework.OpenStages(), Topic: "0009"},
		"a topic at a body":   {Bodies: roads, Stages: casework.OpenStages(), Topic: topic},
		"a topic, owed":       {Topic: topic, DueTo: day},
		"a territory":         {Stages: casework.OpenStages(), Territory: "77003"},
		"topic and territory": {Stages: casework.OpenStages(), Topic: topic, Territory: "77003"},
		"answered":            {Stages: ended, Sort: casework.SortReceived},
		"answered, a body":    {Bodies: roads, Stages: ended, Sort: casework.SortReceived},
		"a period": {Stages: ended, Sort: casework.SortReceived, ReceivedFrom: storetest.Sample(10).Origin.ReceivedAt,
			ReceivedTo: storetest.Sample(300).Origin.ReceivedAt},
	}
}

// TestListsOfTheDeskNeitherScanNorSort holds promise S4 without a clock: each
// path of a list is a search in an index that yields its rows in the order of
// the page, so a page costs what it shows.
func TestListsOfTheDeskNeitherScanNorSort(t *testing.T) {
	s := manyCases(t, 400)
	for name, q := range deskLists() {
		if q.Sort == "" {
			q.Sort = casework.SortDue
		}
		paths, err := s.paths(t.Context(), q)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d paths, %v", name, len(paths), err)
		}
		for _, after := range []*key{nil, {20260205, "C1"}} {
			if after != nil && q.Sort == casework.SortReceived {
				after = &key{-storetest.Sample(200).Origin.ReceivedAt.UnixMilli(), "C1"}
			}
			for _, p := range paths {
				steps := explain(t, s, p.statement("SELECT r.docid, r.id", q.Sort, after, 51))
				// Of the few that wait all may be looked through.
				steps = strings.Replace(steps, "SCAN r USING COVERING INDEX rows_waits", "SEARCH r USING the few", 1)
				if strings.Contains(steps, "SCAN") || strings.Contains(steps, "TEMP B-TREE") || !strings.Contains(steps, "SEARCH r USING") {
					t.Errorf("%s:\n%s", name, steps)
				}
			}
		}
	}
}

// TestAListByCodesIsReadByOneSeekForEach keeps the filters by topic and by
// territory to equalities: nothing is skipped on the way.
func TestAListByCodesIsReadByOneSeekForEach(t *testing.T) {
	s := manyCases(t, 400)
	for _, name := range []string{"a topic", "a topic at a body", "a topic, owed", "a territory"} {
		q := deskLists()[name]
		q.Sort = casework.SortDue
		paths, err := s.paths(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			steps := explain(t, s, p.statement("SELECT r.docid, r.id", q.Sort, nil, 51))
			if !strings.Contains(steps, "COVERING INDEX") || !strings.Contains(steps, "=? AND stage=?") {
				t.Errorf("%s:\n%s", name, steps)
			}
		}
	}
	if codes, err := s.codes(t.Context(), coded{"topic", "0005.0005"}); err != nil || !slices.Equal(codes, []string{"0005.0005.0055.1126", "0005.0005.0056.1147"}) {
		t.Errorf("codes %v, %v", codes, err)
	}
	if codes, err := s.codes(t.Context(), coded{"territory", "77"}); err != nil || len(codes) != maxCodes+1 {
		t.Errorf("%d codes of a wide beginning, %v", len(codes), err)
	}
}

// TestListsOfTheDeskAreWhatAWalkOverAllFinds compares every list, page by page,
// with the store in memory that looks at each row.
func TestListsOfTheDeskAreWhatAWalkOverAllFinds(t *testing.T) {
	const n = 900
	s := manyCases(t, n)
	all := storetest.NewMemory(nil, nil)
	for i := range n {
		c, err := s.Get(t.Context(), storetest.Sample(i).ID)
		if err != nil {
			t.Fatal(err)
		}
		c.Version = 0
		if _, err := all.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for name, q := range deskLists() {
		if got, want := pagesOf(t, s, q), pagesOf(t, all, q); got != want {
			t.Errorf("%s:\n%.300s\ninstead of\n%.300s", name, got, want)
		}
	}
}

func pagesOf(t *testing.T, s casework.Store, q casework.Query) string {
	t.Helper()
	var out strings.Builder
	for q.Limit = 7; ; {
		page, err := s.Page(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			fmt.Fprintf(&out, "%s ", r.ID)
		}
		if q.After = page.Next; q.After == "" {
			return out.String()
		}
	}
}

// TestAPlaceOfAnotherListKeepsThePeriod: a cursor from a list without a period
// must not lead out of one.
func TestAPlaceOfAnotherListKeepsThePeriod(t *testing.T) {
	s := manyCases(t, 60)
	q := casework.Query{Sort: casework.SortReceived, Window: casework.Window{Limit: 1}}
	first, err := s.Page(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	q.After, q.Limit, q.ReceivedTo = first.Next, 100, storetest.Sample(20).Origin.ReceivedAt
	page, err := s.Page(t.Context(), q)
	if err != nil || len(page.Rows) != 20 {
		t.Errorf("%d rows, %v", len(page.Rows), err)
	}
}

func TestWhatIsOwedIsTheSameAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		if _, err := s.Create(t.Context(), storetest.Sample(i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 30 {
		_, err := s.Update(t.Context(), storetest.Sample(i).ID, func(c casework.Case) (casework.Case, error) {
			c.Place.Officer, c.Terms = "staff:other", c.Terms[:min(len(c.Terms), i%3)]
			return c, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	// What fails counts for nothing.
	if _, err := s.Create(t.Context(), storetest.Sample(1)); casework.CodeOf(err) != casework.Exists {
		t.Fatal(err)
	}
	days := []casework.Date{casework.NewDate(2026, 1, 14), casework.NewDate(2026, 2, 12)}
	before, err := s.Owed(t.Context(), nil, days)
	if err != nil || len(before) == 0 {
		t.Fatal(before, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Owed(t.Context(), nil, days); casework.CodeOf(err) != casework.Unavailable {
		t.Errorf("a closed store answers %v", err)
	}
	if s, err = Open(t.Context(), path, Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	after, err := s.Owed(t.Context(), nil, days)
	if err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("%v\ninstead of\n%v (%v)", after, before, err)
	}
}
