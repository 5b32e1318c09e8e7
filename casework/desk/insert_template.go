package desk

import (
	"errors"
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// templateOptions are the templates that an officer of the case may begin with.
// A shelf that does not answer leaves the editor without them.
func (v *visit) templateOptions(c *casework.Case) []templates.Option {
	list, err := v.Office.LetterTemplates(v.ctx, c.Place.Body)
	if err != nil || len(list) == 0 {
		return nil
	}
	out := []templates.Option{{Text: v.t("desk.template.choose")}}
	for _, t := range list {
		out = append(out, templates.Option{Value: t.Key(), Text: t.Name})
	}
	return out
}

// insertTemplate puts a filled template behind what is written already and
// chooses its usual outcome if none is chosen. Nothing is saved yet.
func (v *visit) insertTemplate(c *casework.Case, form *web.Form) error {
	list, err := v.Office.LetterTemplates(v.ctx, c.Place.Body)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(t casework.LetterTemplate) bool { return t.Key() == form.Value("template") })
	if i < 0 {
		form.Fail("template", "desk.template.none")
		return nil
	}
	text, err := v.Office.FillTemplate(c, list[i].Text, v.by.Name)
	var e *casework.Error
	if errors.As(err, &e) && e.Code == casework.Invalid {
		failFields(form, e)
		return nil
	}
	if err != nil {
		return err
	}
	if typed := strings.TrimRight(form.Value("text"), " \r\n"); typed != "" {
		text = typed + "\n\n" + text
	}
	form.Values["text"] = []string{text}
	if o := list[i].Outcome; o != "" && form.Value("outcome") == "" && slices.ContainsFunc(v.outcomes(c), func(x templates.Option) bool { return x.Value == string(o) }) {
		form.Values["outcome"] = []string{string(o)}
	}
	form.Values["template"] = nil
	return nil
}
