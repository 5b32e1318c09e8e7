package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
)

func saveClaims() []Claim {
	return []Claim{
		{"a created case has version 1 and is loaded as it was saved", createLoads},
		{"a second case with a stored ID is refused as existing and changes nothing", createTwice},
		{"of many that create one case at once exactly one succeeds", createRace},
		{"a case without an ID is invalid", createNoID},
		{"a case that was never saved is not found", getNone},
		{"every field of a case survives, with hostile texts and a long journal", deepRoundtrip},
		{"what a caller does to a loaded case does not reach the store", noSharing},
	}
}

func createLoads(t TB, s Storage) {
	for n := range SampleStages {
		want := Sample(n)
		want.Version = 77
		got, err := s.Create(t.Context(), want)
		must(t, err)
		want.Version = 1
		same(t, "Create returns", got, want)
		same(t, "Get returns", get(t, s, want.ID), want)
		if err := casework.VerifyJournal(&got); err != nil {
			t.Errorf("the journal does not verify: %v", err)
		}
	}
}

func createTwice(t TB, s Storage) {
	first := create(t, s, Case("a", Text("Первое письмо.")))
	_, err := s.Create(t.Context(), Case("a", Text("Совсем другое письмо."), Placed("b", casework.StageRouted)))
	wantCode(t, err, casework.Exists)
	same(t, "after the refusal Get", get(t, s, "a"), first)
	wantCounts(t, s, nil, "/received=1")
}

func createRace(t TB, s Storage) {
	const n = 16
	errs := together(n, func(i int) error {
		_, err := s.Create(t.Context(), Case("one", Text(fmt.Sprint("писал ", i))))
		return err
	})
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantCode(t, err, casework.Exists)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d have created the case, want 1", won, n)
	}
	wantCounts(t, s, nil, "/received=1")
}

func createNoID(t TB, s Storage) {
	_, err := s.Create(t.Context(), Case(""))
	wantCode(t, err, casework.Invalid)
}

func getNone(t TB, s Storage) {
	_, err := s.Get(t.Context(), "nobody")
	wantCode(t, err, casework.NotFound)
	_, err = s.Get(t.Context(), "")
	wantCode(t, err, casework.NotFound)
}

// hostile are strings that break careless stores.
var hostile = []string{
	`'; DROP TABLE cases; --`, `{"$where": "1"}`, `$ne`, `a.b.c`, `100%_\`, `"кавычки" и 'ещё'`, "строка\nи\tтабуляция",
	"эмодзи 🧾 и á", "\u202Eназад", "<script>alert(1)</script>", "\uFFFD", strings.Repeat("длинно ", 3000),
}

func deepRoundtrip(t TB, s Storage) {
	for i, text := range hostile {
		first := string([]rune(text)[:1])
		c := Sample(7 + SampleStages*i)
		c.ID, c.Content.Text, c.Subject.Summary, c.Place.Officer = c.ID+first, text, text, text
		c.Number, c.Subject.Territory = text, text
		c.Draft = &casework.Draft{Text: text, SavedAt: At(3), Signature: &casework.Signature{Value: []byte{0, 1, 255}}}
		c.Content.Original = []byte{0, 255, 10}
		c.Content.Files = []casework.File{{ID: "f", Name: text, Size: 1 << 40, Cleaned: []string{"gps"}}}
		c.Links = []casework.Link{{Kind: "repeat", Case: text}}
		for k := range 300 {
			c.Journal = append(c.Journal, casework.Event{Seq: k, At: At(k), Act: casework.ActDraft, Facts: map[string]string{text: first}})
			if len(text) > 1000 && k > 20 {
				break
			}
		}
		create(t, s, c)
		c.Version = 1
		got := get(t, s, c.ID)
		same(t, fmt.Sprintf("hostile text %d", i), got, c)
		page, err := s.Page(t.Context(), casework.Query{Officer: text, Territory: text, Window: casework.Window{Limit: 5}})
		must(t, err)
		same(t, "the row of a hostile text", page.Rows, []casework.Row{rowOf(c)})
		found, err := s.Find(t.Context(), c.Receipt)
		must(t, err)
		same(t, "Find", found, []casework.Case{c})
	}
}

func noSharing(t TB, s Storage) {
	c := Sample(7)
	saved := create(t, s, c)
	c.Journal[0].Facts["text"], c.Outbox[0].State = "другое", casework.DeliveryDead
	loaded := get(t, s, c.ID)
	loaded.Journal[0].Facts["text"] = "и это другое"
	saved.Outbox[0].Evidence = "и это"
	again := get(t, s, c.ID)
	if err := casework.VerifyJournal(&again); err != nil || again.Outbox[0].State == casework.DeliveryDead || again.Outbox[0].Evidence == "и это" {
		t.Errorf("a change to a value outside reached the store (%v)", err)
	}
}

// together runs n calls at once and gives their errors.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = call(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func must(t TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

func create(t TB, s Storage, c casework.Case) casework.Case {
	t.Helper()
	c, err := s.Create(t.Context(), c)
	must(t, err)
	return c
}

func get(t TB, s Storage, id string) casework.Case {
	t.Helper()
	c, err := s.Get(t.Context(), id)
	must(t, err)
	return c
}

func wantCode(t TB, err error, want casework.Code) {
	t.Helper()
	var e *casework.Error
	if !errors.As(err, &e) || e.Code != want || e.Op == "" {
		t.Errorf("error %v, want a *casework.Error of code %s with its Op", err, want)
	}
}

// same compares two values by what they are in JSON.
func same(t TB, what string, got, want any) {
	t.Helper()
	g, err := json.Marshal(got)
	must(t, err)
	w, err := json.Marshal(want)
	must(t, err)
	if string(g) != string(w) {
		i := 0
		for i < min(len(g), len(w)) && g[i] == w[i] {
			i++
		}
		i = max(0, i-60)
		t.Errorf("%s, from byte %d\n%.300q\nwant\n%.300q", what, i, g[i:], w[i:])
	}
}

// rowOf is the row as any store gives it back: instants to the millisecond.
func rowOf(c casework.Case) casework.Row {
	r := casework.RowOf(&c)
	r.ReceivedAt, r.ChangedAt = r.ReceivedAt.UTC().Truncate(time.Millisecond), r.ChangedAt.UTC().Truncate(time.Millisecond)
	return r
}

// wantCounts compares the counts with "body/stage=n body/stage=n".
func wantCounts(t TB, s Storage, bodies []string, want string) {
	t.Helper()
	counts, err := s.Counts(t.Context(), bodies)
	must(t, err)
	var parts []string
	for _, c := range counts {
		if c.N != 0 {
			parts = append(parts, fmt.Sprintf("%s/%s=%d", c.Body, c.Stage, c.N))
		}
	}
	slices.Sort(parts)
	if got := strings.Join(parts, " "); got != want {
		t.Errorf("counts of %q: %s\nwant %s", bodies, got, want)
	}
}

// cancelled is a context that has ended.
func cancelled(t TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
