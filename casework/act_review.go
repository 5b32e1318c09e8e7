package casework

import (
	"slices"
	"strings"
	"time"
)

// The acts of a second look at an answer (внутренняя проверка ответа): a rule
// of the service, not of the law. The answer stands and the term of
// consideration stays as it was kept; the right to complain does not wait. Who
// brings new arguments or facts files anew, with a registration and a term of
// his own (59-FZ art. 8).
const (
	ActReopen ActKind = "reopen" // вопрос не решён: попросить проверить ответ
	ActReview ActKind = "review" // решение по внутренней проверке
)

// The terms of the second look, in the regulation's data.
const (
	// TermReopen is the window after an answer; it is no debt of the body, so
	// no case has such a term: it is reckoned when asked for.
	TermReopen TermKind = "reopen"
	// TermReview: another level decides.
	TermReview TermKind = "review"
	// TermSupplement: the further answer is given.
	TermSupplement TermKind = "supplement"
)

// The start events of those terms.
const (
	StartAnswered = "answered" // отправка ответа
	StartReopened = "reopened" // просьба проверить ответ
	StartReviewed = "reviewed" // решение по проверке
)

// LowMark is the highest mark that asks for a second look by itself.
const LowMark = 2

// MaxReason is the longest reason, explanation or task in characters.
const MaxReason = 5000

// ReviewOutcome is what a second look came to.
type ReviewOutcome string

// The outcomes.
const (
	// ReviewUpheld: the answer is whole and right.
	ReviewUpheld ReviewOutcome = "upheld"
	// ReviewRedo: a further answer is owed; the case goes back to the body's
	// head without an officer.
	ReviewRedo ReviewOutcome = "redo"
)

// ReviewOutcomes lists the outcomes.
func ReviewOutcomes() []ReviewOutcome { return []ReviewOutcome{ReviewUpheld, ReviewRedo} }

// Review is one second look at an answer. It is kept with the answer.
type Review struct {
	// Asked is how it came about: "rating" or "reopen".
	Asked string `json:"asked"`
	// Reason is the applicant's, empty after a bare low mark.
	Reason   string    `json:"reason,omitempty"`
	OpenedAt time.Time `json:"openedAt"`
	// The rest is there once it was decided.
	ClosedAt    time.Time     `json:"closedAt,omitzero"`
	By          string        `json:"by,omitempty"`
	Outcome     ReviewOutcome `json:"outcome,omitempty"`
	Explanation string        `json:"explanation,omitempty"`
	// Task says to the next officer what the further answer must hold.
	Task string `json:"task,omitempty"`
}

// Open reports whether nobody has decided yet.
func (r *Review) Open() bool { return r != nil && r.ClosedAt.IsZero() }

// lastAnswer is the answer that marks and reviews are about; nil if none.
func (c *Case) lastAnswer() *Answer {
	if len(c.Answers) == 0 {
		return nil
	}
	return &c.Answers[len(c.Answers)-1]
}

// Reviewed is the second look at the latest answer; nil if nobody asked.
func (c *Case) Reviewed() *Review {
	if a := c.lastAnswer(); a != nil {
		return a.Review
	}
	return nil
}

// Reopening is the applicant's word that his question is not solved, with the
// reason, within the window of the regulation, once for each answer.
type Reopening struct{ Reason string }

// Kind implements Act.
func (Reopening) Kind() ActKind { return ActReopen }

func (a Reopening) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if err := c.mayReopen(env); err != nil {
		return Effect{}, err
	}
	if err := needText("reason", a.Reason, MaxReason); err != nil {
		return Effect{}, err
	}
	last := c.lastAnswer()
	e := Effect{Facts: map[string]string{"answer": last.ID, "reason": textDigest(a.Reason)}}
	if last.Review.Open() {
		// A low mark has asked already; now it gets its reason.
		r := *last.Review
		r.Reason, r.Asked = strings.TrimSpace(a.Reason), "reopen"
		last.Review = &r
		return e, nil
	}
	e.Opens = c.openReview(env, "reopen", strings.TrimSpace(a.Reason))
	return e, nil
}

// mayReopen says why the latest answer cannot be looked at again.
func (c *Case) mayReopen(env *Env) error {
	norm := env.Regulation.Acts[ActReopen].Norm
	last := c.lastAnswer()
	if last == nil {
		return Fail(Conflict, "casework.Reopening", "reopen.no_answer")
	}
	if r := last.Review; r != nil && (!r.Open() || r.Reason != "") {
		return Fail(Conflict, "casework.Reopening", "reopen.once")
	}
	until, ok := c.reopenUntil(env)
	if !ok || env.today(c.clockBody()).After(until) {
		return &Error{Code: NotAllowed, Op: "casework.Reopening", Message: "reopen.late", Norm: norm,
			Data: map[string]any{"Date": until.String()}}
	}
	return nil
}

// reopenUntil is the last day of the window; false if there is none.
func (c *Case) reopenUntil(env *Env) (Date, bool) {
	rule, ok := env.Regulation.Rule(TermReopen, c.Procedure.Variant)
	if !ok || len(c.Answers) == 0 {
		return Date{}, false
	}
	r, err := Reckon(rule, c.answeredOn(env), env.calendarOf(c.clockBody()))
	return r.Due, err == nil
}

// answeredOn is the day of the latest answer at the body.
func (c *Case) answeredOn(env *Env) Date {
	if a := c.lastAnswer(); a != nil && !a.SentAt.IsZero() {
		return DateOf(a.SentAt, env.bodySettings(c.clockBody()).Location())
	}
	return env.today(c.clockBody())
}

// openReview puts a second look on the latest answer and returns its term.
func (c *Case) openReview(env *Env, asked, reason string) []TermKind {
	c.lastAnswer().Review = &Review{Asked: asked, Reason: reason, OpenedAt: env.Now}
	c.happened(StartReopened, env.today(c.clockBody()))
	if _, ok := env.Regulation.Rule(TermReview, c.Procedure.Variant); !ok {
		return nil
	}
	return []TermKind{TermReview}
}

// Reviewing is the decision on a second look, by a head or a supervisor who
// had no hand in the answer.
type Reviewing struct {
	Outcome ReviewOutcome
	// Explanation is written to the applicant.
	Explanation string
	// Task is for the next officer, needed for ReviewRedo.
	Task string
}

// Kind implements Act.
func (Reviewing) Kind() ActKind { return ActReview }

func (a Reviewing) apply(env *Env, c *Case, by Actor) (Effect, error) {
	last := c.lastAnswer()
	if last == nil || !last.Review.Open() {
		return Effect{}, Fail(Conflict, "casework.Reviewing", "review.none")
	}
	if c.hadAHand(by) {
		return Effect{}, &Error{Code: NotAllowed, Op: "casework.Reviewing", Message: "review.own_work", Norm: env.Regulation.Acts[ActReview].Norm}
	}
	if !slices.Contains(ReviewOutcomes(), a.Outcome) {
		return Effect{}, badField("outcome", "review.outcome", nil)
	}
	if err := needText("explanation", a.Explanation, MaxReason); err != nil {
		return Effect{}, err
	}
	r := *last.Review
	r.ClosedAt, r.By, r.Outcome, r.Explanation = env.Now, by.ID, a.Outcome, strings.TrimSpace(a.Explanation)
	e := Effect{Facts: map[string]string{"answer": last.ID, "outcome": string(a.Outcome), "explanation": textDigest(a.Explanation)},
		Say: map[string]string{"Review": string(a.Outcome), "Explanation": r.Explanation}}
	if a.Outcome == ReviewRedo {
		if err := needText("task", a.Task, MaxReason); err != nil {
			return Effect{}, err
		}
		r.Task = strings.TrimSpace(a.Task)
		c.beginAgain(env, &e)
	}
	last.Review = &r
	return e, nil
}

// beginAgain gives the case back to the body for a further answer: by another
// officer, with a term of the service. The term of the law was kept or missed
// with the first answer and does not run again.
func (c *Case) beginAgain(env *Env, e *Effect) {
	e.Stage, e.Opens = StageRegistered, []TermKind{TermSupplement}
	c.happened(StartReviewed, env.today(c.clockBody()))
	c.Place.Officer, c.Draft = "", nil
	for i := range c.Questions {
		c.Questions[i].Outcome = ""
	}
}

// hadAHand reports whether somebody has prepared, signed or given an answer of
// the case, or works on it: he does not judge it.
func (c *Case) hadAHand(by Actor) bool {
	if by.OnePerson(c.Place.Officer) {
		return true
	}
	work := []ActKind{ActDraft, ActSubmit, ActSign, ActOral}
	return slices.ContainsFunc(c.Journal, func(e Event) bool { return by.OnePerson(e.Actor, e.For) && slices.Contains(work, e.Act) })
}

// mayReview reports whether the actor may decide the open second look.
func (c *Case) mayReview(by Actor) bool {
	return c.Reviewed().Open() && (by.HasRole(RoleHead, c) || by.HasRole(RoleSupervisor, c)) && !c.hadAHand(by)
}

// notAgain are acts that cannot be done on a case that has been answered and
// came back for a further answer: the answer of the law was given.
var notAgain = []ActKind{ActForward, ActLeave, ActReject, ActSplit, ActExtend, ActPropose, ActCopy}
