package casework

import (
	"context"
	"strings"
)

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
		Variant: p.Procedure.Variant}
	c.Origin = p.Origin
	c.Origin.ReceivedAt, c.Origin.RegisteredOn = env.Now, Date{}
	c.happened(StartPortal, DateOf(p.Origin.ReceivedAt, env.bodySettings(p.clockBody()).Location()))
	if d, ok := p.Procedure.Happened[StartPortal]; ok {
		c.happened(StartPortal, d)
	}
	c.Parties = p.Parties
	c.Content, c.Subject, c.Procedure.Complaint = p.contentsFor(a.Body)
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
