package casework

import (
	"context"
	"sync"
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
	reach   func(c *Case) []Medium
	sealer  PersonSealer
	press   LetterPress

	laws     atomic.Pointer[Laws]
	registry atomic.Pointer[Registry]
	learner  atomic.Pointer[Suggester]
	wording  atomic.Pointer[similarities]
	reading  atomic.Pointer[readingRulesIn]
	// cells are the counts behind the open data, by cell.
	cells sync.Map
	// reserving is held while an outgoing number is looked for and taken.
	reserving sync.Mutex
}

// LetterSigner makes the electronic signature of a head over the digest of a
// letter (LetterDigest). Errors: Unavailable.
type LetterSigner func(ctx context.Context, by Actor, digest string) (Signature, error)

// OfficeConfig is what an Office needs; every field but Wake, Reach,
// Sealer and Press is required.
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
	// Reach lists further media by which the applicant of a case is told: a
	// bound messenger, the website he filed on, a cabinet outside. It is asked
	// at every act, so a new binding holds for all his cases; it must be quick.
	Reach func(c *Case) []Medium
	// Sealer keeps the names of applicants who have them closed; without one
	// no body offers that.
	Sealer PersonSealer
	// Press prints the letters that are signed; without one they stay text.
	Press LetterPress
}

// NewOffice makes an Office. Errors: Invalid if something is missing.
func NewOffice(cfg OfficeConfig) (*Office, error) {
	if cfg.Store == nil || cfg.Numbers == nil || cfg.Shelf == nil || cfg.Now == nil || cfg.Sign == nil ||
		cfg.Laws == nil || cfg.Registry == nil || len(cfg.Secret) < 32 {
		return nil, Fail(Invalid, "casework.NewOffice", "office.config")
	}
	o := &Office{store: cfg.Store, numbers: cfg.Numbers, shelf: cfg.Shelf, secret: cfg.Secret,
		now: cfg.Now, sign: cfg.Sign, wake: cfg.Wake, reach: cfg.Reach, sealer: cfg.Sealer, press: cfg.Press}
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
