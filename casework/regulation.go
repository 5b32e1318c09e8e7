package casework

import (
	"slices"
	"strings"
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
	// RegimePlatform is an appeal of the feedback platform (обращение ПОС).
	RegimePlatform Regime = "POS-appeal"
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
	// TermExtend is the rule of an extension, 59-FZ art. 12(2); the extended
	// term itself stays TermConsider.
	TermExtend TermKind = "extend"
	// TermDocs: another body gives documents, 59-FZ art. 10(2).
	TermDocs TermKind = "docs"
	// TermCopies: copies to further competent bodies, 59-FZ art. 8(4).
	TermCopies TermKind = "copies"
	// TermRemedy: the violation is removed, decree 840.
	TermRemedy TermKind = "remedy"
	// TermProsecutor: materials go to the prosecutor, 210-FZ art. 11.2(9).
	TermProsecutor TermKind = "prosecutor"
	// TermSuspend: decision on a petition for suspension, 248-FZ art. 40.
	TermSuspend TermKind = "suspend"
	// TermInfo: the applicant gives further information, 248-FZ art. 43.
	TermInfo TermKind = "info"
	// TermFile: within which a complaint may be filed, 248-FZ art. 40.
	TermFile TermKind = "file"
	// TermFileOrder: the same where a предписание is complained of.
	TermFileOrder TermKind = "file_order"
)

// Ref makes the kind of one of several terms of the same kind that run side by
// side, such as one for each request for documents: "docs#r1". Its rule is
// that of the kind before the sign.
func (k TermKind) Ref(id string) TermKind { return k + TermKind("#"+id) }

// Base is the kind without the reference.
func (k TermKind) Base() TermKind {
	base, _, _ := strings.Cut(string(k), "#")
	return TermKind(base)
}

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
	// OpensFor adds terms for cases that came in by a channel.
	OpensFor map[Channel][]TermKind
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
	// Terms by kind; the key "consider@short" is the rule of the term
	// consider for cases of the variant "short" (see Procedure.Variant).
	Terms map[TermKind]TermRule
	Acts  map[ActKind]ActRule
	// Grounds are the reasons in law for an ending without an answer on the
	// merits, by key.
	Grounds map[string]Ground
	// Results are what a decision on the merits can be, by outcome.
	Results map[Outcome]Result
	// Required lists the fields a filing must have besides text and name.
	Required []string
	// Complaints lists the grounds of a complaint, numbered as in the law.
	Complaints []ComplaintGround
	// MaxExtension is the longest extension in days of Extension's unit; 0
	// means that the regime knows none.
	MaxExtension int
	// Suits says for what the regime is meant, in words of the applicant.
	Suits map[string]string
}

// Ground (основание) is a reason in law for leaving a case without an answer
// on the merits, returning it or refusing to consider it.
type Ground struct {
	Key string
	// Acts says by which acts it may be used: leave, reject, …
	Acts []ActKind
	// To is the stage after it.
	To Stage
	// Term is the term within which it must be done, if it has one of its own.
	Term TermKind
	// Needs lists preconditions by name; see Leaving.
	Needs []string
	// Notice goes to the applicant; empty means that the law asks for none.
	Notice NoticeKind
	// Title by language.
	Title map[string]string
	Norm  string
}

// Result is one outcome that a decision on the merits may have in a regime.
type Result struct {
	Outcome Outcome
	// Parts are the parts that a letter with this outcome must have.
	Parts []string
	// Opens lists terms that begin with the decision.
	Opens []TermKind
	Title map[string]string
	Norm  string
}

// ComplaintGround is a ground of a complaint, such as "late service".
type ComplaintGround struct {
	Key string
	// Variant is set on the case by this ground, such as "short".
	Variant string
	Title   map[string]string
	Norm    string
}

// Rule is the rule of a term for a case of a variant. false: no such term.
func (r *Regulation) Rule(kind TermKind, variant string) (TermRule, bool) {
	if variant != "" {
		if rule, ok := r.Terms[kind.Base()+TermKind("@"+variant)]; ok {
			return rule, true
		}
	}
	rule, ok := r.Terms[kind.Base()]
	return rule, ok
}

// Laws are all regulations and calendars an installation works by. The value
// is immutable; a change of law is a new value.
type Laws struct {
	Regulations []Regulation
	// Calendars by name; "ru" is the federal one and must exist.
	Calendars map[string]*Calendar
	// Past are editions of calendars that open terms were reckoned by.
	Past []*Calendar
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

// Variants lists the variants for which the regulation has rules.
func (r *Regulation) Variants() []string {
	var out []string
	for kind := range r.Terms {
		if _, variant, ok := strings.Cut(string(kind), "@"); ok {
			out = appendOnce(out, variant)
		}
	}
	slices.Sort(out)
	return out
}

// Edition finds a calendar at the edition a term was reckoned by, the present
// one if that edition is no longer there; same tells which.
func (l *Laws) Edition(name, revision string) (cal *Calendar, same bool) {
	for _, c := range l.Past {
		if c.Name() == name && c.Revision() == revision {
			return c, true
		}
	}
	c, err := l.Calendar(name)
	if err != nil {
		return &Calendar{name: name}, false
	}
	return c, c.Revision() == revision
}
