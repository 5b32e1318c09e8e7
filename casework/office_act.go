package casework

import (
	"context"
	"crypto/hmac"
	"fmt"
	"slices"
)

// AnyState as seen tells Do not to check what the actor has seen.
const AnyState = -1

// Do performs an act on a stored case. seen is how many journal events the
// actor's page showed: if there are more now, somebody has acted meanwhile and
// the act is refused as Conflict; AnyState skips the check.
// Errors: those of Perform; NotFound for an unknown case and for one that the
// actor may not know.
func (o *Office) Do(ctx context.Context, by Actor, id string, seen int, act Act) (Case, error) {
	if needsMore(act) {
		// Before a number is taken or a signature made for nothing.
		if err := o.tryFirst(ctx, by, id, seen, act); err != nil {
			return Case{}, err
		}
	}
	act, err := o.prepare(ctx, by, id, act)
	if err != nil {
		return Case{}, err
	}
	c, err := o.store.Update(ctx, id, func(c Case) (Case, error) {
		if err := mayAct(&c, by, seen); err != nil {
			return c, err
		}
		env, err := o.env(&c)
		if err != nil {
			return c, err
		}
		return Perform(env, c, by, act)
	})
	if err != nil {
		return Case{}, err
	}
	o.listAsks(ctx, &c)
	o.wake(id)
	if mark, ok := act.(Rating); ok {
		// The mark is saved with the case; a tally that stays behind is no
		// reason to tell the applicant that it was not.
		_ = o.noteMark(ctx, &c, mark.Mark)
	}
	return c.veiledFor(by), nil
}

// mayAct checks that the actor may know the case and has seen its last event.
func mayAct(c *Case, by Actor, seen int) error {
	if !by.MayRead(c) {
		return Fail(NotFound, "casework.Do", "case.none")
	}
	if seen != AnyState && len(c.Journal) != seen {
		return Fail(Conflict, "casework.Do", "case.changed")
	}
	return nil
}

// needsMore reports whether prepare spends something on the act.
func needsMore(act Act) bool {
	switch act.(type) {
	case Registration, Answering, Signing, Ending:
		return true
	}
	return false
}

// tryFirst does an act on a copy with a stand-in for what prepare would get, so
// that a refused or stale act takes no number and makes no signature.
func (o *Office) tryFirst(ctx context.Context, by Actor, id string, seen int, act Act) error {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := mayAct(&c, by, seen); err != nil {
		return err
	}
	env, err := o.env(&c)
	if err != nil {
		return err
	}
	switch a := act.(type) {
	case Registration:
		a.Number = "0"
		_, err = Perform(env, c, by, a)
	case Answering:
		a.Number = "0"
		_, err = Perform(env, c, by, a)
	default:
		err = Allowed(env, &c, by, act.Kind())
	}
	return err
}

func (o *Office) env(c *Case) (*Env, error) {
	env := &Env{Now: o.now(), Laws: o.Laws(), Registry: o.Registry(), Reach: o.reach}
	reg, err := env.Laws.Version(c.Procedure.Regime, c.Procedure.Version)
	env.Regulation = reg
	return env, err
}

// prepare gets what an act needs from outside: numbers and signatures.
func (o *Office) prepare(ctx context.Context, by Actor, id string, act Act) (Act, error) {
	switch a := act.(type) {
	case Registration:
		n, err := o.number(ctx, by, id, act, "in")
		a.Number = n
		return a, err
	case Answering:
		c, err := o.allowed(ctx, by, id, act.Kind())
		if err != nil || c.Draft.Number != "" {
			return a, err
		}
		a.Number, err = o.outgoing(ctx, by, &c, act)
		return a, err
	case Ending:
		earlier, err := o.earlier(ctx, id)
		a.Earlier = earlier
		return a, err
	case Joining:
		if !hmac.Equal([]byte(a.Invitation), []byte(o.invitation(id))) {
			return nil, Fail(NotFound, "casework.Joining", "case.none")
		}
		return a, nil
	case Signing:
		return o.signing(ctx, by, id, a)
	}
	return act, nil
}

// number takes the next number of the case's body and year.
func (o *Office) number(ctx context.Context, by Actor, id string, act Act, series string) (string, error) {
	c, err := o.allowed(ctx, by, id, act.Kind())
	if err != nil {
		return "", err
	}
	env, err := o.env(&c)
	if err != nil {
		return "", err
	}
	year := env.today(c.Place.Body).Year
	n, err := o.numbers.Take(ctx, fmt.Sprintf("%s/%s/%d", c.Place.Body, series, year), 1)
	if err != nil {
		return "", err
	}
	prefix := env.Regulation.Number
	if p := env.bodySettings(c.Place.Body).NumberPrefix; p != "" {
		prefix = p
	}
	if series == "out" {
		prefix += "-И"
	}
	return NumberOf(prefix, year, n), nil
}

// allowed loads the case and checks role and stage of an act.
func (o *Office) allowed(ctx context.Context, by Actor, id string, kind ActKind) (Case, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return c, err
	}
	env, err := o.env(&c)
	if err != nil {
		return c, err
	}
	return c, Allowed(env, &c, by, kind)
}

// Acts lists the acts that the actor may do on the case now, for buttons.
func (o *Office) Acts(c *Case, by Actor) []ActKind {
	env, err := o.env(c)
	if err != nil {
		return nil
	}
	var out []ActKind
	for kind := range env.Regulation.Acts {
		// The answer is the work of one officer, whatever the others may do.
		if (kind == ActDraft || kind == ActSubmit || kind == ActAskVisa) && mustAnswer(c, by) != nil {
			continue
		}
		if kind == ActVisa && !c.mayVisa(by) || kind == ActAskVisa && c.Draft == nil {
			continue
		}
		if kind == ActReopen && c.mayReopen(env) != nil || kind == ActReview && !c.mayReview(by) {
			continue
		}
		if Allowed(env, c, by, kind) == nil {
			out = append(out, kind)
		}
	}
	slices.Sort(out)
	return out
}
