package casework

import (
	"context"
	"slices"
)

// Offer (предложение) is what one keystroke can do to a case in a list: send
// it to a body the router found and register it there, or only register it.
type Offer struct {
	Case string
	// Seen is the state of the case that the offer was made for.
	Seen int
	// Bodies are the bodies to choose from, the router's first, with how sure
	// it is; the body that has the case already is only to be registered at.
	Bodies []Candidate
	// Kind and Topic are what the case would be registered with.
	Kind  Kind
	Topic string
}

// Acceptance (согласие) takes an offer. A kind or topic that is empty is the
// offered one.
type Acceptance struct {
	Body  string
	Kind  Kind
	Topic string
}

// Offers makes the offers for the rows of a list; cases that the actor can
// neither route nor register have none. It shows no contents, so it is no
// reading of a case. Errors: Unavailable.
func (o *Office) Offers(ctx context.Context, by Actor, rows []Row) (map[string]Offer, error) {
	out := map[string]Offer{}
	for _, r := range rows {
		if r.Stage != StageHeld && r.Stage != StageRouted {
			continue
		}
		c, err := o.store.Get(ctx, r.ID)
		if CodeOf(err) == NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if offer := o.offer(&c, by); len(offer.Bodies) > 0 {
			out[c.ID] = offer
		}
	}
	return out, nil
}

func (o *Office) offer(c *Case, by Actor) Offer {
	offer := Offer{Case: c.ID, Seen: len(c.Journal), Kind: c.Procedure.Kind, Topic: firstOf(c.Subject.Topics)}
	if offer.Kind == "" {
		offer.Kind = KindStatement
	}
	if offer.Topic == "" && len(c.Route.Topics) > 0 {
		offer.Topic = c.Route.Topics[0].Label
	}
	env, err := o.env(c)
	if err != nil || !by.MayRead(c) {
		return Offer{}
	}
	switch {
	case c.Stage == StageRouted && Allowed(env, c, by, ActRegister) == nil:
		offer.Bodies = []Candidate{{Label: c.Place.Body, Confidence: c.Route.sureOf(c.Place.Body)}}
	case c.Stage == StageHeld && Allowed(env, c, by, ActRoute) == nil:
		if c.Route.Body != "" {
			offer.Bodies = []Candidate{{Label: c.Route.Body, Confidence: c.Route.sureOf(c.Route.Body)}}
		}
		for _, a := range c.Route.Alternatives {
			if !slices.ContainsFunc(offer.Bodies, func(b Candidate) bool { return b.Label == a.Label }) {
				offer.Bodies = append(offer.Bodies, a)
			}
		}
		offer.Bodies = slices.DeleteFunc(offer.Bodies, func(b Candidate) bool {
			_, err := openBody(env, b.Label)
			return err != nil || c.mayGoTo(env, b.Label) != nil
		})
		offer.Bodies = offer.Bodies[:min(len(offer.Bodies), maxOffered)]
	}
	return offer
}

// maxOffered is how many bodies one case is offered to at most.
const maxOffered = 3

// sureOf is how sure the router was of a body.
func (r *Route) sureOf(body string) float64 {
	for _, a := range r.Alternatives {
		if a.Label == body {
			return a.Confidence
		}
	}
	if r.Body == body {
		return r.Confidence
	}
	return 0
}

// Accept routes a case to the body chosen, if it is not there yet, and
// registers it there, if that is the actor's to do as well: two acts, each
// journalled and saved for itself, so what a crash leaves in between is a
// routed case in the queue of registration.
// Errors: those of Do; Invalid if there is nothing to do.
func (o *Office) Accept(ctx context.Context, by Actor, id string, seen int, a Acceptance) (Case, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return c, err
	}
	if err := mayAct(&c, by, seen); err != nil {
		return c, err
	}
	moved := a.Body != "" && a.Body != c.Place.Body
	if moved {
		if c, err = o.Do(ctx, by, id, seen, Routing{Body: a.Body, Route: c.Route}); err != nil {
			return c, err
		}
	}
	if moved && !slices.Contains(o.Acts(&c, by), ActRegister) {
		return c, nil
	}
	offer := o.offer(&c, by)
	if a.Kind == "" {
		a.Kind = offer.Kind
	}
	if a.Topic == "" {
		a.Topic = offer.Topic
	}
	return o.Do(ctx, by, id, len(c.Journal), Registration{AppealKind: a.Kind, Topic: a.Topic})
}
