package casework

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The acts of agreement on a draft.
const (
	ActAskVisa ActKind = "ask_visa" // отправить на согласование
	ActVisa    ActKind = "visa"     // согласовать или дать замечания
)

// MaxVisas is how many persons may be asked to agree.
const MaxVisas = 12

// Visa (виза) is the agreement of one person to a draft. A visa is for the text
// it was given to: a changed draft asks all of them again.
type Visa struct {
	By   string `json:"by"`
	Name string `json:"name"`
	// Step orders them: the persons of one step are asked together, those of the
	// next when all of them have agreed.
	Step int `json:"step"`
	// Approves marks the last word before the signature (утверждение).
	Approves bool `json:"approves,omitempty"`
	// Deputy and DeputyName are who has decided in his place, "" if he himself.
	Deputy     string `json:"deputy,omitempty"`
	DeputyName string `json:"deputyName,omitempty"`
	// At is when he decided, zero while he has not.
	At      time.Time `json:"at,omitzero"`
	Agreed  bool      `json:"agreed,omitempty"`
	Remarks string    `json:"remarks,omitempty"`
	// Digest is the LetterDigest of what he has seen.
	Digest string `json:"digest,omitempty"`
}

// Given reports whether the visa is an agreement to a letter of this digest.
func (v Visa) Given(digest string) bool { return v.Agreed && v.Digest == digest }

// VisaTurn lists the visas whose turn it is, for a letter of this digest: those
// of the first step in which somebody has not agreed yet.
func (d Draft) VisaTurn(digest string) []Visa {
	var out []Visa
	for _, v := range d.Visas {
		if v.Given(digest) || len(out) > 0 && v.Step > out[0].Step {
			continue
		}
		out = append(out, v)
	}
	return out
}

// VisaAsking (отправка на согласование) asks persons to agree to the draft.
type VisaAsking struct {
	// Revision is the one that was read.
	Revision int
	// Persons are asked in the order of their steps, beginning with 1.
	Persons []Visa
}

// Kind implements Act.
func (VisaAsking) Kind() ActKind { return ActAskVisa }

func (a VisaAsking) apply(env *Env, c *Case, by Actor) (Effect, error) {
	if err := mustAnswer(c, by); err != nil {
		return Effect{}, err
	}
	if c.Draft == nil || strings.TrimSpace(c.Draft.Text) == "" {
		return Effect{}, badField("text", "draft.text_empty", nil)
	}
	if a.Revision != c.Draft.Revision {
		return Effect{}, &Error{Code: Conflict, Op: "casework.VisaAsking", Message: "draft.changed",
			Data: map[string]any{"Revision": c.Draft.Revision}}
	}
	if len(a.Persons) > MaxVisas {
		return Effect{}, badField("persons", "visa.persons", map[string]any{"Max": MaxVisas})
	}
	seen := map[string]bool{by.ID: true, c.Draft.Author: true, c.Draft.AuthorFor: true}
	var visas []Visa
	facts := map[string]string{"revision": strconv.Itoa(a.Revision)}
	for i, p := range a.Persons {
		if p.By == "" || p.Step < 1 || p.Step > MaxVisas || seen[p.By] || by.OnePerson(p.By) {
			return Effect{}, badField("persons", "visa.person", nil)
		}
		seen[p.By] = true
		// What was decided on this very text stays decided.
		v := Visa{By: p.By, Name: p.Name, Step: p.Step, Approves: p.Approves}
		if old := slices.IndexFunc(c.Draft.Visas, func(o Visa) bool { return o.By == p.By && o.Given(c.draftDigest()) }); old >= 0 {
			before := c.Draft.Visas[old]
			v.At, v.Agreed, v.Digest = before.At, true, before.Digest
			v.Deputy, v.DeputyName = before.Deputy, before.DeputyName
		}
		visas = append(visas, v)
		facts["visa"+strconv.Itoa(i+1)] = strconv.Itoa(p.Step) + " " + p.By
	}
	slices.SortStableFunc(visas, func(x, y Visa) int { return x.Step - y.Step })
	c.Draft.Visas = visas
	c.tellTurn(env)
	return Effect{Facts: facts}, nil
}

// VisaGiving (согласование) agrees to the draft or gives remarks to it.
type VisaGiving struct {
	// Digest is the LetterDigest of the draft that was read.
	Digest string
	Agreed bool
	// Remarks are needed without an agreement and may come with one.
	Remarks string
}

// Kind implements Act.
func (VisaGiving) Kind() ActKind { return ActVisa }

func (a VisaGiving) apply(env *Env, c *Case, by Actor) (Effect, error) {
	if c.Draft == nil {
		return Effect{}, Fail(NotAllowed, "casework.VisaGiving", "visa.not_asked")
	}
	digest := c.draftDigest()
	asked, ok := c.visaTurnOf(by)
	if !ok {
		return Effect{}, Fail(NotAllowed, "casework.VisaGiving", "visa.not_asked")
	}
	if err := c.mayAgree(by, asked); err != nil {
		return Effect{}, err
	}
	if a.Digest != digest {
		return Effect{}, Fail(Conflict, "casework.VisaGiving", "sign.other_text")
	}
	if !a.Agreed || a.Remarks != "" {
		if err := needText("remarks", a.Remarks, 5000); err != nil {
			return Effect{}, err
		}
	}
	i := slices.IndexFunc(c.Draft.Visas, func(v Visa) bool { return v.By == asked.By })
	v := &c.Draft.Visas[i]
	v.Deputy, v.DeputyName = "", ""
	if asked.By != by.ID {
		v.Deputy, v.DeputyName = by.ID, by.Name
	}
	v.At, v.Agreed, v.Remarks, v.Digest = env.Now, a.Agreed, a.Remarks, digest
	if a.Agreed {
		c.tellTurn(env)
	} else {
		c.tellReturned(env, by)
	}
	facts := map[string]string{"digest": digest, "agreed": strconv.FormatBool(a.Agreed)}
	if a.Remarks != "" {
		facts["remarks"] = textDigest(a.Remarks)
	}
	return Effect{Facts: facts}, nil
}

func (c *Case) draftDigest() string {
	return LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)
}

// agreedByAll refuses a draft that somebody who was asked has not agreed to.
// The officer may ask others, or nobody, before he tries again.
func agreedByAll(c *Case) error {
	var names []string
	for _, v := range c.Draft.Visas {
		if !v.Given(c.draftDigest()) {
			names = append(names, v.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return &Error{Code: NotAllowed, Op: "casework.Submission", Message: "visa.missing",
		Data: map[string]any{"Names": strings.Join(names, ", ")}}
}

// visasOf lets the visas of a draft wait for its next version.
func visasOf(before *Draft) []Visa {
	if before == nil {
		return nil
	}
	return slices.Clone(before.Visas)
}

// visaTurnOf finds the visa that an actor may give now: his own, or that of
// somebody for whom he stands in.
func (c *Case) visaTurnOf(by Actor) (Visa, bool) {
	if c.Draft == nil {
		return Visa{}, false
	}
	turn := c.Draft.VisaTurn(c.draftDigest())
	for _, may := range []func(Visa) bool{
		func(v Visa) bool { return v.By == by.ID },
		func(v Visa) bool { return by.standsAt(v.By, c.Place) },
	} {
		if i := slices.IndexFunc(turn, may); i >= 0 {
			return turn[i], true
		}
	}
	return Visa{}, false
}

// mayAgree refuses an agreement that would make two persons of one: to a draft
// that the actor, his deputy or whom he stands in for has written, and a second
// visa of those who count as one.
func (c *Case) mayAgree(by Actor, asked Visa) error {
	if by.OnePerson(c.Draft.Author, c.Draft.AuthorFor) || c.Draft.AuthorFor == asked.By {
		return Fail(NotAllowed, "casework.VisaGiving", "visa.own_draft")
	}
	for _, v := range c.Draft.Visas {
		if v.By != asked.By && v.Given(c.draftDigest()) && (by.OnePerson(v.By, v.Deputy) || v.Deputy == asked.By) {
			return Fail(NotAllowed, "casework.VisaGiving", "visa.one_person")
		}
	}
	return nil
}

// mayVisa reports whether an actor's agreement is asked now, for buttons.
func (c *Case) mayVisa(by Actor) bool {
	v, ok := c.visaTurnOf(by)
	return ok && c.mayAgree(by, v) == nil
}
