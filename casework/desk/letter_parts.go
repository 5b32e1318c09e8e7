package desk

import (
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// partField is a part of the letter that some outcomes demand by law, such as
// the reasons of a refusal.
type partField struct{ Name, Label, Hint string }

// partPrefix begins the field names of parts, here and in errors of casework.
const partPrefix = "part_"

// regulation is the one the case is under; an empty one if it is not loaded
// any more, then every act says so.
func (v *visit) regulation(c *casework.Case) *casework.Regulation {
	r, err := v.Office.Laws().Version(c.Procedure.Regime, c.Procedure.Version)
	if err != nil {
		return &casework.Regulation{}
	}
	return r
}

// results are the outcomes of the case's procedure, those of an appeal first
// and in their order.
func (v *visit) results(c *casework.Case) []casework.Result {
	var out []casework.Result
	rank := casework.Outcomes()
	for key, r := range v.regulation(c).Results {
		r.Outcome = key
		out = append(out, r)
	}
	place := func(o casework.Outcome) int {
		if i := slices.Index(rank, o); i >= 0 {
			return i
		}
		return len(rank)
	}
	slices.SortFunc(out, func(a, b casework.Result) int {
		if d := place(a.Outcome) - place(b.Outcome); d != 0 {
			return d
		}
		return strings.Compare(string(a.Outcome), string(b.Outcome))
	})
	return out
}

// outcomes are the choices of an answer on the merits.
func (v *visit) outcomes(c *casework.Case) []templates.Option {
	var out []templates.Option
	for _, r := range v.results(c) {
		out = append(out, templates.Option{Value: string(r.Outcome), Text: v.resultName(r)})
	}
	return out
}

func (v *visit) resultName(r casework.Result) string {
	if title := r.Title[v.lang]; title != "" {
		return title
	}
	return v.label("desk.outcome", string(r.Outcome))
}

// parts are all parts that any outcome of the procedure demands, with the
// outcomes that do.
func (v *visit) parts(c *casework.Case) []partField {
	wanted := map[string][]string{}
	for _, r := range v.results(c) {
		for _, name := range r.Parts {
			wanted[name] = append(wanted[name], v.resultName(r))
		}
	}
	var out []partField
	for name, by := range wanted {
		out = append(out, partField{Name: partPrefix + name, Label: v.label("desk.part", name),
			Hint: v.t("desk.editor.part_hint", "Outcomes", strings.Join(by, "; "))})
	}
	slices.SortFunc(out, func(a, b partField) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// typedParts are the parts of a form that have a text.
func typedParts(form *web.Form) map[string]string {
	out := map[string]string{}
	for field := range form.Values {
		name, ok := strings.CutPrefix(field, partPrefix)
		if text := form.Value(field); ok && strings.TrimSpace(text) != "" {
			out[name] = text
		}
	}
	return out
}
