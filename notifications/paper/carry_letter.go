package paper

import (
	"context"
	"errors"

	"priemnaya/casework"
	"priemnaya/notifications"
)

// Carrier makes print tasks. It is safe for parallel use.
type Carrier struct {
	shelf casework.Shelf
}

// New makes a carrier over the shelf of tasks. Errors: Invalid without one.
func New(shelf casework.Shelf) (*Carrier, error) {
	if shelf == nil {
		return nil, &casework.Error{Code: casework.Invalid, Op: "paper.New", Err: errors.New("a shelf is required")}
	}
	return &Carrier{shelf: shelf}, nil
}

// Carry lays the letter on the shelf of letters to print. Errors: *Failure of
// the service while the shelf does not answer.
func (c *Carrier) Carry(ctx context.Context, cs casework.Case, n casework.Notice) (evidence string, err error) {
	task, err := casework.PutPaperTask(ctx, c.shelf, cs, n)
	if err != nil {
		return "", &notifications.Failure{Reason: notifications.Unavailable, Service: true, Err: err}
	}
	return "print task " + task.Key, nil
}

var _ notifications.Carrier = (*Carrier)(nil)
