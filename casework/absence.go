package casework

import (
	"slices"
	"time"
	"unicode/utf8"
)

// Absence (замещение на время отсутствия) says who stands in for whom in a
// body, from which day to which, and on what ground. The days are those of the
// body's own calendar: it begins with the first second of From and ends by
// itself with the last second of To, in the body's time zone. An absence is
// never deleted, only ended early.
type Absence struct {
	ID   string `json:"id"`
	Body string `json:"body"`
	// Absent and Deputy are IDs of members of staff; the names are those of the
	// day on which it was named.
	Absent     string `json:"absent"`
	AbsentName string `json:"absentName"`
	Deputy     string `json:"deputy"`
	DeputyName string `json:"deputyName"`
	// Post is the office of the deputy as it stands below a letter: "И.о.
	// начальника отдела".
	Post string `json:"post,omitempty"`
	From Date   `json:"from"`
	To   Date   `json:"to"`
	// Ground (основание) is the order with number and date, or the reason.
	Ground string    `json:"ground"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	// EndedAt is when somebody ended it early, zero if nobody did.
	EndedAt time.Time `json:"endedAt,omitzero"`
	EndedBy string    `json:"endedBy,omitempty"`
	Why     string    `json:"why,omitempty"`
}

// AbsenceState is how far an absence is at an instant.
type AbsenceState string

// The states.
const (
	AbsenceComing AbsenceState = "coming" // назначено
	AbsenceHolds  AbsenceState = "holds"  // действует
	AbsencePast   AbsenceState = "past"   // закончилось
	AbsenceEnded  AbsenceState = "ended"  // прекращено досрочно
)

// State tells how far the absence is at an instant; zone is the body's.
func (a Absence) State(now time.Time, zone *time.Location) AbsenceState {
	day := DateOf(now, zone)
	switch {
	case !a.EndedAt.IsZero() && !now.Before(a.EndedAt):
		return AbsenceEnded
	case day.Before(a.From):
		return AbsenceComing
	case day.After(a.To):
		return AbsencePast
	}
	return AbsenceHolds
}

// passes are the roles that a deputy gets. Who administers, works in the
// protected channel or sees identity documents at a counter does so himself.
var passes = []Role{RoleRegistrar, RoleOfficer, RoleHead, RoleSupervisor}

// passed are the grants of an absent person that his deputy gets in a body.
// Only what he holds himself passes on: a substitution is not transitive.
func passed(grants []Grant, body string) []Grant {
	var out []Grant
	for _, g := range grants {
		if g.For != "" || !slices.Contains(passes, g.Role) || g.Body != body && g.Body != Everywhere {
			continue
		}
		// A role in all bodies passes in this one only.
		if g.Body = body; !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}

// Standing (исполнение обязанностей) is one person for whom an actor stands in.
type Standing struct {
	// For and Name are the absent person, Body the body in which he is.
	For  string `json:"for"`
	Name string `json:"name"`
	Body string `json:"body"`
	// Post stands below letters that the deputy signs.
	Post string `json:"post,omitempty"`
	// Until is the last day.
	Until Date `json:"until"`
}

// StandIn gives the actor what an absent person with these grants may do in
// the body of the absence. Whether it holds now is the caller's to know.
func (a Actor) StandIn(ab Absence, absent []Grant) Actor {
	list := passed(absent, ab.Body)
	if len(list) == 0 || ab.Absent == a.ID {
		return a
	}
	a.Grants, a.Standings = slices.Clone(a.Grants), slices.Clone(a.Standings)
	for _, g := range list {
		g.For = ab.Absent
		a.Grants = append(a.Grants, g)
	}
	a.Standings = append(a.Standings, Standing{For: ab.Absent, Name: ab.AbsentName, Body: ab.Body, Post: ab.Post, Until: ab.To})
	return a
}

// Own is the actor without what he may do for others.
func (a Actor) Own() Actor {
	a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g Grant) bool { return g.For != "" })
	a.Standings = nil
	return a
}

// OnePerson reports whether one of the IDs is the actor, somebody for whom he
// stands in, or somebody who stands in for him: where the rules want two
// persons, those count as one. An empty ID is nobody.
func (a Actor) OnePerson(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		return id != "" && (id == a.ID || a.standsFor(id) || slices.Contains(a.Deputies, id))
	})
}

// standsFor reports whether the actor stands in for somebody now.
func (a Actor) standsFor(id string) bool {
	return id != "" && slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.For == id })
}

// ActsFor reports whether the actor may do on a case what is somebody's own
// work there: he is that person, or stands in for him at the place of the case.
func (a Actor) ActsFor(id string, c *Case) bool {
	return id != "" && (id == a.ID || a.standsAt(id, c.Place))
}

func (a Actor) standsAt(id string, p Placement) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.For == id && id != "" && g.covers(p) })
}

// StandingFor finds whose place the actor takes in a body.
func (a Actor) StandingFor(id, body string) (Standing, bool) {
	i := slices.IndexFunc(a.Standings, func(s Standing) bool { return s.For == id && s.Body == body })
	if i < 0 || id == "" {
		return Standing{}, false
	}
	return a.Standings[i], true
}

// as gives the actor as he does an act: for somebody, or "" in his own
// right.
func (a Actor) as(absent string) Actor {
	a.acting = absent
	return a
}

// roleOver finds the first of the roles that the actor holds over a case, and
// for whom: his own rights go first.
func (a Actor) roleOver(roles []Role, c *Case) (role Role, absent string, ok bool) {
	own := a.Own()
	for _, r := range roles {
		if own.HasRole(r, c) {
			return r, "", true
		}
	}
	for _, r := range roles {
		for _, g := range a.Grants {
			if g.For != "" && g.Role == r && g.covers(c.Place) {
				return r, g.For, true
			}
		}
	}
	return "", "", false
}

// anyFor is the absent person of a role that the actor holds for others only.
func (a Actor) anyFor(role Role) string {
	if a.Own().Is(role) {
		return ""
	}
	i := slices.IndexFunc(a.Grants, func(g Grant) bool { return g.Role == role })
	return a.Grants[i].For
}

// actingFor says for whom somebody with a role over a case does an act of a
// kind: an answer is the work of one officer and an agreement of one person, so
// there it is decided by whose they are and not by the role.
func (c *Case) actingFor(kind ActKind, by Actor, absent string) string {
	switch kind {
	case ActDraft, ActSubmit, ActAskVisa:
		if by.ID != c.Place.Officer && by.standsAt(c.Place.Officer, c.Place) && !by.Own().HasRole(RoleHead, c) {
			return c.Place.Officer
		}
		if by.ID == c.Place.Officer {
			return ""
		}
		_, absent, _ = by.roleOver([]Role{RoleHead}, c)
	case ActVisa:
		if v, ok := c.visaTurnOf(by); ok && v.By != by.ID {
			return v.By
		}
		return ""
	}
	return absent
}

// deciding are the acts by which a complaint is considered. Who is complained
// of has no part in them (59-FZ art. 8 p. 6).
var deciding = []ActKind{ActDraft, ActAskVisa, ActVisa, ActSubmit, ActSendBack, ActSign, ActAnswer, ActOral, ActLeave,
	ActReject, ActPropose, ActExtend, ActSuspend, ActRestore, ActReview}

// keptFrom refuses acts on a complaint to the official complained of, and to
// whoever stands in for him now, whatever roles either of them has besides.
func (c *Case) keptFrom(by Actor, kind ActKind) error {
	if c.Procedure.Complaint == nil || !slices.Contains(deciding, kind) {
		return nil
	}
	for _, a := range c.Procedure.Complaint.Against {
		if a.Official != "" && (a.Body == "" || a.Body == c.Place.Body) && (a.Official == by.ID || by.standsFor(a.Official)) {
			return &Error{Code: NotAllowed, Op: "casework.Perform", Message: "act.complained_of", Norm: "59-ФЗ ст. 8 ч. 6"}
		}
	}
	return nil
}

// soundLine reports whether a text of one line has between least and most
// characters.
func soundLine(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s) && !slices.ContainsFunc([]rune(s), func(r rune) bool { return r < ' ' || r == 0x7f })
}
