package casework

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The acts around a sealed name. They are the body's own procedure, not steps
// of the consideration: the regulation does not list them, and no stage
// forbids them.
const (
	ActAskName    ActKind = "name_ask"    // запросить раскрытие
	ActAllowName  ActKind = "name_allow"  // разрешить раскрытие
	ActRefuseName ActKind = "name_refuse" // отказать в раскрытии
	ActSeeName    ActKind = "name_see"    // посмотреть раскрытые данные
	ActLiftName   ActKind = "name_lift"   // заявитель открыл данные сам
)

// NoticeNameOpened tells the citizen, some time after, that his name was
// opened (promise B5).
const NoticeNameOpened NoticeKind = "name_opened"

// Limits of a request to know a name.
const (
	// MinOpenReason and MaxOpenReason bound the reason in characters.
	MinOpenReason, MaxOpenReason = 20, 1000
	// AskLife is how long a request waits for a decision.
	AskLife = 7 * 24 * time.Hour
)

// Opening (раскрытие) is one request to know a sealed name and what came of it.
type Opening struct {
	// ID is unique in the case: "o1".
	ID string `json:"id"`
	// Body is the body that had the case; elsewhere the opening is worth nothing.
	Body    string `json:"body"`
	AskedBy string `json:"askedBy"`
	// AskedFor is the absent person in whose place he asked.
	AskedFor string    `json:"askedFor,omitempty"`
	AskedAt  time.Time `json:"askedAt"`
	// Reason is read by who decides and later by the citizen.
	Reason string `json:"reason"`
	// DecidedBy is never AskedBy; empty until the decision.
	DecidedBy string    `json:"decidedBy,omitempty"`
	DecidedAt time.Time `json:"decidedAt,omitzero"`
	Allowed   bool      `json:"allowed,omitempty"`
	// Until ends the opening; zero if it was not allowed.
	Until time.Time `json:"until,omitzero"`
	// TellAt is when the citizen is told.
	TellAt time.Time `json:"tellAt,omitzero"`
	// Views counts how often the name was shown; each is in the journal.
	Views int `json:"views,omitempty"`
}

// Waits reports whether the request still needs a decision.
func (w Opening) Waits(now time.Time) bool {
	return w.DecidedBy == "" && now.Before(w.AskedAt.Add(AskLife))
}

// Open reports whether the name is open now to who has asked.
func (w Opening) Open(now time.Time) bool { return w.Allowed && now.Before(w.Until) }

// ToldOf lists the openings of which the citizen may know by now.
func (c *Case) ToldOf(now time.Time) []Opening {
	var out []Opening
	for _, w := range c.openings() {
		if w.Allowed && !now.Before(w.TellAt) {
			out = append(out, w)
		}
	}
	return out
}

func (c *Case) openings() []Opening {
	if s := c.Applicant().Shield; s != nil {
		return s.Openings
	}
	return nil
}

// nameWork is one act around a sealed name: who may do it and what it changes.
type nameWork struct {
	act   ActKind
	roles func(ShieldProcedure) []Role
	do    func(env *Env, c *Case, p ShieldProcedure) (map[string]string, error)
}

// onName does such an act: the rules of rights and of the journal are the same
// for all of them. Errors: NotFound for a case that is not the actor's and for
// one whose name is not sealed; NotAllowed if the body that has the case has
// set no procedure; Forbidden for a role that the procedure does not name.
func (o *Office) onName(ctx context.Context, by Actor, id string, w nameWork) (Case, error) {
	const op = "casework.onName"
	return o.store.Update(ctx, id, func(c Case) (Case, error) {
		if !by.MayRead(&c) || !c.Shielded() {
			return c, Fail(NotFound, op, "case.none")
		}
		p, ok := o.Shields(c.Place.Body)
		if !ok {
			return c, Fail(NotAllowed, op, "shield.no_procedure")
		}
		role, absent, held := by.roleOver(w.roles(p), &c)
		if !held {
			return c, &Error{Code: Forbidden, Op: op, Message: "act.forbidden", Norm: p.Norm}
		}
		env, err := o.env(&c)
		if err != nil {
			return c, err
		}
		c = c.Clone()
		facts, err := w.do(env, &c, p)
		if err != nil {
			return c, err
		}
		c.record(env.Now, by.as(absent), role, w.act, facts)
		return c, nil
	})
}

// AskName asks to know the sealed name of a case, with a reason that the
// citizen will read. Errors: those of onName; Invalid for a bad reason;
// Conflict if the actor has a request that waits or a name that is open.
func (o *Office) AskName(ctx context.Context, by Actor, id, reason string) (Case, error) {
	reason = strings.TrimSpace(reason)
	return o.onName(ctx, by, id, nameWork{ActAskName, func(p ShieldProcedure) []Role { return p.Ask },
		func(env *Env, c *Case, p ShieldProcedure) (map[string]string, error) {
			n := utf8.RuneCountInString(reason)
			if n < MinOpenReason || n > MaxOpenReason || !utf8.ValidString(reason) || strings.ContainsFunc(reason, forbiddenControl) {
				return nil, badField("reason", "shield.reason", map[string]any{"Min": MinOpenReason, "Max": MaxOpenReason})
			}
			s := c.Parties.Applicants[0].Shield
			for _, w := range s.Openings {
				if w.AskedBy == by.ID && w.Body == c.Place.Body && (w.Waits(env.Now) || w.Open(env.Now)) {
					return nil, Fail(Conflict, "casework.AskName", "shield.asked")
				}
			}
			w := Opening{ID: "o" + strconv.Itoa(len(s.Openings)+1), Body: c.Place.Body, AskedBy: by.ID, AskedFor: c.askingFor(by, p),
				AskedAt: env.Now, Reason: reason}
			s.Openings = append(s.Openings, w)
			return map[string]string{"opening": w.ID, "reason": textDigest(reason), "norm": p.Norm}, nil
		}})
}

// DecideName grants or refuses a request of somebody else. Granting opens the
// name to who has asked, to nobody else, and queues the notice by which the
// citizen is told later. Errors: those of onName; NotFound for an unknown
// request; Forbidden for one's own; Conflict if it waits no more.
func (o *Office) DecideName(ctx context.Context, by Actor, id, opening string, allow bool) (Case, error) {
	act := ActRefuseName
	if allow {
		act = ActAllowName
	}
	const op = "casework.DecideName"
	return o.onName(ctx, by, id, nameWork{act, func(p ShieldProcedure) []Role { return p.Allow },
		func(env *Env, c *Case, p ShieldProcedure) (map[string]string, error) {
			w := c.opening(opening)
			switch {
			case w == nil || w.Body != c.Place.Body:
				return nil, Fail(NotFound, op, "case.none")
			case by.OnePerson(w.AskedBy, w.AskedFor):
				return nil, &Error{Code: Forbidden, Op: op, Message: "shield.own_request", Norm: p.Norm}
			case !w.Waits(env.Now):
				return nil, Fail(Conflict, op, "shield.decided")
			}
			w.DecidedBy, w.DecidedAt, w.Allowed = by.ID, env.Now, allow
			facts := map[string]string{"opening": w.ID, "for": w.AskedBy}
			if allow {
				w.Until = env.Now.Add(p.openFor())
				w.TellAt = w.Until.Add(p.tellAfter())
				facts["until"] = w.Until.UTC().Format(time.RFC3339)
				c.tellOfOpening(env, *w)
			}
			return facts, nil
		}})
}

// SeeName shows the name to who has asked and was granted it, while it is open,
// and writes every view into the journal. Errors: those of onName; Forbidden
// if nothing is open to the actor now.
func (o *Office) SeeName(ctx context.Context, by Actor, id string) (Applicant, Opening, error) {
	var seen Opening
	c, err := o.onName(ctx, by, id, nameWork{ActSeeName, func(p ShieldProcedure) []Role { return p.Ask },
		func(env *Env, c *Case, _ ShieldProcedure) (map[string]string, error) {
			for i, w := range c.openings() {
				if w.AskedBy == by.ID && w.Body == c.Place.Body && w.Open(env.Now) {
					c.Parties.Applicants[0].Shield.Openings[i].Views++
					seen = c.Parties.Applicants[0].Shield.Openings[i]
					return map[string]string{"opening": w.ID}, nil
				}
			}
			return nil, Fail(Forbidden, "casework.SeeName", "shield.not_open")
		}})
	if err != nil {
		return Applicant{}, Opening{}, err
	}
	who, err := o.open(c.Applicant())
	return who, seen, err
}

// askingFor is the absent person in whose place somebody asks for the name.
func (c *Case) askingFor(by Actor, p ShieldProcedure) string {
	_, absent, _ := by.roleOver(p.Ask, c)
	return absent
}

// opening finds a request of the case, to be changed.
func (c *Case) opening(id string) *Opening {
	for i, w := range c.openings() {
		if w.ID == id {
			return &c.Parties.Applicants[0].Shield.Openings[i]
		}
	}
	return nil
}

// tellOfOpening queues the notices about an opening for the day on which the
// citizen is told. His page here shows it by itself from that day on.
func (c *Case) tellOfOpening(env *Env, w Opening) {
	data := c.noticeData(env)
	if b, err := env.Registry.Body(w.Body); err == nil {
		data["Body"] = b.Name
	}
	loc := env.bodySettings(w.Body).Location()
	data["Before"], data["After"] = DateOf(w.DecidedAt, loc).String(), DateOf(w.Until, loc).String()
	data["Reason"] = w.Reason
	before := len(c.Outbox)
	c.queue(env, NoticeNameOpened, data)
	kept := c.Outbox[:before]
	for _, n := range c.Outbox[before:] {
		if n.Medium != MediumCabinet {
			n.NextTry = w.TellAt
			kept = append(kept, n)
		}
	}
	c.Outbox = kept
}
