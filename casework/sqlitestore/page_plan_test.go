package sqlitestore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// explain gives the steps of a statement as SQLite would run it.
func explain(t *testing.T, s *Store, c clause) string {
	t.Helper()
	rows, err := s.query(t.Context(), "EXPLAIN QUERY PLAN "+c.text, c.args...)
	if err != nil {
		t.Fatalf("%s: %v", c.text, err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	return strings.Join(steps, "\n")
}

var (
	openStages = []casework.Stage{casework.StageRouted, casework.StageRegistered, casework.StageInWork, casework.StageOnSigning}
	cursorKey  = key{20260520, "C0001"}
)

func TestQueuePagesWalkAnIndexInItsOrder(t *testing.T) {
	s := open(t, Options{})
	for name, q := range map[string]casework.Query{
		"a body's open cases": {Bodies: []string{"a"}, Stages: openStages},
		"two bodies":          {Bodies: []string{"a", "b"}, Stages: openStages},
		"an officer":          {Bodies: []string{"a"}, Officer: "o", Stages: openStages},
		"a unit":              {Bodies: []string{"a"}, Unit: "u", Stages: openStages},
		"due until a day":     {Bodies: []string{"a"}, DueTo: storetest.Day(1)},
		"everything":          {},
		"twenty bodies":       {Bodies: strings.Split(strings.Repeat("x,", 20), ",")},
		"a common word":       {Bodies: []string{"a"}, Text: "x"},
	} {
		for _, sort := range []casework.Sort{casework.SortDue, casework.SortReceived} {
			q.Sort = sort
			var text *search
			if q.Text != "" {
				text = &search{`"x"`, true}
			}
			for _, p := range plan(q, text) {
				for _, after := range []*key{nil, &cursorKey} {
					steps := explain(t, s, p.statement(sort, after, 51))
					if strings.Contains(steps, "SCAN r") || !strings.Contains(steps, "SEARCH r USING") {
						t.Errorf("%s by %s reads the whole table:\n%s", name, sort, steps)
					}
					byOfficer := q.Officer != "" && sort == casework.SortReceived
					if strings.Contains(steps, "TEMP B-TREE FOR ORDER BY") && !byOfficer {
						t.Errorf("%s by %s sorts by itself:\n%s", name, sort, steps)
					}
				}
			}
		}
	}
}

func TestPartiesAndRareWordsAreReadFromTheirOwnTables(t *testing.T) {
	s := open(t, Options{})
	for name, c := range map[string]clause{
		"party":     plan(casework.Query{Party: "esia:1"}, nil)[0].statement(casework.SortDue, nil, 51),
		"rare word": plan(casework.Query{Text: "x"}, &search{`"x"`, false})[0].statement(casework.SortDue, nil, 51),
	} {
		steps := explain(t, s, c)
		if strings.Contains(steps, "SCAN r") || !strings.Contains(steps, "SEARCH r USING INTEGER PRIMARY KEY") {
			t.Errorf("%s:\n%s", name, steps)
		}
	}
}

func TestSweepsAndListingsWalkAnIndexInItsOrder(t *testing.T) {
	s := open(t, Options{})
	now := time.Now().UnixMilli()
	for name, c := range map[string]clause{
		"due between":   {dueStatement, []any{20260601, 20260501, "", 51}},
		"outbox due":    {outboxStatement, []any{now, 0, "", 51}},
		"changed since": {changedStatement, []any{7, 51}},
		"of a kind":     shelfStatement("k", "", cursor{}, now, 51),
		"of an owner":   shelfStatement("k", "o", cursor{}, now, 51),
		"whole shelf":   shelfStatement("", "", cursor{}, now, 51),
	} {
		steps := explain(t, s, c)
		if strings.Contains(steps, "SCAN") || strings.Contains(steps, "TEMP B-TREE") {
			t.Errorf("%s:\n%s", name, steps)
		}
	}
}

func TestACommonWordIsFoundByWalkingTheQueue(t *testing.T) {
	s := open(t, Options{})
	for i := range 3 * fewMatches / 2 {
		c := storetest.Case(fmt.Sprintf("c%05d", i), storetest.Due(storetest.Day(i%7)), storetest.Text("общее слово"))
		c.Place.Body = []string{"a", "b"}[i%2]
		if i%500 == 0 {
			c.Content.Text = "общее слово и редкость"
		}
		go func() {
			if _, err := s.Create(t.Context(), c); err != nil {
				t.Error(err)
			}
		}()
	}
	wait(t, "all words are indexed", func() bool {
		st, err := s.Stats(t.Context())
		return err == nil && st.Indexing == 0 && st.Cases == 3*fewMatches/2
	})
	for text, want := range map[string]int{"общие слова": 1500, "редкости": 6, "слово редкость": 6, "нет такого": 0} {
		n, q := 0, casework.Query{Text: text, Bodies: []string{"a"}, Window: casework.Window{Limit: 200}}
		for {
			page, err := s.Page(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			n += len(page.Rows)
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if n != want {
			t.Errorf("%q finds %d, want %d", text, n, want)
		}
	}
}

// wait polls a condition.
func wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(2 * time.Minute)
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("never: %s", what)
		}
	}
}
