package casework

import (
	"slices"
	"strings"
	"time"
)

// Member is an account of staff as the substitution needs to know it.
type Member struct {
	Actor
	// Position is his office, such as "Начальник отдела".
	Position string
	// Blocked accounts cannot sign in; they neither get nor pass on anything.
	Blocked bool
}

// AbsenceOrder (назначение замещающего) asks to name a deputy.
type AbsenceOrder struct {
	Body, Absent, Deputy string
	From, To             Date
	// Ground is the order with number and date, or the reason.
	Ground string
	// Post stands below letters that the deputy signs; empty is made of the
	// position of the absent one.
	Post string
}

const (
	// MaxGround and MaxPost are the longest ground and post in characters.
	MaxGround, MaxPost = 300, 200
	// maxAbsences is how many present and coming absences are kept at once.
	maxAbsences = 5000
)

// MayNameDeputy reports whether the actor may name a deputy in a body for
// somebody with these grants: a head or an officer for himself; for others an
// administrator of the body, or a head over everything the absent one does
// there. What somebody does as a deputy himself gives no such right.
func (a Actor) MayNameDeputy(body, absent string, grants []Grant) bool {
	own := a.Own()
	if a.ID == absent {
		return replaceable(own.Grants, body)
	}
	if slices.ContainsFunc(own.Grants, func(g Grant) bool {
		return g.Role == RoleAdministrator && (g.Body == body || g.Body == Everywhere)
	}) {
		return true
	}
	list := passed(grants, body)
	return len(list) > 0 && !slices.ContainsFunc(list, func(p Grant) bool {
		return !slices.ContainsFunc(own.Grants, func(g Grant) bool {
			return g.Role == RoleHead && g.covers(Placement{Body: p.Body, Unit: p.Unit})
		})
	})
}

// replaceable reports whether somebody does work of his own in a body.
func replaceable(grants []Grant, body string) bool {
	return slices.ContainsFunc(passed(grants, body), func(g Grant) bool { return g.Role == RoleOfficer || g.Role == RoleHead })
}

// naming is what the rules of an order are checked against.
type naming struct {
	order          AbsenceOrder
	by             Actor
	absent, deputy Member
	registry       *Registry
	// known are the absences that have not ended, of all bodies.
	known []Absence
	now   time.Time
}

// check lists the fields of an order that break a rule, each with its reason.
func (n naming) check() []FieldError {
	var out []FieldError
	fail := func(field, key string, data map[string]any) {
		out = append(out, FieldError{Field: field, Key: key, Data: data})
	}
	o := n.order
	if !replaceable(n.absent.Own().Grants, o.Body) {
		fail("absent", "absence.no_work", nil)
	}
	switch {
	case o.Deputy == o.Absent || o.Deputy == n.by.ID:
		fail("deputy", "absence.oneself", nil)
	case n.deputy.ID == "":
		fail("deputy", "absence.no_account", nil)
	case n.deputy.Blocked:
		fail("deputy", "absence.blocked", nil)
	case !n.inLine():
		fail("deputy", "absence.foreign", nil)
	}
	today := DateOf(n.now, n.zone())
	switch {
	case o.From.IsZero():
		fail("from", "absence.date", nil)
	case o.From.Before(today):
		fail("from", "absence.gone", map[string]any{"Today": today.String()})
	}
	switch {
	case o.To.IsZero():
		fail("to", "absence.date", nil)
	case o.To.Before(o.From):
		fail("to", "absence.backwards", nil)
	case !o.From.IsZero() && !o.To.Before(NewDate(o.From.Year+1, o.From.Month, o.From.Day)):
		fail("to", "absence.long", nil)
	}
	if !soundLine(o.Ground, 3, MaxGround) {
		fail("ground", "absence.ground", map[string]any{"Max": MaxGround})
	}
	if !soundLine(o.Post, 0, MaxPost) {
		fail("post", "absence.post", map[string]any{"Max": MaxPost})
	}
	if len(out) == 0 {
		out = n.clashes()
	}
	return out
}

// inLine reports whether the deputy works in the body or in its line: one of
// its superior or subordinate bodies.
func (n naming) inLine() bool {
	return slices.ContainsFunc(n.deputy.Own().Grants, func(g Grant) bool {
		return slices.Contains(passes, g.Role) && (g.Body == Everywhere || g.Body == n.order.Body ||
			n.registry.above(g.Body, n.order.Body) || n.registry.above(n.order.Body, g.Body))
	})
}

// above reports whether a body stands above another one.
func (r *Registry) above(superior, body string) bool {
	seen := map[string]bool{}
	for b, err := r.Body(body); err == nil && b.Parent != "" && !seen[b.ID]; b, err = r.Body(b.Parent) {
		if seen[b.ID] = true; b.Parent == superior {
			return true
		}
	}
	return false
}

// clashes finds what other absences forbid: a second deputy of the same person
// in the body, and a chain of deputies, in any body.
func (n naming) clashes() []FieldError {
	o := n.order
	for _, k := range n.known {
		if k.To.Before(o.From) || o.To.Before(k.From) {
			continue
		}
		data := map[string]any{"From": k.From.String(), "To": k.To.String(), "Absent": k.AbsentName, "Deputy": k.DeputyName}
		switch {
		case k.Absent == o.Absent && k.Body == o.Body:
			return []FieldError{{Field: "from", Key: "absence.overlap", Data: data}}
		case k.Absent == o.Deputy:
			return []FieldError{{Field: "deputy", Key: "absence.deputy_away", Data: data}}
		case k.Deputy == o.Absent:
			return []FieldError{{Field: "absent", Key: "absence.chain", Data: data}}
		}
	}
	return nil
}

func (n naming) zone() *time.Location { return n.registry.zone(n.order.Body) }

// zone is the time zone of a body, Moscow's for an unknown one.
func (r *Registry) zone(body string) *time.Location {
	b, err := r.Body(body)
	if err != nil {
		return Settings{}.Location()
	}
	return b.Settings.Location()
}

// ActingPost is how the office of somebody who stands in is written below a
// letter: "И.о. начальника отдела" for "Начальник отдела". Office rules forbid
// the preposition «за» there. The first noun and what agrees with it go into the
// genitive; a word that is not known stays as it is, and the form lets it be
// corrected. An empty position gives nothing.
func ActingPost(position string) string {
	words := strings.Fields(position)
	if len(words) == 0 {
		return ""
	}
	words[0] = lowerFirst(words[0])
	for i, w := range words {
		var agrees bool
		if words[i], agrees = genitive(w); !agrees {
			break
		}
	}
	return "И.о. " + strings.Join(words, " ")
}

func lowerFirst(w string) string {
	r := []rune(w)
	if len(r) > 1 && strings.ToUpper(w) == w {
		// An abbreviation stays one.
		return w
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// nounLike are words that look like adjectives and are offices.
var nounLike = []string{"заведующий", "заведующая", "управляющий", "управляющая", "уполномоченный", "уполномоченная"}

// genitive puts a word into the genitive; agrees is true for an adjective, so
// that the noun is still to come.
func genitive(w string) (out string, agrees bool) {
	if first, rest, ok := strings.Cut(w, "-"); ok {
		first, _ = genitive(first)
		rest, agrees = genitive(rest)
		return first + "-" + rest, agrees
	}
	if w == "" {
		return w, false
	}
	stem := func(cut int) string { r := []rune(w); return string(r[:len(r)-cut]) }
	hushed := func(s string) bool {
		return strings.HasSuffix(s, "ш") || strings.HasSuffix(s, "щ") || strings.HasSuffix(s, "ж") || strings.HasSuffix(s, "ч")
	}
	has := func(end string) bool { return strings.HasSuffix(w, end) && len([]rune(w)) > len([]rune(end))+1 }
	adjective := !slices.Contains(nounLike, w)
	switch {
	case has("ый") || has("ой"):
		return stem(2) + "ого", adjective
	case has("ий"):
		if s := stem(2); strings.HasSuffix(s, "к") || strings.HasSuffix(s, "г") || strings.HasSuffix(s, "х") {
			return s + "ого", adjective
		}
		return stem(2) + "его", adjective
	case has("ая"):
		if hushed(stem(2)) {
			return stem(2) + "ей", adjective
		}
		return stem(2) + "ой", adjective
	case has("ь"):
		return stem(1) + "я", false
	case has("а"):
		return stem(1) + "ы", false
	case strings.ContainsAny(string([]rune(w)[len([]rune(w))-1:]), "бвгджзклмнпрстфхцчшщ"):
		return w + "а", false
	}
	return w, false
}
