package desk

import (
	"slices"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// questionPage is the data of desk/question: the draft of one question.
type questionPage struct {
	Case     caseView
	Title    string
	Form     *web.Form
	Outcomes []templates.Option
	Revision string
	// Theirs is the version saved meanwhile by somebody else.
	Theirs *questionDraftView
	Others []questionDraftView
	Action string
}

func questionOf(c *casework.Case, id string) (int, casework.Question, bool) {
	i := slices.IndexFunc(c.Questions, func(q casework.Question) bool { return q.ID == id })
	if i < 0 {
		return 0, casework.Question{}, false
	}
	return i + 1, c.Questions[i], true
}

// editQuestion opens the draft of one question of a case with several.
func (d *Desk) editQuestion(v *visit) error {
	c, err := v.read()
	if err != nil {
		return err
	}
	_, q, ok := questionOf(&c, v.c.Params("question"))
	if !ok {
		return casework.Fail(casework.NotFound, "desk.editQuestion", "case.none")
	}
	if !v.mayWriteQuestion(&c) {
		return v.notNow()
	}
	saved := c.QuestionDraft(q.ID)
	form := templates.NewForm("text", saved.Text, "outcome", string(saved.Outcome), "revision", itoa(saved.Revision))
	return v.renderQuestion(&c, form, nil)
}

// saveQuestion saves it. Over a version that its writer has not seen nothing is
// saved: both stand side by side, and he decides.
func (d *Desk) saveQuestion(v *visit) error {
	form := web.ReadForm(v.c)
	question := v.c.Params("question")
	a := attempt{kind: casework.ActDraftQuestion, form: form, kept: []string{"text", "outcome"}}
	a.again = func(c *casework.Case) error { return v.renderQuestion(c, form, nil) }
	text := casework.QuestionText{Question: question, Text: form.Value("text"), Outcome: casework.Outcome(form.Value("outcome")), Revision: number(form, "revision")}
	c, err := d.Office.DraftQuestion(v.ctx, v.by, v.c.Params("id"), text)
	if casework.CodeOf(err) == casework.Conflict {
		now, err := v.read()
		if err != nil {
			return v.refuse(err, a)
		}
		theirs := now.QuestionDraft(question)
		form.Values["revision"] = []string{itoa(theirs.Revision)}
		return v.renderQuestion(&now, form, &theirs)
	}
	if err != nil {
		return v.refuse(err, a)
	}
	return v.finish(&c, "desk_case.question.saved")
}

func (v *visit) renderQuestion(c *casework.Case, form *web.Form, theirs *casework.QuestionDraft) error {
	n, q, _ := questionOf(c, v.c.Params("question"))
	page := questionPage{Case: v.caseView(c), Title: v.questionTitle(n, q), Form: form, Revision: form.Value("revision"),
		Outcomes: append([]templates.Option{v.option("", v.t("desk.editor.as_whole"))}, v.outcomes(c)...)}
	page.Action = page.Case.Path + "/question/" + q.ID
	for i, other := range v.questionDrafts(c) {
		if i+1 != n && other.Revision > 0 {
			page.Others = append(page.Others, other)
		}
	}
	status := statusOf(form)
	if theirs != nil {
		status = 409
		page.Theirs = &questionDraftView{Text: theirs.Text, Outcome: v.outcomeName(c, theirs.Outcome), Revision: theirs.Revision,
			Author: v.personName(c.Place.Body, theirs.Author), Saved: theirs.SavedAt}
	}
	return v.Kit.Render(v.c, status, "desk/question", "desk", page.Title, page)
}

// assemble adds the drafts of the questions to the letter in the editor; it is
// saved by whoever answers, as everything in it is.
func (v *visit) assemble(c *casework.Case, form *web.Form) {
	if v.c.Query("questions") == "" {
		return
	}
	form.Values["text"] = []string{c.WithQuestions(form.Value("text"), func(n int, q casework.Question) string { return v.questionTitle(n, q) + "." })}
	for _, q := range c.Questions {
		if o := c.QuestionDraft(q.ID).Outcome; o != "" && form.Value(outcomePrefix+q.ID) == "" {
			form.Values[outcomePrefix+q.ID] = []string{string(o)}
		}
	}
}
