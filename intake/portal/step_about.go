package portal

import (
	"slices"
	"unicode/utf8"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

const (
	// maxWords is the longest answer to "what is it about" in characters.
	maxWords = 300
	// unknown as a topic means "I do not know, choose for me".
	unknown = "unknown"
	// maxSuggested is how many topics are proposed.
	maxSuggested = 5
)

type aboutPage struct {
	stepPage
	Topics      []templates.Option
	Kinds       []templates.Option
	Territories []templates.Option
	// Asked is true once there are words to suggest from.
	Asked bool
	// Place is true if the procedure asks where it happened.
	Place bool
}

// requires reports whether the regulation of the draft asks for a field.
func (p *Portal) requires(v *visit, field string) bool {
	reg, err := p.law(v.draft.Regime)
	return err == nil && slices.Contains(reg.Required, field)
}

func (p *Portal) takeAbout(_ *visit, d *casework.FilingDraft, form *web.Form) error {
	if v, ok := line(form, "words", 4*maxWords); ok {
		d.Fields["words"] = v
	}
	if v, ok := line(form, "address", 4*casework.MaxAddress); ok {
		d.Address = v
	}
	switch topic := form.Value("topic"); {
	case topic == unknown:
		d.Topic, d.Fields["topic"] = "", unknown
	case topic != "":
		if _, ok := p.Topics.Topic(topic); ok {
			d.Topic, d.Fields["topic"] = topic, ""
		}
	}
	if form.Values["kind"] != nil {
		d.Kind = ""
		switch k := casework.Kind(form.Value("kind")); k {
		case casework.KindProposal, casework.KindStatement, casework.KindComplaint:
			d.Kind = k
		}
	}
	if form.Values["territory"] != nil {
		d.Territory = ""
		for _, t := range p.Office.OfferedTerritories() {
			if t.Code == form.Value("territory") {
				d.Territory = t.Code
			}
		}
	}
	return nil
}

// line reads a one-line field; ok is false where the form has none or it is
// far too long to be kept in a draft (the page keeps it all the same).
func line(form *web.Form, name string, max int) (value string, ok bool) {
	if form.Values[name] == nil {
		return "", false
	}
	value, _ = templates.CleanLine(form.Value(name), 0)
	return value, utf8.RuneCountInString(value) <= max
}

func (p *Portal) actAbout(v *visit, form *web.Form) (bool, error) {
	if !form.Is("do", "suggest") {
		return false, nil
	}
	back := ""
	if form.Is("back", "check") {
		back = "?back=check"
	}
	return true, p.Kit.Redirect(v.c, v.stepPath("about")+back+"#f-topic")
}

func (p *Portal) checkAbout(v *visit, form *web.Form) {
	if words, _ := line(form, "words", 0); utf8.RuneCountInString(words) > maxWords {
		form.Fail("words", "portal.about.words_long", "Max", maxWords)
	}
	if address, _ := line(form, "address", 0); utf8.RuneCountInString(address) > casework.MaxAddress {
		form.Fail("address", "filing.address", "Max", casework.MaxAddress)
	}
	if p.requires(v, "place") && v.draft.Address == "" && v.draft.Territory == "" {
		form.Fail("address", "filing.place_needed")
	}
}

func (p *Portal) formAbout(v *visit) *web.Form {
	topic := v.draft.Topic
	if topic == "" {
		topic = v.draft.Fields["topic"]
	}
	return templates.NewForm("words", v.draft.Fields["words"], "topic", topic, "kind", string(v.draft.Kind),
		"territory", v.draft.Territory, "address", v.draft.Address)
}

func (p *Portal) showAbout(v *visit, status int, form *web.Form) error {
	page := aboutPage{stepPage: p.page(v, "about", form), Asked: v.draft.Fields["words"] != "", Place: p.requires(v, "place")}
	page.Topics = p.topicOptions(v)
	option := func(value, id string) templates.Option {
		o := templates.Option{Value: value, Text: p.Kit.T(v.c, id)}
		if value != "" {
			o.Hint = p.Kit.T(v.c, id+"_hint")
		}
		return o
	}
	page.Kinds = []templates.Option{option("", "portal.kind.any"), option(string(casework.KindProposal), "portal.kind.proposal"),
		option(string(casework.KindStatement), "portal.kind.statement"), option(string(casework.KindComplaint), "portal.kind.complaint")}
	page.Territories = append(page.Territories, templates.Option{Text: p.Kit.T(v.c, "portal.about.anywhere")})
	for _, t := range p.territories() {
		page.Territories = append(page.Territories, templates.Option{Value: t.Code, Text: t.Name})
	}
	return p.render(v.c, status, "about", page)
}
