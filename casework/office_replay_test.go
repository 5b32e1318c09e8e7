package casework_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/storetest"
)

// guesser is a learner that knows one word.
type guesser struct{}

func (guesser) Suggest(text, _ string) casework.Suggestion {
	if !strings.Contains(text, "прокурор") {
		return casework.Suggestion{Model: "m1"}
	}
	return casework.Suggestion{Model: "m1", Bodies: []casework.Candidate{{Label: "prosecutor", Confidence: 0.97}}, BodySure: true,
		Topics: []casework.Candidate{{Label: "0003.0009.0099.0742", Confidence: 0.95}}, TopicSure: true}
}

// replayOffice is an office over a store that keeps the whole contract.
func replayOffice(t *testing.T) *casework.Office {
	t.Helper()
	now := func() time.Time { return at("2026-11-16 10:00:00") }
	store := storetest.NewMemory(now, nil)
	reg, err := casework.NewRegistry("r1", bodies(), nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store, Secret: []byte(strings.Repeat("s", 32)),
		Now: now, Laws: honestLaws(), Registry: reg,
		Sign: func(context.Context, casework.Actor, string) (casework.Signature, error) {
			return casework.Signature{}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// fileMany files appeals of many kinds and returns their IDs.
func fileMany(t *testing.T, b *casework.Office, round string) []string {
	t.Helper()
	var ids []string
	for i := range 120 {
		f := filing()
		f.Key = fmt.Sprintf("%s-%016d", round, i)
		f.Topic = []string{"0003.0009.0099.0742", "0003.0009.0099.0743", "0001.0002.0027.0124", ""}[i%4]
		f.Territory = []string{"99701", "99702", ""}[i%3]
		if i%5 == 0 {
			f.Addressee = "admin"
		}
		if i%7 == 0 {
			f.Text = "Прошу прокурора проверить, почему не чинят дорогу."
		}
		r, err := b.File(t.Context(), casework.Citizen(f.Applicant), f)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.Case.ID)
	}
	return ids
}

// otherRules gives the signs to the administration and the prosecutor matters of
// the neighbouring territory.
func otherRules(t *testing.T, close string) *casework.Registry {
	t.Helper()
	list := bodies()
	for i := range list {
		switch list[i].ID {
		case "admin":
			list[i].Competences = append(list[i].Competences, casework.Competence{Topic: "0003.0009.0099.0743", Territory: "99701"})
		case "prosecutor":
			list[i].Competences = []casework.Competence{{Territory: "99702"}}
		case close:
			list[i].Closed = true
		}
	}
	reg, err := casework.NewRegistry("r2", list, nil)
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func TestWhatADryRunPredictsIsWhatThenHappens(t *testing.T) {
	for name, close := range map[string]string{"other rules": "", "a body is closed": "roads"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "2026-11-16 10:00:00")
			b.SetLearner(guesser{})
			first := fileMany(t, b.Office, "first")
			then := otherRules(t, close)
			told := 0
			predicted, err := b.ReplayRoutes(t.Context(), then, 1000, func(int) { told++ })
			if err != nil || predicted.Cases != 120 || predicted.Moved == 0 || predicted.Moved == 120 {
				t.Fatalf("%+v, %v", predicted, err)
			}
			before := routeAll(t, b.Office, first)
			b.SetRegistry(then)
			b.now = b.now.Add(48 * time.Hour)
			after := routeAll(t, b.Office, fileMany(t, b.Office, "second"))
			happened := map[casework.RouteShift]int{}
			for i := range before {
				if before[i].body != after[i].body {
					happened[casework.RouteShift{From: before[i].body, To: after[i].body, Topic: before[i].topic}]++
				}
			}
			moved := 0
			for _, s := range predicted.Shifts {
				n := s.N
				if s.N = 0; happened[s] != n {
					t.Errorf("%s → %s on topic %q: predicted %d, happened %d", s.From, s.To, s.Topic, n, happened[s])
				}
				moved += n
				delete(happened, s)
			}
			if len(happened) > 0 || moved != predicted.Moved {
				t.Errorf("not predicted: %v; the shifts sum up to %d of %d", happened, moved, predicted.Moved)
			}
			for i, id := range first {
				// What was routed before keeps the rules it was routed by (F9).
				if c, err := b.store.Get(t.Context(), id); err != nil || c.Route.Registry != "r1" {
					t.Fatalf("case %d is explained by rules %q, %v", i, c.Route.Registry, err)
				}
			}
		})
	}
}

type outcome struct{ body, topic string }

func routeAll(t *testing.T, b *casework.Office, ids []string) []outcome {
	t.Helper()
	var out []outcome
	for _, id := range ids {
		c, err := b.Route(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		topic := ""
		if len(c.Subject.Topics) > 0 {
			topic = c.Subject.Topics[0]
		}
		if c.Stage == casework.StageHeld {
			c.Place.Body = ""
		}
		out = append(out, outcome{c.Place.Body, topic})
	}
	return out
}

func TestADryRunLooksAtTheLastCasesOnly(t *testing.T) {
	b := replayOffice(t)
	fileMany(t, b, "first")
	r, err := b.ReplayRoutes(t.Context(), otherRules(t, ""), 30, func(int) {})
	if err != nil || r.Cases != 30 {
		t.Errorf("%d cases, %v", r.Cases, err)
	}
	r, err = b.ReplayRoutes(t.Context(), b.Registry(), 1000, func(int) {})
	if err != nil || r.Cases != 120 || r.Moved != 0 || len(r.Shifts) != 0 {
		t.Errorf("the same rules move %d of %d, %v", r.Moved, r.Cases, err)
	}
}

func TestOpenCasesOfABodyAndOfAUnitAreCounted(t *testing.T) {
	b := replayOffice(t)
	routeAll(t, b, fileMany(t, b, "first"))
	all, err := b.OpenAt(t.Context(), "roads", "")
	if err != nil || all == 0 {
		t.Fatal(all, err)
	}
	if n, err := b.OpenAt(t.Context(), "closed", ""); n != 0 || err != nil {
		t.Error(n, err)
	}
	if n, err := b.OpenAt(t.Context(), "roads", "no-such-unit"); n != 0 || err != nil {
		t.Error(n, err)
	}
}
