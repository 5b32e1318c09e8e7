package desk

import (
	"slices"
	"strings"

	"priemnaya/casework"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// grantRow is a role and where it holds, as the form shows them; Place is a
// name. A row without a role is none.
type grantRow struct {
	N           int
	Role, Place string
}

// spareRows are the empty rows of the form, more of them on request;
// placesOffered bounds the names that are offered while one types.
const (
	spareRows     = 1
	placesOffered = 400
)

// adminRoles are the roles an account may have.
func adminRoles() []casework.Role {
	return slices.DeleteFunc(casework.Roles(), func(r casework.Role) bool {
		return r == casework.RoleCitizen || r == casework.RoleSystem
	})
}

// grantText says a role and where it holds.
func (v *visit) grantText(g casework.Grant) string {
	place := v.t("desk.admin.everywhere")
	if g.Body != casework.Everywhere {
		place = v.bodyName(g.Body)
	}
	if g.Unit != "" {
		place += ", " + v.unitName(g.Body, g.Unit)
	}
	return v.label("desk.admin.role", string(g.Role)) + ": " + place
}

// grantPlaces are the places a role can hold at by what they are called; two
// of one name are told apart by their codes.
type grantPlaces struct {
	names  []string
	byName map[string]casework.Grant
	byCode map[string]string
}

func (v *visit) grantPlaces() grantPlaces {
	p := grantPlaces{byName: map[string]casework.Grant{}, byCode: map[string]string{}}
	add := func(name, body, unit string) {
		if _, twice := p.byName[strings.ToLower(name)]; twice {
			name += " (" + strings.TrimSuffix(body+"/"+unit, "/") + ")"
		}
		p.names = append(p.names, name)
		p.byName[strings.ToLower(name)] = casework.Grant{Body: body, Unit: unit}
		p.byCode[body+"/"+unit] = name
	}
	add(v.t("desk_setup.grant.everywhere"), casework.Everywhere, "")
	bodies := v.registry.Bodies()
	for _, b := range bodies {
		add(b.Name, b.ID, "")
	}
	for _, b := range bodies {
		for _, u := range b.Units {
			add(b.Name+": "+u.Name, b.ID, u.ID)
		}
	}
	return p
}

// offered are the names to choose from; a great registry offers bodies before
// units, and what is not offered can be typed.
func (p grantPlaces) offered() []string { return p.names[:min(len(p.names), placesOffered)] }

// grantForm writes the roles of an account into the fields of its form.
func (v *visit) grantForm(form *web.Form, grants []casework.Grant) {
	places := v.grantPlaces()
	for _, g := range grants {
		form.Values["role"] = append(form.Values["role"], string(g.Role))
		name, known := places.byCode[g.Body+"/"+g.Unit]
		if !known {
			name = strings.TrimSuffix(g.Body+"/"+g.Unit, "/")
		}
		form.Values["place"] = append(form.Values["place"], name)
	}
}

// grantRows are the rows that the form shows: those sent, and empty ones.
func grantRows(form *web.Form) []grantRow {
	var out []grantRow
	roles, places := form.All("role"), form.All("place")
	for i := range max(len(roles), len(places)) {
		if row := (grantRow{Role: nth(roles, i), Place: nth(places, i)}); row.Role != "" || row.Place != "" {
			out = append(out, row)
		}
	}
	spare := spareRows
	if form.Is("do", "more") || len(out) == 0 {
		spare += 2
	}
	for range spare {
		out = append(out, grantRow{})
	}
	for i := range out {
		out[i].N = i + 1
	}
	return out
}

func nth(list []string, i int) string {
	if i < len(list) {
		return strings.TrimSpace(list[i])
	}
	return ""
}

// grantsFrom reads the rows back. A row whose role was taken away counts for
// nothing; one without a known place is a mistake.
func (v *visit) grantsFrom(form *web.Form) []casework.Grant {
	var out []casework.Grant
	places := v.grantPlaces()
	for _, row := range grantRows(form) {
		if row.Role == "" {
			continue
		}
		g, known := places.byName[strings.ToLower(strings.Join(strings.Fields(row.Place), " "))]
		if !known {
			body, unit, _ := strings.Cut(row.Place, "/")
			if _, known = places.byCode[body+"/"+unit]; known {
				g = casework.Grant{Body: body, Unit: unit}
			}
		}
		g.Role = casework.Role(row.Role)
		switch {
		case !known || !slices.Contains(adminRoles(), g.Role):
			form.Fail("grants", "desk_setup.grant.bad", "Line", row.N, "Place", row.Place)
		case !slices.Contains(out, g):
			out = append(out, g)
		}
	}
	return out
}

// roleOptions are the roles to choose from; the first one takes a row away.
func (v *visit) roleOptions() []templates.Option {
	out := []templates.Option{{Text: v.t("desk_setup.grant.none")}}
	for _, r := range adminRoles() {
		out = append(out, templates.Option{Value: string(r), Text: v.label("desk.admin.role", string(r))})
	}
	return out
}
