package casework

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// Office (канцелярия) is the one way into the cases: every page, bot and
// worker calls its methods, and it calls Perform and the store. It is safe
// for parallel use; law, registry and learner can be exchanged at run time.
type Office struct {
	store   Store
	numbers Numbers
	shelf   Shelf
	secret  []byte
	now     func() time.Time
	sign    LetterSigner
	wake    func(caseID string)

	laws     atomic.Pointer[Laws]
	registry atomic.Pointer[Registry]
	learner  atomic.Pointer[Suggester]
}

// LetterSigner makes the electronic signature of a head over the digest of a
// letter (LetterDigest). Errors: Unavailable.
type LetterSigner func(ctx context.Context, by Actor, digest string) (Signature, error)

// OfficeConfig is what an Office needs; every field but Wake is required.
type OfficeConfig struct {
	Store   Store
	Numbers Numbers
	Shelf   Shelf
	// Secret derives case IDs and access codes; at least 32 bytes.
	Secret []byte
	Now    func() time.Time
	Sign   LetterSigner
	Laws   *Laws
	// Registry may be replaced later by SetRegistry.
	Registry *Registry
	// Wake is called after a save that left something to do: a hint to the
	// job queue. It must not block; losing the call costs only delay.
	Wake func(caseID string)
}

// NewOffice makes an Office. Errors: Invalid if something is missing.
func NewOffice(cfg OfficeConfig) (*Office, error) {
	if cfg.Store == nil || cfg.Numbers == nil || cfg.Shelf == nil || cfg.Now == nil || cfg.Sign == nil ||
		cfg.Laws == nil || cfg.Registry == nil || len(cfg.Secret) < 32 {
		return nil, Fail(Invalid, "casework.NewOffice", "office.config")
	}
	o := &Office{store: cfg.Store, numbers: cfg.Numbers, shelf: cfg.Shelf, secret: cfg.Secret,
		now: cfg.Now, sign: cfg.Sign, wake: cfg.Wake}
	if o.wake == nil {
		o.wake = func(string) {}
	}
	o.laws.Store(cfg.Laws)
	o.registry.Store(cfg.Registry)
	return o, nil
}

// Registry is the registry of bodies in force.
func (o *Office) Registry() *Registry { return o.registry.Load() }

// SetRegistry exchanges the registry for all acts from now on.
func (o *Office) SetRegistry(r *Registry) { o.registry.Store(r) }

// Laws are the regulations and calendars in force.
func (o *Office) Laws() *Laws { return o.laws.Load() }

// SetLearner exchanges the learner that suggests topics and bodies.
func (o *Office) SetLearner(s Suggester) { o.learner.Store(&s) }

// Now is the office's clock.
func (o *Office) Now() time.Time { return o.now() }

// Suggest asks the learner about a text; without a learner it knows nothing.
func (o *Office) Suggest(text, place string) Suggestion {
	if l := o.learner.Load(); l != nil && *l != nil {
		return (*l).Suggest(text, place)
	}
	return Suggestion{}
}

// Receipt is what an applicant gets on filing.
type Receipt struct {
	Case Case
	// AccessCode opens the case without signing in. It cannot be found out
	// from the case.
	AccessCode string
	// Again is true if the same submission had been filed before.
	Again bool
}

// File stores a submission as a case (promises A7, A9). It needs the store
// only: routing, notices and search follow by themselves. A repeated call with
// the same applicant and key returns the same receipt and changes nothing.
// Errors: Invalid with fields, Forbidden if the author is not identified well
// enough for an appeal, NoCalendar, Unavailable.
func (o *Office) File(ctx context.Context, by Actor, f Filing) (Receipt, error) {
	c, err := o.filed(by, f)
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{AccessCode: AccessCodeOf(o.secret, c.ID)}
	r.Case, err = o.store.Create(ctx, c)
	if CodeOf(err) == Exists {
		r.Again = true
		r.Case, err = o.store.Get(ctx, c.ID)
	}
	if err != nil {
		return Receipt{}, err
	}
	o.wake(c.ID)
	return r, nil
}

// Preview computes what File would store, without storing it: the dates shown
// to the applicant before he submits (promise A8). Errors: those of File.
func (o *Office) Preview(by Actor, f Filing) (Case, error) { return o.filed(by, f) }

func (o *Office) filed(by Actor, f Filing) (Case, error) {
	now := o.now()
	// The regulation in force is that of the day in the zone of the body.
	env := &Env{Now: now, Laws: o.Laws(), Registry: o.Registry()}
	reg, err := env.Laws.InForce(f.Regime, env.today(f.Addressee))
	if err != nil {
		return Case{}, err
	}
	env.Regulation = reg
	owner := f.Applicant.Key
	if owner == "" {
		owner = "by " + by.ID
	}
	id := CaseIDOf(o.secret, owner, f.Key)
	c := Case{ID: id, Receipt: receiptOf(id), AccessHash: accessHashOf(id, AccessCodeOf(o.secret, id))}
	return Perform(env, c, by, f)
}

// FiledBefore finds the receipt of a submission that the same applicant has
// made with the same key. Errors: NotFound.
func (o *Office) FiledBefore(ctx context.Context, applicant Applicant, key string) (Receipt, error) {
	id := CaseIDOf(o.secret, applicant.Key, key)
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Case: c, AccessCode: AccessCodeOf(o.secret, id), Again: true}, nil
}

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
	o.wake(id)
	return c, nil
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
	env := &Env{Now: o.now(), Laws: o.Laws(), Registry: o.Registry()}
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
		n, err := o.number(ctx, by, id, act, "out")
		a.Number = n
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
		c, err := o.allowed(ctx, by, id, act.Kind())
		if err != nil {
			return nil, err
		}
		a.Signature, err = o.sign(ctx, by, LetterDigest(c.ID, c.Draft.Letter(), c.Draft.Files))
		return a, err
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
		if (kind == ActDraft || kind == ActSubmit) && mustAnswer(c, by) != nil {
			continue
		}
		if Allowed(env, c, by, kind) == nil {
			out = append(out, kind)
		}
	}
	slices.Sort(out)
	return out
}

// Read gives a case to somebody who may see it and writes that into the
// journal of reads, with the purpose. Errors: NotFound for an unknown and for
// a foreign case alike.
func (o *Office) Read(ctx context.Context, by Actor, id, purpose string) (Case, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return Case{}, err
	}
	if !by.MayRead(&c) {
		return Case{}, Fail(NotFound, "casework.Read", "case.none")
	}
	return c, o.noteRead(ctx, by.ID, c.ID, purpose)
}

// Track finds a case by any of its numbers and the access code, without
// signing in. Errors: NotFound, the same for an unknown number and a wrong
// code, after the same work.
func (o *Office) Track(ctx context.Context, number, code string) (Case, error) {
	cases, err := o.store.Find(ctx, NormalNumber(number))
	if err != nil {
		return Case{}, err
	}
	// A comparison is made also where there is nothing to compare with.
	decoy := Case{ID: "none", AccessHash: accessHashOf("none", "none")}
	found, ok := decoy, false
	for _, c := range append(cases, decoy) {
		if c.OpensWith(code) && c.ID != decoy.ID {
			found, ok = c, true
		}
	}
	if !ok {
		return Case{}, Fail(NotFound, "casework.Track", "track.none")
	}
	return found, o.noteRead(ctx, "code", found.ID, "track")
}

// ReissueCode gives a party the access code of a case of his again.
// Errors: NotFound.
func (o *Office) ReissueCode(ctx context.Context, by Actor, id string) (string, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return "", err
	}
	code := AccessCodeOf(o.secret, id)
	if !by.HasRole(RoleCitizen, &c) || !c.OpensWith(code) {
		return "", Fail(NotFound, "casework.ReissueCode", "case.none")
	}
	return code, nil
}

// Queue lists the cases that staff may read and no others. A query for bodies
// or units he has no right to is narrowed, not refused.
func (o *Office) Queue(ctx context.Context, by Actor, q Query) (Page, error) {
	bodies, all := by.Bodies(readingRoles...)
	if all {
		return o.store.Page(ctx, q)
	}
	q.Bodies = narrow(q.Bodies, bodies)
	if len(q.Bodies) == 0 {
		return Page{}, nil
	}
	unit, mixed := by.unitIn(q.Bodies)
	switch {
	case mixed:
		return o.pick(ctx, q, func(r *Row) bool { return by.reads(r.Place) })
	case unit != "" && q.Unit != "" && q.Unit != unit:
		return Page{}, nil
	case unit != "":
		q.Unit = unit
	}
	return o.store.Page(ctx, q)
}

// pick lists by a query those rows that a filter keeps, which the store cannot
// express.
func (o *Office) pick(ctx context.Context, q Query, keep func(*Row) bool) (Page, error) {
	rows, next, err := gather(q.Window, keep, func(w Window) ([]Row, string, error) {
		q := q
		q.Window = w
		page, err := o.store.Page(ctx, q)
		return page.Rows, page.Next, err
	})
	return Page{Rows: rows, Next: next}, err
}

// unitIn tells what the reading grants of the actor in some bodies come to:
// "" for the whole of them, one unit for that unit in each, or a mixture.
func (a Actor) unitIn(bodies []string) (unit string, mixed bool) {
	for i, body := range bodies {
		var units []string
		for _, g := range a.Grants {
			if g.Body == body && slices.Contains(readingRoles, g.Role) {
				units = appendOnce(units, g.Unit)
			}
		}
		one := firstOf(units)
		if slices.Contains(units, "") {
			one = ""
		} else if len(units) > 1 {
			return "", true
		}
		if i > 0 && one != unit {
			return "", true
		}
		unit = one
	}
	return unit, false
}

// reads reports whether some reading role of the actor covers a place.
func (a Actor) reads(p Placement) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return slices.Contains(readingRoles, g.Role) && g.covers(p)
	})
}

func narrow(asked, allowed []string) []string {
	if asked == nil {
		return allowed
	}
	var out []string
	for _, b := range asked {
		if slices.Contains(allowed, b) {
			out = append(out, b)
		}
	}
	return out
}

// Mine lists a citizen's own cases, newest first.
func (o *Office) Mine(ctx context.Context, by Actor, w Window) (Page, error) {
	if !by.Is(RoleCitizen) || by.ID == "" {
		return Page{}, Fail(Unauthenticated, "casework.Mine", "")
	}
	return o.store.Page(ctx, Query{Party: by.ID, Sort: SortReceived, Window: w})
}

// Counts gives the number of cases by body and stage within the actor's right.
func (o *Office) Counts(ctx context.Context, by Actor) ([]Count, error) {
	bodies, all := by.Bodies(readingRoles...)
	if !all && len(bodies) == 0 {
		return nil, nil
	}
	return o.store.Counts(ctx, bodies)
}

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

// access is one entry of the journal of reads.
type access struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Purpose string    `json:"purpose"`
}

// KindAccess is the shelf's kind of the journal of reads; the owner of a
// record is the case.
const KindAccess = "access"

func (o *Office) noteRead(ctx context.Context, by, id, purpose string) error {
	now := o.now().UTC()
	var salt [6]byte
	rand.Read(salt[:])
	data, err := json.Marshal(access{At: now, By: by, Purpose: purpose})
	if err != nil {
		return wrap(Internal, "casework.noteRead", err)
	}
	_, err = o.shelf.Put(ctx, Record{Kind: KindAccess, Owner: id, Data: data,
		ID: fmt.Sprintf("%s-%d-%s", id, now.UnixMilli(), hex.EncodeToString(salt[:]))})
	return err
}
