package notifications

import (
	"maps"
	"slices"
	"time"

	"priemnaya/casework"
)

// Condition is how a medium fares in this process.
type Condition struct {
	Medium casework.Medium `json:"medium"`
	// Resting is true while its server does not work; the next attempt is at
	// Until.
	Resting bool      `json:"resting"`
	Until   time.Time `json:"until,omitzero"`
	// Worked is when an attempt succeeded last; zero if none did since the
	// start of this process.
	Worked time.Time `json:"worked,omitzero"`
}

// Conditions tells how every medium fares that messages can leave by, in the
// order of their names.
func (d *Dispatcher) Conditions() []Condition {
	var out []Condition
	for _, m := range slices.Sorted(maps.Keys(d.rests)) {
		out = append(out, d.rests[m].condition(m))
	}
	return out
}

func (r *rest) condition(m casework.Medium) Condition {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := Condition{Medium: m, Resting: r.pause > 0, Worked: r.worked}
	if c.Resting {
		c.Until = r.until
	}
	return c
}
