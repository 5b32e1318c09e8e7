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
		"a stage of all":      {Stages: openStages[:1]},
	} {
		for _, sort := range []casework.Sort{casework.SortDue, casework.SortReceived} {
			q.Sort = sort
			for _, p := range plan(q, "") {
				for _, after := range []*key{nil, &cursorKey} {
					steps := explain(t, s, p.statement(selectRow, sort, after, 51))
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

func TestPartiesAndWordsAreReadFromTheirOwnTables(t *testing.T) {
	s := open(t, Options{})
	byWords := casework.Query{Text: "x", Bodies: []string{"a"}}
	match, _ := matchOf(byWords)
	for name, c := range map[string]clause{
		"party":        plan(casework.Query{Party: "esia:1"}, "")[0].statement(selectRow, casework.SortDue, nil, 51),
		"words":        finding(byWords, match, 1<<60, 51),
		"several ways": merge(plan(casework.Query{Bodies: []string{"a", "b"}, Stages: openStages}, ""), casework.SortDue, &cursorKey, 51),
	} {
		steps := explain(t, s, c)
		if strings.Contains(steps, "SCAN r") || !strings.Contains(steps, "SEARCH r USING") {
			t.Errorf("%s:\n%s", name, steps)
		}
		if name == "words" && strings.Contains(steps, "TEMP B-TREE") {
			t.Errorf("finds are sorted:\n%s", steps)
		}
	}
}

func TestAFilterThatLeavesFewCasesIsReadByItsOwnIndex(t *testing.T) {
	s := open(t, Options{})
	for i := range 300 {
		c := storetest.Case(fmt.Sprintf("c%03d", i), storetest.Due(storetest.Day(i%7)), storetest.Placed("a", casework.StageInWork))
		c.Subject.Topics, c.Subject.Territory = []string{fmt.Sprintf("%04d.01", i%100)}, []string{"77", "78"}[i%2]
		if _, err := s.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for name, x := range map[string]struct {
		q    casework.Query
		want string
	}{
		"a topic at a body":      {casework.Query{Bodies: []string{"a"}, Topic: "0007"}, "rows_body_topic"},
		"a topic anywhere":       {casework.Query{Topic: "0007", Territory: "77"}, "rows_topic"},
		"a territory":            {casework.Query{Territory: "77"}, "rows_territory"},
		"a channel nobody takes": {casework.Query{Channel: "oral"}, "rows_channel"},
	} {
		narrow, err := s.narrowest(t.Context(), x.q)
		if err != nil || narrow != x.want {
			t.Errorf("%s is read by %q, want %q (%v)", name, narrow, x.want, err)
		}
		steps := explain(t, s, merge(plan(x.q, narrow), casework.SortDue, nil, 51))
		if !strings.Contains(steps, x.want) {
			t.Errorf("%s:\n%s", name, steps)
		}
	}
	// What leaves too many is none.
	if narrow, err := s.narrowestOf(t.Context(), casework.Query{Territory: "77"}, 100); err != nil || narrow != "" {
		t.Errorf("150 cases of 100 allowed are read by %q (%v)", narrow, err)
	}
}

func TestSweepsAndListingsWalkAnIndexInItsOrder(t *testing.T) {
	s := open(t, Options{})
	now := time.Now().UnixMilli()
	for name, c := range map[string]clause{
		"due between":   {dueStatement, []any{20260601, 20260501, "", 51}},
		"outbox due":    {outboxStatement, []any{now, 0, "", 51}},
		"changed since": {changedStatement, []any{7, 51}},
		"of a kind":     shelfStatement("k", "", casework.Cursor{}, now, 51),
		"of an owner":   shelfStatement("k", "o", casework.Cursor{}, now, 51),
		"whole shelf":   shelfStatement("", "", casework.Cursor{}, now, 51),
	} {
		steps := explain(t, s, c)
		if strings.Contains(steps, "SCAN") || strings.Contains(steps, "TEMP B-TREE") {
			t.Errorf("%s:\n%s", name, steps)
		}
	}
}

func TestACommonWordIsFoundNewestFirst(t *testing.T) {
	s := open(t, Options{})
	const n = 3000
	for i := range n {
		// Many share a second, and within it the order is that of the IDs.
		c := storetest.Case(fmt.Sprintf("c%05d", i*7919%n), storetest.Text("общее слово"),
			storetest.Received(storetest.At(0).Add(time.Duration(i/700)*time.Second+time.Duration(i%3)*time.Millisecond)))
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
		return err == nil && st.Indexing == 0 && st.Cases == n
	})
	for text, want := range map[string]int{"общие слова": 1500, "редкости": 6, "слово редкость": 6, "нет такого": 0} {
		found, q := []casework.Row{}, casework.Query{Text: text, Bodies: []string{"a"}, Window: casework.Window{Limit: 70}}
		for {
			page, err := s.Page(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, page.Rows...)
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if len(found) != want {
			t.Errorf("%q finds %d, want %d", text, len(found), want)
		}
		for i := 1; i < len(found); i++ {
			if !keyOf(&found[i-1], casework.SortReceived).before(keyOf(&found[i], casework.SortReceived)) {
				t.Fatalf("%q: find %d is out of order", text, i)
			}
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
