package casework

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Paper is a letter as it is sent: the file on the letterhead of the body with
// the visible stamp, and the detached electronic signature over its bytes. Both
// are made when the head signs and never again.
type Paper struct {
	// Letter is the PDF, Detached its CMS signature (.sig).
	Letter   File `json:"letter"`
	Detached File `json:"detached"`
	// Certificate is the one the stamp in the letter names.
	Certificate Certificate `json:"certificate"`
}

// Certificate is what a letter says of the certificate it is signed by.
type Certificate struct {
	Serial string    `json:"serial"`
	Owner  string    `json:"owner"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	// Test is true for a development key: no legal force.
	Test bool `json:"test,omitempty"`
}

// PrintOrder says which letter to print: the case with its draft, who signs it
// and when, and the outgoing number that stands in it.
type PrintOrder struct {
	Case   Case
	By     Actor
	Number string
	At     time.Time
	// Standing is in whose place By signs; empty in his own right.
	Standing Standing
}

// LetterPress prints the letter of a draft, signs the file and keeps both
// files. It is asked at every signing, also at one that loses a race, so what
// it keeps may be left over. Errors: Unavailable.
type LetterPress func(ctx context.Context, order PrintOrder) (Paper, error)

// Documents are the files that the applicant gets with an answer: the letter
// and its signature first, if the answer has them, then the enclosures.
func (a Answer) Documents() []File {
	if a.Paper == nil {
		return a.Files
	}
	return append([]File{a.Paper.Letter, a.Paper.Detached}, a.Files...)
}

// kindOutgoing is the shelf's kind of reserved outgoing numbers.
const kindOutgoing = "outgoing"

// outgoing reserves the outgoing number of the case's next answer, or finds the
// one reserved before: two heads who sign at once, a crash between number and
// signature, and a letter taken back and signed again use up one number. A new
// year begins a new series and so takes a new number. Two heads who sign at
// once on two processes still get one number, and one may be left out of the
// series.
func (o *Office) outgoing(ctx context.Context, by Actor, c *Case, act Act) (string, error) {
	env, err := o.env(c)
	if err != nil {
		return "", err
	}
	id := fmt.Sprintf("%s/%s/%d/%d", c.ID, c.Place.Body, env.today(c.Place.Body).Year, len(c.Answers)+1)
	o.reserving.Lock()
	defer o.reserving.Unlock()
	if r, err := o.shelf.Fetch(ctx, kindOutgoing, id); err == nil {
		return string(r.Data), nil
	} else if CodeOf(err) != NotFound {
		return "", err
	}
	number, err := o.number(ctx, by, c.ID, act, "out")
	if err != nil {
		return "", err
	}
	// The journal keeps the number; the reservation is only of use until then.
	_, err = o.shelf.Put(ctx, Record{Kind: kindOutgoing, ID: id, Owner: c.ID, Data: []byte(number), Expires: o.now().AddDate(1, 0, 0)})
	if code := CodeOf(err); code == Exists || code == Conflict {
		r, err := o.shelf.Fetch(ctx, kindOutgoing, id)
		return string(r.Data), err
	}
	return number, err
}

// signing gets the number, the signature and the printed letter of a signing.
func (o *Office) signing(ctx context.Context, by Actor, id string, act Signing) (Signing, error) {
	c, err := o.allowed(ctx, by, id, act.Kind())
	if err != nil {
		return act, err
	}
	if act.Number, err = o.outgoing(ctx, by, &c, act); err != nil {
		return act, err
	}
	if act.Signature, err = o.sign(ctx, by, LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files)); err != nil {
		return act, err
	}
	if o.press == nil {
		return act, nil
	}
	paper, err := o.press(ctx, PrintOrder{Case: c, By: by, Number: act.Number, At: o.now(), Standing: o.standingOf(&c, by, act.Kind())})
	act.Paper = &paper
	return act, err
}

// standingOf is in whose place the actor does an act on a case, if he does.
func (o *Office) standingOf(c *Case, by Actor, kind ActKind) Standing {
	env, err := o.env(c)
	if err != nil {
		return Standing{}
	}
	_, absent, _ := permit(env, c, by, kind)
	standing, _ := by.StandingFor(absent, c.Place.Body)
	return standing
}

// soundPaper reports whether a printed letter is whole.
func soundPaper(p *Paper) bool {
	return p == nil || p.Letter.ID != "" && p.Letter.SHA256 != "" && p.Detached.ID != "" && p.Detached.SHA256 != ""
}

// paperDigest is what the journal says of a printed letter.
func paperDigest(p *Paper) string {
	if p == nil {
		return ""
	}
	return filesDigest([]File{p.Letter, p.Detached})
}

// signedPaper is what the last signing wrote down of its printed letter.
func (c *Case) signedPaper() string {
	for _, e := range slices.Backward(c.Journal) {
		if e.Act == ActSign {
			return e.Facts["paper"]
		}
	}
	return ""
}
