package casework

import "strings"

// Lack says what a question of a letter lacks.
type Lack string

// What a question may lack.
const (
	LackOutcome Lack = "outcome" // нет результата
	LackText    Lack = "text"    // в письме о вопросе не сказано
	LackPart    Lack = "part"    // написанный ответ на вопрос в письмо не вошёл
)

// Gap is a question that a letter does not answer (promise G5).
type Gap struct {
	// Question is its ID, Number its place in the list, counting from 1.
	Question string
	Number   int
	Topic    string
	Lacks    []Lack
}

// Gaps lists the questions that the letter in preparation leaves without an
// answer or an outcome. speaks tells whether a text speaks of a topic; it is
// asked only for cases of several questions, because a letter on a single one
// is about that one. A case without a draft has no gaps.
func (c *Case) Gaps(speaks func(letter, topic string) bool) []Gap {
	if c.Draft == nil {
		return nil
	}
	letter := c.Draft.Letter()
	var out []Gap
	for i, q := range c.Questions {
		g := Gap{Question: q.ID, Number: i + 1, Topic: q.Topic}
		own := c.QuestionDraft(q.ID)
		if c.Draft.Outcome == "" && c.Draft.Outcomes[q.ID] == "" && q.Outcome == "" {
			g.Lacks = append(g.Lacks, LackOutcome)
		}
		switch text := strings.TrimSpace(own.Text); {
		case text != "" && holds(letter, text):
		case text != "":
			g.Lacks = append(g.Lacks, LackPart)
		case strings.TrimSpace(letter) == "",
			len(c.Questions) > 1 && q.Topic != "" && !speaks(letter, q.Topic):
			g.Lacks = append(g.Lacks, LackText)
		}
		if len(g.Lacks) > 0 {
			out = append(out, g)
		}
	}
	return out
}
