package portal

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// actPage is a page on which the applicant acts on his case.
type actPage struct {
	Form   *web.Form
	Action string
	ID     string
	Number string
	// Seen is how many events the page showed: an act on a stale page is
	// refused, and what was typed stays.
	Seen    int
	Stale   bool
	Summary string
	// Question is what the body has asked, Paused true if the clock stands.
	Question string
	Paused   bool
	Due      casework.Date
	// Parts is true if a part can be withdrawn (248-FZ art. 40).
	Parts   bool
	Control bool
	Signers int
	// Who, Body and Text are what a co-signer is shown before he joins.
	Who, Body, Text string
	Cut             bool
	Name            string
	Limit           string
	Room            int
}

// own reads a case for an act of the applicant; a case on which the act is not
// possible now leads to its page with the reason.
func (p *Portal) own(v *visit, kind casework.ActKind) (casework.Case, error) {
	c, err := p.Office.Read(v.c.UserContext(), v.by, v.c.Params("case"), "act")
	if err != nil {
		return c, err
	}
	// A co-signer cannot end the appeal of all the others.
	second := kind == casework.ActWithdraw && c.Applicant().Key != v.who.Key
	if second || !slices.Contains(p.Office.Acts(&c, v.by), kind) {
		return c, &casework.Error{Code: casework.NotAllowed, Op: "portal." + string(kind), Message: "act.out_of_order"}
	}
	return c, nil
}

func (p *Portal) actPage(v *visit, c *casework.Case, form *web.Form, act string) actPage {
	return actPage{Form: form, ID: c.ID, Number: c.PublicNumber(), Seen: len(c.Journal), Summary: c.Subject.Summary,
		Action: "/case/" + c.ID + "/" + act, Parts: c.Procedure.Regime == casework.RegimeControl && c.Procedure.Complaint != nil,
		Control: c.Procedure.Regime == casework.RegimeControl, Signers: len(c.Parties.Applicants)}
}

// refusedAct leads back to the case where an act is no longer possible.
func (p *Portal) refusedAct(v *visit, err error) error {
	var e *casework.Error
	if !errors.As(err, &e) || e.Code != casework.NotAllowed && e.Code != casework.Conflict {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "portal.act.too_late"})
	return p.Kit.Redirect(v.c, "/case/"+v.c.Params("case"))
}

// act does an act from a form. Mistakes are shown at their fields with all that
// was typed; a page that has grown stale says so and is shown anew.
func (p *Portal) act(v *visit, form *web.Form, act casework.Act, show func(*casework.Case, int, bool) error) (bool, error) {
	seen := casework.AnyState
	if n, ok := number(form.Value("seen")); ok {
		seen = n
	}
	_, err := p.Office.Do(v.c.UserContext(), v.by, v.c.Params("case"), seen, act)
	if err == nil {
		return true, nil
	}
	var e *casework.Error
	if !errors.As(err, &e) {
		return false, err
	}
	c, readErr := p.own(v, act.Kind())
	switch {
	case readErr != nil:
		return false, p.refusedAct(v, readErr)
	case e.Message == "case.changed":
		return false, show(&c, fiber.StatusConflict, true)
	case e.Code == casework.Invalid:
		for _, f := range e.Fields {
			form.Fail(f.Field, f.Key, pairsOf(f.Data)...)
		}
		return false, show(&c, fiber.StatusUnprocessableEntity, false)
	}
	return false, p.refusedAct(v, err)
}

func number(s string) (int, bool) {
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 1_000_000 {
			return 0, false
		}
		n = 10*n + int(r-'0')
	}
	return n, s != ""
}

// askWithdraw says what withdrawing means and asks.
func (p *Portal) askWithdraw(v *visit) error {
	c, err := p.own(v, casework.ActWithdraw)
	if err != nil {
		return p.refusedAct(v, err)
	}
	return p.render(v.c, fiber.StatusOK, "withdraw", p.actPage(v, &c, templates.NewForm("what", "all"), "withdraw"))
}

// withdraw stops the consideration, or of a complaint in control a part.
func (p *Portal) withdraw(v *visit) error {
	form := web.ReadForm(v.c)
	a := casework.Withdrawal{Reason: form.Value("reason")}
	show := func(c *casework.Case, status int, stale bool) error {
		page := p.actPage(v, c, form, "withdraw")
		page.Stale = stale
		return p.render(v.c, status, "withdraw", page)
	}
	key := "portal.withdraw.done"
	if form.Is("what", "part") {
		a.Part, key = form.Value("part"), "portal.withdraw.done_part"
		if a.Part = strings.TrimSpace(a.Part); a.Part == "" || len([]rune(a.Part)) > 2000 {
			form.Fail("part", "portal.withdraw.part_needed")
		}
	}
	if len([]rune(a.Reason)) > maxPetition {
		form.Fail("reason", "portal.complaint.long", "Max", maxPetition)
	}
	c, err := p.own(v, casework.ActWithdraw)
	if err != nil {
		return p.refusedAct(v, err)
	}
	if !form.OK() {
		return show(&c, fiber.StatusUnprocessableEntity, false)
	}
	done, err := p.act(v, form, a, show)
	if !done {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: key})
	return p.Kit.Redirect(v.c, "/case/"+v.c.Params("case"))
}

// openQuestion is the question to the applicant that waits for an answer.
func openQuestion(c *casework.Case) (casework.Request, bool) {
	for _, r := range c.Procedure.Requests {
		if r.To == casework.ToApplicant && r.Waiting() {
			return r, true
		}
	}
	return casework.Request{}, false
}

func (p *Portal) clarifyPage(v *visit, c *casework.Case, form *web.Form) (actPage, error) {
	q, ok := openQuestion(c)
	if !ok {
		return actPage{}, &casework.Error{Code: casework.Conflict, Op: "portal.clarify", Message: "request.none"}
	}
	page := p.actPage(v, c, form, "clarify")
	page.Question, page.Paused = q.Text, q.Pauses
	page.Room, page.Limit = casework.MaxFiles, templates.FormatBytes(p.Kit.Lang(v.c), p.FileBytes)
	if t, ok := c.Term(casework.TermInfo); ok {
		page.Due = t.Due
	}
	return page, nil
}

// askClarify shows the body's question with room for an answer.
func (p *Portal) askClarify(v *visit) error {
	c, err := p.own(v, casework.ActClarify)
	if err != nil {
		return p.refusedAct(v, err)
	}
	page, err := p.clarifyPage(v, &c, templates.NewForm())
	if err != nil {
		return p.refusedAct(v, err)
	}
	return p.render(v.c, fiber.StatusOK, "clarify", page)
}

// clarify sends the answer with its files.
func (p *Portal) clarify(v *visit) error {
	c, err := p.own(v, casework.ActClarify)
	if err != nil {
		return p.refusedAct(v, err)
	}
	form := web.ReadForm(v.c)
	show := func(c *casework.Case, status int, stale bool) error {
		page, err := p.clarifyPage(v, c, form)
		if err != nil {
			return p.refusedAct(v, err)
		}
		page.Stale = stale
		return p.render(v.c, status, "clarify", page)
	}
	if strings.TrimSpace(form.Value("text")) == "" {
		form.Fail("text", "portal.clarify.text_needed")
	}
	if n := len([]rune(form.Value("text"))); n > casework.MaxText {
		form.Fail("text", "filing.text_long", "Max", casework.MaxText, "Length", n)
	}
	files, err := p.takeFiles(v, form, "files")
	if err != nil {
		return err
	}
	if !form.OK() {
		return show(&c, fiber.StatusUnprocessableEntity, false)
	}
	done, err := p.act(v, form, casework.Clarification{Text: form.Value("text"), Files: files}, show)
	if !done {
		return err
	}
	p.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "portal.clarify.done"})
	return p.Kit.Redirect(v.c, "/case/"+c.ID)
}

// takeFiles stores uploads that belong to no draft.
func (p *Portal) takeFiles(v *visit, form *web.Form, field string) ([]casework.File, error) {
	keep := v.draft
	defer func() { v.draft = keep }()
	v.draft = casework.FilingDraft{}
	parts, err := v.c.MultipartForm()
	if err != nil {
		return nil, nil // no file can have come in a plain form
	}
	for _, upload := range parts.File[field] {
		if upload.Filename == "" && upload.Size == 0 {
			continue
		}
		stored, err := p.put(v, upload)
		if err == nil {
			v.draft.Files = append(v.draft.Files, stored)
		} else if err := p.refused(v, form, field, upload.Filename, err); err != nil {
			return nil, err
		}
	}
	return v.draft.Files, nil
}
