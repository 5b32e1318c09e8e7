package casework

import (
	"maps"
	"slices"
	"time"
)

// ActKind names an act; it is the key in Regulation.Acts and in the journal.
type ActKind string

// The acts of this edition.
const (
	ActFile     ActKind = "file"      // подать
	ActRoute    ActKind = "route"     // направить в орган
	ActHold     ActKind = "hold"      // оставить на разбор
	ActRegister ActKind = "register"  // зарегистрировать
	ActForward  ActKind = "forward"   // переадресовать
	ActAssign   ActKind = "assign"    // поручить исполнителю
	ActDraft    ActKind = "draft"     // сохранить проект ответа
	ActSubmit   ActKind = "submit"    // отдать на подпись
	ActSendBack ActKind = "send_back" // вернуть на доработку
	ActSign     ActKind = "sign"      // подписать
	ActAnswer   ActKind = "answer"    // отправить ответ
)

// Act is one step in a case. The implementations are the values of this
// package: Filing, Routing, Registration, Forwarding, …
type Act interface {
	// Kind names the act.
	Kind() ActKind
	// apply checks the act's own preconditions, changes the case and returns
	// what else follows. Stage, role, terms and notices that the regulation
	// lists for the act are handled by Perform.
	apply(env *Env, c *Case, by Actor) (Effect, error)
}

// Effect is what follows from an act besides the changes it has made itself:
// facts for the journal always, the rest only where it depends on the act's
// own contents and the regulation's row cannot say it.
type Effect struct {
	Facts map[string]string
	// Stage overrides the stage of the regulation's row.
	Stage Stage
	// Opens, Meets and Drops are added to the row's.
	Opens, Meets, Drops []TermKind
	// Notices are added to the row's; Say fills the texts of all of them.
	Notices []NoticeKind
	Say     map[string]string
}

// Env is everything an act may know besides the case: the instant, the law,
// the registry. It holds no connection, so Perform is a pure function.
type Env struct {
	// Now is the instant of the act.
	Now time.Time
	// Regulation is the one the case is under.
	Regulation *Regulation
	Laws       *Laws
	Registry   *Registry
	// Reach lists the further media by which the applicant of a case hears of
	// it, besides his page here and his e-mail; nil means none.
	Reach func(c *Case) []Medium
	// Shield seals the name of an applicant under the procedure of a body; nil
	// where no name can be sealed.
	Shield func(a Applicant, body string) (Applicant, error)
}

// bodySettings are those of a body, the defaults for no or an unknown body.
func (env *Env) bodySettings(body string) Settings {
	if b, err := env.Registry.Body(body); err == nil {
		return b.Settings
	}
	return Settings{}
}

func (env *Env) calendarOf(body string) *Calendar {
	c, err := env.Laws.Calendar(env.bodySettings(body).Calendar)
	if err != nil {
		// No calendar at all: every year is missing, and Reckon says so.
		return &Calendar{name: FederalCalendar}
	}
	return c
}

// today is the date at the body now.
func (env *Env) today(body string) Date {
	return DateOf(env.Now, env.bodySettings(body).Location())
}

// Perform does an act on a case: it checks that the regulation allows the act
// at this stage to this actor, applies it to a copy, moves the terms and the
// stage, queues the notices and appends exactly one event to the journal. The
// case handed in is never changed.
//
// Errors: NotAllowed with the norm if the stage forbids the act; Forbidden if
// no role of the actor does; NotFound if the actor may not even know the
// case; Invalid, Conflict, NoCalendar from the act itself.
func Perform(env *Env, c Case, by Actor, act Act) (Case, error) {
	role, absent, err := permit(env, &c, by, act.Kind())
	if err != nil {
		return c, err
	}
	by = by.as(absent)
	rule := env.Regulation.Acts[act.Kind()]
	// Whether a term was kept is judged by the clock of the body that owed it,
	// also when the act takes the case elsewhere.
	today := env.today(c.clockBody())
	c = c.Clone()
	effect, err := act.apply(env, &c, by)
	if err != nil {
		return c, err
	}
	rule = rule.with(effect)
	if rule.To != "" {
		c.Stage = rule.To
	}
	if err := c.moveTerms(env, rule, today); err != nil {
		return c, err
	}
	for _, n := range rule.Notices {
		data := c.noticeData(env)
		maps.Copy(data, effect.Say)
		c.queue(env, n, data)
	}
	c.record(env.Now, by, role, act.Kind(), effect.Facts)
	return c, nil
}

// with adds an act's own effect to the regulation's row.
func (r ActRule) with(e Effect) ActRule {
	if e.Stage != "" {
		r.To = e.Stage
	}
	r.Opens = slices.Concat(r.Opens, e.Opens)
	r.Meets = slices.Concat(r.Meets, e.Meets)
	r.Drops = slices.Concat(r.Drops, e.Drops)
	r.Notices = slices.Concat(r.Notices, e.Notices)
	return r
}

// Allowed reports whether Perform would let the actor do an act of this kind
// now, as far as role and stage decide. Errors: those of Perform.
func Allowed(env *Env, c *Case, by Actor, kind ActKind) error {
	_, _, err := permit(env, c, by, kind)
	return err
}

// permit finds the role in which the actor may do an act, and the absent person
// for whom he does it, "" in his own right.
func permit(env *Env, c *Case, by Actor, kind ActKind) (role Role, absent string, err error) {
	const op = "casework.Perform"
	rule, ok := env.Regulation.Acts[kind]
	if !ok {
		return "", "", &Error{Code: NotAllowed, Op: op, Message: "act.unknown", Data: map[string]any{"Act": string(kind)}}
	}
	if role, absent, err = roleFor(kind, rule, c, by); err != nil {
		return "", "", err
	}
	if !slices.Contains(rule.From, c.Stage) || len(c.Answers) > 0 && slices.Contains(notAgain, kind) {
		return "", "", &Error{Code: NotAllowed, Op: op, Message: "act.out_of_order", Norm: rule.Norm,
			Data: map[string]any{"Act": string(kind), "Stage": string(c.Stage)}}
	}
	if err = c.keptFrom(by, kind); err != nil {
		return "", "", err
	}
	return role, c.actingFor(kind, by, absent), nil
}

// roleFor finds the role in which the actor may do the act, and for whom.
func roleFor(kind ActKind, rule ActRule, c *Case, by Actor) (role Role, absent string, err error) {
	if r, absent, ok := by.roleOver(rule.By, c); ok {
		return r, absent, nil
	}
	for _, r := range rule.By {
		// Who files or joins is no party yet.
		if (c.fresh() || kind == ActJoin) && by.Is(r) {
			return r, by.anyFor(r), nil
		}
	}
	if !c.fresh() && !by.MayRead(c) {
		return "", "", Fail(NotFound, "casework.Perform", "case.none")
	}
	return "", "", Fail(Forbidden, "casework.Perform", "act.forbidden")
}

// fresh reports that the case is being filed: it has no journal yet.
func (c *Case) fresh() bool { return len(c.Journal) == 0 }

func (c *Case) moveTerms(env *Env, rule ActRule, today Date) error {
	for _, k := range rule.Meets {
		c.closeTerm(k, env.Now, today, false)
	}
	for _, k := range rule.Drops {
		c.closeTerm(k, env.Now, today, true)
	}
	for _, k := range slices.Concat(rule.Opens, rule.OpensFor[c.Origin.Channel]) {
		if err := c.openTerm(env, k, c.startOf(env, k), false); err != nil {
			return err
		}
	}
	for _, k := range rule.Promises {
		if err := c.openTerm(env, k, c.latestStart(env, k), true); err != nil {
			return err
		}
	}
	return nil
}

// clockBody is the body whose clock and calendar count: the one that has the
// case, or before that the one the applicant has chosen.
func (c *Case) clockBody() string {
	if c.Place.Body == "" {
		return c.Subject.Addressee
	}
	return c.Place.Body
}

// noticeData is what every notice may say: numbers, dates, names of bodies.
func (c *Case) noticeData(env *Env) map[string]string {
	d := map[string]string{"Receipt": c.Receipt, "Number": c.Number, "Stage": string(c.Stage)}
	if b, err := env.Registry.Body(c.Place.Body); err == nil {
		d["Body"], d["BodyPhone"] = b.Name, b.Contacts.Phone
	}
	if !c.Origin.RegisteredOn.IsZero() {
		d["RegisteredOn"] = c.Origin.RegisteredOn.String()
	}
	if t, ok := c.Term(TermConsider); ok {
		d["Due"] = t.Due.String()
	}
	for key, kind := range map[string]TermKind{"RegisterDue": TermRegister, "ForwardDue": TermForward,
		"SuspendDue": TermSuspend, "RemedyDue": TermRemedy,
		"ReviewDue": TermReview, "SupplementDue": TermSupplement} {
		if t, ok := c.Term(kind); ok {
			d[key] = t.Due.String()
		}
	}
	if zone := env.bodySettings(c.clockBody()).TimeZone; zone != "" {
		d["Zone"] = zone
	}
	if p := c.Procedure.Complaint; p != nil && p.LateFiled {
		// A petition to restore the term decides what the applicant may expect.
		d["Late"] = "yes"
		if p.Restore != "" {
			d["Late"] = "asked"
		}
	}
	if p := c.Procedure.Complaint; p != nil && p.Suspend != "" && p.Suspended == "" {
		d["Suspend"] = "asked"
	}
	return d
}
