package jobs

import (
	"context"
	"encoding/json"
	"time"

	"priemnaya/casework"
)

// kindLease is the shelf's kind of leases: what one process does for all.
const kindLease = "job-lease"

// lease is a record on the shelf that one process at a time holds. Its times
// are by the clock of the program, as those of the outbox are.
type lease struct {
	shelf casework.Shelf
	now   func() time.Time
	name  string
	// holder tells this process from the others.
	holder string
	// length is how long a holder that has died keeps the others waiting.
	length time.Duration
}

// leaseData is what the record holds.
type leaseData struct {
	Holder string `json:"holder,omitempty"`
	// Until is when it ends; Ran is when the work was last finished.
	Until time.Time `json:"until,omitzero"`
	Ran   time.Time `json:"ran,omitzero"`
}

// take takes the lease or prolongs it. held is false if another process has it;
// ran is when the work was last finished by anybody. Errors: those of the shelf.
func (l *lease) take(ctx context.Context) (held bool, ran time.Time, err error) {
	r, d, err := l.read(ctx)
	if err != nil {
		return false, time.Time{}, err
	}
	now := l.now()
	// A lease that ends later than any can is from before a clock was moved back.
	if d.Holder != "" && d.Holder != l.holder && d.Until.After(now) && d.Until.Sub(now) <= l.length {
		return false, d.Ran, nil
	}
	ran = d.Ran
	d.Holder, d.Until = l.holder, now.Add(l.length)
	held, err = l.write(ctx, r, d)
	return held, ran, err
}

// free gives the lease back; done also notes that the work was finished.
func (l *lease) free(ctx context.Context, done bool) error {
	r, d, err := l.read(ctx)
	if err != nil || d.Holder != l.holder {
		return err
	}
	d.Holder, d.Until = "", time.Time{}
	if done {
		d.Ran = l.now()
	}
	_, err = l.write(ctx, r, d)
	return err
}

func (l *lease) read(ctx context.Context) (casework.Record, leaseData, error) {
	var d leaseData
	r, err := l.shelf.Fetch(ctx, kindLease, l.name)
	switch casework.CodeOf(err) {
	case "":
		// A record that cannot be read is nobody's.
		if json.Unmarshal(r.Data, &d) != nil {
			d = leaseData{}
		}
	case casework.NotFound:
		r, err = casework.Record{Kind: kindLease, ID: l.name}, nil
	}
	return r, d, err
}

// write is false if another process was quicker.
func (l *lease) write(ctx context.Context, r casework.Record, d leaseData) (bool, error) {
	var err error
	if r.Data, err = json.Marshal(d); err != nil {
		return false, err
	}
	_, err = l.shelf.Put(ctx, r)
	if code := casework.CodeOf(err); code == casework.Conflict || code == casework.Exists {
		return false, nil
	}
	return err == nil, err
}
