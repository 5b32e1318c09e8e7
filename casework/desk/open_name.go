package desk

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// sealedView is a sealed name as the page of a case tells of it.
type sealedView struct {
	Sealed, Set bool
	Norm        string
	Ask, See    bool
	Waits       bool
	Until       time.Time
	// Left is how long the name is open yet: "5 ч 10 мин".
	Left   string
	Decide int
}

// openingView is one request to know a name.
type openingView struct {
	ID, Who, By, Reason, State string
	Asked, Decided, Until      time.Time
	Views                      int
}

// namePage is the data of desk/name.
type namePage struct {
	Case         caseView
	Form         *web.Form
	Sealed       sealedView
	Hours, Days  int
	Min, Max     int
	Mine         *openingView
	Decide, Past []openingView
	// Person is there only on the answer to "show".
	Person *applicantView
}

func (v *visit) sealed(c *casework.Case) (sealedView, casework.NameRights) {
	r := v.Office.NameRights(c, v.by)
	s := sealedView{Sealed: r.Sealed, Set: r.Set, Norm: r.Procedure.Norm, Ask: r.Ask, See: r.See, Decide: len(r.Decide)}
	if r.Mine != nil {
		s.Waits = !r.See
		if r.See {
			s.Until, s.Left = r.Mine.Until, v.left(r.Mine.Until.Sub(v.now))
		}
	}
	return s, r
}

// left says how long something is open yet.
func (v *visit) left(d time.Duration) string {
	minutes := max(int(d/time.Minute), 0)
	return v.t("desk.name.left", "Hours", minutes/60, "Minutes", minutes%60)
}

func (v *visit) openingView(w casework.Opening) openingView {
	view := openingView{ID: w.ID, Who: v.personName(w.Body, w.AskedBy), By: v.personName(w.Body, w.DecidedBy), Reason: w.Reason,
		Asked: w.AskedAt, Decided: w.DecidedAt, Until: w.Until, Views: w.Views}
	switch {
	case w.Open(v.now):
		view.State = v.t("desk.name.state_open")
	case w.Allowed:
		view.State = v.t("desk.name.state_over")
	case w.Waits(v.now):
		view.State = v.t("desk.name.state_waits")
	case w.DecidedBy != "":
		view.State = v.t("desk.name.state_refused")
	default:
		view.State = v.t("desk.name.state_lapsed")
	}
	return view
}

func (v *visit) renderName(c *casework.Case, form *web.Form, person *applicantView) error {
	s, r := v.sealed(c)
	if !s.Sealed {
		return v.backToCase(v)
	}
	page := namePage{Case: v.caseView(c), Form: form, Sealed: s, Hours: r.Procedure.Hours, Days: r.Procedure.TellDays,
		Min: casework.MinOpenReason, Max: casework.MaxOpenReason, Person: person}
	if r.Mine != nil {
		mine := v.openingView(*r.Mine)
		page.Mine = &mine
	}
	for _, w := range r.Decide {
		page.Decide = append(page.Decide, v.openingView(w))
	}
	for _, w := range r.Past {
		page.Past = append(page.Past, v.openingView(w))
	}
	return v.Kit.Render(v.c, statusOf(form), "desk/name", "desk", "desk.name.title", page)
}

// showName is the page about a sealed name; it does not show the name.
func (d *Desk) showName(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	return v.renderName(&c, templates.NewForm(), nil)
}

// askName asks somebody else to open the name.
func (d *Desk) askName(v *visit) error {
	form := web.ReadForm(v.c)
	c, err := d.Office.AskName(v.ctx, v.by, v.c.Params("id"), form.Value("reason"))
	return v.afterName(&c, err, form, "desk.flash.name_asked")
}

// decideName grants or refuses a request.
func (d *Desk) decideName(v *visit) error {
	form := web.ReadForm(v.c)
	allow := form.Is("decision", "allow")
	key := "desk.flash.name_refused"
	if allow {
		key = "desk.flash.name_allowed"
	}
	c, err := d.Office.DecideName(v.ctx, v.by, v.c.Params("id"), form.Value("opening"), allow)
	return v.afterName(&c, err, form, key)
}

func (v *visit) afterName(c *casework.Case, err error, form *web.Form, flash string) error {
	if err == nil {
		v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: flash, Data: map[string]any{"Number": c.PublicNumber()}})
		return v.Kit.Redirect(v.c, v.casePath("/name"))
	}
	return v.refuse(err, attempt{kind: casework.ActAskName, form: form, kept: []string{"reason"},
		again: func(c *casework.Case) error { return v.renderName(c, form, nil) }})
}

// seeName shows the name to the one to whom it is open. It is the answer to a
// form, so that no address shows a name and every showing is in the journal.
func (d *Desk) seeName(v *visit) error {
	who, _, err := d.Office.SeeName(v.ctx, v.by, v.c.Params("id"))
	if err != nil {
		return v.afterName(nil, err, web.ReadForm(v.c), "")
	}
	c, err := v.read()
	if err != nil {
		return err
	}
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	return v.renderName(&c, templates.NewForm(), &applicantView{Name: who.Name.Full(), Email: who.Contact.Email,
		Post: who.Contact.Post, Phone: who.Contact.Phone})
}
