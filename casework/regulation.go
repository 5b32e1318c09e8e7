package casework

import (
	"slices"
)

// Regime is a legal procedure (порядок рассмотрения).
type Regime string

// The regimes of law.md; each has at least one dated Regulation.
const (
	// RegimeAppeal is an appeal under 59-FZ.
	RegimeAppeal Regime = "59-FZ"
	// RegimeServices is a complaint under 210-FZ chapter 2.1.
	RegimeServices Regime = "210-FZ"
	// RegimeControl is a complaint under 248-FZ chapter 9.
	RegimeControl Regime = "248-FZ"
	// RegimeMessage is a message of the feedback platform (сообщение ПОС).
	RegimeMessage Regime = "POS-message"
)

// TermKind names a term within a regime; it is the key in Regulation.Terms.
type TermKind string

// The terms that the acts of this package open and close by name. A
// regulation may define more.
const (
	// TermRegister: registration, 59-FZ art. 8(2).
	TermRegister TermKind = "register"
	// TermForward: sending on to the competent body, 59-FZ art. 8(3).
	TermForward TermKind = "forward"
	// TermConsider: the answer on the merits, 59-FZ art. 12(1).
	TermConsider TermKind = "consider"
)

// TermRule is how one term is counted. It is data: a lawyer edits it in the
// files of casework/regulation.
type TermRule struct {
	// ID is the row of the table of terms, such as "59.consider".
	ID string `json:"id"`
	// N is the length in Unit; 0 means at once.
	N    int  `json:"n"`
	Unit Unit `json:"unit"`
	// Start is the event from which the term runs: received, registered, …
	Start string `json:"start"`
	// Roll and IncludeStart may be overridden by a body's Settings.
	Roll         Roll `json:"roll"`
	IncludeStart bool `json:"includeStart"`
	// Norm is the article, such as "ст. 12 ч. 1".
	Norm string `json:"norm"`
	// Confidence is found, known or verify: how sure law.md is of the row.
	Confidence string `json:"confidence"`
}

// ActRule is what a regulation says of one act: at which stages, by whom,
// and what follows from it.
type ActRule struct {
	// From lists the stages at which the act is allowed.
	From []Stage
	// By lists the roles that may do it; RoleSystem is a background job.
	By []Role
	// To is the stage after the act; empty leaves the stage.
	To Stage
	// Opens, Meets and Drops list terms that begin, are kept, or no longer
	// matter by this act.
	Opens, Meets, Drops []TermKind
	// Promises lists terms that will begin later; they are opened now as
	// provisional, as if their start event came on the last day in time, so
	// that the applicant is told the latest date (promise A8).
	Promises []TermKind
	// Notices lists the notices that the applicant gets.
	Notices []NoticeKind
	// Norm is the article the act rests on.
	Norm string
}

// Regulation is one dated version of a regime's procedure (регламент). A case
// keeps the version under which it was received.
type Regulation struct {
	Regime      Regime
	Version     string
	InForceFrom Date
	// Title holds the name of the regime by language.
	Title map[string]string
	// Number is the prefix of registration numbers, such as "ОГ".
	Number string
	Terms  map[TermKind]TermRule
	Acts   map[ActKind]ActRule
}

// Laws are all regulations and calendars an installation works by. The value
// is immutable; a change of law is a new value.
type Laws struct {
	Regulations []Regulation
	// Calendars by name; "ru" is the federal one and must exist.
	Calendars map[string]*Calendar
}

// FederalCalendar is the name of the calendar of the whole country.
const FederalCalendar = "ru"

// InForce finds the regulation of a regime in force on a day.
// Errors: NotFound.
func (l *Laws) InForce(regime Regime, on Date) (*Regulation, error) {
	var best *Regulation
	for i := range l.Regulations {
		r := &l.Regulations[i]
		if r.Regime == regime && !r.InForceFrom.After(on) &&
			(best == nil || best.InForceFrom.Before(r.InForceFrom)) {
			best = r
		}
	}
	if best == nil {
		return nil, &Error{Code: NotFound, Op: "casework.InForce", Message: "regulation.none",
			Data: map[string]any{"Regime": string(regime), "Date": on.String()}}
	}
	return best, nil
}

// Version finds the regulation a case was received under. Errors: NotFound.
func (l *Laws) Version(regime Regime, version string) (*Regulation, error) {
	i := slices.IndexFunc(l.Regulations, func(r Regulation) bool {
		return r.Regime == regime && r.Version == version
	})
	if i < 0 {
		return nil, &Error{Code: NotFound, Op: "casework.Version", Message: "regulation.none",
			Data: map[string]any{"Regime": string(regime), "Date": version}}
	}
	return &l.Regulations[i], nil
}

// Calendar finds the calendar of a territory, the federal one if there is no
// regional. Errors: NoCalendar.
func (l *Laws) Calendar(name string) (*Calendar, error) {
	if c, ok := l.Calendars[name]; ok && name != "" {
		return c, nil
	}
	if c, ok := l.Calendars[FederalCalendar]; ok {
		return c, nil
	}
	return nil, Fail(NoCalendar, "casework.Laws", "calendar.none")
}
