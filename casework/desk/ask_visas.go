package desk

import (
	"slices"

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

// askVisaFields offers the colleagues of the body: those who are asked together,
// and one who has the last word after them.
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
				f.Values["persons"] = append(f.Values["persons"], x.By)
			}
		}
	}
	return []actField{{Name: "persons", Kind: "checks", Options: people, Optional: true, Hint: v.t("desk.visa.persons_hint")},
		{Name: "approver", Kind: "select", Options: append([]templates.Option{{Text: v.t("desk.visa.nobody")}}, people...), Optional: true,
			Hint: v.t("desk.visa.approver_hint")}}, nil
}

// colleagues are those of the body that can be asked to agree, but the reader.
func (v *visit) colleagues(c *casework.Case) ([]templates.Option, error) {
	staff, err := v.Officers(v.ctx, c.Place.Body)
	if err != nil {
		return nil, err
	}
	var out []templates.Option
	for _, a := range staff {
		if a.ID != v.by.ID && a.MayRead(c) {
			out = append(out, templates.Option{Value: a.ID, Text: a.Name})
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
	for _, id := range f.All("persons") {
		if id != "" && id != f.Value("approver") {
			add(id, 1, false)
		}
	}
	if id := f.Value("approver"); id != "" {
		add(id, 2, true)
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
	Visa                       casework.Visa
}

// visas tells who was asked, whose turn it is and what they said.
func (v *visit) visas(c *casework.Case) []visaView {
	if c.Draft == nil {
		return nil
	}
	digest := casework.LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)
	turn := c.Draft.VisaTurn(digest)
	var out []visaView
	for _, x := range c.Draft.Visas {
		view := visaView{Name: x.Name, Remarks: x.Remarks, Visa: x, State: v.t("desk.visa.later"), Kind: "plain"}
		switch {
		case x.Given(digest):
			view.State, view.Kind = v.t("desk.visa.agreed"), "good"
		case !x.At.IsZero() && x.Digest == digest:
			view.State, view.Kind = v.t("desk.visa.remarked"), "warn"
		case slices.ContainsFunc(turn, func(t casework.Visa) bool { return t.By == x.By }):
			view.State = v.t("desk.visa.waits")
		}
		out = append(out, view)
	}
	return out
}
