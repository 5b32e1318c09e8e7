package main

import (
	"maps"
	"slices"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

// scope is where somebody's role holds, seen from the case.
type scope struct {
	name       string
	body, unit string
	covers     bool
}

// scopes are those of the table, for a case of body "own", unit "own-unit".
var scopes = []scope{
	{"everywhere", casework.Everywhere, "", true},
	{"own body", "own", "", true},
	{"own unit", "own", "own-unit", true},
	{"foreign unit", "own", "other-unit", false},
	{"foreign body", "other", "", false},
	{"no body", "", "", false},
}

// TestTheTableOfRolesActsAndScopes goes through every act of every regulation,
// every role, every scope and every stage: an act is allowed exactly to the
// roles that the regulation names, within their scope, at its stages; and
// whoever may not read the case is told that there is none.
func TestTheTableOfRolesActsAndScopes(t *testing.T) {
	laws, err := regulation.Embedded()
	must(t, err)
	registry, err := casework.NewRegistry("r", []casework.Body{{ID: "own", Name: "Свой комитет", Level: casework.LevelMunicipal,
		Units: []casework.BodyUnit{{ID: "own-unit", Name: "Свой отдел"}, {ID: "other-unit", Name: "Чужой отдел"}}}, {ID: "other", Name: "Чужой комитет", Level: casework.LevelMunicipal}}, nil)
	must(t, err)
	reads := []casework.Role{casework.RoleRegistrar, casework.RoleOfficer, casework.RoleHead, casework.RoleSupervisor, casework.RoleSystem}
	cells, allowed := 0, map[casework.Role]int{}
	for i := range laws.Regulations {
		law := &laws.Regulations[i]
		env := &casework.Env{Regulation: law, Laws: laws, Registry: registry}
		for _, act := range slices.Sorted(maps.Keys(law.Acts)) {
			rule := law.Acts[act]
			for _, stage := range casework.Stages() {
				c := casework.Case{ID: "c", Stage: stage, Place: casework.Placement{Body: "own", Unit: "own-unit"}, Journal: []casework.Event{{Seq: 1}},
					Parties: casework.Parties{Applicants: []casework.Applicant{{Key: "esia:1"}}}}
				for _, role := range casework.Roles() {
					for _, s := range scopes {
						by := casework.Actor{ID: "staff:x", Grants: []casework.Grant{{Role: role, Body: s.body, Unit: s.unit}}}
						holds, knows := s.covers, s.covers && slices.Contains(reads, role)
						if role == casework.RoleCitizen {
							// Of a citizen only his being a party counts.
							by.ID = map[bool]string{true: "esia:1", false: "esia:2"}[s.covers]
							holds, knows = s.covers, s.covers
							// Whoever joins is no party before.
							holds = holds || act == casework.ActJoin
						}
						may := holds && slices.Contains(rule.By, role)
						want := casework.Code("")
						switch {
						case !may && !knows:
							want = casework.NotFound
						case !may:
							want = casework.Forbidden
						case !slices.Contains(rule.From, stage):
							want = casework.NotAllowed
						}
						cells++
						if want == "" {
							allowed[role]++
						}
						if got := casework.CodeOf(casework.Allowed(env, &c, by, act)); got != want && !(act == casework.ActJoin && may) {
							t.Errorf("%s %s: %s by %s of %s at %s: %q, want %q", law.Regime, law.Version, act, role, s.name, stage, got, want)
						}
					}
				}
			}
		}
	}
	for _, role := range []casework.Role{casework.RoleAdministrator, casework.RoleSecurity} {
		if allowed[role] > 0 {
			t.Errorf("%s may do %d acts on cases", role, allowed[role])
		}
	}
	t.Logf("%d cells, allowed %v", cells, allowed)
}
