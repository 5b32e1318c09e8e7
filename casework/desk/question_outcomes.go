package desk

import (
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// outcomePrefix begins the field names of outcomes of single questions.
const outcomePrefix = "outcome_"

// questionField is the outcome of one question of a case with several.
type questionField struct {
	Name, Label string
	Options     []templates.Option
}

// questionFields are the questions with their outcomes; open is how many have
// none, neither of their own nor that of the whole answer.
func (v *visit) questionFields(c *casework.Case, form *web.Form) (fields []questionField, open int) {
	if len(c.Questions) < 2 {
		return nil, 0
	}
	options := append([]templates.Option{v.option("", v.t("desk.editor.as_whole"))}, v.outcomes(c)...)
	for i, q := range v.questions(c) {
		fields = append(fields, questionField{Name: outcomePrefix + q.ID, Options: options,
			Label: v.t("desk.editor.question", "Number", i+1, "Topic", q.Topic)})
		if form.Value("outcome") == "" && form.Value(outcomePrefix+q.ID) == "" {
			open++
		}
	}
	return fields, open
}

func typedOutcomes(form *web.Form) map[string]string {
	out := map[string]string{}
	for field := range form.Values {
		if id, ok := strings.CutPrefix(field, outcomePrefix); ok && form.Value(field) != "" {
			out[id] = form.Value(field)
		}
	}
	return out
}

// questionOutcomes are the outcomes that differ from that of the whole answer.
func questionOutcomes(c *casework.Case, form *web.Form) map[string]casework.Outcome {
	out := map[string]casework.Outcome{}
	typed := typedOutcomes(form)
	for _, q := range c.Questions {
		if o := typed[q.ID]; o != "" {
			out[q.ID] = casework.Outcome(o)
		}
	}
	return out
}

// leavesOpen marks the questions that a letter given to the head would leave
// without an outcome.
func (v *visit) leavesOpen(c *casework.Case, form *web.Form) bool {
	if _, open := v.questionFields(c, form); open == 0 {
		return false
	}
	for _, q := range c.Questions {
		if form.Value(outcomePrefix+q.ID) == "" {
			form.Fail(outcomePrefix+q.ID, "desk.editor.question_open")
		}
	}
	return true
}
