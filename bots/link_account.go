package bots

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"priemnaya/casework"
)

// How an account is bound (promise M3). Two ends must be in one pair of hands:
// the chat and the signed-in browser.
//
//  1. The chat gets a one-time link and a short check number.
//  2. The page behind the link, after signing in, names the account (messenger,
//     name, @name), shows the same check number and says what confirming means.
//     Whoever was sent a stranger's link sees a stranger's account there.
//  3. Confirming uses the link up and shows a code on the page. Nothing is
//     bound yet.
//  4. The code is typed in the chat. Only then is the chat bound.
//
// A thief of the link who confirms it as himself gets a code, but not the
// victim's chat to type it in. An attacker who sends his own link to a victim
// needs the code from the victim's screen, which the page forbids to hand on;
// the number to compare is one that the victim has in no chat of his.

// KindLink is the shelf's kind of one-time links; the owner is the dialogue.
const KindLink = "messenger-link"

// LinkLife is how long a one-time link and its code hold (promise M3).
const LinkLife = 10 * time.Minute

// codeTries is how often a code may be mistyped.
const codeTries = 5

// linkRequest is a one-time link; its ID is the digest of the token.
type linkRequest struct {
	Key   string    `json:"key"`
	User  User      `json:"user"`
	Check string    `json:"check"`
	Asked time.Time `json:"asked"`
	// Who has confirmed and the digest of the code he was shown; empty before.
	Who   *casework.Applicant `json:"who,omitempty"`
	Code  string              `json:"code,omitempty"`
	Tries int                 `json:"tries,omitempty"`
}

// LinkView is what the page shows before a person confirms.
type LinkView struct {
	// Platform, Name and Handle are the account; Check is the number that the
	// chat shows as well.
	Platform, Name, Handle, Check string
	// Asked is when the chat asked for the link, Till when it ends.
	Asked, Till time.Time
	// Used is true if the link was confirmed already.
	Used bool
}

func linkID(token string) string { return digest("link", token) }

// number is a random number of so many digits.
func number(digits int) string {
	most := big.NewInt(1)
	for range digits {
		most.Mul(most, big.NewInt(10))
	}
	n, err := rand.Int(rand.Reader, most)
	if err != nil {
		// crypto/rand never fails on the systems we run on.
		panic(err)
	}
	return fmt.Sprintf("%0*d", digits, n)
}

// makeLink makes a one-time link for a chat; an earlier one ends.
func (a *Attendant) makeLink(ctx context.Context, f Facts, e Errand, r *Result) error {
	if err := a.dropLinks(ctx, f.Key); err != nil {
		return err
	}
	var raw [32]byte
	rand.Read(raw[:])
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	l := linkRequest{Key: f.Key, Check: number(4), Asked: a.cfg.Now().UTC()}
	if e.Who != nil {
		l.User = *e.Who
	}
	if err := a.putLink(ctx, linkID(token), 0, l); err != nil {
		return err
	}
	r.URL, r.Code, r.Till = a.cfg.Site+"/messenger/"+token, l.Check, l.Asked.Add(LinkLife)
	return nil
}

func (a *Attendant) putLink(ctx context.Context, id string, version int64, l linkRequest) error {
	data, err := json.Marshal(l)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "bots.link", Err: err}
	}
	_, err = a.cfg.Shelf.Put(ctx, casework.Record{Kind: KindLink, ID: id, Version: version, Owner: l.Key,
		Expires: l.Asked.Add(LinkLife), Data: data})
	return err
}

func (a *Attendant) links(ctx context.Context, key string) ([]casework.Record, error) {
	records, _, err := a.cfg.Shelf.List(ctx, KindLink, key, casework.Window{Limit: 10})
	return records, err
}

func (a *Attendant) dropLinks(ctx context.Context, key string) error {
	records, err := a.links(ctx, key)
	if err != nil {
		return err
	}
	for _, r := range records {
		if err := a.cfg.Shelf.Remove(ctx, KindLink, r.ID); err != nil {
			return err
		}
	}
	return nil
}

func (a *Attendant) link(ctx context.Context, token string) (linkRequest, int64, error) {
	var l linkRequest
	r, err := a.cfg.Shelf.Fetch(ctx, KindLink, linkID(token))
	if err != nil {
		return l, 0, err
	}
	if err := json.Unmarshal(r.Data, &l); err != nil {
		return l, 0, &casework.Error{Code: casework.Corrupted, Op: "bots.link", Err: err}
	}
	return l, r.Version, nil
}

// Link shows whose chat a one-time link belongs to. Looking does not use it
// up. Errors: NotFound for one that is unknown, used up or too old.
func (a *Attendant) Link(ctx context.Context, token string) (LinkView, error) {
	l, _, err := a.link(ctx, token)
	if err != nil {
		return LinkView{}, err
	}
	platform, _ := cutKey(l.Key)
	return LinkView{Platform: platform, Name: l.User.Name, Handle: l.User.Handle, Check: l.Check,
		Asked: l.Asked, Till: l.Asked.Add(LinkLife), Used: l.Who != nil}, nil
}

// ConfirmLink uses a one-time link up for an identified person and returns the
// code that he must type in the chat. Errors: NotFound as of Link; Conflict if
// it was used already; Forbidden if the person is not identified well enough to
// file; TooMany if he has MaxBindings accounts.
func (a *Attendant) ConfirmLink(ctx context.Context, who casework.Applicant, token string) (code string, err error) {
	const op = "bots.ConfirmLink"
	if who.Key == "" || !casework.LegalEffect(casework.ChannelBot, who.Assurance) {
		return "", casework.Fail(casework.Forbidden, op, "filing.not_identified")
	}
	l, version, err := a.link(ctx, token)
	if err != nil {
		return "", err
	}
	if l.Who != nil {
		return "", casework.Fail(casework.Conflict, op, "bot.link.used")
	}
	mine, err := a.Bindings(ctx, who.Key)
	if err != nil {
		return "", err
	}
	if len(mine) >= MaxBindings {
		return "", &casework.Error{Code: casework.TooMany, Op: op, Message: "bot.link.too_many", Data: map[string]any{"Max": MaxBindings}}
	}
	code = number(6)
	l.Who, l.Code = &who, digest("code", linkID(token), code)
	if err := a.putLink(ctx, linkID(token), version, l); err != nil {
		return "", err
	}
	return code, nil
}

// bindByCode binds the chat if the code is the one shown on the page.
func (a *Attendant) bindByCode(ctx context.Context, f Facts, e Errand, r *Result) error {
	const op = "bots.bindByCode"
	if b, err := a.BindingOf(ctx, f.Key); err == nil {
		// A crash came between binding and telling.
		r.Name, r.Till = b.Applicant.Name.Full(), b.Till
		return a.dropLinks(ctx, f.Key)
	}
	records, err := a.links(ctx, f.Key)
	if err != nil {
		return err
	}
	for _, rec := range records {
		var l linkRequest
		if err := json.Unmarshal(rec.Data, &l); err != nil {
			return &casework.Error{Code: casework.Corrupted, Op: op, Err: err}
		}
		if l.Who == nil {
			continue
		}
		if !hmac.Equal([]byte(digest("code", rec.ID, e.Value)), []byte(l.Code)) {
			if l.Tries++; l.Tries >= codeTries {
				return firstOf(a.cfg.Shelf.Remove(ctx, KindLink, rec.ID), casework.Fail(casework.TooMany, op, "bot.link.tries"))
			}
			return firstOf(a.putLink(ctx, rec.ID, rec.Version, l), casework.Fail(casework.Forbidden, op, "bot.link.wrong"))
		}
		b, err := a.bind(ctx, f.Key, *l.Who, l.User)
		if err != nil {
			return err
		}
		r.Name, r.Till = b.Applicant.Name.Full(), b.Till
		return a.cfg.Shelf.Remove(ctx, KindLink, rec.ID)
	}
	return casework.Fail(casework.NotFound, op, "bot.link.no_code")
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
