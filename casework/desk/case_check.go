package desk

import (
	"strings"

	"priemnaya/casework"
)

// checkView is what a check of a letter before it is signed has found.
type checkView struct {
	Gaps   []gapView
	Signs  []LetterSign
	Formal bool
}

// gapView is a question without an answer, named.
type gapView struct {
	Title string
	Lacks []string
}

// check looks for questions without an answer (G5) and for the signs of a
// formal reply (G7). It never stops anything by itself.
func (v *visit) check(c *casework.Case) checkView {
	var out checkView
	speaks := func(letter, topic string) bool {
		return v.Aids.Speaks == nil || v.Aids.Speaks(letter, v.topicName(topic))
	}
	for _, g := range c.Gaps(speaks) {
		view := gapView{Title: v.questionTitle(g.Number, casework.Question{ID: g.Question, Topic: g.Topic})}
		for _, l := range g.Lacks {
			view.Lacks = append(view.Lacks, v.t("desk_case.lack."+string(l)))
		}
		out.Gaps = append(out.Gaps, view)
	}
	if v.Aids.Lint != nil && c.Draft != nil && strings.TrimSpace(c.Draft.Text) != "" {
		out.Signs, out.Formal = v.Aids.Lint(c, v.lang)
	}
	return out
}

// holdsAll reports whether a text stands in a letter, whatever its white space.
func holdsAll(letter, text string) bool {
	flat := strings.Join(strings.Fields(text), " ")
	return flat != "" && strings.Contains(strings.Join(strings.Fields(letter), " "), flat)
}
