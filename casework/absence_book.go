package casework

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// The shelf's kinds of absences. All that have not ended lie in one record, so
// that two orders made at once cannot both pass the rules; the past ones lie
// one by one, by their body.
const (
	KindAbsences    = "absences"
	KindPastAbsence = "absence-past"
	absencesNow     = "now"
)

// Absences (книга замещений) keeps who stands in for whom. It is safe for
// parallel use by several processes. Rights follow from it at the moment an
// actor is made, by the clock: nothing has to run when a period begins or ends.
type Absences struct{ cfg AbsencesConfig }

// AbsencesConfig is what Absences need; every field is required.
type AbsencesConfig struct {
	Shelf    Shelf
	Now      func() time.Time
	Registry func() *Registry
	// Member finds an account with its own grants. Errors: NotFound.
	Member func(ctx context.Context, id string) (Member, error)
}

// OpenAbsences makes Absences. Errors: Invalid if something is missing.
func OpenAbsences(cfg AbsencesConfig) (*Absences, error) {
	if cfg.Shelf == nil || cfg.Now == nil || cfg.Registry == nil || cfg.Member == nil {
		return nil, Fail(Invalid, "casework.OpenAbsences", "office.config")
	}
	return &Absences{cfg}, nil
}

// member finds an account; an unknown one is a Member without an ID.
func (b *Absences) member(ctx context.Context, id string) (Member, error) {
	m, err := b.cfg.Member(ctx, id)
	if CodeOf(err) == NotFound {
		return Member{}, nil
	}
	return m, err
}

// Order checks an order and gives the absence that it would make, for the
// journal of administration. Errors: Forbidden, Invalid with fields, NotFound
// for an unknown body or person; those of the shelf.
func (b *Absences) Order(ctx context.Context, by Actor, o AbsenceOrder) (Absence, error) {
	known, _, err := b.load(ctx)
	if err != nil {
		return Absence{}, err
	}
	return b.order(ctx, by, o, known)
}

func (b *Absences) order(ctx context.Context, by Actor, o AbsenceOrder, known []Absence) (Absence, error) {
	const op = "casework.Absences.Name"
	o.Ground, o.Post = strings.TrimSpace(o.Ground), strings.TrimSpace(o.Post)
	if _, err := b.cfg.Registry().Body(o.Body); err != nil {
		return Absence{}, Fail(Forbidden, op, "absence.not_yours")
	}
	absent, err := b.member(ctx, o.Absent)
	if err != nil {
		return Absence{}, err
	}
	if absent.ID == "" || !by.MayNameDeputy(o.Body, o.Absent, absent.Own().Grants) {
		return Absence{}, Fail(Forbidden, op, "absence.not_yours")
	}
	deputy, err := b.member(ctx, o.Deputy)
	if err != nil {
		return Absence{}, err
	}
	now := b.cfg.Now()
	n := naming{order: o, by: by, absent: absent, deputy: deputy, registry: b.cfg.Registry(), known: b.lasting(known, now), now: now}
	if wrong := n.check(); len(wrong) > 0 {
		return Absence{}, &Error{Code: Invalid, Op: op, Message: "absence.invalid", Fields: wrong}
	}
	if o.Post == "" {
		o.Post = ActingPost(absent.Position)
	}
	return Absence{ID: newestID(now), Body: o.Body, Absent: o.Absent, AbsentName: absent.Name, Deputy: o.Deputy, DeputyName: deputy.Name,
		Post: o.Post, From: o.From, To: o.To, Ground: o.Ground, By: by.ID, At: now.UTC()}, nil
}

// newestID sorts the newest first.
func newestID(now time.Time) string {
	return fmt.Sprintf("%016x-%s", uint64(math.MaxInt64-now.UnixNano()), rand.Text()[:6])
}

// Name names a deputy. The rights begin with the first second of From. Errors:
// Forbidden; Invalid with fields for what the rules refuse.
func (b *Absences) Name(ctx context.Context, by Actor, o AbsenceOrder) (Absence, error) {
	var named Absence
	err := b.change(ctx, func(known []Absence) ([]Absence, error) {
		var err error
		if named, err = b.order(ctx, by, o, known); err != nil {
			return nil, err
		}
		if len(known) >= maxAbsences {
			return nil, Fail(TooMany, "casework.Absences.Name", "absence.crowded")
		}
		return append(known, named), nil
	})
	return named, err
}

// End ends an absence now, or calls one off that has not begun. It stays in
// the history. Errors: NotFound for one that is not there or has ended;
// Forbidden as for Name; Invalid for the reason.
func (b *Absences) End(ctx context.Context, by Actor, id, why string) (Absence, error) {
	const op = "casework.Absences.End"
	var ended Absence
	why = strings.TrimSpace(why)
	err := b.change(ctx, func(known []Absence) ([]Absence, error) {
		i := slices.IndexFunc(b.lasting(known, b.cfg.Now()), func(a Absence) bool { return a.ID == id })
		if i < 0 {
			return nil, Fail(NotFound, op, "absence.none")
		}
		i = slices.IndexFunc(known, func(a Absence) bool { return a.ID == id })
		absent, err := b.member(ctx, known[i].Absent)
		if err != nil {
			return nil, err
		}
		if !by.MayNameDeputy(known[i].Body, known[i].Absent, absent.Own().Grants) {
			return nil, Fail(Forbidden, op, "absence.not_yours")
		}
		if !soundLine(why, 3, MaxGround) {
			return nil, badField("why", "absence.ground", map[string]any{"Max": MaxGround})
		}
		known[i].EndedAt, known[i].EndedBy, known[i].Why = b.cfg.Now().UTC(), by.ID, why
		ended = known[i]
		return known, nil
	})
	return ended, err
}

// Lasting lists the absences that hold now or are to come, the earliest first.
func (b *Absences) Lasting(ctx context.Context) ([]Absence, error) {
	known, _, err := b.load(ctx)
	out := b.lasting(known, b.cfg.Now())
	slices.SortStableFunc(out, func(x, y Absence) int { return x.From.Compare(y.From) })
	return out, err
}

func (b *Absences) lasting(known []Absence, now time.Time) []Absence {
	return slices.DeleteFunc(slices.Clone(known), func(a Absence) bool {
		s := a.State(now, b.cfg.Registry().zone(a.Body))
		return s == AbsencePast || s == AbsenceEnded
	})
}

// Holding lists the absences that hold at this instant.
func (b *Absences) Holding(ctx context.Context) ([]Absence, error) {
	known, _, err := b.load(ctx)
	return slices.DeleteFunc(known, func(a Absence) bool { return b.state(a) != AbsenceHolds }), err
}

func (b *Absences) state(a Absence) AbsenceState {
	return a.State(b.cfg.Now(), b.cfg.Registry().zone(a.Body))
}

// Past lists the absences of a body that have ended, the newest first.
func (b *Absences) Past(ctx context.Context, body string, page Window) (list []Absence, next string, err error) {
	records, next, err := b.cfg.Shelf.List(ctx, KindPastAbsence, body, page)
	if err != nil {
		return nil, "", err
	}
	for _, r := range records {
		var a Absence
		if err := json.Unmarshal(r.Data, &a); err != nil {
			return nil, "", wrap(Corrupted, "casework.Absences.Past", err)
		}
		list = append(list, a)
	}
	if page.After != "" {
		return list, next, nil
	}
	// What has ended since the last change has not been moved yet.
	known, _, err := b.load(ctx)
	for _, a := range known {
		s := b.state(a)
		moved := slices.ContainsFunc(list, func(l Absence) bool { return l.ID == a.ID })
		if a.Body == body && (s == AbsencePast || s == AbsenceEnded) && !moved {
			list = append([]Absence{a}, list...)
		}
	}
	return list, next, err
}

// Stand gives an actor what he may do now for those who are absent, and says
// who stands in for him. Whoever is blocked passes nothing on. Errors: those of
// the shelf: rights are not guessed.
func (b *Absences) Stand(ctx context.Context, by Actor) (Actor, error) {
	known, err := b.Holding(ctx)
	if err != nil {
		return by, err
	}
	for _, a := range known {
		switch by.ID {
		case a.Absent:
			by.Deputies = append(slices.Clone(by.Deputies), a.Deputy)
		case a.Deputy:
			absent, err := b.member(ctx, a.Absent)
			if err != nil {
				return by, err
			}
			if absent.ID != "" && !absent.Blocked {
				by = by.StandIn(a, absent.Own().Grants)
			}
		}
	}
	return by, nil
}

func (b *Absences) load(ctx context.Context) ([]Absence, int64, error) {
	r, err := b.cfg.Shelf.Fetch(ctx, KindAbsences, absencesNow)
	if CodeOf(err) == NotFound {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var list []Absence
	if err := json.Unmarshal(r.Data, &list); err != nil {
		return nil, 0, wrap(Corrupted, "casework.Absences", err)
	}
	return list, r.Version, nil
}

// change changes the record of those that last; what has ended moves to the
// history first, so that a crash between leaves it twice and never not at all.
func (b *Absences) change(ctx context.Context, do func([]Absence) ([]Absence, error)) error {
	const rounds = 10
	for round := 0; ; round++ {
		known, version, err := b.load(ctx)
		if err != nil {
			return err
		}
		list, err := do(slices.Clone(known))
		if err != nil {
			return err
		}
		if list, err = b.keepPast(ctx, list, known); err != nil {
			return err
		}
		data, err := json.Marshal(list)
		if err != nil {
			return wrap(Internal, "casework.Absences", err)
		}
		_, err = b.cfg.Shelf.Put(ctx, Record{Kind: KindAbsences, ID: absencesNow, Version: version, Data: data})
		if code := CodeOf(err); (code == Conflict || code == Exists) && round < rounds {
			continue
		}
		return err
	}
}

// keepPast moves what was over before this change into the history. What the
// change itself ends moves with the next one: were its save lost, the history
// would tell of an end that never was.
func (b *Absences) keepPast(ctx context.Context, list, before []Absence) ([]Absence, error) {
	over := map[string]bool{}
	for _, a := range before {
		if s := b.state(a); s == AbsenceComing || s == AbsenceHolds {
			continue
		}
		data, err := json.Marshal(a)
		if err != nil {
			return nil, wrap(Internal, "casework.Absences", err)
		}
		_, err = b.cfg.Shelf.Put(ctx, Record{Kind: KindPastAbsence, ID: a.ID, Owner: a.Body, Data: data})
		if code := CodeOf(err); err != nil && code != Exists && code != Conflict {
			return nil, err
		}
		over[a.ID] = true
	}
	return slices.DeleteFunc(list, func(a Absence) bool { return over[a.ID] }), nil
}
