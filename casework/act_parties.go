package casework

import (
	"slices"
	"strconv"
	"strings"
)

// The acts about several bodies, questions, cases and people.
const (
	ActCopy   ActKind = "copy"  // копии в несколько органов
	ActSplit  ActKind = "split" // разделить на вопросы
	ActLink   ActKind = "link"  // связать с другим делом
	ActJoin   ActKind = "join"  // присоединиться (коллективное)
	ActOral   ActKind = "oral"  // устный ответ на приёме
	ActMarkUp ActKind = "mark"  // отметить, на кого жалоба, ветвь процедуры
)

// Copying (59-FZ art. 8 p. 4) sends copies to further competent bodies; each
// becomes a case of its own, which Office makes from the saved links.
type Copying struct {
	Bodies []string
	Why    string
	// Redacted sends redacted copies in place of what has been redacted.
	Redacted bool
}

// Kind implements Act.
func (Copying) Kind() ActKind { return ActCopy }

func (a Copying) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if len(a.Bodies) == 0 {
		return Effect{}, badField("bodies", "copy.none", nil)
	}
	if err := needText("why", a.Why, 2000); err != nil {
		return Effect{}, err
	}
	var names []string
	for _, id := range a.Bodies {
		b, err := openBody(env, id)
		if err != nil {
			return Effect{}, err
		}
		if err := c.mayGoTo(env, id); err != nil {
			return Effect{}, err
		}
		link := Link{Kind: LinkCopy, Case: id}
		made := slices.ContainsFunc(c.Journal, func(e Event) bool { return e.Act == ActCopied && e.Facts["body"] == id })
		if id == c.Place.Body || made || slices.Contains(c.Links, link) {
			return Effect{}, Fail(Conflict, "casework.Copying", "copy.already")
		}
		c.Links = append(c.Links, link)
		names = append(names, b.Name)
	}
	if err := c.heldTo(env, TermCopies); err != nil {
		return Effect{}, err
	}
	facts := map[string]string{"bodies": strings.Join(a.Bodies, " "), "why": textDigest(a.Why)}
	if a.Redacted {
		if !c.CanRedact() {
			return Effect{}, badField("redacted", "copy.not_redacted", nil)
		}
		c.inside().Redacted = append(c.inside().Redacted, a.Bodies...)
		facts["redacted"] = "yes"
	}
	c.enqueue(env, NoticeWake, MediumJob, nil)
	return Effect{Facts: facts,
		Meets: []TermKind{TermCopies}, Say: map[string]string{"Bodies": strings.Join(names, "; "), "Why": a.Why}}, nil
}

// The kinds of links.
const (
	// LinkCopy: Case is the body a copy goes to, until Office has made the
	// copy's case; then LinkCopied names that case.
	LinkCopy   = "copy"
	LinkCopied = "copied"
	// LinkParent is the way back from a copy.
	LinkParent = "parent"
	// LinkRepeat: the applicant wrote on the same question before.
	LinkRepeat = "repeat"
	// LinkDuplicate: the same text came twice.
	LinkDuplicate = "duplicate"
	// LinkComplaint: the case is about the answer in the other one.
	LinkComplaint = "complaint"
)

// Splitting (разделение на вопросы) makes the questions of a case: each has
// its own topic and gets its own outcome.
type Splitting struct {
	Questions []Question
}

// Kind implements Act.
func (Splitting) Kind() ActKind { return ActSplit }

func (a Splitting) apply(_ *Env, c *Case, _ Actor) (Effect, error) {
	if len(a.Questions) == 0 || len(a.Questions) > 20 {
		return Effect{}, badField("questions", "split.count", map[string]any{"Max": 20})
	}
	questions := make([]Question, len(a.Questions))
	topics := make([]string, len(a.Questions))
	for i, q := range a.Questions {
		if q.Topic == "" {
			return Effect{}, badField("questions", "split.topic", map[string]any{"Question": i + 1})
		}
		questions[i] = Question{ID: nextID("q", i), Topic: q.Topic, Body: c.Place.Body}
		topics[i] = q.Topic
	}
	c.Questions, c.Subject.Topics = questions, topics
	return Effect{Facts: map[string]string{"questions": strconv.Itoa(len(questions)), "topics": strings.Join(topics, " ")}}, nil
}

// Linking (связь дел) ties a repeated or duplicate appeal to the earlier one.
type Linking struct {
	// To is how the other case is tied: LinkRepeat or LinkDuplicate.
	To   string
	Case string
}

// Kind implements Act.
func (Linking) Kind() ActKind { return ActLink }

func (a Linking) apply(_ *Env, c *Case, _ Actor) (Effect, error) {
	if a.To != LinkRepeat && a.To != LinkDuplicate || a.Case == "" || a.Case == c.ID {
		return Effect{}, badField("case", "link.case", nil)
	}
	link := Link{Kind: a.To, Case: a.Case}
	if slices.Contains(c.Links, link) {
		return Effect{}, Fail(Conflict, "casework.Linking", "link.already")
	}
	c.Links = append(c.Links, link)
	return Effect{Facts: map[string]string{"kind": a.To, "case": a.Case}}, nil
}

// MaxSigners bounds a collective appeal that is signed here.
const MaxSigners = 1000

// Joining (присоединение к коллективному обращению, 59-FZ art. 2) is done by
// a co-signer, who has signed in himself and holds the invitation. The answer
// still goes to the first applicant; co-signers see the case in their cabinet.
type Joining struct {
	Applicant Applicant
	// Invitation proves that the first applicant has shared it; Office checks.
	Invitation string
}

// Kind implements Act.
func (Joining) Kind() ActKind { return ActJoin }

func (a Joining) apply(_ *Env, c *Case, _ Actor) (Effect, error) {
	if !LegalEffect(c.Origin.Channel, a.Applicant.Assurance) {
		return Effect{}, Fail(Forbidden, "casework.Joining", "filing.not_identified")
	}
	if c.Parties.Includes(a.Applicant.Key) {
		return Effect{}, Fail(Conflict, "casework.Joining", "join.already")
	}
	if len(c.Parties.Applicants) >= MaxSigners {
		return Effect{}, Fail(TooLarge, "casework.Joining", "join.full")
	}
	c.Parties.Applicants = append(c.Parties.Applicants, a.Applicant)
	signers := strconv.Itoa(len(c.Parties.Applicants))
	return Effect{Facts: map[string]string{"signers": signers, "assurance": string(a.Applicant.Assurance)},
		Say: map[string]string{"Signers": signers}}, nil
}

// OralAnswer (устный ответ на личном приёме, 59-FZ art. 13 p. 3): the facts
// are obvious and the citizen agrees, so no letter follows.
type OralAnswer struct {
	Summary string
	// Consent is the citizen's, noted on the reception card.
	Consent bool
	Outcome Outcome
}

// Kind implements Act.
func (OralAnswer) Kind() ActKind { return ActOral }

func (a OralAnswer) apply(env *Env, c *Case, by Actor) (Effect, error) {
	if c.Origin.Channel != ChannelOral {
		return Effect{}, &Error{Code: NotAllowed, Op: "casework.OralAnswer", Message: "oral.channel", Norm: env.Regulation.Acts[ActOral].Norm}
	}
	if !a.Consent {
		return Effect{}, &Error{Code: NotAllowed, Op: "casework.OralAnswer", Message: "oral.consent", Norm: env.Regulation.Acts[ActOral].Norm,
			Fields: []FieldError{{Field: "consent", Key: "oral.consent"}}}
	}
	if err := needText("summary", a.Summary, 5000); err != nil {
		return Effect{}, err
	}
	if _, ok := env.Regulation.Results[a.Outcome]; !ok {
		return Effect{}, badField("outcome", "draft.outcome", nil)
	}
	for i := range c.Questions {
		c.Questions[i].Outcome = a.Outcome
	}
	e := Effect{Facts: map[string]string{"summary": textDigest(a.Summary), "outcome": string(a.Outcome), "consent": "yes"}}
	e.Meets = []TermKind{TermConsider}
	e.Say = map[string]string{"Summary": a.Summary, "Outcome": string(a.Outcome)}
	sayTitles(e.Say, "Outcome", env.Regulation.Results[a.Outcome].Title)
	c.dropRunning(&e)
	return e, nil
}

// Marking (отметка) notes facts on which the course of the case depends: whom
// it complains of, and a variant such as migration facts (art. 8 p. 3.1).
type Marking struct {
	Against []Against
	// Variant is one the regulation knows; "" is the ordinary course.
	Variant string
}

// Kind implements Act.
func (Marking) Kind() ActKind { return ActMarkUp }

func (a Marking) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	if a.Variant != "" && !slices.Contains(env.Regulation.Variants(), a.Variant) {
		return Effect{}, badField("variant", "mark.variant", nil)
	}
	if c.Procedure.Complaint == nil {
		c.Procedure.Complaint = &Complaint{}
	}
	c.Procedure.Complaint.Against = a.Against
	e := Effect{Facts: map[string]string{"variant": a.Variant, "before": c.Procedure.Variant, "against": strconv.Itoa(len(a.Against))}}
	if a.Variant == c.Procedure.Variant {
		return e, nil
	}
	c.Procedure.Variant = a.Variant
	// Running terms are reckoned anew by the rules of the other variant.
	for _, t := range slices.Clone(c.Terms) {
		rule, ok := env.Regulation.Rule(t.Kind, a.Variant)
		if !t.Running() || t.Rule.Start == StartDue || !ok || rule.ID == t.Rule.ID {
			continue
		}
		t.Rule = env.bodySettings(c.clockBody()).apply(rule)
		if err := c.replaceTerm(env, t); err != nil {
			return Effect{}, err
		}
	}
	return e, nil
}

// mayGoTo enforces the ban of 59-FZ art. 8 p. 6: a complaint never goes to
// whoever is complained of. The error proposes the superior body.
func (c *Case) mayGoTo(env *Env, body string) error {
	if c.Procedure.Complaint == nil {
		return nil
	}
	for _, a := range c.Procedure.Complaint.Against {
		if a.Body == body && a.Unit == "" && a.Official == "" {
			return &Error{Code: NotAllowed, Op: "casework.Perform", Message: complainedOf, Norm: "59-ФЗ ст. 8 ч. 6",
				Data: map[string]any{"Body": body, "Proposed": c.superior(env, body)}}
		}
	}
	return nil
}

// complainedOf is the message of the ban of 59-FZ art. 8 p. 6.
const complainedOf = "route.complained_of"

// superior is the next superior body that may get the complaint; "" if none.
func (c *Case) superior(env *Env, body string) string {
	for b, err := env.Registry.Body(body); err == nil && b.Parent != ""; b, err = env.Registry.Body(b.Parent) {
		if _, err := openBody(env, b.Parent); err == nil && c.mayGoTo(env, b.Parent) == nil {
			return b.Parent
		}
	}
	return ""
}

// mayBeGiven enforces the same ban within a body: neither the unit nor the
// official complained of gets the case.
func (c *Case) mayBeGiven(p Placement) error {
	if c.Procedure.Complaint == nil {
		return nil
	}
	for _, a := range c.Procedure.Complaint.Against {
		if a.Body != p.Body && a.Body != "" {
			continue
		}
		if a.Official != "" && a.Official == p.Officer || a.Official == "" && a.Unit != "" && a.Unit == p.Unit {
			return &Error{Code: NotAllowed, Op: "casework.Assignment", Message: "assign.complained_of", Norm: "59-ФЗ ст. 8 ч. 6"}
		}
	}
	return nil
}
