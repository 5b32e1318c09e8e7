package casework

import (
	"slices"
	"strconv"
	"strings"
)

// The acts that end a case otherwise than by an answer on the merits.
const (
	ActReject   ActKind = "reject"   // не обращение; отказ в рассмотрении
	ActLeave    ActKind = "leave"    // оставить без ответа, вернуть (ст. 11)
	ActWithdraw ActKind = "withdraw" // отозвать
)

// The preconditions that a ground may name in Ground.Needs.
const (
	// NeedExplanation: a text for the applicant.
	NeedExplanation = "explanation"
	// NeedHead: the decision is the head's (59-FZ art. 11 p. 5).
	NeedHead = "head"
	// NeedAnswered: the question was answered on the merits to the same
	// person at least twice (59-FZ art. 11 p. 5: "неоднократно").
	NeedAnswered = "answered_before"
	// NeedDecided: the same complaint was decided before, once is enough
	// (decree 840 p. 20).
	NeedDecided = "decided_before"
	// NeedNothingNew: the registrar confirms that there are no new arguments.
	NeedNothingNew = "nothing_new"
	// NeedAddress: the address of the answer on the site (art. 11 p. 5.1).
	NeedAddress = "site_address"
	// NeedNoName: the name or every address for an answer is missing.
	NeedNoName = "no_name"
	// NeedComplaint: it is a complaint about a named body (art. 8 p. 7).
	NeedComplaint = "complained_of"
	// NeedLate: the filing term had passed and was not restored (248-FZ).
	NeedLate = "late"
)

// Needs lists the preconditions a regulation may name.
func Needs() []string {
	return []string{NeedExplanation, NeedHead, NeedAnswered, NeedDecided, NeedNothingNew, NeedAddress, NeedNoName, NeedComplaint, NeedLate}
}

// minEarlier is how many answers on the merits make "repeatedly": the law
// gives no number, practice takes two (law.md section 1.5).
const minEarlier = 2

// Ending ends a case on a ground of law: leaving it without an answer
// (59-FZ art. 11, decree 840 p. 21), returning it (art. 8 p. 7, art. 11 p. 2),
// rejecting it as no appeal, or refusing to consider it (248-FZ art. 42).
type Ending struct {
	// Act is ActLeave or ActReject.
	Act ActKind
	// Ground is a key of Regulation.Grounds.
	Ground string
	// Explanation is written to the applicant.
	Explanation string
	// Address is the address of the answer on the body's site.
	Address string
	// NothingNew confirms that there are no new arguments or facts.
	NothingNew bool
	// Earlier are earlier answers on the same question; Office finds them.
	Earlier []string
}

// Kind implements Act.
func (a Ending) Kind() ActKind { return a.Act }

func (a Ending) apply(env *Env, c *Case, by Actor) (Effect, error) {
	g, ok := env.Regulation.Grounds[a.Ground]
	if !ok || !slices.Contains(g.Acts, a.Act) {
		return Effect{}, badField("ground", "ending.ground", nil)
	}
	for _, need := range g.Needs {
		if err := a.needs(need, g, c, by); err != nil {
			return Effect{}, err
		}
	}
	e := Effect{Stage: g.To, Facts: map[string]string{"ground": a.Ground, "norm": g.Norm,
		"explanation": textDigest(a.Explanation), "earlier": strings.Join(a.Earlier, " ")},
		Say: map[string]string{"Ground": a.Ground, "Norm": g.Norm, "Explanation": a.Explanation, "Address": a.Address}}
	sayTitles(e.Say, "Ground", g.Title)
	if g.Notice != "" {
		e.Notices = []NoticeKind{g.Notice}
	}
	if g.Term != "" {
		// The ground has a term of its own, which the case is held to although
		// nobody could know of it before.
		if err := c.openTerm(env, g.Term, c.startOf(env, g.Term), false); err != nil {
			return Effect{}, err
		}
		e.Meets = append(e.Meets, g.Term)
	}
	c.Procedure.Ended = a.Ground
	c.dropRunning(&e, g.Term)
	return e, nil
}

// needs checks one precondition; an illegal ending is refused with the norm
// (promises D4, G6).
func (a Ending) needs(need string, g Ground, c *Case, by Actor) error {
	missing := func(field string) error {
		return &Error{Code: NotAllowed, Op: "casework.Ending", Message: "ending." + need, Norm: g.Norm,
			Fields: []FieldError{{Field: field, Key: "ending." + need, Data: map[string]any{"Norm": g.Norm, "Min": minEarlier}}}}
	}
	met := true
	field := "ground"
	switch need {
	case NeedExplanation:
		field, met = "explanation", needText("explanation", a.Explanation, 5000) == nil
	case NeedHead:
		met = by.HasRole(RoleHead, c)
	case NeedAnswered:
		met = len(a.Earlier) >= minEarlier
	case NeedDecided:
		met = len(a.Earlier) > 0
	case NeedNothingNew:
		field, met = "nothing_new", a.NothingNew
	case NeedAddress:
		field, met = "address", strings.HasPrefix(a.Address, "https://") && oneLine(a.Address) && len(a.Address) < 2000
	case NeedNoName:
		who := c.Applicant()
		met = who.Name.Surname == "" || who.Contact.Email == "" && who.Contact.Post == "" && !who.Contact.Cabinet
	case NeedComplaint:
		met = c.Procedure.Complaint != nil && len(c.Procedure.Complaint.Against) > 0
	case NeedLate:
		met = c.Procedure.Complaint != nil && c.Procedure.Complaint.LateFiled
	default:
		met = false
	}
	if !met {
		return missing(field)
	}
	return nil
}

// dropRunning drops every running term but those listed: the case has ended.
func (c *Case) dropRunning(e *Effect, but ...TermKind) {
	for _, t := range c.Terms {
		if t.Running() && !slices.Contains(but, t.Kind) && !slices.Contains(e.Drops, t.Kind) && !slices.Contains(e.Meets, t.Kind) {
			e.Drops = append(e.Drops, t.Kind)
		}
	}
}

// Withdrawal (отзыв, 59-FZ art. 5 p. 5, 248-FZ art. 40) is the applicant's
// wish to stop; the data are kept.
type Withdrawal struct {
	Reason string
	// Part is what is withdrawn, if only a part is (248-FZ); the case goes on.
	Part string
}

// Kind implements Act.
func (Withdrawal) Kind() ActKind { return ActWithdraw }

func (a Withdrawal) apply(env *Env, c *Case, by Actor) (Effect, error) {
	// A co-signer speaks for himself only: the appeal of all is withdrawn by
	// the one who filed it, or by a registrar on his paper.
	if by.Is(RoleCitizen) && by.ID != c.Applicant().Key {
		return Effect{}, &Error{Code: Forbidden, Op: "casework.Withdrawal", Message: "withdraw.not_yours",
			Norm: env.Regulation.Acts[ActWithdraw].Norm}
	}
	if a.Part != "" {
		if c.Procedure.Complaint == nil || c.Procedure.Regime != RegimeControl {
			return Effect{}, &Error{Code: NotAllowed, Op: "casework.Withdrawal", Message: "withdraw.no_parts",
				Norm: env.Regulation.Acts[ActWithdraw].Norm}
		}
		if err := needText("part", a.Part, 2000); err != nil {
			return Effect{}, err
		}
		c.Procedure.Complaint.Withdrawn = a.Part
		return Effect{Stage: c.Stage, Facts: map[string]string{"part": textDigest(a.Part)}, Say: map[string]string{"Part": a.Part}}, nil
	}
	e := Effect{Facts: map[string]string{"reason": textDigest(a.Reason)}}
	c.dropRunning(&e)
	return e, nil
}

// earlierAnswers lists the cases in which the same applicant got an answer on
// the merits from the same body on the same topic before: what "repeatedly"
// in 59-FZ art. 11 p. 5 is counted by. It is never a ban on a person.
func earlierAnswers(c *Case, others []Case) []string {
	var out []string
	if firstOf(c.Subject.Topics) == "" {
		// Without a topic nobody can say that it is the same question.
		return nil
	}
	for i := range others {
		o := &others[i]
		if o.ID == c.ID || o.Origin.ReceivedAt.After(c.Origin.ReceivedAt) || firstOf(o.Subject.Topics) != firstOf(c.Subject.Topics) {
			continue
		}
		for _, a := range o.Answers {
			if a.Body == c.Place.Body {
				out = append(out, o.PublicNumber())
				break
			}
		}
	}
	return out
}

func badField(field, key string, data map[string]any) error {
	return &Error{Code: Invalid, Op: "casework.Perform", Message: "act.invalid",
		Fields: []FieldError{{Field: field, Key: key, Data: data}}}
}

// nextID numbers the parts of a case: "r1", "r2", …
func nextID(prefix string, n int) string { return prefix + strconv.Itoa(n+1) }
