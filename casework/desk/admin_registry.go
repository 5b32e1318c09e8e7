package desk

import (
	"context"
	"time"

	"priemnaya/casework"
)

// AdminRegistry changes the registry of bodies.
type AdminRegistry interface {
	// Seen is the mark of a body as it is in force, for RegistryEdit.
	Seen(body casework.Body) string
	// Propose prepares an edition with one body changed or added and begins its
	// dry run. Errors: Conflict if the body has changed, Invalid with fields.
	Propose(ctx context.Context, by casework.Actor, e RegistryEdit) (RegistryChange, error)
	// Return prepares a return to an earlier edition.
	Return(ctx context.Context, by casework.Actor, revision, why string) (RegistryChange, error)
	// SeenTerritories is the mark of a list of territories, for TerritoryEdit.
	SeenTerritories(list []casework.Territory) string
	// ProposeTerritories prepares an edition with another list. Errors: Conflict,
	// Invalid with a field for each bad code, NotAllowed without a change.
	ProposeTerritories(ctx context.Context, by casework.Actor, e TerritoryEdit) (RegistryChange, error)
	// TerritoryCode reads a code as people write it; false for none.
	TerritoryCode(typed string) (code string, ok bool)
	// ReadTerritories reads rows of a CSV file.
	ReadTerritories(file []byte) (rows []casework.Territory, mistakes []LineMistake)
	// Changes lists the changes of a body or of TerritoriesSubject, or all for
	// "", the newest first.
	Changes(ctx context.Context, subject, after string) (list []RegistryChange, next string, err error)
	// Change gives one with the texts of both editions. Errors: NotFound.
	Change(ctx context.Context, id string) (RegistryChange, error)
	// Decide publishes or drops. Errors: Conflict, NotAllowed.
	Decide(ctx context.Context, by casework.Actor, id string, publish bool) (RegistryChange, error)
	// Renew makes a change anew from the edition in force. Errors: Conflict.
	Renew(ctx context.Context, by casework.Actor, id string) (RegistryChange, error)
}

// TerritoriesSubject is the subject of changes of the list of territories.
const TerritoriesSubject = "@territories"

// RegistryEdit is a changed or new body; Seen is "" for a new one.
type RegistryEdit struct {
	Body      casework.Body
	Seen, Why string
}

// RegistryChange is a proposed, published or dropped edition.
type RegistryChange struct {
	ID, Base, Revision, Subject, Why, By string
	At                                   time.Time
	// State is proposed, published or dropped.
	State     string
	DecidedBy string
	DecidedAt time.Time
	// Routes is true if it can send cases elsewhere; then Done counts the cases
	// looked at and Replayed is true at the end, with the result in Replay.
	Routes, Replayed bool
	Done, Last       int
	Replay           casework.RouteReplay
	// InForce is true if Revision is the edition in force.
	InForce bool
	// Before and After are the editions as text; Change fills them.
	Before, After string
	Leaving       []RegistryLeaving
}

// RegistryLeaving is a body or unit that would be closed, with its open cases.
type RegistryLeaving struct {
	Body, Unit string
	Open       int
}
