package desk

import (
	"slices"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

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
