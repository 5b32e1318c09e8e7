package notifications

import (
	"context"
	"encoding/json"
	"time"

	"priemnaya/casework"
)

// KindDead is the shelf's kind of the list of dead notices.
const KindDead = "dead-notice"

// DeadNotice is a notice that needs a person.
type DeadNotice struct {
	Case   string              `json:"case"`
	Key    string              `json:"key"`
	Kind   casework.NoticeKind `json:"kind"`
	Medium casework.Medium     `json:"medium"`
	// Reason is the code of the last failure.
	Reason   string    `json:"reason"`
	Attempts int       `json:"attempts"`
	DiedAt   time.Time `json:"diedAt"`
}

func (o *Outbox) list(ctx context.Context, caseID string, n casework.Notice, at time.Time) error {
	data, err := json.Marshal(DeadNotice{Case: caseID, Key: n.Key, Kind: n.Kind, Medium: n.Medium,
		Reason: n.Failure, Attempts: n.Attempts, DiedAt: at})
	if err != nil {
		return err
	}
	id := deadID(caseID, n.Key)
	r, err := o.Shelf.Fetch(ctx, KindDead, id)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return err
	}
	r.Kind, r.ID, r.Owner, r.Data = KindDead, id, caseID, data
	_, err = o.Shelf.Put(ctx, r)
	if code := casework.CodeOf(err); code == casework.Exists || code == casework.Conflict {
		return nil // another worker has listed it
	}
	return err
}

func deadID(caseID, key string) string { return caseID + "~" + key }

// Dead lists notices that need a person, by case and key; next is "" at the
// end. Entries whose notice is not dead after all are dropped on the way.
// Errors: those of the store and the shelf.
func (o *Outbox) Dead(ctx context.Context, page casework.Window) (dead []DeadNotice, next string, err error) {
	records, next, err := o.Shelf.List(ctx, KindDead, "", page)
	if err != nil {
		return nil, "", err
	}
	for _, r := range records {
		var d DeadNotice
		if err := json.Unmarshal(r.Data, &d); err != nil {
			return nil, "", &casework.Error{Code: casework.Corrupted, Op: "notifications.Dead", Err: err}
		}
		c, err := o.Store.Get(ctx, d.Case)
		if err != nil && casework.CodeOf(err) != casework.NotFound {
			return nil, "", err
		}
		n, _ := noticeOf(&c, d.Key)
		switch n.State {
		case casework.DeliveryDead:
			dead = append(dead, d)
		case casework.DeliverySending:
			// It is dying just now; its entry came first.
		default:
			if err := o.Shelf.Remove(ctx, KindDead, r.ID); err != nil {
				return nil, "", err
			}
		}
	}
	return dead, next, nil
}

// CountDead counts the list of dead notices, at most up to limit.
func (o *Outbox) CountDead(ctx context.Context, limit int) (int, error) {
	page, total := casework.Window{Limit: casework.MaxLimit}, 0
	for total < limit {
		records, next, err := o.Shelf.List(ctx, KindDead, "", page)
		if err != nil {
			return total, err
		}
		total += len(records)
		if next == "" {
			break
		}
		page.After = next
	}
	return min(total, limit), nil
}

// Redrive gives a dead notice another round of attempts, from now on.
// Errors: NotFound; Conflict if it is not dead.
func (o *Outbox) Redrive(ctx context.Context, caseID, key string) error {
	_, err := o.Store.Update(ctx, caseID, func(c casework.Case) (casework.Case, error) {
		return casework.RedriveNotice(c, key, o.Now())
	})
	if err != nil {
		return err
	}
	return o.Shelf.Remove(ctx, KindDead, deadID(caseID, key))
}
