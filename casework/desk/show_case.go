package desk

import (
	"slices"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// casePage is the data of desk/case.
type casePage struct {
	Case     caseView
	Terms    []termLine
	Past     []termLine
	Route    routeView
	Notices  []noticeGroup
	Draft    *letterView
	Answers  []letterView
	Timeline []templates.Event
	Panel    panel
	More     moreView
	// Quality is what a check of the answer has led to, and who may see more.
	Quality qualityView
}

// panel holds the acts that the reader may do now. A form of an act that was
// refused comes back with what was typed and its errors.
type panel struct {
	Any                                  bool
	Route, Register, Forward, Assign     bool
	Write, Submit, SendBack, Sign, Send  bool
	Wait                                 string
	RegisterForm, AssignForm, RemarkForm *web.Form
	// Failed is the form with errors, for the summary at the top.
	Failed        *web.Form
	Kinds, Topics []templates.Option
	Units, People []templates.Option
	Revision      int
	// Further is the menu of all other acts.
	Further []actGroup
}

// showCase is the page of one case.
func (d *Desk) showCase(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	return v.renderCase(&c, 200, panel{})
}

func (v *visit) renderCase(c *casework.Case, status int, given panel) error {
	p, err := v.panel(c, given)
	if err != nil {
		return err
	}
	page := casePage{Case: v.caseView(c), Route: v.route(c), Notices: v.notices(c),
		Draft: v.draft(c), Answers: v.answers(c), Timeline: v.timeline(c, 0), Panel: p, More: v.more(c)}
	page.Terms, page.Past = v.terms(c)
	page.Quality = v.quality(c)
	return v.Kit.Render(v.c, status, "desk/case", "desk", c.PublicNumber(), page)
}

// panel offers what Office allows, as forms filled with what is known.
func (v *visit) panel(c *casework.Case, p panel) (panel, error) {
	allowed := v.Office.Acts(c, v.by)
	may := func(kind casework.ActKind) bool { return slices.Contains(allowed, kind) }
	mine := v.mayAnswer(c)
	p.Route = may(casework.ActRoute) && !v.addresseeMustRegister(c)
	p.Register, p.Forward, p.Assign = may(casework.ActRegister), may(casework.ActForward), may(casework.ActAssign)
	p.Write = may(casework.ActDraft) && mine
	p.Submit = may(casework.ActSubmit) && mine && c.Draft != nil
	p.SendBack, p.Sign = may(casework.ActSendBack) && c.Draft != nil, may(casework.ActSign) && c.Draft != nil
	p.Send = may(casework.ActAnswer) && c.Draft != nil
	p.Any = p.Route || p.Register || p.Forward || p.Assign || p.Write || p.Submit || p.SendBack || p.Sign || p.Send
	p.Further = v.furtherActs(c, allowed)
	if !p.Any && len(p.Further) == 0 {
		p.Wait = v.label("desk.wait", string(c.Stage))
	}
	if c.Draft != nil {
		p.Revision = c.Draft.Revision
	}
	if p.Register {
		v.fillRegister(c, &p)
	}
	if p.Assign {
		if err := v.fillAssign(c, &p); err != nil {
			return p, err
		}
	}
	return p, nil
}

// addresseeMustRegister: whom the applicant has addressed registers first
// (59-FZ art. 8 p. 2), so sending the case on is not offered.
func (v *visit) addresseeMustRegister(c *casework.Case) bool {
	return c.Stage == casework.StageRouted && c.Place.Body == c.Subject.Addressee
}

func (v *visit) fillRegister(c *casework.Case, p *panel) {
	for _, k := range []casework.Kind{casework.KindProposal, casework.KindStatement, casework.KindComplaint} {
		p.Kinds = append(p.Kinds, templates.Option{Value: string(k), Text: v.label("desk.kind", string(k))})
	}
	codes := slices.Clone(c.Subject.Topics)
	for _, t := range c.Route.Topics {
		if !slices.Contains(codes, t.Label) {
			codes = append(codes, t.Label)
		}
	}
	if p.RegisterForm == nil {
		kind := c.Procedure.Kind
		if kind == "" {
			kind = casework.KindStatement
		}
		p.RegisterForm = templates.NewForm("kind", string(kind))
		if len(codes) > 0 {
			p.RegisterForm.Values["topic"] = codes[:1]
		}
	}
	// Topics found by the registrar's words are offered beside the known ones.
	if words := p.RegisterForm.Value("find"); words != "" && v.Topics != nil {
		for _, code := range v.Topics.Find(words, 12) {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	p.Topics = []templates.Option{{Text: v.t("desk.register.no_topic")}}
	for _, code := range codes {
		p.Topics = append(p.Topics, templates.Option{Value: code, Text: v.topicName(code)})
	}
}

func (v *visit) fillAssign(c *casework.Case, p *panel) error {
	staff, err := v.Officers(v.ctx, c.Place.Body)
	if err != nil {
		return err
	}
	p.People = []templates.Option{{Text: v.t("desk.assign.choose")}}
	for _, a := range staff {
		if answers(a, c.Place.Body) {
			p.People = append(p.People, v.officerOption(a, c.Place.Body))
		}
	}
	if b, err := v.registry.Body(c.Place.Body); err == nil {
		for _, u := range b.Units {
			p.Units = append(p.Units, templates.Option{Value: u.ID, Text: u.Name})
		}
	}
	if p.AssignForm == nil {
		p.AssignForm = templates.NewForm("officer", c.Place.Officer, "unit", c.Place.Unit)
	}
	return nil
}

// answers reports whether a member of staff can be given a case of the body.
func answers(a casework.Actor, body string) bool {
	return slices.ContainsFunc(a.Grants, func(g casework.Grant) bool {
		return (g.Role == casework.RoleOfficer || g.Role == casework.RoleHead) &&
			(g.Body == body || g.Body == casework.Everywhere)
	})
}
