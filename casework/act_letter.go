package casework

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

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
	d := Draft{Author: by.ID, AuthorFor: by.acting}
	if c.Draft != nil {
		d.Revision, d.Remarks, d.Visas = c.Draft.Revision, c.Draft.Remarks, visasOf(c.Draft)
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

// mustAnswer checks that the actor is the assigned officer, stands in for him,
// or is a head.
func mustAnswer(c *Case, by Actor) error {
	if by.Answers(c) {
		return nil
	}
	return Fail(Forbidden, "casework.Drafting", "draft.not_yours")
}

// Answers reports whether the answer to a case is the actor's work: as its
// officer, as the deputy of that officer, or as a head. The acts decide whether
// it can be done now.
func (a Actor) Answers(c *Case) bool {
	return a.ActsFor(c.Place.Officer, c) || a.HasRole(RoleHead, c)
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
	if err := agreedByAll(c); err != nil {
		return Effect{}, err
	}
	c.Draft.Remarks = ""
	c.tellToSign(env)
	return Effect{Facts: map[string]string{"revision": strconv.Itoa(a.Revision)}}, nil
}

// SendingBack (возврат на доработку) returns the draft with remarks.
type SendingBack struct{ Remarks string }

// Kind implements Act.
func (SendingBack) Kind() ActKind { return ActSendBack }

func (a SendingBack) apply(env *Env, c *Case, by Actor) (Effect, error) {
	if err := needText("remarks", a.Remarks, 5000); err != nil {
		return Effect{}, err
	}
	c.Draft.Remarks, c.Draft.Signature, c.Draft.Paper, c.Draft.Number = a.Remarks, nil, nil, ""
	c.tellReturned(env, by)
	return Effect{Facts: map[string]string{"remarks": textDigest(a.Remarks), "revision": strconv.Itoa(c.Draft.Revision)}}, nil
}

// Signing (подписание, 59-FZ art. 10 p. 3) puts the head's signature on the
// draft. Office makes the signature over LetterDigest.
type Signing struct {
	Signature Signature
	// Number is the outgoing number: it stands in the signed file, so it is
	// taken before the signature.
	Number string
	// Paper is the printed letter; nil where the office prints none.
	Paper *Paper
}

// Kind implements Act.
func (Signing) Kind() ActKind { return ActSign }

func (a Signing) apply(env *Env, c *Case, by Actor) (Effect, error) {
	digest := LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)
	if a.Signature.Digest != digest || len(a.Signature.Value) == 0 || !soundPaper(a.Paper) {
		return Effect{}, Fail(Conflict, "casework.Signing", "sign.other_text")
	}
	s := a.Signature
	s.By, s.Name, s.At = by.ID, by.Name, env.Now
	if by.acting != "" {
		standing, _ := by.StandingFor(by.acting, c.Place.Body)
		s.For, s.ForName, s.Post = by.acting, standing.Name, standing.Post
	}
	c.Draft.Signature, c.Draft.Number, c.Draft.Paper = &s, a.Number, a.Paper
	facts := map[string]string{"digest": digest, "algorithm": s.Algorithm, "key": s.Key}
	if a.Number != "" {
		facts["number"] = a.Number
	}
	if a.Paper != nil {
		facts["paper"], facts["certificate"] = paperDigest(a.Paper), a.Paper.Certificate.Serial
	}
	// In complaints the decision is made by the signature, and terms run from it.
	c.happened(StartDecided, env.today(c.clockBody()))
	return Effect{Facts: facts, Opens: env.Regulation.Results[c.Draft.Outcome].Opens}, nil
}

// Answering (отправка ответа, 59-FZ art. 10 p. 1 and 4) sends the signed
// letter; nothing is owed after it.
type Answering struct {
	// Number is the outgoing number, taken by Office for a letter that was
	// signed without one; a letter that has a number keeps it.
	Number string
}

// Kind implements Act.
func (Answering) Kind() ActKind { return ActAnswer }

func (a Answering) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	d := c.Draft
	digest := LetterDigest(c.ID, d.Letter(), d.Files)
	if d.Signature == nil || d.Signature.Digest != digest || paperDigest(d.Paper) != c.signedPaper() {
		return Effect{}, Fail(Conflict, "casework.Answering", "sign.other_text")
	}
	if d.Number != "" {
		a.Number = d.Number
	}
	answer := Answer{Paper: d.Paper, ID: fmt.Sprintf("a%d", len(c.Answers)+1), Body: c.Place.Body, Text: d.Letter(), Files: d.Files,
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
	if d.Paper != nil {
		e.Facts["paper"] = paperDigest(d.Paper)
	}
	// Documents that never came are not waited for any longer.
	for _, t := range c.Terms {
		if t.Running() && t.Kind.Base() == TermDocs {
			e.Drops = append(e.Drops, t.Kind)
		}
		if t.Running() && t.Kind == TermSupplement {
			e.Meets = append(e.Meets, t.Kind)
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
