package casework

import (
	"fmt"
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
		// What he may do for somebody absent ends before the case does.
		return g.For == "" && (g.Role == RoleOfficer || g.Role == RoleHead) && (g.Body == place.Body || g.Body == Everywhere)
	})
	if a.Officer.ID == "" || !fits {
		return Effect{}, &Error{Code: Invalid, Op: "casework.Assignment", Message: "assign.invalid",
			Fields: []FieldError{{Field: "officer", Key: "assign.officer"}}}
	}
	if err := c.mayBeGiven(place); err != nil {
		return Effect{}, err
	}
	if err := c.keptFrom(a.Officer, ActDraft); err != nil {
		return Effect{}, &Error{Code: NotAllowed, Op: "casework.Assignment", Message: "assign.complained_of", Norm: "59-ФЗ ст. 8 ч. 6"}
	}
	facts := map[string]string{"officer": a.Officer.ID, "unit": place.Unit, "before": c.Place.Officer}
	c.Place = place
	return Effect{Facts: facts}, nil
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
