package casework

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// CopyOrder asks for a certified copy (заверенная копия) of an electronic
// answer. Staff that reads the case names it; an operator, who may not read
// cases, needs the number and the access code that the applicant gives him.
type CopyOrder struct {
	Case         string
	Number, Code string
	// Answer is the ID of the answer; empty is the last one.
	Answer string
	// Key is the idempotency key: a repeated order is the same copy.
	Key string
}

// CertifiedCopy is a copy with who has certified it and when.
type CertifiedCopy struct {
	// Serial names the copy; it is printed on it.
	Serial string    `json:"serial"`
	Case   string    `json:"case"`
	Answer string    `json:"answer"`
	By     string    `json:"by"`
	Name   string    `json:"name"`
	At     time.Time `json:"at"`
	// Digest is that of the signed letter, as it was recomputed for the copy.
	Digest string `json:"digest"`

	Document Case   `json:"-"`
	Letter   Answer `json:"-"`
}

// KindCopy is the shelf's kind of certified copies; the owner is the case.
const KindCopy = "certified-copy"

// Certify makes a certified copy of an answer, after checking that the letter
// is still the one that was signed, and writes down who made it. Errors:
// NotFound for a foreign case, a wrong code or a case without an answer;
// Forbidden for a role that certifies nothing; Corrupted if letter and
// signature do not agree.
func (o *Office) Certify(ctx context.Context, by Actor, order CopyOrder) (CertifiedCopy, error) {
	const op = "casework.Certify"
	if !slices.ContainsFunc([]Role{RoleOperator, RoleRegistrar, RoleOfficer, RoleHead}, by.Is) {
		return CertifiedCopy{}, Fail(Forbidden, op, "act.forbidden")
	}
	c, err := o.orderedCase(ctx, by, order)
	if err != nil {
		return CertifiedCopy{}, err
	}
	i := len(c.Answers) - 1
	if order.Answer != "" {
		i = slices.IndexFunc(c.Answers, func(a Answer) bool { return a.ID == order.Answer })
	}
	if i < 0 {
		return CertifiedCopy{}, Fail(NotFound, op, "counter.error.no_answer")
	}
	letter := c.Answers[i]
	digest := LetterDigest(c.ID, letter.Text, letter.Files)
	if digest != letter.Signature.Digest {
		return CertifiedCopy{}, Fail(Corrupted, op, "counter.error.digest")
	}
	serial := spell(mac(o.secret, "copy", by.ID, c.ID, letter.ID, order.Key), 10)
	made := CertifiedCopy{Serial: serial[:5] + "-" + serial[5:], Case: c.ID, Answer: letter.ID, By: by.ID, Name: by.Name,
		At: o.now().UTC(), Digest: digest}
	data, err := json.Marshal(made)
	if err != nil {
		return made, wrap(Internal, op, err)
	}
	_, err = o.shelf.Put(ctx, Record{Kind: KindCopy, ID: made.Serial, Owner: c.ID, Data: data})
	if thereAlready(err) {
		var r Record
		if r, err = o.shelf.Fetch(ctx, KindCopy, made.Serial); err == nil {
			err = json.Unmarshal(r.Data, &made)
		}
	}
	if err != nil {
		return made, err
	}
	made.Document, made.Letter = c, letter
	return made, o.noteRead(ctx, by, &c, "certified_copy")
}

func (o *Office) orderedCase(ctx context.Context, by Actor, order CopyOrder) (Case, error) {
	if order.Case == "" {
		return o.Track(ctx, order.Number, order.Code)
	}
	c, err := o.store.Get(ctx, order.Case)
	if err != nil {
		return c, err
	}
	if !by.MayRead(&c) || by.HasRole(RoleCitizen, &c) {
		return Case{}, Fail(NotFound, "casework.Certify", "case.none")
	}
	return c, nil
}
