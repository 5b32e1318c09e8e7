package desk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

func itoa(n int) string { return strconv.Itoa(n) }

func (v *visit) option(value, text string) templates.Option {
	return templates.Option{Value: value, Text: text}
}

// endingFields are those of leaving and rejecting: the grounds of the
// regulation with norm, term and preconditions, and what these may ask for.
func (v *visit) endingFields(c *casework.Case, kind casework.ActKind) []actField {
	law := v.regulation(c)
	var keys []string
	needs := map[string]bool{}
	for key, g := range law.Grounds {
		if slices.Contains(g.Acts, kind) {
			keys = append(keys, key)
			for _, n := range g.Needs {
				needs[n] = true
			}
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(strings.Compare(law.Grounds[a].Norm, law.Grounds[b].Norm), strings.Compare(a, b))
	})
	var options []templates.Option
	for _, key := range keys {
		options = append(options, templates.Option{Value: key, Text: v.groundName(law.Grounds[key]), Hint: v.groundHint(c, law, law.Grounds[key])})
	}
	fields := []actField{{Name: "ground", Kind: "radios", Options: options}}
	if needs[casework.NeedExplanation] {
		fields = append(fields, actField{Name: "explanation", Kind: "textarea", Max: 5000, Hint: v.t("desk.ending.explanation_hint")})
	}
	if needs[casework.NeedAddress] {
		fields = append(fields, actField{Name: "address", Kind: "text", Hint: v.t("desk.ending.address_hint"), Optional: true})
	}
	if needs[casework.NeedNothingNew] {
		fields = append(fields, actField{Name: "nothing_new", Kind: "tick", Hint: v.t("desk.ending.nothing_new_hint")})
	}
	return fields
}

func (v *visit) groundName(g casework.Ground) string {
	if title := g.Title[v.lang]; title != "" {
		return title
	}
	return g.Key
}

// groundHint is norm, own term and preconditions of a ground in one line.
func (v *visit) groundHint(c *casework.Case, law *casework.Regulation, g casework.Ground) string {
	parts := []string{templates.FormatNorm(v.lang, g.Norm)}
	if rule, ok := law.Rule(g.Term, c.Procedure.Variant); ok && g.Term != "" {
		parts = append(parts, v.t("desk.ending.term", "Days", rule.N, "Unit", v.label("desk.unit", string(rule.Unit))))
	}
	var needs []string
	for _, n := range g.Needs {
		needs = append(needs, v.label("desk.need", n))
	}
	if len(needs) > 0 {
		parts = append(parts, v.t("desk.ending.needs", "Needs", strings.Join(needs, ", ")))
	}
	return strings.Join(parts, " · ")
}

// The prefixes of whoever may be complained of.
const (
	againstBody     = "body:"
	againstUnit     = "unit:"
	againstOfficial = "official:"
)

func fillMark(_ *visit, c *casework.Case, f *web.Form) {
	f.Values["variant"] = []string{c.Procedure.Variant}
	if p := c.Procedure.Complaint; p != nil {
		for _, a := range p.Against {
			f.Values["against"] = append(f.Values["against"], againstValue(a))
		}
	}
}

func againstValue(a casework.Against) string {
	switch {
	case a.Official != "":
		return againstOfficial + a.Body + "/" + a.Official
	case a.Unit != "":
		return againstUnit + a.Body + "/" + a.Unit
	}
	return againstBody + a.Body
}

func againstOf(values []string) []casework.Against {
	var out []casework.Against
	for _, value := range values {
		kind, rest, _ := strings.Cut(value, ":")
		body, name, _ := strings.Cut(rest, "/")
		switch kind + ":" {
		case againstBody:
			out = append(out, casework.Against{Body: body})
		case againstUnit:
			out = append(out, casework.Against{Body: body, Unit: name})
		case againstOfficial:
			out = append(out, casework.Against{Body: body, Official: name})
		}
	}
	return out
}

func (v *visit) againstName(a casework.Against) string {
	switch {
	case a.Official != "":
		return v.t("desk.against.official", "Name", v.personName(a.Body, a.Official), "Body", v.bodyName(a.Body))
	case a.Unit != "":
		return v.t("desk.against.unit", "Name", v.unitName(a.Body, a.Unit), "Body", v.bodyName(a.Body))
	}
	return v.t("desk.against.body", "Body", v.bodyName(a.Body))
}

// markFields offer whoever may be complained of: what is marked, the body of
// the case with its units and people, and bodies found by words.
func markFields(v *visit, c *casework.Case, f *web.Form) ([]actField, error) {
	list := againstOf(f.All("against"))
	add := func(a casework.Against) {
		if a.Body != "" && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	add(casework.Against{Body: c.Place.Body})
	add(casework.Against{Body: c.Subject.Addressee})
	if b, err := v.registry.Body(c.Place.Body); err == nil {
		for _, u := range b.Units {
			add(casework.Against{Body: b.ID, Unit: u.ID})
		}
		staff, err := v.Officers(v.ctx, b.ID)
		if err != nil {
			return nil, err
		}
		for _, a := range staff {
			add(casework.Against{Body: b.ID, Official: a.ID})
		}
	}
	if words := f.Value("find"); words != "" {
		for _, b := range v.registry.Bodies() {
			if matches(b, words) && len(list) < 2*foundBodies {
				add(casework.Against{Body: b.ID})
			}
		}
	}
	var options []templates.Option
	for _, a := range list {
		options = append(options, v.option(againstValue(a), v.againstName(a)))
	}
	fields := []actField{{Name: "find", Kind: "find", Label: v.t("desk.choose.find")}, {Name: "against", Kind: "checks", Options: options}}
	if variants := v.regulation(c).Variants(); len(variants) > 0 {
		course := []templates.Option{v.option("", v.t("desk.variant.ordinary"))}
		for _, name := range variants {
			course = append(course, v.option(name, v.label("desk.variant", name)))
		}
		fields = append(fields, actField{Name: "variant", Kind: "radios", Options: course})
	}
	return fields, nil
}

// MinQuestions is how many lists of topics a form of splitting begins with.
const minQuestions = 3

func copyFields(v *visit, c *casework.Case, f *web.Form) ([]actField, error) {
	fields := []actField{{Name: "find", Kind: "find", Label: v.t("desk.choose.find")},
		{Name: "bodies", Kind: "checks", Options: v.bodyList(c, f, "bodies")},
		{Name: "why", Kind: "textarea", Max: 2000, Hint: v.t("desk.forward.why_hint")}}
	if c.CanRedact() {
		fields = append(fields, actField{Name: "redacted", Kind: "tick", Label: v.t("desk_case.copy.redacted"), Hint: v.t("desk_case.copy.redacted_hint")})
	}
	return fields, nil
}

// bodyList offers bodies for a field, with what is chosen first.
func (v *visit) bodyList(c *casework.Case, f *web.Form, name string) []templates.Option {
	asked := templates.NewForm("find", f.Value("find"))
	asked.Values["body"] = f.All(name)
	options, more := v.bodyOptions(c, asked)
	if len(options) == 0 {
		f.Fail("find", "desk.choose.none_found")
	}
	if more && len(options) > 0 {
		options[len(options)-1].Hint = v.t("desk.choose.more")
	}
	return options
}
