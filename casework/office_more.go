package casework

import (
	"context"
	"strings"
	"time"
)

// earlier finds earlier answers on the question of a case to its applicant.
func (o *Office) earlier(ctx context.Context, id string) ([]string, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	key := c.Applicant().Key
	if key == "" {
		return nil, nil
	}
	page, err := o.store.Page(ctx, Query{Party: key, Sort: SortReceived, Window: Window{Limit: 200}})
	if err != nil {
		return nil, err
	}
	var others []Case
	for _, row := range page.Rows {
		other, err := o.store.Get(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		others = append(others, other)
	}
	return earlierAnswers(&c, others), nil
}

// invitation is the secret of a collective appeal by which co-signers join.
func (o *Office) invitation(id string) string { return spell(mac(o.secret, "join", id), 20) }

// Invitation gives the first applicant of a case the secret that lets
// co-signers join. Errors: NotFound.
func (o *Office) Invitation(ctx context.Context, by Actor, id string) (string, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if !by.Is(RoleCitizen) || c.Applicant().Key == "" || c.Applicant().Key != by.ID {
		return "", Fail(NotFound, "casework.Invitation", "case.none")
	}
	return o.invitation(id), nil
}

// Join adds a co-signer who holds the invitation. It is the one act of
// somebody who is no party yet. Errors: NotFound for a wrong case or secret
// alike; those of Perform.
func (o *Office) Join(ctx context.Context, who Applicant, id, invitation string) (Case, error) {
	act, err := o.prepare(ctx, Citizen(who), id, Joining{Applicant: who, Invitation: invitation})
	if err != nil {
		return Case{}, err
	}
	return o.store.Update(ctx, id, func(c Case) (Case, error) {
		env, err := o.env(&c)
		if err != nil {
			return c, err
		}
		return Perform(env, c, Citizen(who), act)
	})
}

// Explanation is why a term is due when it is: the rule, the norm and every
// day, counted or skipped (promise E8).
type Explanation struct {
	Term      Term      `json:"term"`
	Reckoning Reckoning `json:"reckoning"`
	// Same is false if the calendar by which the term was reckoned is no
	// longer loaded; the days shown are then those of the present one.
	Same bool `json:"same"`
}

// Explain replays the reckoning of a term of a case. Errors: NotFound for an
// unknown term, NoCalendar.
func (o *Office) Explain(c *Case, term string) (Explanation, error) {
	for _, t := range c.Terms {
		if t.ID != term {
			continue
		}
		cal, same := o.Laws().Edition(t.Calendar, t.Revision)
		r, err := Reckon(t.Rule, t.Start, cal, t.Pauses...)
		return Explanation{Term: t, Reckoning: r, Same: same}, err
	}
	return Explanation{}, Fail(NotFound, "casework.Explain", "term.none")
}

// TermsAt are the terms of a case as they were known at an instant: which ran
// then, by what was known then (promise E12). Terms that ended later are shown
// as running.
func (c *Case) TermsAt(known time.Time) []Term {
	var out []Term
	for _, t := range c.Terms {
		if t.OpenedAt.After(known) {
			continue
		}
		if t.ClosedAt.After(known) {
			t.Fate, t.ClosedAt, t.ReplacedBy = "", time.Time{}, ""
		}
		if t.Running() {
			out = append(out, t)
		}
	}
	return out
}

// MakeCopies makes the cases of the copies that an act has planned. Calling
// it again is harmless: the IDs are derived from the parent and the body.
func (o *Office) MakeCopies(ctx context.Context, id string) error {
	parent, err := o.store.Get(ctx, id)
	if err != nil {
		return err
	}
	for _, link := range parent.Links {
		if link.Kind != LinkCopy {
			continue
		}
		child, err := o.copyTo(ctx, &parent, link.Case)
		if err != nil {
			return err
		}
		if _, err := o.Do(ctx, SystemActor(), id, AnyState, copied{Body: link.Case, Case: child.ID}); err != nil {
			return err
		}
		o.wake(child.ID)
	}
	return nil
}

func (o *Office) copyTo(ctx context.Context, parent *Case, body string) (Case, error) {
	env, err := o.env(parent)
	if err != nil {
		return Case{}, err
	}
	id := CaseIDOf(o.secret, "copy of "+parent.ID, body)
	child := Case{ID: id, Receipt: receiptOf(id), AccessHash: accessHashOf(id, AccessCodeOf(o.secret, id))}
	child, err = Perform(env, child, SystemActor(), copyReceipt{Parent: parent, Body: body})
	if err != nil {
		return Case{}, err
	}
	made, err := o.store.Create(ctx, child)
	if CodeOf(err) == Exists {
		return o.store.Get(ctx, id)
	}
	return made, err
}

// The acts of the system that make a copy and note it on the parent.
const (
	ActCopyReceived ActKind = "copy_received"
	ActCopied       ActKind = "copied"
)

// copyReceipt begins the case of a copy at another body.
type copyReceipt struct {
	Parent *Case
	Body   string
}

// Kind implements Act.
func (copyReceipt) Kind() ActKind { return ActCopyReceived }

func (a copyReceipt) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	p := a.Parent
	c.Procedure = Procedure{Regime: p.Procedure.Regime, Version: p.Procedure.Version, Kind: p.Procedure.Kind,
		Variant: p.Procedure.Variant, Complaint: p.Procedure.Complaint}
	c.Origin = p.Origin
	c.Origin.ReceivedAt, c.Origin.RegisteredOn = env.Now, Date{}
	c.happened(StartPortal, DateOf(p.Origin.ReceivedAt, env.bodySettings(p.clockBody()).Location()))
	if d, ok := p.Procedure.Happened[StartPortal]; ok {
		c.happened(StartPortal, d)
	}
	c.Parties, c.Subject, c.Content = p.Parties, p.Subject, p.Content
	c.Place = Placement{Body: a.Body}
	c.Questions = []Question{{ID: "q1", Topic: firstOf(p.Subject.Topics), Body: a.Body}}
	c.Links = []Link{{Kind: LinkParent, Case: p.ID}}
	c.Route = Route{Registry: env.Registry.Revision(), Body: a.Body, Sure: true, Confidence: 1, Reached: []string{a.Body},
		Reasons: []Reason{{Key: "route.copy", Data: map[string]string{"Number": p.PublicNumber()}}}}
	return Effect{Facts: map[string]string{"parent": p.ID, "body": a.Body, "text": textDigest(c.Content.Text),
		"files": filesDigest(c.Content.Files)}}, nil
}

// copied notes on the parent that a copy has its case.
type copied struct{ Body, Case string }

// Kind implements Act.
func (copied) Kind() ActKind { return ActCopied }

func (a copied) apply(env *Env, c *Case, _ Actor) (Effect, error) {
	for i, l := range c.Links {
		if l.Kind == LinkCopy && l.Case == a.Body {
			c.Links[i] = Link{Kind: LinkCopied, Case: a.Case}
		}
	}
	if !strings.Contains(linkKinds(c.Links), LinkCopy+" ") {
		c.settleWake(env)
	}
	return Effect{Facts: map[string]string{"body": a.Body, "case": a.Case}}, nil
}

func linkKinds(links []Link) string {
	s := ""
	for _, l := range links {
		s += l.Kind + " "
	}
	return s
}
