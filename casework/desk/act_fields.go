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
	parts := []string{g.Norm}
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

func fillSplit(_ *visit, c *casework.Case, f *web.Form) {
	for _, q := range c.Questions {
		f.Values["topics"] = append(f.Values["topics"], q.Topic)
	}
}

func splitFields(v *visit, c *casework.Case, f *web.Form) ([]actField, error) {
	codes := slices.Clone(c.Subject.Topics)
	add := func(code string) {
		if code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	for _, code := range f.All("topics") {
		add(code)
	}
	for _, t := range c.Route.Topics {
		add(t.Label)
	}
	if words := f.Value("find"); words != "" && v.Topics != nil {
		found := v.Topics.Find(words, 12)
		if len(found) == 0 {
			f.Fail("find", "desk.register.none_found")
		}
		for _, code := range found {
			add(code)
		}
	}
	n := max(minQuestions, len(f.All("topics")))
	if f.Value("do") == "more" {
		n = min(n+2, 20)
	}
	field := actField{Name: "topics", Kind: "topics"}
	for i := range n {
		chosen := ""
		if i < len(f.All("topics")) {
			chosen = f.All("topics")[i]
		}
		options := []templates.Option{v.option("", v.t("desk.split.none"))}
		for _, code := range codes {
			o := v.option(code, v.topicName(code))
			// A list of its own says which line is chosen.
			if code == chosen {
				o.Hint = "selected"
			}
			options = append(options, o)
		}
		field.Lists = append(field.Lists, options)
	}
	return []actField{{Name: "find", Kind: "find", Label: v.t("desk.register.find")}, field}, nil
}

func makeSplit(_ *visit, _ *casework.Case, f *web.Form) casework.Act {
	var act casework.Splitting
	for _, code := range f.All("topics") {
		if code != "" {
			act.Questions = append(act.Questions, casework.Question{Topic: code})
		}
	}
	return act
}

// linkFields offer the other cases of the same applicant.
func linkFields(v *visit, c *casework.Case, _ *web.Form) ([]actField, error) {
	earlier, err := v.Office.EarlierOf(v.ctx, v.by, c.ID)
	if err != nil {
		return nil, err
	}
	fields := []actField{{Name: "to", Kind: "radios", Options: []templates.Option{
		{Value: casework.LinkRepeat, Text: v.t("desk.link.repeat"), Hint: v.t("desk.link.repeat_hint")},
		{Value: casework.LinkDuplicate, Text: v.t("desk.link.duplicate"), Hint: v.t("desk.link.duplicate_hint")}}}}
	var options []templates.Option
	for _, r := range earlier {
		options = append(options, templates.Option{Value: r.ID, Text: rowNumber(r) + " · " + r.Summary,
			Hint: v.dateText(casework.DateOf(r.ReceivedAt, v.zone(r.Place.Body)).String()) + " · " + v.label("desk.stage", string(r.Stage))})
	}
	if len(options) > 0 {
		fields = append(fields, actField{Name: "case", Kind: "radios", Options: options})
	}
	return append(fields, actField{Name: "number", Kind: "text", Hint: v.t("desk.link.number_hint"), Optional: len(options) > 0}), nil
}

func rowNumber(r casework.Row) string {
	if r.Number != "" {
		return r.Number
	}
	return r.Receipt
}

// makeLink takes a case that was offered, or finds one by its number.
func makeLink(v *visit, _ *casework.Case, f *web.Form) casework.Act {
	act := casework.Linking{To: f.Value("to"), Case: f.Value("case")}
	if act.To == "" {
		f.Fail("to", "desk.link.kind_needed")
	}
	asked := f.Value("number")
	if act.Case == "" && asked == "" {
		f.Fail("number", "link.case")
	}
	if asked == "" {
		// What was offered is the reader's to see; anything else is not.
		offered, err := v.Office.EarlierOf(v.ctx, v.by, v.c.Params("id"))
		if err != nil || !slices.ContainsFunc(offered, func(r casework.Row) bool { return r.ID == act.Case }) {
			f.Fail("case", "link.case")
		}
		return act
	}
	found, err := v.Office.FindByNumber(v.ctx, v.by, asked)
	if err != nil || len(found) != 1 {
		f.Fail("number", "desk.link.none_found")
		return act
	}
	act.Case = found[0].ID
	return act
}

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
