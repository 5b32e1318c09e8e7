package casework

import (
	"strings"
	"unicode/utf8"
)

// ActRate is the applicant's mark for an answer (оценка ответа).
const ActRate ActKind = "rate"

// MaxRemark is the longest remark to a mark in characters.
const MaxRemark = 2000

// Mark is what the applicant thinks of an answer. It is kept with the answer
// and shown to no officer: who was marked badly must not take it out on anybody.
type Mark struct {
	// Value is from 1 to 5.
	Value  int    `json:"value"`
	Remark string `json:"remark,omitempty"`
}

// Rating is the act of rating the latest answer, once.
type Rating struct {
	// Mark is from 1 (badly) to 5 (well).
	Mark    int
	Comment string
}

// Kind implements Act.
func (Rating) Kind() ActKind { return ActRate }

func (a Rating) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if len(c.Answers) == 0 {
		return Effect{}, Fail(Conflict, "casework.Rating", "rate.no_answer")
	}
	if c.Rated() {
		return Effect{}, Fail(Conflict, "casework.Rating", "rate.once")
	}
	if a.Mark < 1 || a.Mark > 5 {
		return Effect{}, badField("mark", "rate.mark", map[string]any{"Max": 5})
	}
	remark := strings.TrimSpace(a.Comment)
	if utf8.RuneCountInString(remark) > MaxRemark || !utf8.ValidString(remark) || strings.ContainsFunc(remark, forbiddenControl) {
		return Effect{}, badField("comment", "rate.remark", map[string]any{"Max": MaxRemark})
	}
	last := &c.Answers[len(c.Answers)-1]
	last.Mark = &Mark{Value: a.Mark, Remark: remark}
	// The journal is read at the desk: it says that there is a mark, and not
	// even a digest from which it could be guessed.
	e := Effect{Facts: map[string]string{"answer": last.ID}}
	if _, ok := env.Regulation.Acts[ActReview]; ok && a.Mark <= LowMark && last.Review == nil {
		// Who is dissatisfied is looked at by another level (promise K3).
		e.Opens, e.Notices = c.openReview(env, "rating", ""), []NoticeKind{NoticeReopened}
	}
	return e, nil
}

// Rated reports whether the latest answer has its mark already.
func (c *Case) Rated() bool {
	return len(c.Answers) > 0 && c.Answers[len(c.Answers)-1].Mark != nil
}
