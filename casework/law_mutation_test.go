package casework_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"priemnaya/casework"
)

// lawMutation is one thing taken out of a regulation, or put in.
type lawMutation struct {
	name   string
	change func(*casework.Regulation)
}

// without is a list without its i-th element.
func without[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }

// actMutations take away each stage, role, term and notice of each act, and
// add a stage and a role that it lacks.
func actMutations(law *casework.Regulation) []lawMutation {
	var out []lawMutation
	for _, kind := range slices.Sorted(maps.Keys(law.Acts)) {
		rule := law.Acts[kind]
		add := func(what string, change func(*casework.ActRule)) {
			out = append(out, lawMutation{fmt.Sprintf("%s: %s", kind, what), func(l *casework.Regulation) {
				r := l.Acts[kind]
				change(&r)
				l.Acts[kind] = r
			}})
		}
		for i, s := range rule.From {
			add("not from "+string(s), func(r *casework.ActRule) { r.From = without(r.From, i) })
		}
		for i, role := range rule.By {
			add("not by "+string(role), func(r *casework.ActRule) { r.By = without(r.By, i) })
		}
		for name, list := range map[string]func(*casework.ActRule) *[]casework.TermKind{
			"opens":    func(r *casework.ActRule) *[]casework.TermKind { return &r.Opens },
			"meets":    func(r *casework.ActRule) *[]casework.TermKind { return &r.Meets },
			"drops":    func(r *casework.ActRule) *[]casework.TermKind { return &r.Drops },
			"promises": func(r *casework.ActRule) *[]casework.TermKind { return &r.Promises },
		} {
			for i, k := range *list(&rule) {
				add(name+" no "+string(k), func(r *casework.ActRule) { *list(r) = without(*list(r), i) })
			}
		}
		for i, n := range rule.Notices {
			add("does not tell "+string(n), func(r *casework.ActRule) { r.Notices = without(r.Notices, i) })
		}
		if rule.To != "" {
			add("leads nowhere", func(r *casework.ActRule) { r.To = "" })
		}
		for _, s := range casework.Stages() {
			if !slices.Contains(rule.From, s) && !slices.Contains(rule.From, "") {
				add("also from "+string(s), func(r *casework.ActRule) { r.From = append(slices.Clone(r.From), s) })
			}
		}
		for _, role := range casework.Roles() {
			if !slices.Contains(rule.By, role) {
				add("also by "+string(role), func(r *casework.ActRule) { r.By = append(slices.Clone(r.By), role) })
			}
		}
		out = append(out, lawMutation{fmt.Sprintf("no act %s", kind), func(l *casework.Regulation) { delete(l.Acts, kind) }})
	}
	return out
}

// moreMutations take away each precondition, letter, term and stage of each
// ground, each part and term of each result, each required field, variant and
// property of a term.
func moreMutations(law *casework.Regulation) []lawMutation {
	var out []lawMutation
	add := func(name string, change func(*casework.Regulation)) { out = append(out, lawMutation{name, change}) }
	for _, key := range slices.Sorted(maps.Keys(law.Grounds)) {
		g := law.Grounds[key]
		ground := func(what string, change func(*casework.Ground)) {
			add("ground "+key+": "+what, func(l *casework.Regulation) {
				g := l.Grounds[key]
				change(&g)
				l.Grounds[key] = g
			})
		}
		for i, need := range g.Needs {
			ground("needs no "+need, func(g *casework.Ground) { g.Needs = without(g.Needs, i) })
		}
		for i, act := range g.Acts {
			ground("not by "+string(act), func(g *casework.Ground) { g.Acts = without(g.Acts, i) })
		}
		if g.Notice != "" {
			ground("no letter", func(g *casework.Ground) { g.Notice = "" })
		}
		if g.Term != "" {
			ground("no term", func(g *casework.Ground) { g.Term = "" })
		}
		ground("other stage", func(g *casework.Ground) { g.To = casework.StageWithdrawn })
		ground("no norm", func(g *casework.Ground) { g.Norm = "" })
		add("no ground "+key, func(l *casework.Regulation) { delete(l.Grounds, key) })
	}
	for _, o := range slices.Sorted(maps.Keys(law.Results)) {
		for i, part := range law.Results[o].Parts {
			add("result "+string(o)+" without "+part, func(l *casework.Regulation) {
				r := l.Results[o]
				r.Parts = without(r.Parts, i)
				l.Results[o] = r
			})
		}
		for i := range law.Results[o].Opens {
			add("result "+string(o)+" opens nothing", func(l *casework.Regulation) {
				r := l.Results[o]
				r.Opens = without(r.Opens, i)
				l.Results[o] = r
			})
		}
		add("no result "+string(o), func(l *casework.Regulation) { delete(l.Results, o) })
	}
	for i, field := range law.Required {
		add("not required "+field, func(l *casework.Regulation) { l.Required = without(l.Required, i) })
	}
	for i, g := range law.Complaints {
		add("no ground of complaint "+g.Key, func(l *casework.Regulation) { l.Complaints = without(l.Complaints, i) })
		if g.Variant != "" {
			add("no variant for "+g.Key, func(l *casework.Regulation) {
				l.Complaints = slices.Clone(l.Complaints)
				l.Complaints[i].Variant = ""
			})
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(law.Terms)) {
		for name, change := range map[string]func(*casework.TermRule){
			"a day more": func(r *casework.TermRule) { r.N++ }, "from elsewhere": func(r *casework.TermRule) { r.Start = "x" },
			"no roll":   func(r *casework.TermRule) { r.Roll = "" },
			"first day": func(r *casework.TermRule) { r.IncludeStart = true }} {
			add(fmt.Sprintf("term %s: %s", kind, name), func(l *casework.Regulation) {
				r := l.Terms[kind]
				change(&r)
				l.Terms[kind] = r
			})
		}
	}
	return out
}

func TestNothingCanBeTakenOutOfARegulationUnnoticed(t *testing.T) {
	t.Parallel()
	laws := embeddedLaws(t)
	n, tried, survivors := 0, 0, 0
	each := 12
	if testing.Short() {
		// The one goroutine here has nothing for the race detector to find.
		each = 120
	}
	for i := range laws.Regulations {
		law := &laws.Regulations[i]
		honest := newActBench(t, law, laws)
		for _, m := range append(actMutations(law), moreMutations(law)...) {
			spoiled := *law
			spoiled.Acts, spoiled.Terms = maps.Clone(law.Acts), maps.Clone(law.Terms)
			spoiled.Grounds, spoiled.Results = maps.Clone(law.Grounds), maps.Clone(law.Results)
			m.change(&spoiled)
			b := *honest
			b.law = &spoiled
			n++
			if n%each != 0 && os.Getenv("PRIEMNAYA_TEST_ALL") != "1" {
				continue
			}
			tried++
			if len(b.check()) == 0 {
				survivors++
				t.Errorf("%s %s: nobody notices %q", law.Regime, law.Version, m.name)
			}
		}
	}
	t.Logf("%d of %d changes of regulations tried, %d survivors", tried, n, survivors)
}
