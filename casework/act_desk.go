package casework

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Routing (направление) sends a case to a body before it is registered there.
type Routing struct {
	Body string
	Unit string
	// Route is what the router found; its Body may differ from Body, then a
	// registrar has decided otherwise.
	Route Route
}

// Kind implements Act.
func (Routing) Kind() ActKind { return ActRoute }

func (a Routing) apply(env *Env, c *Case, by Actor) (Effect, error) {
	b, err := openBody(env, a.Body)
	if err != nil {
		return Effect{}, err
	}
	// Whom the applicant has addressed must register (59-FZ art. 8 p. 2);
	// after that the case may be forwarded.
	if c.Stage == StageRouted && c.Place.Body == c.Subject.Addressee {
		return Effect{}, &Error{Code: NotAllowed, Op: "casework.Routing", Message: "route.addressee_registers", Norm: "59-ФЗ ст. 8 ч. 2"}
	}
	if c.Stage == StageRouted && c.Place.Body == a.Body {
		return Effect{}, Fail(Conflict, "casework.Routing", "route.same_body")
	}
	if err := c.mayGoTo(env, a.Body); err != nil {
		return Effect{}, err
	}
	facts := map[string]string{"body": a.Body, "registry": env.Registry.Revision(),
		"proposed": a.Route.Body, "confidence": fmt.Sprintf("%.3f", a.Route.Confidence), "model": a.Route.Model}
	c.settleWake(env)
	hops, reached := c.Route.Hops, c.Route.Reached
	if a.Route.Registry != "" {
		c.Route = a.Route
	}
	c.Route.Hops, c.Route.Reached = hops, appendOnce(reached, a.Body)
	c.Place = Placement{Body: a.Body, Unit: a.Unit}
	if c.Place.Unit == "" {
		c.Place.Unit = b.UnitFor(firstOf(c.Subject.Topics))
	}
	for i := range c.Questions {
		c.Questions[i].Body = a.Body
	}
	return Effect{Facts: facts}, nil
}

// Holding (разбор) leaves a case for a registrar, with what the router found.
type Holding struct{ Route Route }

// Kind implements Act.
func (Holding) Kind() ActKind { return ActHold }

func (a Holding) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	c.settleWake(env)
	c.Route = a.Route
	facts := map[string]string{"registry": a.Route.Registry, "model": a.Route.Model,
		"confidence": fmt.Sprintf("%.3f", a.Route.Confidence)}
	for i, alt := range a.Route.Alternatives {
		facts["body"+strconv.Itoa(i+1)] = alt.Label
	}
	return Effect{Facts: facts}, nil
}

// Registration (регистрация, 59-FZ art. 8 p. 2) gives the legal number and
// date; the terms of consideration run from it.
type Registration struct {
	// Number is taken by Office from the body's counter.
	Number string
	// AppealKind and Topic are the registrar's, if he corrects them.
	AppealKind Kind
	Topic      string
}

// Kind implements Act.
func (Registration) Kind() ActKind { return ActRegister }

func (a Registration) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if a.Number == "" {
		return Effect{}, Fail(Internal, "casework.Registration", "number.none")
	}
	c.Number = a.Number
	c.Origin.RegisteredOn = env.today(c.Place.Body)
	if a.AppealKind != "" {
		c.Procedure.Kind = a.AppealKind
	}
	if a.Topic != "" {
		c.Subject.Topics = []string{a.Topic}
		c.Questions[0].Topic = a.Topic
	}
	e := Effect{Facts: map[string]string{"number": a.Number, "date": c.Origin.RegisteredOn.String(),
		"body": c.Place.Body, "kind": string(c.Procedure.Kind), "topic": firstOf(c.Subject.Topics)}}
	if p := c.Procedure.Complaint; p != nil && p.Suspend != "" && p.Suspended == "" {
		if _, ok := env.Regulation.Rule(TermSuspend, c.Procedure.Variant); ok {
			e.Opens = append(e.Opens, TermSuspend)
		}
	}
	return e, nil
}

// Forwarding (переадресация, 59-FZ art. 8 p. 3) sends a registered case to
// the competent body, where it is registered and considered anew.
type Forwarding struct {
	Body string
	// Why is said to the applicant in the notice.
	Why string
}

// Kind implements Act.
func (Forwarding) Kind() ActKind { return ActForward }

// maxHops is how often a case may be forwarded before an arbiter, the
// supervisor, must decide (promise F6).
const maxHops = 3

func (a Forwarding) apply(env *Env, c *Case, by Actor) (Effect, error) {
	b, err := openBody(env, a.Body)
	if err != nil {
		return Effect{}, err
	}
	if a.Body == c.Place.Body {
		return Effect{}, Fail(Conflict, "casework.Forwarding", "route.same_body")
	}
	if err := needText("why", a.Why, 2000); err != nil {
		return Effect{}, err
	}
	if err := c.mayGoTo(env, a.Body); err != nil {
		return Effect{}, err
	}
	if c.Route.Hops >= maxHops && !by.HasRole(RoleSupervisor, c) {
		return Effect{}, &Error{Code: NotAllowed, Op: "casework.Forwarding", Message: "forward.arbiter",
			Norm: env.Regulation.Acts[ActForward].Norm, Data: map[string]any{"Max": maxHops}}
	}
	facts := map[string]string{"from": c.Place.Body, "to": a.Body, "number": c.Number, "why": textDigest(a.Why)}
	if err := c.heldTo(env, TermForward); err != nil {
		return Effect{}, err
	}
	c.happened(StartReceived, env.today(a.Body))
	c.Route.Hops++
	c.Route.Body, c.Route.Sure, c.Route.Confidence = a.Body, true, 1
	c.Route.Reached = appendOnce(c.Route.Reached, a.Body)
	c.Route.Reasons = []Reason{{Key: "route.forwarded", Data: map[string]string{"Why": a.Why}}}
	c.Place = Placement{Body: a.Body, Unit: b.UnitFor(firstOf(c.Subject.Topics))}
	for i := range c.Questions {
		c.Questions[i].Body = a.Body
	}
	return Effect{Facts: facts, Say: map[string]string{"Why": a.Why}}, nil
}

// Assignment (поручение) gives a case to a unit and an officer.
type Assignment struct {
	Unit    string
	Officer Actor
}

// Kind implements Act.
func (Assignment) Kind() ActKind { return ActAssign }

func (a Assignment) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	place := Placement{Body: c.Place.Body, Unit: a.Unit, Officer: a.Officer.ID}
	if place.Unit == "" {
		place.Unit = c.Place.Unit
	}
	fits := slices.ContainsFunc(a.Officer.Grants, func(g Grant) bool {
		return (g.Role == RoleOfficer || g.Role == RoleHead) && (g.Body == place.Body || g.Body == Everywhere)
	})
	if a.Officer.ID == "" || !fits {
		return Effect{}, &Error{Code: Invalid, Op: "casework.Assignment", Message: "assign.invalid",
			Fields: []FieldError{{Field: "officer", Key: "assign.officer"}}}
	}
	if err := c.mayBeGiven(place); err != nil {
		return Effect{}, err
	}
	facts := map[string]string{"officer": a.Officer.ID, "unit": place.Unit, "before": c.Place.Officer}
	c.Place = place
	return Effect{Facts: facts}, nil
}

// MaxLetter is the longest letter in characters.
const MaxLetter = 100_000

// Drafting (подготовка проекта ответа) saves the officer's draft.
type Drafting struct {
	Text    string
	Files   []File
	Outcome Outcome
	// Outcomes are those of single questions, where they differ.
	Outcomes map[string]Outcome
	// Parts are the parts that the outcome demands (Regulation.Results).
	Parts map[string]string
	// Revision is the draft's revision that was edited; 0 for the first.
	Revision int
}

// Kind implements Act.
func (Drafting) Kind() ActKind { return ActDraft }

func (a Drafting) apply(env *Env, c *Case, by Actor) (Effect, error) {
	if err := mustAnswer(c, by); err != nil {
		return Effect{}, err
	}
	d := Draft{Author: by.ID}
	if c.Draft != nil {
		d.Revision, d.Remarks = c.Draft.Revision, c.Draft.Remarks
	}
	if d.Revision != a.Revision {
		return Effect{}, &Error{Code: Conflict, Op: "casework.Drafting", Message: "draft.changed",
			Data: map[string]any{"Revision": d.Revision}}
	}
	if utf8.RuneCountInString(a.Text) > MaxLetter || !utf8.ValidString(a.Text) || strings.ContainsFunc(a.Text, forbiddenControl) {
		return Effect{}, &Error{Code: Invalid, Op: "casework.Drafting", Message: "draft.invalid",
			Fields: []FieldError{{Field: "text", Key: "draft.text", Data: map[string]any{"Max": MaxLetter}}}}
	}
	if len(a.Files) > MaxFiles {
		return Effect{}, &Error{Code: Invalid, Op: "casework.Drafting", Message: "draft.invalid",
			Fields: []FieldError{{Field: "files", Key: "filing.files_many", Data: map[string]any{"Max": MaxFiles}}}}
	}
	for _, o := range append(slices.Collect(maps.Values(a.Outcomes)), a.Outcome) {
		if _, known := env.Regulation.Results[o]; o != "" && !known {
			return Effect{}, badField("outcome", "draft.outcome", nil)
		}
	}
	for name, text := range a.Parts {
		if utf8.RuneCountInString(text) > MaxLetter || !utf8.ValidString(text) || strings.ContainsFunc(text, forbiddenControl) {
			return Effect{}, badField("part_"+name, "draft.text", map[string]any{"Max": MaxLetter})
		}
	}
	d.Text, d.Files, d.Outcome, d.Outcomes, d.Parts = a.Text, a.Files, a.Outcome, a.Outcomes, a.Parts
	d.Revision++
	d.SavedAt = env.Now
	c.Draft = &d
	return Effect{Facts: map[string]string{"revision": strconv.Itoa(d.Revision), "digest": LetterDigest(c.ID, d.Letter(), d.Files)}}, nil
}

// mustAnswer checks that the actor is the assigned officer or a head.
func mustAnswer(c *Case, by Actor) error {
	if by.ID == c.Place.Officer || by.HasRole(RoleHead, c) {
		return nil
	}
	return Fail(Forbidden, "casework.Drafting", "draft.not_yours")
}

// Submission (передача на подпись) gives the draft to the head.
type Submission struct{ Revision int }

// Kind implements Act.
func (Submission) Kind() ActKind { return ActSubmit }

func (a Submission) apply(env *Env, c *Case, by Actor) (Effect, error) {
	if err := mustAnswer(c, by); err != nil {
		return Effect{}, err
	}
	if c.Draft == nil || strings.TrimSpace(c.Draft.Text) == "" {
		return Effect{}, &Error{Code: Invalid, Op: "casework.Submission", Message: "draft.invalid",
			Fields: []FieldError{{Field: "text", Key: "draft.text_empty"}}}
	}
	if c.Draft.Outcome == "" {
		return Effect{}, &Error{Code: Invalid, Op: "casework.Submission", Message: "draft.invalid",
			Fields: []FieldError{{Field: "outcome", Key: "draft.outcome"}}}
	}
	for _, part := range env.Regulation.Results[c.Draft.Outcome].Parts {
		if strings.TrimSpace(c.Draft.Parts[part]) == "" {
			return Effect{}, &Error{Code: Invalid, Op: "casework.Submission", Message: "draft.invalid",
				Norm: env.Regulation.Results[c.Draft.Outcome].Norm, Fields: []FieldError{{Field: "part_" + part, Key: "draft.part_needed"}}}
		}
	}
	if a.Revision != c.Draft.Revision {
		return Effect{}, &Error{Code: Conflict, Op: "casework.Submission", Message: "draft.changed",
			Data: map[string]any{"Revision": c.Draft.Revision}}
	}
	c.Draft.Remarks = ""
	return Effect{Facts: map[string]string{"revision": strconv.Itoa(a.Revision)}}, nil
}

// SendingBack (возврат на доработку) returns the draft with remarks.
type SendingBack struct{ Remarks string }

// Kind implements Act.
func (SendingBack) Kind() ActKind { return ActSendBack }

func (a SendingBack) apply(_ *Env, c *Case, _ Actor) (Effect, error) {
	if err := needText("remarks", a.Remarks, 5000); err != nil {
		return Effect{}, err
	}
	c.Draft.Remarks, c.Draft.Signature = a.Remarks, nil
	return Effect{Facts: map[string]string{"remarks": textDigest(a.Remarks), "revision": strconv.Itoa(c.Draft.Revision)}}, nil
}

// Signing (подписание, 59-FZ art. 10 p. 3) puts the head's signature on the
// draft. Office makes the signature over LetterDigest.
type Signing struct{ Signature Signature }

// Kind implements Act.
func (Signing) Kind() ActKind { return ActSign }

func (a Signing) apply(env *Env, c *Case, by Actor) (Effect, error) {
	digest := LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)
	if a.Signature.Digest != digest || len(a.Signature.Value) == 0 {
		return Effect{}, Fail(Conflict, "casework.Signing", "sign.other_text")
	}
	s := a.Signature
	s.By, s.Name, s.At = by.ID, by.Name, env.Now
	c.Draft.Signature = &s
	// In complaints the decision is made by the signature, and terms run from it.
	c.happened(StartDecided, env.today(c.clockBody()))
	return Effect{Facts: map[string]string{"digest": digest, "algorithm": s.Algorithm, "key": s.Key},
		Opens: env.Regulation.Results[c.Draft.Outcome].Opens}, nil
}

// Answering (отправка ответа, 59-FZ art. 10 p. 1 and 4) sends the signed
// letter; nothing is owed after it.
type Answering struct {
	// Number is the outgoing number, taken by Office.
	Number string
}

// Kind implements Act.
func (Answering) Kind() ActKind { return ActAnswer }

func (a Answering) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	d := c.Draft
	digest := LetterDigest(c.ID, d.Letter(), d.Files)
	if d.Signature == nil || d.Signature.Digest != digest {
		return Effect{}, Fail(Conflict, "casework.Answering", "sign.other_text")
	}
	answer := Answer{ID: fmt.Sprintf("a%d", len(c.Answers)+1), Body: c.Place.Body, Text: d.Letter(), Files: d.Files,
		Outcome: d.Outcome, Parts: d.Parts, Number: a.Number, SentAt: env.Now, Signature: *d.Signature}
	c.Answers = append(c.Answers, answer)
	for i := range c.Questions {
		if c.Questions[i].Outcome == "" {
			c.Questions[i].Outcome = d.Outcome
			if o := d.Outcomes[c.Questions[i].ID]; o != "" {
				c.Questions[i].Outcome = o
			}
		}
	}
	c.Draft = nil
	e := Effect{Facts: map[string]string{"answer": answer.ID, "number": a.Number, "digest": digest, "outcome": string(d.Outcome)}}
	// Documents that never came are not waited for any longer.
	for _, t := range c.Terms {
		if t.Running() && t.Kind.Base() == TermDocs {
			e.Drops = append(e.Drops, t.Kind)
		}
	}
	return e, nil
}

// heldTo opens a term of an act that is done although its term does not run,
// so that it shows whether the act came in time. The act must meet it.
func (c *Case) heldTo(env *Env, kind TermKind) error {
	_, known := env.Regulation.Rule(kind, c.Procedure.Variant)
	if _, running := c.Term(kind); running || !known {
		return nil
	}
	return c.openTerm(env, kind, c.startOf(env, kind), false)
}

// openBody finds a body that takes new cases.
func openBody(env *Env, id string) (Body, error) {
	b, err := env.Registry.Body(id)
	if err != nil || b.Closed {
		return Body{}, &Error{Code: Invalid, Op: "casework.openBody", Message: "route.invalid",
			Fields: []FieldError{{Field: "body", Key: "route.body_unknown"}}}
	}
	return b, nil
}

func needText(field, s string, limit int) error {
	if strings.TrimSpace(s) != "" && utf8.RuneCountInString(s) <= limit && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, forbiddenControl) {
		return nil
	}
	return &Error{Code: Invalid, Op: "casework.needText", Message: field + ".invalid",
		Fields: []FieldError{{Field: field, Key: field + ".needed", Data: map[string]any{"Max": limit}}}}
}

// settleWake marks the router's wake-up as done: the case has been looked at.
func (c *Case) settleWake(env *Env) {
	for i := range c.Outbox {
		if c.Outbox[i].Medium == MediumJob && c.Outbox[i].Pending() {
			c.Outbox[i].State, c.Outbox[i].SentAt = DeliverySent, env.Now
		}
	}
}

func appendOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(slices.Clone(list), s)
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
