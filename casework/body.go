package casework

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Level is the level of power a body belongs to.
type Level string

// The levels.
const (
	LevelFederal   Level = "federal"
	LevelRegional  Level = "regional"
	LevelMunicipal Level = "municipal"
)

// Body is a public body (орган) that receives and answers appeals.
type Body struct {
	// ID is a short Latin name, stable for ever: "zarechye-roads".
	ID    string `json:"id"`
	Name  string `json:"name"`
	Short string `json:"short"`
	Level Level  `json:"level"`
	// Parent is the superior body's ID; empty for the topmost.
	Parent string `json:"parent,omitempty"`
	// Competences say for what and where the body answers.
	Competences []Competence `json:"competences,omitempty"`
	Units       []BodyUnit   `json:"units,omitempty"`
	Contacts    Contacts     `json:"contacts"`
	Settings    Settings     `json:"settings"`
	// Closed bodies keep their cases and get no new ones.
	Closed bool `json:"closed,omitempty"`
}

// BodyUnit is a unit (подразделение) of a body.
type BodyUnit struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Topics narrow what the unit gets; codes or beginnings of codes.
	Topics []string `json:"topics,omitempty"`
}

// Contacts are how a body is reached by others than this program.
type Contacts struct {
	Address string `json:"address,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Email   string `json:"email,omitempty"`
	Site    string `json:"site,omitempty"`
}

// Competence gives a body the matters of a topic in a territory.
type Competence struct {
	// Topic is a classifier code or the beginning of one, "0005.0005"; "" is
	// every topic.
	Topic string `json:"topic"`
	// Territory is a territory code or the beginning of one; "" is everywhere.
	Territory string `json:"territory"`
}

// Settings are what the law leaves to the body (law.md section 4).
type Settings struct {
	// TimeZone is an IANA name; empty is Europe/Moscow.
	TimeZone string `json:"timeZone,omitempty"`
	// Calendar is the name of a regional calendar; empty is federal.
	Calendar string `json:"calendar,omitempty"`
	// Roll overrides the regulation's roll of calendar-day terms.
	Roll Roll `json:"roll,omitempty"`
	// IncludeStartDay counts the day of registration as the first day.
	IncludeStartDay bool `json:"includeStartDay,omitempty"`
	// NumberPrefix overrides the regulation's prefix of numbers.
	NumberPrefix string `json:"numberPrefix,omitempty"`
	// Department is the identifier (GUID) of the body in ССТУ.РФ.
	Department string `json:"department,omitempty"`
	// Shield is the body's procedure for applicants who keep their names
	// closed; nil if it has set none.
	Shield *ShieldProcedure `json:"shield,omitempty"`
	// Publish lets anybody see that appeals to the body exist and how they
	// stand, see Office.PublicCases; off unless the body has decided so.
	Publish bool `json:"publish,omitempty"`
}

// DefaultTimeZone is the zone of a body that names none.
const DefaultTimeZone = "Europe/Moscow"

// Location is the body's time zone. A bad name is refused on import, so the
// fallback to UTC+3 is never seen on a checked registry.
func (s Settings) Location() *time.Location {
	name := s.TimeZone
	if name == "" {
		name = DefaultTimeZone
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.FixedZone("MSK", 3*60*60)
	}
	return loc
}

// apply lets the body's settings override the rule where the law is silent:
// the roll of terms in calendar days, and whether the day of registration is
// the first one. "The day after the decision" and the like leave no choice.
func (s Settings) apply(rule TermRule) TermRule {
	if rule.Unit != CalendarDays {
		return rule
	}
	if s.Roll != "" && (rule.Roll == RollPreceding || rule.Roll == RollFollowing) {
		rule.Roll = s.Roll
	}
	if s.IncludeStartDay && (rule.Start == StartRegistered || rule.Start == StartPortal) {
		rule.IncludeStart = true
	}
	return rule
}

// Territory is a place with a code whose beginning is its parent's code, as
// in ОКТМО.
type Territory struct {
	Code string `json:"code"`
	Name string `json:"name"`
	// Since and Until are the first and the last day on which it is offered to
	// applicants; none is without bound. Names and routes hold for ever.
	Since Date `json:"since,omitzero"`
	Until Date `json:"until,omitzero"`
}

// On reports whether the territory is offered on a day.
func (t Territory) On(day Date) bool {
	return !day.Before(t.Since) && (t.Until.IsZero() || !day.After(t.Until))
}

// Registry is the registry of bodies (реестр органов) at one revision. It is
// immutable after NewRegistry and safe for parallel use.
type Registry struct {
	revision    string
	bodies      map[string]Body
	order       []string
	territories []Territory
}

// NewRegistry checks the bodies and makes a registry. Errors: Invalid with a
// field for each mistake: a duplicate or empty ID, an unknown parent, a circle
// of parents, an unknown time zone.
func NewRegistry(revision string, bodies []Body, territories []Territory) (*Registry, error) {
	r := &Registry{revision: revision, bodies: map[string]Body{}, territories: slices.Clone(territories)}
	e := &Error{Code: Invalid, Op: "casework.NewRegistry", Message: "registry.invalid"}
	bad := func(id, key string) { e.Fields = append(e.Fields, FieldError{Field: id, Key: key}) }
	for _, b := range bodies {
		switch _, dup := r.bodies[b.ID]; {
		case b.ID == "" || b.ID == Everywhere || strings.ContainsAny(b.ID, " /\t\n"):
			bad(b.ID, "registry.id")
		case dup:
			bad(b.ID, "registry.duplicate")
		case b.Name == "":
			bad(b.ID, "registry.name")
		}
		if b.Settings.TimeZone != "" {
			if _, err := time.LoadLocation(b.Settings.TimeZone); err != nil {
				bad(b.ID, "registry.timezone")
			}
		}
		if !b.Settings.Shield.sound() {
			bad(b.ID, "registry.shield")
		}
		r.bodies[b.ID] = b
		r.order = append(r.order, b.ID)
	}
	for _, b := range bodies {
		if _, ok := r.bodies[b.Parent]; b.Parent != "" && !ok {
			bad(b.ID, "registry.parent")
		} else if r.circular(b.ID) {
			bad(b.ID, "registry.circle")
		}
	}
	if len(e.Fields) > 0 {
		return nil, e
	}
	sort.Slice(r.territories, func(i, j int) bool { return r.territories[i].Code < r.territories[j].Code })
	return r, nil
}

func (r *Registry) circular(id string) bool {
	seen := map[string]bool{}
	for id != "" {
		if seen[id] {
			return true
		}
		seen[id] = true
		id = r.bodies[id].Parent
	}
	return false
}

// Revision identifies the edition of the registry.
func (r *Registry) Revision() string { return r.revision }

// Body finds a body. Errors: NotFound.
func (r *Registry) Body(id string) (Body, error) {
	b, ok := r.bodies[id]
	if !ok {
		return Body{}, &Error{Code: NotFound, Op: "casework.Registry", Message: "body.none", Err: fmt.Errorf("body %q", id)}
	}
	return b, nil
}

// Bodies lists the bodies in the order of the registry.
func (r *Registry) Bodies() []Body {
	out := make([]Body, 0, len(r.order))
	for _, id := range r.order {
		out = append(out, r.bodies[id])
	}
	return out
}

// Territories lists the territories by code.
func (r *Registry) Territories() []Territory { return slices.Clone(r.territories) }

// TerritoriesOn lists those that are offered on a day, by code.
func (r *Registry) TerritoriesOn(day Date) []Territory {
	return slices.DeleteFunc(r.Territories(), func(t Territory) bool { return !t.On(day) })
}

// TerritoryName is the name of a territory, its code if it is unknown.
func (r *Registry) TerritoryName(code string) string {
	i := slices.IndexFunc(r.territories, func(t Territory) bool { return t.Code == code })
	if i < 0 {
		return code
	}
	return r.territories[i].Name
}

// UnitFor is the unit of a body that takes a topic: the one with the longest
// fitting beginning; empty if none fits.
func (b Body) UnitFor(topic string) string {
	best, length := "", -1
	for _, u := range b.Units {
		for _, t := range u.Topics {
			if strings.HasPrefix(topic, t) && len(t) > length {
				best, length = u.ID, len(t)
			}
		}
	}
	return best
}
