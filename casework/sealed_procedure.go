package casework

import (
	"slices"
	"time"
)

// ShieldProcedure (особый порядок, 59-FZ art. 6 as amended by 547-FZ) is what a
// body has set about appeals whose author keeps his name closed from its own
// staff. It is data of the body; a body without one offers no such choice.
type ShieldProcedure struct {
	// Norm names the body's own act that sets the procedure.
	Norm string `json:"norm"`
	// Ask lists the roles that may ask to know a name, Allow those that may
	// grant it. Nobody grants what he has asked himself.
	Ask   []Role `json:"ask"`
	Allow []Role `json:"allow"`
	// Hours is how long a name stays open, from 1 to MaxOpenHours.
	Hours int `json:"hours"`
	// TellDays is how many days after the end of an opening the citizen is
	// told of it, from 0 to MaxTellDays.
	TellDays int `json:"tellDays"`
}

// Bounds of the procedure: a name that is open for longer is not closed, and a
// citizen who hears of it after longer is not told.
const (
	MaxOpenHours = 72
	MaxTellDays  = 90
)

// openFor is how long a name stays open; tellAfter how long after that the
// citizen is told.
func (p *ShieldProcedure) openFor() time.Duration { return time.Duration(p.Hours) * time.Hour }

func (p *ShieldProcedure) tellAfter() time.Duration {
	return time.Duration(p.TellDays) * 24 * time.Hour
}

// shieldRoles are the roles a procedure may name: staff of the body only.
var shieldRoles = []Role{RoleRegistrar, RoleOfficer, RoleHead, RoleSupervisor}

// sound reports whether a procedure can be followed; none at all can.
func (p *ShieldProcedure) sound() bool {
	if p == nil {
		return true
	}
	known := func(roles []Role) bool {
		return len(roles) > 0 && !slices.ContainsFunc(roles, func(r Role) bool { return !slices.Contains(shieldRoles, r) })
	}
	return p.Norm != "" && oneLine(p.Norm) && known(p.Ask) && known(p.Allow) &&
		p.Hours >= 1 && p.Hours <= MaxOpenHours && p.TellDays >= 0 && p.TellDays <= MaxTellDays
}

// PersonSealer encrypts what must not be read from a stored case: the name and
// the contacts of an applicant who keeps them closed. The context is bound to
// the ciphertext. Errors: Corrupted if a ciphertext is not of that context.
type PersonSealer interface {
	SealPerson(plain, context []byte) ([]byte, error)
	OpenPerson(sealed, context []byte) ([]byte, error)
}

// Shields tells whether a body has set the procedure and this office can keep
// it, and gives it.
func (o *Office) Shields(body string) (ShieldProcedure, bool) {
	b, err := o.Registry().Body(body)
	if err != nil || b.Closed || b.Settings.Shield == nil || o.sealer == nil {
		return ShieldProcedure{}, false
	}
	return *b.Settings.Shield, true
}

// mayShield checks that the names of this filing can be sealed. A choice that
// cannot be kept is refused, never dropped: the citizen would be named against
// his will.
func (f Filing) mayShield(env *Env) error {
	if !f.Shield {
		return nil
	}
	key := ""
	switch {
	case env.Shield == nil:
		key = "filing.shield_body"
	case f.Regime != RegimeAppeal:
		key = "filing.shield_regime"
	case f.Representative != nil:
		key = "filing.shield_representative"
	case f.Applicant.Key == "":
		key = "filing.shield_identity"
	}
	if key == "" {
		return nil
	}
	return &Error{Code: Invalid, Op: "casework.Filing", Message: "filing.invalid", Fields: []FieldError{{Field: "shield", Key: key}}}
}
