package storetest

import (
	"context"

	"priemnaya/casework"
)

// CheckedShelf is a shelf that asks Before each call that reads or writes a
// record, and does nothing but answer its error if there is one: for tests of
// what a failing step leaves behind.
type CheckedShelf struct {
	casework.Shelf
	Before func() error
}

// Fetch implements casework.Shelf.
func (s CheckedShelf) Fetch(ctx context.Context, kind, id string) (casework.Record, error) {
	if err := s.Before(); err != nil {
		return casework.Record{}, err
	}
	return s.Shelf.Fetch(ctx, kind, id)
}

// Put implements casework.Shelf.
func (s CheckedShelf) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if err := s.Before(); err != nil {
		return r, err
	}
	return s.Shelf.Put(ctx, r)
}

// Remove implements casework.Shelf.
func (s CheckedShelf) Remove(ctx context.Context, kind, id string) error {
	if err := s.Before(); err != nil {
		return err
	}
	return s.Shelf.Remove(ctx, kind, id)
}

// List implements casework.Shelf.
func (s CheckedShelf) List(ctx context.Context, kind, owner string, page casework.Window) ([]casework.Record, string, error) {
	if err := s.Before(); err != nil {
		return nil, "", err
	}
	return s.Shelf.List(ctx, kind, owner, page)
}
