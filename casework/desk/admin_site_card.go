package desk

import (
	"context"
	"time"

	"priemnaya/casework"
)

// AdminSites keeps the websites of departments.
type AdminSites interface {
	List(ctx context.Context) ([]SiteCard, error)
	// Get loads one. Errors: NotFound.
	Get(ctx context.Context, id string) (SiteCard, error)
	// Save changes or makes a site. Errors: Conflict, Exists, Invalid.
	Save(ctx context.Context, by casework.Actor, card SiteCard, why string) error
	// NewKey makes a key; its secret is shown once. Errors: TooMany.
	NewKey(ctx context.Context, by casework.Actor, id string) (key, secret string, err error)
	RevokeKey(ctx context.Context, by casework.Actor, id, key string) error
	// Rotate changes the secret of the webhook, shown once; the one before
	// works for a day longer. Errors: NotFound without a webhook.
	Rotate(ctx context.Context, by casework.Actor, id string) (secret string, err error)
	Close(ctx context.Context, by casework.Actor, id, why string) error
	History(ctx context.Context, id string) ([]AdminEntry, error)
	Return(ctx context.Context, by casework.Actor, id, entry, why string) error
}

// SiteCard is a website without its secrets.
type SiteCard struct {
	ID, Name, Body, Webhook string
	Origins                 []string
	Rights                  []string
	PerMinute, PerDay       int
	Keys                    []SiteKey
	Closed                  bool
	Seen                    string
}

// SiteKey is a key of a site.
type SiteKey struct {
	ID   string
	At   time.Time
	Live bool
}
