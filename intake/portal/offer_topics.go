package portal

import (
	"priemnaya/casework"
	"priemnaya/templates"
)

// topicOptions are the chosen topic, the suggested ones and "I do not know".
func (p *Portal) topicOptions(v *visit) []templates.Option {
	var out []templates.Option
	add := func(code string) {
		t, ok := p.Topics.Topic(code)
		for _, o := range out {
			ok = ok && o.Value != code
		}
		if !ok {
			return
		}
		o := templates.Option{Value: code, Text: t.Name}
		if above, ok := p.Topics.Topic(p.Topics.Parent(code)); ok {
			o.Hint = above.Name
		}
		out = append(out, o)
	}
	if v.draft.Topic != "" {
		add(v.draft.Topic)
	}
	if words := v.draft.Fields["words"]; words != "" {
		for _, s := range p.Office.Suggest(words+"\n"+v.draft.Text, v.draft.Address).Topics {
			if len(out) < maxSuggested {
				add(s.Label)
			}
		}
	}
	return append(out, templates.Option{Value: unknown, Text: p.Kit.T(v.c, "portal.about.unknown"),
		Hint: p.Kit.T(v.c, "portal.about.unknown_hint")})
}

// maxTerritories keeps the list short enough for a page and a person.
const maxTerritories = 200

// territories are those offered for choice: all of them, or only the larger
// ones (with shorter codes) where there are too many.
func (p *Portal) territories() []casework.Territory {
	all := p.Office.OfferedTerritories()
	for longest := 20; len(all) > maxTerritories && longest > 1; longest-- {
		var larger []casework.Territory
		for _, t := range all {
			if len(t.Code) < longest {
				larger = append(larger, t)
			}
		}
		if len(larger) == 0 {
			break
		}
		all = larger
	}
	return all
}
