package casework

import (
	"context"
	"errors"
)

// Route does what a case waits for from the system: the router's decision, or
// the making of copies. A case that waits for nothing is left alone, so calling
// it twice is harmless.
// Errors: NotFound, Unavailable.
func (o *Office) Route(ctx context.Context, id string) (Case, error) {
	by := SystemActor()
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return c, err
	}
	if c.Stage != StageReceived {
		return c, o.MakeCopies(ctx, id)
	}
	// The learner is asked before the update: its answer depends on the text
	// only, and the update may run more than once.
	s := o.Suggest(c.Content.Text, c.Subject.Address)
	r := o.Registry().FindRoute(RouteQuery{Addressee: c.Subject.Addressee, Topic: firstOf(c.Subject.Topics),
		Territory: c.Subject.Territory, Suggestion: s})
	act := Act(Holding{Route: r})
	if r.Sure {
		act = Routing{Body: r.Body, Route: r}
	}
	c, err = o.Do(ctx, by, id, AnyState, act)
	var banned *Error
	if errors.As(err, &banned) && banned.Message == complainedOf {
		// The competent body is the one complained of: a registrar decides.
		r.Sure, r.Confidence = false, 0
		r.Body, _ = banned.Data["Proposed"].(string)
		c, err = o.Do(ctx, by, id, AnyState, Holding{Route: r})
	}
	if CodeOf(err) == NotAllowed {
		return o.store.Get(ctx, id)
	}
	return c, err
}
