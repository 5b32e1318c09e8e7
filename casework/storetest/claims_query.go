package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"priemnaya/casework"
)

func queryClaims() []Claim {
	return []Claim{
		{"pages agree with the reference store for any combination of filters", queryModel},
		{"each filter alone keeps exactly what it names", queryEach},
		{"no bodies at all means nothing, nil means any", queryBodies},
		{"many bodies at once are listed in one order", queryManyBodies},
		{"a row holds every field of its case", queryRow},
		{"what is owed is counted by place and day through creations and moves", queryOwed},
		{"an unknown sort is invalid, an empty one is by due date", querySorts},
	}
}

// crowd are the cases that queries are tried on: few values, so that filters
// meet, and many equal sort keys.
func crowd() []casework.Case {
	pick := func(n int, list ...string) string { return list[n%len(list)] }
	var out []casework.Case
	for i := range 90 {
		h := i * 2654435761 >> 7
		c := Case(fmt.Sprintf("c%02d", i*37%90), Placed(pick(h, "", "a", "b", "c"), casework.Stages()[h/4%8]),
			Received(At(h/11%9*10)), Text(fmt.Sprintf("номер %d и номер %d", 7000+h%5, 8000+h/5%3)))
		c.Place.Unit, c.Place.Officer = pick(h/3, "", "u1", "u2"), pick(h/7, "", "o1", "o2", "o3")
		c.Procedure.Regime = casework.Regime(pick(h/5, "59-FZ", "210-FZ"))
		c.Origin.Channel = casework.Channel(pick(h/13, "web", "bot", "paper"))
		c.Subject.Topics = []string{pick(h/17, "", "0001.0002", "0001.0003", "0002")}
		c.Subject.Territory = pick(h/19, "77", "7701", "78", "")
		c.Parties.Applicants = []casework.Applicant{{Key: pick(h/23, "esia:1", "esia:2", ""), Name: casework.PersonName{Surname: "Осокина"}},
			{Key: pick(h/29, "esia:1", "esia:3"), Name: casework.PersonName{Surname: "Ветлугин"}}}
		if h%3 == 0 {
			c.Procedure.Requests = []casework.Request{{ID: "r1", To: pick(h/41, casework.ToApplicant, "b"), AskedAt: At(1)}}
		}
		if h%5 == 0 {
			c.Procedure.Proposal = &casework.Proposal{By: "o1", Days: 5}
		}
		if h%4 == 0 {
			c.Draft = &casework.Draft{Remarks: pick(h/43, "", "дописать")}
		}
		if h/31%4 != 0 {
			Due(Day(h / 37 % 6))(&c)
		}
		out = append(out, c)
	}
	return out
}

// fill saves cases into a store and, by way of an update, into the model.
func fill(t TB, s Storage, cases []casework.Case) *Memory {
	t.Helper()
	model := NewMemory(time.Now, nil)
	for i, c := range cases {
		first := c
		if i%2 == 0 {
			// Half of them come to where they are by an update.
			first = Case(c.ID, Due(Day(50)), Placed("elsewhere", casework.StageHeld))
		}
		create(t, s, first)
		create(t, model, c)
		if i%2 == 0 {
			_, err := s.Update(t.Context(), c.ID, func(old casework.Case) (casework.Case, error) { return c, nil })
			must(t, err)
			_, err = model.Update(t.Context(), c.ID, func(old casework.Case) (casework.Case, error) { return c, nil })
			must(t, err)
		}
	}
	return model
}

// indexed waits until the words of all cases can be found.
func indexed(t TB, s Storage, text string, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("search finds %d cases", n), func() bool {
		page, err := s.Page(t.Context(), casework.Query{Text: text, Window: casework.Window{Limit: casework.MaxLimit}})
		must(t, err)
		return len(page.Rows) == n
	})
}

func queryModel(t TB, s Storage) {
	cases := crowd()
	model := fill(t, s, cases)
	indexed(t, s, "номер", len(cases))
	gen := queries()
	for seed := range 250 {
		compare(t, s, model, gen.Example(seed))
	}
}

// queries generates combinations of filters; most fields are empty, so that
// something is left to be found.
func queries() *rapid.Generator[casework.Query] {
	maybe := func(rt *rapid.T, name string, values ...string) string {
		if rapid.IntRange(0, 3).Draw(rt, name+"?") != 0 {
			return ""
		}
		return rapid.SampledFrom(values).Draw(rt, name)
	}
	return rapid.Custom(func(rt *rapid.T) casework.Query {
		q := casework.Query{Unit: maybe(rt, "unit", "u1", "u2"), Officer: maybe(rt, "officer", "o1", "o2", "нет"),
			Regime: casework.Regime(maybe(rt, "regime", "59-FZ", "210-FZ")), Channel: casework.Channel(maybe(rt, "channel", "web", "bot")),
			Topic: maybe(rt, "topic", "0", "0001", "0001.0002", "0001.00021"), Territory: maybe(rt, "territory", "7", "77", "7701", "%"),
			Party: maybe(rt, "party", "esia:1", "esia:2", "esia:3"), Text: maybe(rt, "text", "7001", "номер 8002", "7003 8001", "9999", " "),
			Sort:   casework.Sort(rapid.SampledFrom([]string{"due", "received", ""}).Draw(rt, "sort")),
			Window: casework.Window{Limit: rapid.SampledFrom([]int{1, 2, 7, 30, 1000}).Draw(rt, "limit")}}
		if rapid.Bool().Draw(rt, "bodies?") {
			q.Bodies = rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "c", "нет"}), 0, 4).Draw(rt, "bodies")
		}
		if rapid.Bool().Draw(rt, "stages?") {
			q.Stages = rapid.SliceOfN(rapid.SampledFrom(casework.Stages()), 0, 6).Draw(rt, "stages")
		}
		if n := rapid.IntRange(0, 20).Draw(rt, "from"); n < 9 {
			q.ReceivedFrom = At(n * 10)
		}
		if n := rapid.IntRange(0, 20).Draw(rt, "to"); n < 9 {
			q.ReceivedTo = At(n * 10)
		}
		if n := rapid.IntRange(0, 20).Draw(rt, "due"); n < 7 {
			q.DueTo = Day(n - 1)
		}
		if n := rapid.IntRange(0, 20).Draw(rt, "due from"); n < 7 {
			q.DueFrom = Day(n - 1)
		}
		if n := rapid.IntRange(0, 40).Draw(rt, "waits"); n < 16 {
			q.Waits = casework.Waiting(n)
		}
		return q
	})
}

// compare pages through a query in both stores.
func compare(t TB, s, model casework.Store, q casework.Query) {
	t.Helper()
	got, want := drain(t, s, q), drain(t, model, q)
	if !slices.Equal(got, want) {
		t.Errorf("query %+v\n%v\nwant\n%v", q, got, want)
	}
}

// drain pages through a query and gives the IDs.
func drain(t TB, s casework.Store, q casework.Query) []string {
	t.Helper()
	var ids []string
	for range 200 {
		page, err := s.Page(t.Context(), q)
		if err != nil {
			t.Fatalf("query %+v: %v", q, err)
		}
		if len(page.Rows) > q.Limit {
			t.Errorf("%d rows on a page of %d", len(page.Rows), q.Limit)
		}
		for _, r := range page.Rows {
			ids = append(ids, r.ID)
		}
		if page.Next == "" {
			return ids
		}
		q.After = page.Next
	}
	t.Fatalf("query %+v never ends", q)
	return ids
}

func queryEach(t TB, s Storage) {
	cases := crowd()
	model := fill(t, s, cases)
	indexed(t, s, "номер", len(cases))
	for _, q := range []casework.Query{{}, {Bodies: []string{"a"}}, {Bodies: []string{""}}, {Bodies: []string{"b", "a", "b"}},
		{Unit: "u1"}, {Officer: "o2"}, {Stages: []casework.Stage{casework.StageInWork}}, {Stages: casework.Stages()[:7]},
		{Regime: "210-FZ"}, {Channel: "paper"}, {Topic: "0001"}, {Topic: "0001.0003"}, {Territory: "77"}, {Party: "esia:3"},
		{ReceivedFrom: At(40)}, {ReceivedTo: At(40)}, {ReceivedFrom: At(20), ReceivedTo: At(30)}, {DueTo: Day(3)}, {DueTo: Day(-1)}, {DueFrom: Day(2)}, {DueFrom: Day(1), DueTo: Day(2)},
		{Waits: casework.WaitsApplicant}, {Waits: casework.WaitsBody | casework.WaitsRework}, {Waits: casework.WaitsApproval, Bodies: []string{"a"}},
		{Text: "7001"}, {Text: "8001 7001"}, {Bodies: []string{"a"}, Stages: casework.Stages()[:7], DueTo: Day(2)}} {
		for _, sort := range []casework.Sort{casework.SortDue, casework.SortReceived} {
			for _, limit := range []int{3, 1000} {
				q.Sort, q.Limit = sort, limit
				compare(t, s, model, q)
			}
		}
	}
}

func queryBodies(t TB, s Storage) {
	create(t, s, Case("a", Placed("b", casework.StageRouted)))
	create(t, s, Case("c"))
	for _, c := range []struct {
		bodies []string
		want   string
	}{{nil, "a c"}, {[]string{}, ""}, {[]string{""}, "c"}, {[]string{"b"}, "a"}, {[]string{"", "b"}, "a c"}} {
		got := sorted(drain(t, s, casework.Query{Bodies: c.bodies, Window: casework.Window{Limit: 9}}))
		if got != c.want {
			t.Errorf("bodies %#v list %q, want %q", c.bodies, got, c.want)
		}
	}
}

func queryManyBodies(t TB, s Storage) {
	model := NewMemory(time.Now, nil)
	var bodies []string
	for i := range 40 {
		body := fmt.Sprint("body-", i%20)
		c := Case(fmt.Sprintf("c%02d", i*7%40), Placed(body, casework.StageRouted), Due(Day(i*11%13)), Received(At(i*5%17)))
		if i%5 == 0 {
			c.Terms = nil
		}
		create(t, s, c)
		create(t, model, c)
		if i < 18 {
			bodies = append(bodies, body)
		}
	}
	for _, n := range []int{2, 8, 18} {
		for _, sort := range []casework.Sort{casework.SortDue, casework.SortReceived} {
			compare(t, s, model, casework.Query{Bodies: bodies[:n], Sort: sort, Window: casework.Window{Limit: 4}})
		}
	}
}

func queryRow(t TB, s Storage) {
	for n := range SampleStages {
		c := create(t, s, Sample(n))
		page, err := s.Page(t.Context(), casework.Query{Party: c.Parties.Applicants[0].Key, Bodies: []string{c.Place.Body},
			Stages: []casework.Stage{c.Stage}, Window: casework.Window{Limit: 2}})
		must(t, err)
		same(t, "the row", page.Rows, []casework.Row{rowOf(c)})
	}
}

func querySorts(t TB, s Storage) {
	create(t, s, Case("idle", Received(At(9))))
	create(t, s, Case("late", Due(Day(2)), Received(At(1))))
	create(t, s, Case("soon", Due(Day(1)), Received(At(5))))
	for sort, want := range map[casework.Sort]string{"": "soon late idle", casework.SortDue: "soon late idle", casework.SortReceived: "idle soon late"} {
		got := strings.Join(drain(t, s, casework.Query{Sort: sort, Window: casework.Window{Limit: 1}}), " ")
		if got != want {
			t.Errorf("sort %q: %s, want %s", sort, got, want)
		}
	}
	_, err := s.Page(t.Context(), casework.Query{Sort: "random", Window: casework.Window{Limit: 1}})
	wantCode(t, err, casework.Invalid)
}

func sorted(ids []string) string {
	return strings.Join(slices.Sorted(slices.Values(ids)), " ")
}

func queryOwed(t TB, s Storage) {
	days := []casework.Date{Day(-1), Day(0), Day(3), Day(50)}
	model := fill(t, s, crowd())
	for _, bodies := range [][]string{nil, {}, {"a"}, {"", "b", "нет"}} {
		got, err := s.Owed(t.Context(), bodies, days)
		must(t, err)
		want, err := model.Owed(t.Context(), bodies, days)
		must(t, err)
		same(t, fmt.Sprintf("owed by %q", bodies), got, want)
	}
	got, err := s.Owed(t.Context(), []string{"a"}, nil)
	must(t, err)
	if len(got) == 0 || len(got[0].Until) != 0 {
		t.Errorf("without days: %+v", got)
	}
}
