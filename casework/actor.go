package casework

import "slices"

// Role is what a person may do, always within a body or a unit.
type Role string

// The roles.
const (
	// RoleCitizen files appeals and reads his own.
	RoleCitizen Role = "citizen"
	// RoleRegistrar (регистратор) registers, routes and forwards.
	RoleRegistrar Role = "registrar"
	// RoleOfficer (исполнитель) drafts answers.
	RoleOfficer Role = "officer"
	// RoleHead (руководитель) assigns, signs and extends.
	RoleHead Role = "head"
	// RoleSupervisor (контроль) watches terms and sees all cases of a body.
	RoleSupervisor Role = "supervisor"
	// RoleOperator (оператор МФЦ) files on behalf of a person at a counter.
	RoleOperator Role = "operator"
	// RoleAdministrator keeps the registry and the accounts; no right to
	// read cases follows from it.
	RoleAdministrator Role = "administrator"
	// RoleSecurity works in the protected channel only; it gives no right
	// here at all.
	RoleSecurity Role = "security"
	// RoleSystem is a background job.
	RoleSystem Role = "system"
)

// Everywhere as Grant.Body gives a role in every body.
const Everywhere = "*"

// Grant gives a role within a body, or within one unit of it.
type Grant struct {
	Role Role `json:"role"`
	// Body is the body's ID or Everywhere.
	Body string `json:"body"`
	// Unit narrows the grant to one unit; empty means the whole body.
	Unit string `json:"unit,omitempty"`
	// For is the absent person whose right it is: the actor has it as his
	// deputy (see Absence). Empty is the actor's own; accounts keep no other.
	For string `json:"for,omitempty"`
}

// Actor is whoever does an act: an identified citizen, a member of staff or
// the system. It is an argument, never hidden in a context.
type Actor struct {
	// ID is stable: "esia:1000000001", "staff:petrova", "system".
	ID string `json:"id"`
	// Name is shown to colleagues and, as the executor, to the applicant.
	Name   string  `json:"name,omitempty"`
	Grants []Grant `json:"grants,omitempty"`
	// Assurance is how surely the person is identified.
	Assurance Assurance `json:"assurance,omitempty"`
	// Standings are those for whom he stands in now, one for each grant.For.
	Standings []Standing `json:"standings,omitempty"`
	// Deputies are the IDs of those who stand in for him now.
	Deputies []string `json:"deputies,omitempty"`
	// acting is for whom he does the present act; see Actor.as.
	acting string
}

// SystemActor is the background jobs.
func SystemActor() Actor {
	return Actor{ID: "system", Grants: []Grant{{Role: RoleSystem, Body: Everywhere}}}
}

// Citizen makes an actor of an identified applicant.
func Citizen(a Applicant) Actor {
	return Actor{ID: a.Key, Name: a.Name.Full(), Assurance: a.Assurance,
		Grants: []Grant{{Role: RoleCitizen}}}
}

// Is reports whether the actor has the role anywhere.
func (a Actor) Is(role Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == role })
}

// Staff reports whether the actor holds any role that reads cases of a body.
func (a Actor) Staff() bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(readingRoles, g.Role) })
}

var readingRoles = []Role{RoleRegistrar, RoleOfficer, RoleHead, RoleSupervisor, RoleSystem}

// Bodies lists the bodies in which the actor holds one of the roles;
// all is true if he holds it everywhere.
func (a Actor) Bodies(roles ...Role) (bodies []string, all bool) {
	for _, g := range a.Grants {
		if !slices.Contains(roles, g.Role) {
			continue
		}
		if g.Body == Everywhere {
			return nil, true
		}
		if g.Body != "" && !slices.Contains(bodies, g.Body) {
			bodies = append(bodies, g.Body)
		}
	}
	return bodies, false
}

// HasRole reports whether the actor holds the role over the case as it stands.
func (a Actor) HasRole(role Role, c *Case) bool {
	if role == RoleCitizen {
		return a.Is(RoleCitizen) && c.Parties.Includes(a.ID)
	}
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return g.Role == role && g.covers(c.Place)
	})
}

func (g Grant) covers(p Placement) bool {
	if g.Body == Everywhere {
		return true
	}
	return g.Body != "" && g.Body == p.Body && (g.Unit == "" || g.Unit == p.Unit)
}

// MayRead reports whether the actor may read the case: a party to it, or
// staff of the body that has it. Officers read the cases of their unit.
func (a Actor) MayRead(c *Case) bool {
	if a.HasRole(RoleCitizen, c) {
		return true
	}
	return slices.ContainsFunc(readingRoles, func(r Role) bool { return a.HasRole(r, c) })
}

// Assurance is how surely the author of a submission is identified (уровень
// идентификации). It is stored with each submission.
type Assurance string

// The levels, weakest first.
const (
	// AssuranceNone: nobody vouches; a draft at most.
	AssuranceNone Assurance = "none"
	// AssuranceMessenger: an account of a messenger not bound to a person.
	AssuranceMessenger Assurance = "messenger"
	// AssuranceOpenID: an OpenID Connect provider the installation trusts.
	AssuranceOpenID Assurance = "openid"
	// AssuranceSimplified: ESIA account, not confirmed (trusted=false).
	AssuranceSimplified Assurance = "esia_simplified"
	// AssuranceConfirmed: ESIA account, confirmed (trusted=true).
	AssuranceConfirmed Assurance = "esia_confirmed"
	// AssuranceInPerson: an operator has seen an identity document.
	AssuranceInPerson Assurance = "in_person"
	// AssurancePaper: a letter on paper with a signature.
	AssurancePaper Assurance = "paper"
)

// Channel is the door by which a case came in.
type Channel string

// The channels.
const (
	ChannelWeb   Channel = "web"
	ChannelBot   Channel = "bot"
	ChannelSite  Channel = "site"
	ChannelMFC   Channel = "mfc"
	ChannelPaper Channel = "paper"
	ChannelOral  Channel = "oral"
)

// accepted is the matrix of promise B2: through which channel which assurance
// makes a submission an appeal with legal effect (59-FZ art. 4 and 7 as
// amended by 547-FZ: an electronic appeal needs identification and (or)
// authentication). Every other cell is a draft.
var accepted = map[Channel][]Assurance{
	ChannelWeb:   {AssuranceOpenID, AssuranceSimplified, AssuranceConfirmed},
	ChannelBot:   {AssuranceOpenID, AssuranceSimplified, AssuranceConfirmed},
	ChannelSite:  {AssuranceOpenID, AssuranceSimplified, AssuranceConfirmed},
	ChannelMFC:   {AssuranceInPerson, AssuranceSimplified, AssuranceConfirmed},
	ChannelPaper: {AssurancePaper, AssuranceInPerson},
	ChannelOral:  {AssuranceInPerson},
}

// LegalEffect reports whether a submission through the channel by a person
// identified so is an appeal under the law; otherwise it can only be a draft.
func LegalEffect(ch Channel, a Assurance) bool {
	return slices.Contains(accepted[ch], a)
}

// Roles lists all roles.
func Roles() []Role {
	return []Role{RoleCitizen, RoleRegistrar, RoleOfficer, RoleHead, RoleSupervisor, RoleOperator,
		RoleAdministrator, RoleSecurity, RoleSystem}
}
