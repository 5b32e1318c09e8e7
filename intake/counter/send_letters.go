package counter

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// letterLine is a letter to print in the list.
type letterLine struct {
	casework.PaperTask
	Body, What string
}

type lettersPage struct{ Lines []letterLine }

// listLetters lists the letters that wait to be printed and posted.
func (p *Counter) listLetters(v *visit) error {
	tasks, err := v.Office.PaperTasks(v.ctx, v.by)
	if err != nil {
		return err
	}
	page := lettersPage{}
	for _, t := range tasks {
		page.Lines = append(page.Lines, letterLine{PaperTask: t, Body: v.bodyName(t.Body), What: v.kindName(t.Kind)})
	}
	return v.render(fiber.StatusOK, "letters", "desk", page)
}

// kindName is what a kind of notice is called.
func (v *visit) kindName(kind casework.NoticeKind) string {
	if id := "desk.notice." + string(kind); v.Kit.Set().Has("ru", id) {
		return v.t(id)
	}
	return v.t("counter.letters.notice")
}

type letterPage struct {
	Task    casework.PaperTask
	Body    casework.Body
	To      casework.Applicant
	Number  string
	Written casework.Date
	Subject string
	Text    string
	// Answer is set where the letter is the answer itself.
	Answer *casework.Answer
}

// showLetter is one letter on the body's paper, ready to print.
func (p *Counter) showLetter(v *visit) error {
	task, c, n, err := v.Office.PaperLetter(v.ctx, v.by, v.c.Params("letter"))
	if err != nil {
		return err
	}
	// A sealed name is opened by the system's own hand for the letter alone, and
	// the opening is written down.
	if c, err = v.Office.Addressed(v.ctx, c, n.Recipient); err != nil {
		return err
	}
	letter, err := v.Compose(v.ctx, c, n)
	if err != nil {
		return err
	}
	b, err := v.Office.Registry().Body(task.Body)
	if err != nil {
		return err
	}
	page := letterPage{Task: task, Body: b, Number: c.PublicNumber(), Subject: letter.Subject, Text: letter.Text,
		Written: casework.DateOf(n.QueuedAt, b.Settings.Location())}
	if n.Recipient < len(c.Parties.Applicants) {
		page.To = c.Parties.Applicants[n.Recipient]
	}
	for i := range c.Answers {
		if n.Kind == casework.NoticeAnswered && c.Answers[i].ID == n.Data["Answer"] {
			page.Answer, page.Number = &c.Answers[i], c.Answers[i].Number
		}
	}
	return v.render(fiber.StatusOK, "letter", "print", page)
}

type postedPage struct {
	Task casework.PaperTask
	What string
	Form *web.Form
	To   casework.Applicant
}

// askPosted asks how a letter left.
func (p *Counter) askPosted(v *visit) error {
	return v.posted(fiber.StatusOK, templates.NewForm("how", string(casework.PostedRegistered)))
}

func (v *visit) posted(status int, form *web.Form) error {
	task, c, n, err := v.Office.PaperLetter(v.ctx, v.by, v.c.Params("letter"))
	if err != nil {
		return err
	}
	page := postedPage{Task: task, What: v.kindName(task.Kind), Form: form}
	if n.Recipient < len(c.Parties.Applicants) {
		page.To = c.Parties.Applicants[n.Recipient]
	}
	return v.render(status, "posted", "desk", page)
}

// confirmPosted writes the proof down; the letter leaves the list.
func (p *Counter) confirmPosted(v *visit) error {
	form := web.ReadForm(v.c)
	posting := casework.Posting{How: casework.PostingWay(form.Value("how")), Track: form.Value("track"), Why: form.Value("why")}
	if day := strings.TrimSpace(form.Value("on")); day != "" {
		on, err := casework.ParseDate(day)
		if err != nil {
			form.Fail("on", "counter.error.on")
			return v.posted(fiber.StatusUnprocessableEntity, form)
		}
		posting.On = on
	}
	err := v.Office.ConfirmPosted(v.ctx, v.by, v.c.Params("letter"), posting)
	switch {
	case casework.CodeOf(err) == casework.NotFound:
		// A second press finds the letter gone from the list.
		return v.Kit.Redirect(v.c, "/counter/letters")
	case failed(form, err):
		return v.posted(fiber.StatusUnprocessableEntity, form)
	case err != nil:
		return err
	}
	v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "counter.flash.posted"})
	return v.Kit.Redirect(v.c, "/counter/letters")
}
