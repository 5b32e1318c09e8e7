package desk

import (
	"context"
	"time"

	"priemnaya/casework"
)

// AdminStaff keeps the accounts.
type AdminStaff interface {
	// Page lists at most a page of accounts.
	Page(ctx context.Context, q StaffQuery) (list []StaffCard, next string, err error)
	// Get loads one. Errors: NotFound.
	Get(ctx context.Context, login string) (StaffCard, error)
	// Save changes or makes an account; a new one's password is returned, to be
	// shown once. Errors: Conflict, Invalid with fields, Forbidden, NotAllowed.
	Save(ctx context.Context, by casework.Actor, card StaffCard, why string) (password string, err error)
	// Reset gives a new password, or takes the second factor away.
	Reset(ctx context.Context, by casework.Actor, login string, factor bool, why string) (password string, err error)
	// History lists the changes of an account, the newest first.
	History(ctx context.Context, login string) ([]AdminEntry, error)
	// Return puts back what an account was before a change.
	Return(ctx context.Context, by casework.Actor, login, entry, why string) error
}

// StaffQuery asks for a page of accounts.
type StaffQuery struct {
	Words, Body string
	Role        casework.Role
	After       string
}

// StaffCard is an account without its secrets.
type StaffCard struct {
	Login, Name, Position, Email   string
	Grants                         []casework.Grant
	Disabled, MustChange, Enrolled bool
	Created                        time.Time
	// Seen is the mark of the card as it was shown; "" makes a new account.
	Seen string
}
