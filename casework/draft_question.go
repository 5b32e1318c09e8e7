package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ActDraftQuestion (проект ответа на вопрос) saves the draft of one question.
const ActDraftQuestion ActKind = "draft_question"

// QuestionDraft is the answer to one question of several, in preparation. Each
// has its own revision, so that people who write on different questions never
// meet, and those who write on the same one never overwrite each other (G4).
type QuestionDraft struct {
	Question string    `json:"question"`
	Text     string    `json:"text"`
	Outcome  Outcome   `json:"outcome,omitempty"`
	Author   string    `json:"author"`
	Revision int       `json:"revision"`
	SavedAt  time.Time `json:"savedAt"`
}

// QuestionText is what somebody has written on one question.
type QuestionText struct {
	Question string
	Text     string
	Outcome  Outcome
	// Revision is the one that was edited; 0 for the first.
	Revision int
}

// QuestionDraft is the draft of a question; the zero value if there is none.
func (c *Case) QuestionDraft(question string) QuestionDraft {
	if c.Inside != nil {
		for _, d := range c.Inside.Drafts {
			if d.Question == question {
				return d
			}
		}
	}
	return QuestionDraft{Question: question}
}

// DraftQuestion saves the draft of one question. Every officer of the place
// that has the case may, and its head: the letter itself stays the work of one.
// Errors: NotFound for a case or a question that is not there; Forbidden;
// NotAllowed where no draft is written any more; Invalid; Conflict if another
// revision has been saved meanwhile: nothing is overwritten.
func (o *Office) DraftQuestion(ctx context.Context, by Actor, id string, q QuestionText) (Case, error) {
	const op = "casework.DraftQuestion"
	return o.onInside(ctx, by, id, insideWork{ActDraftQuestion, []Role{RoleOfficer, RoleHead},
		func(env *Env, c *Case) (map[string]string, error) {
			if !slices.ContainsFunc(c.Questions, func(k Question) bool { return k.ID == q.Question }) {
				return nil, Fail(NotFound, op, "case.none")
			}
			if err := c.keptFrom(by, ActDraft); err != nil {
				return nil, err
			}
			rule := env.Regulation.Acts[ActDraft]
			if !slices.Contains(rule.From, c.Stage) {
				return nil, &Error{Code: NotAllowed, Op: op, Message: "act.out_of_order", Norm: rule.Norm,
					Data: map[string]any{"Act": string(ActDraft), "Stage": string(c.Stage)}}
			}
			d := c.QuestionDraft(q.Question)
			if d.Revision != q.Revision {
				return nil, &Error{Code: Conflict, Op: op, Message: "draft.changed", Data: map[string]any{"Revision": d.Revision}}
			}
			if utf8.RuneCountInString(q.Text) > MaxLetter || !utf8.ValidString(q.Text) || strings.ContainsFunc(q.Text, forbiddenControl) {
				return nil, badField("text", "draft.text", map[string]any{"Max": MaxLetter})
			}
			if _, known := env.Regulation.Results[q.Outcome]; q.Outcome != "" && !known {
				return nil, badField("outcome", "draft.outcome", nil)
			}
			d.Text, d.Outcome, d.Author, d.SavedAt = q.Text, q.Outcome, by.ID, env.Now
			d.Revision++
			c.inside().put(d)
			return map[string]string{"question": q.Question, "revision": strconv.Itoa(d.Revision), "digest": textDigest(q.Text)}, nil
		}})
}

func (i *Inside) put(d QuestionDraft) {
	at := slices.IndexFunc(i.Drafts, func(o QuestionDraft) bool { return o.Question == d.Question })
	if at < 0 {
		i.Drafts = append(i.Drafts, d)
		return
	}
	i.Drafts[at] = d
}

// WithQuestions is a letter with the drafts of the questions added that it does
// not hold yet, in the order of the questions, each under the heading that
// title makes. What stands in the letter is never touched.
func (c *Case) WithQuestions(letter string, title func(n int, q Question) string) string {
	out := strings.TrimRight(letter, " \n")
	for i, q := range c.Questions {
		text := strings.TrimSpace(c.QuestionDraft(q.ID).Text)
		if text == "" || holds(out, text) {
			continue
		}
		if out != "" {
			out += "\n\n"
		}
		if head := title(i+1, q); head != "" {
			out += head + "\n"
		}
		out += text
	}
	return out
}

// holds reports whether a letter has a text, whatever its white space.
func holds(letter, text string) bool {
	flat := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return strings.Contains(flat(letter), flat(text))
}
