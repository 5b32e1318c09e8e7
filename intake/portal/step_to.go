package portal

import (
	"net/url"
	"slices"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// decide as an addressee means "decide for me".
const decide = "decide"

// maxFound is how many bodies a search shows.
const maxFound = 20

type toPage struct {
	stepPage
	Options []templates.Option
	// Query is what was searched, Found how many bodies have the words.
	Query       string
	Found, More int
	// Banned is the body complained of, which must not get the complaint.
	Banned string
}

func (p *Portal) takeTo(_ *visit, d *casework.FilingDraft, form *web.Form) error {
	switch id := form.Value("addressee"); {
	case id == decide:
		d.Addressee, d.AddresseeAsked = "", true
	case id != "" && p.openBody(id):
		d.Addressee, d.AddresseeAsked = id, true
	}
	return nil
}

func (p *Portal) openBody(id string) bool {
	b, err := p.Office.Registry().Body(id)
	return err == nil && !b.Closed
}

func (p *Portal) actTo(v *visit, form *web.Form) (bool, error) {
	if !form.Is("do", "search") {
		return false, nil
	}
	q, _ := templates.CleanLine(form.Value("q"), 0)
	to := v.stepPath("to") + "?q=" + url.QueryEscape(cut(q, 200))
	if form.Is("back", "check") {
		to += "&back=check"
	}
	return true, p.Kit.Redirect(v.c, to+"#f-addressee")
}

func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

func (p *Portal) checkTo(v *visit, form *web.Form) {
	switch id := form.Value("addressee"); {
	case id == "" && !v.draft.AddresseeAsked:
		form.Fail("addressee", "portal.to.choose")
	case id != "" && id != decide && !p.openBody(id):
		form.Fail("addressee", "filing.addressee_unknown")
	case v.draft.Addressee != "" && v.draft.Addressee == p.complainedOf(v.draft):
		form.Fail("addressee", "route.complained_of")
	}
}

func (p *Portal) formTo(v *visit) *web.Form {
	chosen := v.draft.Addressee
	if chosen == "" && v.draft.AddresseeAsked {
		chosen = decide
	}
	return templates.NewForm("addressee", chosen, "q", v.c.Query("q"))
}

func (p *Portal) showTo(v *visit, status int, form *web.Form) error {
	page := toPage{stepPage: p.page(v, "to", form)}
	page.Query, _ = templates.CleanLine(form.Value("q"), 0)
	reg := p.Office.Registry()
	banned := p.complainedOf(v.draft)
	page.Banned = p.bodyName(banned)
	add := func(id, hint string) {
		b, err := reg.Body(id)
		// Whoever is complained of is not offered (59-FZ art. 8 p. 6).
		if err != nil || b.Closed || id == banned || slices.ContainsFunc(page.Options, func(o templates.Option) bool { return o.Value == id }) {
			return
		}
		page.Options = append(page.Options, templates.Option{Value: id, Text: b.Name, Hint: hint})
	}
	p.offerJudge(v, banned, add)
	route := reg.FindRoute(casework.RouteQuery{Topic: v.draft.Topic, Territory: v.draft.Territory, Suggestion: p.suggestion(v)})
	for i, a := range route.Alternatives {
		hint := ""
		if i == 0 {
			hint = p.reasons(v, route.Reasons)
		}
		add(a.Label, hint)
	}
	if v.draft.Addressee != "" {
		add(v.draft.Addressee, p.Kit.T(v.c, "portal.to.chosen"))
	}
	if page.Query != "" {
		found := findBodies(reg, page.Query)
		page.Found = len(found)
		page.More = max(0, page.Found-maxFound)
		for _, b := range found[:min(len(found), maxFound)] {
			add(b.ID, b.Contacts.Address)
		}
	}
	page.Options = append(page.Options, templates.Option{Value: decide, Text: p.Kit.T(v.c, "portal.to.decide"),
		Hint: p.Kit.T(v.c, "portal.to.decide_hint")})
	return p.render(v.c, status, "to", page)
}

// offerJudge proposes who has to consider a complaint: the body above the one
// complained of, or the body itself where only its official is.
func (p *Portal) offerJudge(v *visit, banned string, add func(id, hint string)) {
	if !complains(v.draft.Regime) {
		return
	}
	if banned != "" {
		add(p.superiorOf(banned), p.Kit.T(v.c, "portal.to.superior", "Body", p.bodyName(banned)))
		return
	}
	if own := v.draft.Fields["against"]; own != otherBody && v.draft.Fields["against_name"] != "" {
		add(own, p.Kit.T(v.c, "portal.to.own_head"))
		add(p.superiorOf(own), p.Kit.T(v.c, "portal.to.superior", "Body", p.bodyName(own)))
	}
}

func (p *Portal) suggestion(v *visit) casework.Suggestion {
	text := typedText(v.draft)
	if text == "" {
		return casework.Suggestion{}
	}
	return p.Office.Suggest(text, v.draft.Address)
}
