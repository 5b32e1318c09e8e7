package main

import (
	"context"
	"strings"

	"priemnaya/casework"
	"priemnaya/intake/identity/staff"
	"priemnaya/notifications"
	warnings "priemnaya/notifications/staff"
)

// openWarnings makes the carrier of warnings about terms to staff.
func (a *App) openWarnings(mail notifications.Deliverer, domain string) (*warnings.Carrier, error) {
	return warnings.New(warnings.Config{Mail: mail, Set: a.set, Recipients: a.whoHears, Registry: a.office.Registry, Listed: a.office.ListAsk,
		Domain: domain, CaseURL: func(id string) string { return a.cfg.BaseURL + "/desk/case/" + id }})
}

// whoHears finds the accounts that hold a role over a case: the officer
// himself, or everybody with the role in the body or the unit.
func (a *App) whoHears(ctx context.Context, body, unit, officer string, role casework.Role) ([]warnings.Recipient, error) {
	all, err := a.staff.List(ctx, body)
	if err != nil {
		return nil, err
	}
	held, err := a.absences.Holding(ctx)
	if err != nil {
		return nil, err
	}
	at := casework.Case{Place: casework.Placement{Body: body, Unit: unit}}
	var out []warnings.Recipient
	for _, s := range all {
		holds := s.Actor().HasRole(role, &at)
		if role == casework.RoleOfficer {
			holds = s.ActorID() == officer
		}
		if holds {
			// Whoever stands in for somebody absent is told in his place.
			if s, err = a.inPlaceOf(ctx, s, body, held); err != nil {
				return nil, err
			}
		}
		if holds && !s.Disabled {
			out = append(out, warnings.Recipient{Login: s.Login, Name: s.Name, Email: s.Email})
		}
	}
	return out, nil
}

// inPlaceOf is the account of the deputy of somebody who is absent now, or his
// own.
func (a *App) inPlaceOf(ctx context.Context, s staff.Staff, body string, held []casework.Absence) (staff.Staff, error) {
	for _, ab := range held {
		if ab.Absent == s.ActorID() && ab.Body == body {
			return a.staff.Get(ctx, strings.TrimPrefix(ab.Deputy, "staff:"))
		}
	}
	return s, nil
}
