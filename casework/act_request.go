package casework

import (
	"slices"
	"strconv"
	"strings"
)

// The acts by which a body asks and is answered while a case is considered.
const (
	ActRequest ActKind = "request" // запросить документы у другого органа
	ActReceive ActKind = "receive" // документы получены
	ActAsk     ActKind = "ask"     // попросить заявителя уточнить
	ActClarify ActKind = "clarify" // заявитель уточнил
	ActPropose ActKind = "propose" // предложить продление
	ActExtend  ActKind = "extend"  // продлить
)

// DocumentRequest (запрос документов, 59-FZ art. 10 p. 2) asks another body;
// its 15 days are watched as a term of their own. Courts and bodies of inquiry
// and preliminary investigation cannot be asked.
type DocumentRequest struct {
	// To is a body of the registry or the name of one outside it.
	To   string
	What string
}

// Kind implements Act.
func (DocumentRequest) Kind() ActKind { return ActRequest }

func (a DocumentRequest) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if err := needText("to", a.To, 300); err != nil {
		return Effect{}, err
	}
	if err := needText("what", a.What, 5000); err != nil {
		return Effect{}, err
	}
	r := c.addRequest(env, a.To, a.What, false)
	e := Effect{Facts: map[string]string{"request": r.ID, "to": a.To, "what": textDigest(a.What)}}
	// 210-FZ and 248-FZ set no term for the other body.
	if _, ok := env.Regulation.Rule(TermDocs, c.Procedure.Variant); ok {
		e.Opens = []TermKind{TermDocs.Ref(r.ID)}
	}
	return e, nil
}

// DocumentReceipt notes that what was asked for has come.
type DocumentReceipt struct {
	Request string
	Answer  string
	Files   []File
}

// Kind implements Act.
func (DocumentReceipt) Kind() ActKind { return ActReceive }

func (a DocumentReceipt) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	r, err := c.waiting(a.Request, func(r Request) bool { return r.To != ToApplicant })
	if err != nil {
		return Effect{}, err
	}
	r.AnsweredAt, r.Answer, r.Files = env.Now, a.Answer, a.Files
	return Effect{Facts: map[string]string{"request": r.ID, "files": filesDigest(a.Files)},
		Meets: []TermKind{TermDocs.Ref(r.ID)}}, nil
}

// Asking (уточнение) asks the applicant. Where the regime knows the term
// TermInfo, the clock of consideration stands still until he answers, but not
// longer than that term (248-FZ art. 43); in 59-FZ it goes on.
type Asking struct{ Text string }

// Kind implements Act.
func (Asking) Kind() ActKind { return ActAsk }

func (a Asking) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if err := needText("text", a.Text, 5000); err != nil {
		return Effect{}, err
	}
	if slices.ContainsFunc(c.Procedure.Requests, func(r Request) bool { return r.To == ToApplicant && r.Waiting() }) {
		return Effect{}, Fail(Conflict, "casework.Asking", "ask.waiting")
	}
	_, pauses := env.Regulation.Rule(TermInfo, c.Procedure.Variant)
	r := c.addRequest(env, ToApplicant, a.Text, pauses)
	e := Effect{Facts: map[string]string{"request": r.ID, "text": textDigest(a.Text)},
		Say: map[string]string{"Question": a.Text}}
	if !pauses {
		return e, nil
	}
	c.happened(StartRequested, r.AskedOn)
	if err := c.openTerm(env, TermInfo, r.AskedOn, false); err != nil {
		return Effect{}, err
	}
	info, _ := c.Term(TermInfo)
	e.Say["InfoDue"] = info.Due.String()
	return e, c.pause(env, Span{From: r.AskedOn.AddDays(1), To: info.Due})
}

// pause reckons the term of consideration anew with days on which the clock
// stands still. The pause is entered whole, up to its longest, so that the
// date shown is never too early; an earlier answer shortens it.
func (c *Case) pause(env *Env, s Span) error {
	t, ok := c.Term(TermConsider)
	if !ok {
		return nil
	}
	t.Pauses = append(slices.Clone(t.Pauses), s)
	return c.replaceTerm(env, c.afterFirst(env, t))
}

// afterFirst lets an extension begin at the first due date as it is under the
// law and the pauses known now: a pause before that date moves it.
func (c *Case) afterFirst(env *Env, t Term) Term {
	first := t
	for first.Rule.Start == StartDue {
		i := slices.IndexFunc(c.Terms, func(p Term) bool { return p.ReplacedBy == first.ID })
		if i < 0 {
			return t
		}
		first = c.Terms[i]
	}
	if first.ID == t.ID {
		return t
	}
	// The row may have been corrected since, but it stays the same row.
	for _, rule := range env.Regulation.Terms {
		if rule.ID == first.Rule.ID {
			first.Rule = env.bodySettings(c.clockBody()).apply(rule)
		}
	}
	if r, err := Reckon(first.Rule, first.Start, env.calendarOf(c.clockBody()), t.Pauses...); err == nil {
		t.Start = r.Due
	}
	return t
}

// Clarification (ответ заявителя на вопрос) is done by the applicant.
type Clarification struct {
	Text  string
	Files []File
}

// Kind implements Act.
func (Clarification) Kind() ActKind { return ActClarify }

func (a Clarification) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if err := needText("text", a.Text, MaxText); err != nil {
		return Effect{}, err
	}
	if len(a.Files) > MaxFiles {
		return Effect{}, badField("files", "filing.files_many", map[string]any{"Max": MaxFiles})
	}
	r, err := c.waiting("", func(r Request) bool { return r.To == ToApplicant })
	if err != nil {
		return Effect{}, err
	}
	r.AnsweredAt, r.Answer, r.Files = env.Now, a.Text, a.Files
	e := Effect{Facts: map[string]string{"request": r.ID, "text": textDigest(a.Text), "files": filesDigest(a.Files)}}
	if !r.Pauses {
		return e, nil
	}
	e.Meets = []TermKind{TermInfo}
	return e, c.resume(env)
}

// resume ends the running pause today: the day of the answer counts again
// from tomorrow.
func (c *Case) resume(env *Env) error {
	t, ok := c.Term(TermConsider)
	if !ok || len(t.Pauses) == 0 {
		return nil
	}
	t.Pauses = slices.Clone(t.Pauses)
	last := &t.Pauses[len(t.Pauses)-1]
	today := env.today(c.clockBody())
	if !today.Before(last.To) {
		// The pause has run out already; nothing is gained or lost.
		return nil
	}
	last.To = today
	if last.To.Before(last.From) {
		// Answered on the day of the question: no day was lost.
		t.Pauses = t.Pauses[:len(t.Pauses)-1]
	}
	return c.replaceTerm(env, c.afterFirst(env, t))
}

// ExtensionProposal is an officer's proposal to extend the consideration.
type ExtensionProposal struct {
	Days   int
	Reason string
}

// Kind implements Act.
func (ExtensionProposal) Kind() ActKind { return ActPropose }

func (a ExtensionProposal) apply(env *Env, c *Case, by Actor) (Effect, error) {
	if err := checkExtension(env, c, a.Days, a.Reason); err != nil {
		return Effect{}, err
	}
	c.Procedure.Proposal = &Proposal{By: by.ID, Days: a.Days, Reason: a.Reason}
	return Effect{Facts: map[string]string{"days": strconv.Itoa(a.Days), "reason": textDigest(a.Reason)}}, nil
}

// Extension (продление, 59-FZ art. 12 p. 2) is the head's decision: once, not
// longer than the law allows, and made and told before the first due date.
type Extension struct {
	Days   int
	Reason string
}

// Kind implements Act.
func (Extension) Kind() ActKind { return ActExtend }

func (a Extension) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if err := checkExtension(env, c, a.Days, a.Reason); err != nil {
		return Effect{}, err
	}
	t, _ := c.Term(TermConsider)
	rule, _ := env.Regulation.Rule(TermExtend, c.Procedure.Variant)
	rule.N = a.Days
	rule = env.bodySettings(c.clockBody()).apply(rule)
	// The extension runs from the first due date, which is not counted again.
	rule.IncludeStart = false
	before := t.Due
	if err := c.replaceTerm(env, Term{Kind: TermConsider, Rule: rule, Start: t.Due, Pauses: t.Pauses}); err != nil {
		return Effect{}, err
	}
	after, _ := c.Term(TermConsider)
	c.Procedure.Proposal = nil
	return Effect{Facts: map[string]string{"days": strconv.Itoa(a.Days), "reason": textDigest(a.Reason),
		"before": before.String(), "after": after.Due.String()},
		Say: map[string]string{"Reason": a.Reason, "Before": before.String(), "After": after.Due.String()}}, nil
}

func checkExtension(env *Env, c *Case, days int, reason string) error {
	rule, ok := env.Regulation.Rule(TermExtend, c.Procedure.Variant)
	t, running := c.Term(TermConsider)
	no := func(message string) error {
		return &Error{Code: NotAllowed, Op: "casework.Extension", Message: message, Norm: rule.Norm,
			Data: map[string]any{"Max": rule.N, "Due": t.Due.String()}}
	}
	switch {
	case !ok:
		return no("extend.never")
	case !running:
		return no("extend.no_term")
	case c.extended():
		return no("extend.once")
	case !env.today(c.clockBody()).Before(t.Due):
		// The decision and the notice must exist before that day.
		return no("extend.late")
	case days < 1 || days > rule.N:
		return badField("days", "extend.days", map[string]any{"Max": rule.N})
	}
	return needText("reason", reason, 2000)
}

// extended reports whether the consideration at this body was extended
// already: a term that began at the due date of another one.
func (c *Case) extended() bool {
	t, ok := c.Term(TermConsider)
	return ok && t.Rule.Start == StartDue
}

func (c *Case) addRequest(env *Env, to, text string, pauses bool) Request {
	r := Request{ID: nextID("r", len(c.Procedure.Requests)), To: strings.TrimSpace(to), Text: text, Pauses: pauses,
		AskedAt: env.Now, AskedOn: env.today(c.clockBody())}
	c.Procedure.Requests = append(c.Procedure.Requests, r)
	return r
}

// waiting finds the open request of an ID, or the only open one for "".
func (c *Case) waiting(id string, fits func(Request) bool) (*Request, error) {
	for i := range c.Procedure.Requests {
		r := &c.Procedure.Requests[i]
		if r.Waiting() && fits(*r) && (id == "" || id == r.ID) {
			return r, nil
		}
	}
	return nil, Fail(Conflict, "casework.Perform", "request.none")
}
