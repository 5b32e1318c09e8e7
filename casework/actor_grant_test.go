package casework_test

import (
	"errors"
	"testing"

	"priemnaya/casework"
)

func TestNobodyGivesHimselfMoreOrRolesOutsideHisBodies(t *testing.T) {
	grants := func(list ...casework.Grant) []casework.Grant { return list }
	root := casework.Grant{Role: casework.RoleAdministrator, Body: casework.Everywhere}
	local := casework.Grant{Role: casework.RoleAdministrator, Body: "roads"}
	clerk := casework.Grant{Role: casework.RoleRegistrar, Body: "roads"}
	foreign := casework.Grant{Role: casework.RoleHead, Body: "water"}
	chief := casework.Actor{ID: "staff:chief", Grants: grants(root)}
	small := casework.Actor{ID: "staff:small", Grants: grants(local)}
	for name, x := range map[string]struct {
		by            casework.Actor
		who           string
		before, after []casework.Grant
		want          string
	}{
		"a new clerk":                            {chief, "staff:new", nil, grants(clerk), ""},
		"an administrator everywhere to another": {chief, "staff:new", nil, grants(root), ""},
		"more to himself":                        {chief, "staff:chief", grants(root), grants(root, clerk), "staff.self"},
		"less to himself":                        {chief, "staff:chief", grants(root, clerk), grants(root), ""},
		"a clerk of his own body":                {small, "staff:new", nil, grants(clerk), ""},
		"a role in another body":                 {small, "staff:new", nil, grants(foreign), "staff.foreign"},
		"a role everywhere":                      {small, "staff:new", nil, grants(root), "staff.foreign"},
		"taking a role of another body":          {small, "staff:x", grants(clerk, foreign), grants(clerk), "staff.foreign"},
		"the chief by a small one":               {small, "staff:chief", grants(root), grants(local), "staff.foreign"},
		"a registrar":                            {casework.Actor{ID: "staff:r", Grants: grants(clerk)}, "staff:new", nil, grants(clerk), "act.forbidden"},
	} {
		err := x.by.MayGrant(x.who, x.before, x.after)
		var e *casework.Error
		got := ""
		if errors.As(err, &e) {
			got = e.Message
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
