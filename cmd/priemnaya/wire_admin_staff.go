package main

import (
	"context"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
	"priemnaya/intake/identity/staff"
)

// adminStaff keeps the accounts; the rights are casework's.
type adminStaff struct{ *adminDesk }

// staffAtOnce is how many accounts a page lists.
const staffAtOnce = 50

// keptAccount is what the ledger keeps of an account.
type keptAccount struct {
	Name     string           `json:"name"`
	Position string           `json:"position,omitempty"`
	Email    string           `json:"email,omitempty"`
	Grants   []casework.Grant `json:"grants,omitempty"`
	Disabled bool             `json:"disabled,omitempty"`
}

func keptOf(s staff.Staff) keptAccount {
	return keptAccount{Name: s.Name, Position: s.Position, Email: s.Email, Grants: s.Grants, Disabled: s.Disabled}
}

func staffCard(s staff.Staff) desk.StaffCard {
	return desk.StaffCard{Login: s.Login, Name: s.Name, Position: s.Position, Email: s.Email, Grants: s.Grants, Disabled: s.Disabled,
		MustChange: s.MustChange, Enrolled: s.Enrolled, Created: s.Created, Seen: s.Digest()}
}

// Page lists at most a page of accounts.
func (a adminStaff) Page(ctx context.Context, q desk.StaffQuery) ([]desk.StaffCard, string, error) {
	list, next, err := a.staff.Page(ctx, staff.Search{Words: q.Words, Body: q.Body, Role: q.Role, Window: casework.Window{After: q.After, Limit: staffAtOnce}})
	var out []desk.StaffCard
	for _, s := range list {
		out = append(out, staffCard(s))
	}
	return out, next, err
}

// Get loads one.
func (a adminStaff) Get(ctx context.Context, login string) (desk.StaffCard, error) {
	s, err := a.staff.Get(ctx, login)
	return staffCard(s), err
}

// Save changes or makes an account.
func (a adminStaff) Save(ctx context.Context, by casework.Actor, card desk.StaffCard, why string) (string, error) {
	return a.save(ctx, by, card, registry.Entry{What: "changed", Why: why})
}

func (a adminStaff) save(ctx context.Context, by casework.Actor, card desk.StaffCard, e registry.Entry) (password string, err error) {
	after := staff.Staff{Login: card.Login, Name: card.Name, Position: card.Position, Email: card.Email, Grants: card.Grants, Disabled: card.Disabled}
	e.Area, e.Subject = "staff", card.Login
	var before any
	if card.Seen == "" {
		e.What = "made"
	} else {
		now, err := a.staff.Get(ctx, card.Login)
		if err != nil {
			return "", err
		}
		before = keptOf(now)
	}
	err = a.noted(ctx, by, e, before, keptOf(after), func() error {
		_, err := a.staff.Replaced(ctx, card.Seen, after, func(was staff.Staff) error {
			return by.MayGrant(after.ActorID(), was.Grants, after.Grants)
		})
		if err == nil && card.Seen == "" {
			password, err = a.staff.GivePassword(ctx, card.Login)
		}
		return err
	})
	return password, err
}

// Reset gives a new password or takes the second factor away.
func (a adminStaff) Reset(ctx context.Context, by casework.Actor, login string, factor bool, why string) (password string, err error) {
	s, err := a.staff.Get(ctx, login)
	if err != nil {
		return "", err
	}
	if !by.MayAdminister(s.Grants) {
		return "", casework.Fail(casework.Forbidden, "adminStaff.Reset", "staff.foreign")
	}
	if by.ID == s.ActorID() {
		// Whoever has a colleague's open session must not get his account.
		return "", casework.Fail(casework.Forbidden, "adminStaff.Reset", "staff.own_secret")
	}
	what := "password"
	if factor {
		what = "factor"
	}
	err = a.noted(ctx, by, registry.Entry{Area: "staff", Subject: login, What: what, Why: why}, nil, nil, func() error {
		if factor {
			return a.staff.ResetTOTP(ctx, login)
		}
		password, err = a.staff.GivePassword(ctx, login)
		return err
	})
	return password, err
}

// History lists the changes of an account.
func (a adminStaff) History(ctx context.Context, login string) ([]desk.AdminEntry, error) {
	list, err := a.ledger.Of(ctx, "staff", login)
	return entryViews(list), err
}

// Return puts back what an account was before a change.
func (a adminStaff) Return(ctx context.Context, by casework.Actor, login, entry, why string) error {
	var was keptAccount
	if _, err := a.entryOf(ctx, "staff", login, entry, &was); err != nil {
		return err
	}
	now, err := a.staff.Get(ctx, login)
	if err != nil {
		return err
	}
	_, err = a.save(ctx, by, desk.StaffCard{Login: login, Name: was.Name, Position: was.Position, Email: was.Email, Grants: was.Grants,
		Disabled: was.Disabled, Seen: now.Digest()}, registry.Entry{What: "returned", Why: why})
	return err
}
