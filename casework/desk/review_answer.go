package desk

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// qualityRoutes are the checks of answers by another level and the journal of
// reads.
func (d *Desk) qualityRoutes() []route {
	return []route{
		{fiber.MethodGet, "/desk/reviews", d.listReviews},
		{fiber.MethodGet, casePath + "/review", d.askReview},
		{fiber.MethodPost, casePath + "/review", d.reviewAnswer},
		{fiber.MethodGet, "/desk/readers", d.showReaders},
		{fiber.MethodGet, "/desk/readers/one", d.showReader},
		{fiber.MethodGet, casePath + "/readers", d.showCaseReaders},
	}
}

// qualityView is what the page of a case says of the check of its answer.
type qualityView struct {
	// Review is the address of the check, if the reader may decide it, Readers
	// that of the list of readers.
	Review, Readers string
	// Task is what a further answer must hold.
	Task string
}

func (v *visit) quality(c *casework.Case) qualityView {
	var view qualityView
	path := "/desk/case/" + url.PathEscape(c.ID)
	if has(v.Office.Acts(c, v.by), casework.ActReview) {
		view.Review = path + "/review"
	}
	if v.Office.OverseesCase(c, v.by) {
		view.Readers = path + "/readers"
	}
	if r := c.Reviewed(); r != nil && r.Outcome == casework.ReviewRedo {
		view.Task = r.Task
	}
	return view
}

// reviewLine is one check that waits for the reader's decision.
type reviewLine struct {
	Row    rowView
	Href   string
	Due    termView
	Opened time.Time
}

// marksLine is a month of marks of a body that may be shown.
type marksLine struct {
	Body, Month, Mean string
	N                 int
}

// reviewsPage is the data of desk/reviews.
type reviewsPage struct {
	Lines      []reviewLine
	Marks      []marksLine
	Prev, Next string
	Number     int
}

// listReviews lists the checks that the reader may decide, the earliest due
// first, and the marks of his bodies.
func (d *Desk) listReviews(v *visit) error {
	tasks, next, err := d.Office.Reviews(v.ctx, v.by, casework.Window{After: v.c.Query("after"), Limit: pageRows})
	if casework.CodeOf(err) == casework.Invalid && v.c.Query("after") != "" {
		return v.Kit.Redirect(v.c, "/desk/reviews")
	}
	if err != nil {
		return err
	}
	page := reviewsPage{}
	for _, t := range tasks {
		row := v.rows([]casework.Row{t.Row})[0]
		page.Lines = append(page.Lines, reviewLine{Row: row, Href: row.Href + "/review", Opened: t.OpenedAt,
			Due: v.chip(casework.TermReview, t.Due, v.today(t.Row.Place.Body))})
	}
	if page.Marks, err = v.marks(); err != nil {
		return err
	}
	page.Prev, page.Next, page.Number = v.pager("/desk/reviews", nil, next)
	return v.Kit.Render(v.c, fiber.StatusOK, "desk/reviews", "desk", "desk.reviews.title", page)
}

// mostMarks is how many months of marks a page shows.
const mostMarks = 60

func (v *visit) marks() ([]marksLine, error) {
	var out []marksLine
	for _, body := range v.Office.Overseen(v.by) {
		if body == "" || body == casework.Everywhere || len(out) >= mostMarks {
			continue
		}
		months, err := v.Office.Marks(v.ctx, v.by, body)
		if err != nil {
			return nil, err
		}
		for i := len(months) - 1; i >= 0; i-- {
			m := months[i]
			out = append(out, marksLine{Body: v.bodyName(m.Body), Month: m.Month, N: m.N(), Mean: v.decimal(m.Mean())})
		}
	}
	return out[:min(len(out), mostMarks)], nil
}

// reviewPage is the data of desk/review.
type reviewPage struct {
	Case    caseView
	Form    *web.Form
	Review  casework.Review
	Mark    *casework.Mark
	Answer  letterView
	Due     casework.Date
	Norm    string
	Seen    int
	Max     int
	Options []templates.Option
}

// decimal writes a number with one digit after the comma of the language.
func (v *visit) decimal(x float64) string {
	s := strconv.FormatFloat(x, 'f', 1, 64)
	if v.lang == "ru" {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// askReview shows what is to be checked: the appeal, the answer and the
// applicant's word. Who may not decide is told what a missing case would tell.
func (d *Desk) askReview(v *visit) error {
	c, err := v.readReview()
	if err != nil {
		return err
	}
	return v.renderReview(&c, fiber.StatusOK, templates.NewForm())
}

func (v *visit) readReview() (casework.Case, error) {
	c, err := v.Office.Read(v.ctx, v.by, v.c.Params("id"), casework.PurposeCheck)
	if err != nil {
		return c, err
	}
	if !c.Reviewed().Open() || !has(v.Office.Acts(&c, v.by), casework.ActReview) {
		return c, casework.Fail(casework.NotFound, "desk.review", "case.none")
	}
	return c, nil
}

func has(list []casework.ActKind, kind casework.ActKind) bool {
	for _, k := range list {
		if k == kind {
			return true
		}
	}
	return false
}

func (v *visit) renderReview(c *casework.Case, status int, form *web.Form) error {
	answers := v.answers(c)
	page := reviewPage{Case: v.caseView(c), Form: form, Review: *c.Reviewed(), Mark: c.Answers[len(c.Answers)-1].Mark,
		Answer: answers[0], Seen: len(c.Journal), Max: casework.MaxReason,
		Options: []templates.Option{{Value: string(casework.ReviewUpheld), Text: v.t("desk.review.upheld")},
			{Value: string(casework.ReviewRedo), Text: v.t("desk.review.redo"), Hint: v.t("desk.review.redo_hint")}}}
	if t, ok := c.Term(casework.TermReview); ok {
		page.Due, page.Norm = t.Due, t.Rule.Norm
	}
	return v.Kit.Render(v.c, status, "desk/review", "desk", "desk.review.title", page)
}

// reviewAnswer takes the decision. Mistakes keep what was typed.
func (d *Desk) reviewAnswer(v *visit) error {
	form := web.ReadForm(v.c)
	c, err := v.readReview()
	if casework.CodeOf(err) == casework.NotFound && c.ID != "" {
		v.Kit.Flash(v.c, templates.Flash{Kind: "warn", Key: "desk.review.gone"})
		return v.Kit.Redirect(v.c, "/desk/reviews")
	}
	if err != nil {
		return err
	}
	act := casework.Reviewing{Outcome: casework.ReviewOutcome(form.Value("outcome")), Explanation: form.Value("explanation"), Task: form.Value("task")}
	if act.Outcome == "" {
		form.Fail("outcome", "desk.review.outcome_needed")
	}
	if form.Value("explanation") == "" {
		form.Fail("explanation", "desk.review.explanation_needed")
	}
	if act.Outcome == casework.ReviewRedo && form.Value("task") == "" {
		form.Fail("task", "desk.review.task_needed")
	}
	if !form.OK() {
		return v.renderReview(&c, fiber.StatusUnprocessableEntity, form)
	}
	_, err = d.Office.Do(v.ctx, v.by, c.ID, seenOf(form), act)
	var e *casework.Error
	switch {
	case err == nil:
		v.Kit.Flash(v.c, templates.Flash{Kind: "good", Key: "desk.review.done"})
		return v.Kit.Redirect(v.c, "/desk/reviews")
	case errors.As(err, &e) && e.Code == casework.Invalid:
		for _, f := range e.Fields {
			form.Fail(f.Field, f.Key, v.named(f.Data)...)
		}
		return v.renderReview(&c, fiber.StatusUnprocessableEntity, form)
	case e != nil && e.Code == casework.Conflict:
		return v.stop(e, attempt{kind: casework.ActReview, form: form, kept: []string{"explanation", "task"}}, &c)
	}
	return err
}
