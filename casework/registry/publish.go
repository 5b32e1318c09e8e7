package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"priemnaya/casework"
)

// The kinds of records on the shelf: editions by their revision, and the one
// pointer to the edition in force.
const (
	KindEdition = "registry"
	KindCurrent = "registry-current"
	currentID   = "current"
)

// Publish keeps an edition and makes it the one in force; its revision is a
// hash of its contents. Publishing the same contents again changes nothing.
// Errors: Invalid for mistakes in the bodies, Conflict if somebody publishes
// at the same instant.
func Publish(ctx context.Context, shelf casework.Shelf, e Edition) (*casework.Registry, error) {
	revision, err := keepEdition(ctx, shelf, e)
	if err != nil {
		return nil, err
	}
	reg, err := casework.NewRegistry(revision, e.Bodies, e.Territories)
	if err != nil {
		return nil, err
	}
	now, err := shelf.Fetch(ctx, KindCurrent, currentID)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return nil, err
	}
	_, err = shelf.Put(ctx, casework.Record{Kind: KindCurrent, ID: currentID, Version: now.Version, Data: []byte(revision)})
	return reg, err
}

// keepEdition checks an edition and keeps it under the hash of its contents.
func keepEdition(ctx context.Context, shelf casework.Shelf, e Edition) (string, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return "", &casework.Error{Code: casework.Internal, Op: "registry.Publish", Err: err}
	}
	sum := sha256.Sum256(data)
	revision := hex.EncodeToString(sum[:6])
	if _, err := casework.NewRegistry(revision, e.Bodies, e.Territories); err != nil {
		return "", err
	}
	_, err = shelf.Put(ctx, casework.Record{Kind: KindEdition, ID: revision, Data: data})
	if err != nil && casework.CodeOf(err) != casework.Exists {
		return "", err
	}
	return revision, nil
}

// Current loads the edition in force. Errors: NotFound before the first
// Publish, Corrupted if the record cannot be read.
func Current(ctx context.Context, shelf casework.Shelf) (*casework.Registry, error) {
	pointer, err := shelf.Fetch(ctx, KindCurrent, currentID)
	if err != nil {
		return nil, err
	}
	r, err := shelf.Fetch(ctx, KindEdition, string(pointer.Data))
	if err != nil {
		return nil, err
	}
	var e Edition
	if err := json.Unmarshal(r.Data, &e); err != nil {
		return nil, &casework.Error{Code: casework.Corrupted, Op: "registry.Current", Err: err}
	}
	return casework.NewRegistry(r.ID, e.Bodies, e.Territories)
}
