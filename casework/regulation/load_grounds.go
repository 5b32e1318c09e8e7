package regulation

import (
	"slices"

	"priemnaya/casework"
)

// termKinds checks a list of terms against those of the regulation.
func (c *checker) termKinds(at []string, kinds []string, terms map[casework.TermKind]casework.TermRule) []casework.TermKind {
	var out []casework.TermKind
	for _, k := range kinds {
		if _, ok := terms[casework.TermKind(k)]; !ok {
			c.bad(at, "the regulation has no term %q", k)
		}
		out = append(out, casework.TermKind(k))
	}
	return out
}

// more reads what regimes have beyond terms and acts: required fields, grounds
// of complaints, grounds of endings, results of decisions.
func (c *checker) more(r *casework.Regulation, f fileRegulation) {
	for _, name := range f.Required {
		if !slices.Contains(casework.Fields(), name) {
			c.bad([]string{"required"}, "unknown field %q", name)
		}
	}
	for _, g := range f.Complaints {
		if g.Key == "" || g.Title["ru"] == "" || g.Title["en"] == "" {
			c.bad([]string{"complaint_grounds"}, "ground %q needs a key and titles in ru and en", g.Key)
		}
		if g.Variant != "" && !slices.Contains(r.Variants(), g.Variant) {
			c.bad([]string{"complaint_grounds"}, "no term has the variant %q", g.Variant)
		}
		r.Complaints = append(r.Complaints, casework.ComplaintGround{Key: g.Key, Variant: g.Variant, Title: g.Title, Norm: g.Norm})
	}
	for key, g := range f.Grounds {
		r.Grounds[key] = c.ground(key, g, r)
	}
	for outcome, x := range f.Results {
		at := []string{"results", outcome}
		if x.Title["ru"] == "" || x.Title["en"] == "" {
			c.bad(at, "titles in ru and en are needed")
		}
		o := casework.Outcome(outcome)
		r.Results[o] = casework.Result{Outcome: o, Parts: x.Parts, Title: x.Title, Norm: x.Norm,
			Opens: c.termKinds(append(at, "opens"), x.Opens, r.Terms)}
	}
	if len(r.Results) == 0 {
		c.bad([]string{"results"}, "at least one result is needed")
	}
	if rule, ok := r.Terms[casework.TermExtend]; ok {
		r.MaxExtension = rule.N
	}
}

func (c *checker) ground(key string, g fileGround, r *casework.Regulation) casework.Ground {
	at := []string{"grounds", key}
	out := casework.Ground{Key: key, To: casework.Stage(g.To), Term: casework.TermKind(g.Term), Needs: g.Needs,
		Notice: casework.NoticeKind(g.Notice), Title: g.Title, Norm: g.Norm}
	for _, a := range g.Acts {
		if _, ok := r.Acts[casework.ActKind(a)]; !ok {
			c.bad(append(at, "acts"), "the regulation has no act %q", a)
		}
		out.Acts = append(out.Acts, casework.ActKind(a))
	}
	if !slices.Contains(casework.Stages(), out.To) || out.To.Open() {
		c.bad(append(at, "to"), "%q is no stage that ends a case", g.To)
	}
	if _, ok := r.Terms[out.Term]; g.Term != "" && !ok {
		c.bad(append(at, "term"), "the regulation has no term %q", g.Term)
	}
	for _, n := range g.Needs {
		if !slices.Contains(casework.Needs(), n) {
			c.bad(append(at, "needs"), "unknown precondition %q", n)
		}
	}
	if len(g.Acts) == 0 || g.Title["ru"] == "" || g.Title["en"] == "" || g.Norm == "" {
		c.bad(at, "acts, norm and titles in ru and en are needed")
	}
	return out
}
