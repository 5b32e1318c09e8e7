package desk

import (
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// visaForms are the acts of agreement on a draft.
func visaForms() []actForm {
	return []actForm{
		{kind: casework.ActAskVisa, group: groupCourse, kept: []string{"persons", "approver"}, fields: askVisaFields, make: makeVisaAsking},
		{kind: casework.ActVisa, group: groupCourse, kept: []string{"agreed", "visa_remarks"}, fields: visaFields, make: makeVisa},
	}
}

// visaSteps is how many turns the form offers; those of one turn are asked at
// once.
const visaSteps = 5

// askVisaFields offers the colleagues of the body, each with his turn, and one
// who has the last word after all of them.
func askVisaFields(v *visit, c *casework.Case, f *web.Form) ([]actField, error) {
	people, err := v.colleagues(c)
	if err != nil {
		return nil, err
	}
	if c.Draft != nil && len(f.Values["persons"]) == 0 && f.Value("approver") == "" {
		for _, x := range c.Draft.Visas {
			if x.Approves {
				f.Values["approver"] = []string{x.By}
			} else {
				f.Values["persons"] = append(f.Values["persons"], stepValue(x.Step, x.By))
			}
		}
	}
	turns := actField{Name: "persons", Kind: "steps", Options: people, Optional: true, Hint: v.t("desk.visa.persons_hint")}
	for _, p := range people {
		choices := []templates.Option{{Text: v.t("desk.visa.not_asked")}}
		for n := 1; n <= visaSteps; n++ {
			o := templates.Option{Value: stepValue(n, p.Value), Text: v.t("desk.visa.step", "N", n)}
			if slices.Contains(f.All("persons"), o.Value) {
				o.Hint = "selected"
			}
			choices = append(choices, o)
		}
		turns.Lists = append(turns.Lists, choices)
	}
	approvers := []templates.Option{{Text: v.t("desk.visa.nobody")}}
	for _, p := range people {
		if p.Hint != "" {
			p.Text += " (" + p.Hint + ")"
		}
		approvers = append(approvers, templates.Option{Value: p.Value, Text: p.Text})
	}
	return []actField{turns, {Name: "approver", Kind: "select", Options: approvers, Optional: true, Hint: v.t("desk.visa.approver_hint")}}, nil
}

// stepValue is a person with his turn as the form sends it.
func stepValue(step int, id string) string { return itoa(step) + " " + id }

// colleagues are those of the body that can be asked to agree, but the reader.
func (v *visit) colleagues(c *casework.Case) ([]templates.Option, error) {
	staff, err := v.Officers(v.ctx, c.Place.Body)
	if err != nil {
		return nil, err
	}
	var out []templates.Option
	for _, a := range staff {
		if a.ID != v.by.ID && a.MayRead(c) {
			out = append(out, templates.Option{Value: a.ID, Text: a.Name, Hint: v.awayText(c.Place.Body, a.ID)})
		}
	}
	return out, nil
}

func makeVisaAsking(v *visit, c *casework.Case, f *web.Form) casework.Act {
	act := casework.VisaAsking{Revision: revisionOf(c)}
	people, err := v.colleagues(c)
	if err != nil {
		f.Fail("persons", "visa.person")
		return act
	}
	add := func(id string, step int, approves bool) {
		i := slices.IndexFunc(people, func(o templates.Option) bool { return o.Value == id })
		if i < 0 {
			f.Fail("persons", "visa.person")
			return
		}
		act.Persons = append(act.Persons, casework.Visa{By: id, Name: people[i].Text, Step: step, Approves: approves})
	}
	last := 0
	for _, value := range f.All("persons") {
		turn, id, ok := strings.Cut(value, " ")
		step, err := strconv.Atoi(turn)
		switch {
		case value == "" || id != "" && id == f.Value("approver"):
		case !ok || err != nil:
			f.Fail("persons", "visa.person")
		default:
			last = max(last, step)
			add(id, step, false)
		}
	}
	if id := f.Value("approver"); id != "" {
		add(id, last+1, true)
	}
	return act
}

func visaFields(v *visit, c *casework.Case, _ *web.Form) ([]actField, error) {
	return []actField{{Name: "agreed", Kind: "radios", Hint: v.t("desk.visa.read", "Revision", revisionOf(c)),
		Options: []templates.Option{{Value: "yes", Text: v.t("desk.visa.yes")}, {Value: "no", Text: v.t("desk.visa.no")}}},
		{Name: "visa_remarks", Kind: "textarea", Max: 5000, Optional: true}}, nil
}

// makeVisa speaks of the draft as it is; the form is refused if the case has
// changed since its page was read.
func makeVisa(_ *visit, c *casework.Case, f *web.Form) casework.Act {
	act := casework.VisaGiving{Agreed: f.Is("agreed", "yes"), Remarks: f.Value("visa_remarks")}
	switch {
	case f.Value("agreed") == "":
		f.Fail("agreed", "desk.decision.needed")
	case !act.Agreed && act.Remarks == "":
		f.Fail("visa_remarks", "desk.visa.remarks_needed")
	}
	if c.Draft != nil {
		act.Digest = casework.LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)
	}
	return act
}

// visaView is one visa as the page of a case shows it.
type visaView struct {
	Name, State, Kind, Remarks string
	// Turn is his turn where there are several, Away who works for him while he
	// is absent.
	Turn, Away string
	Visa       casework.Visa
}

// visas tells who was asked, whose turn it is and what they said.
func (v *visit) visas(c *casework.Case) []visaView {
	if c.Draft == nil {
		return nil
	}
	digest := casework.LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)
	turn := c.Draft.VisaTurn(digest)
	several := slices.ContainsFunc(c.Draft.Visas, func(x casework.Visa) bool { return x.Step != c.Draft.Visas[0].Step })
	var out []visaView
	for _, x := range c.Draft.Visas {
		view := visaView{Name: x.Name, Remarks: x.Remarks, Visa: x, State: v.t("desk.visa.later"), Kind: "plain"}
		if several {
			view.Turn = v.t("desk.visa.step", "N", x.Step)
		}
		if x.Deputy != "" {
			view.Name = v.t("desk.absence.acts_for", "Name", x.DeputyName, "For", x.Name)
		}
		switch {
		case x.Given(digest):
			view.State, view.Kind = v.t("desk.visa.agreed"), "good"
		case !x.At.IsZero() && x.Digest == digest:
			view.State, view.Kind = v.t("desk.visa.remarked"), "warn"
		case slices.ContainsFunc(turn, func(t casework.Visa) bool { return t.By == x.By }):
			view.State, view.Away, view.Kind = v.t("desk.visa.waits"), v.awayText(c.Place.Body, x.By), "act"
		}
		out = append(out, view)
	}
	return out
}
