package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/sqlitestore"
)

// readStores measures what the programs have left: when what was filed was
// routed, and the walks of the background jobs.
func (b *bench) readStores(ctx context.Context, filed map[*site][]string) (err error) {
	var open []*sqlitestore.Store
	defer func() {
		for _, store := range open {
			err = errors.Join(err, store.Close())
		}
	}()
	for _, s := range b.sites {
		store, err := s.openStore(ctx)
		if err != nil {
			return err
		}
		open = append(open, store)
		if err := readRouting(ctx, s.said, store, filed[s]); err != nil {
			return err
		}
	}
	tell(b.opt, "walking as the background jobs do")
	return b.sweep(ctx, open)
}

// readRouting finds out from the journals how long a filed case waited for the
// router and how long its first letter took.
func readRouting(ctx context.Context, m *Measured, s casework.Store, ids []string) error {
	var routed, told []time.Duration
	for _, id := range ids {
		c, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range c.Journal {
			if e.Act == casework.ActRoute || e.Act == casework.ActHold {
				routed = append(routed, e.At.Sub(c.Origin.ReceivedAt))
				break
			}
		}
		for _, n := range c.Outbox {
			if n.Medium == casework.MediumEmail && n.State == casework.DeliverySent {
				told = append(told, n.SentAt.Sub(n.QueuedAt))
				break
			}
		}
	}
	if len(routed) < len(ids) || len(told) < len(ids) {
		return fmt.Errorf("of %d appeals %d were routed and %d acknowledged by letter", len(ids), len(routed), len(told))
	}
	m.Routed, m.Told = timesOf(routed), timesOf(told)
	return nil
}

// sweepStep is how many rows one step of a walk reads here.
const sweepStep = 100

// sweep measures one step of the walks over terms and letters: whatever is due
// is found by an index, so a step costs the same however many cases there are.
func (b *bench) sweep(ctx context.Context, open []*sqlitestore.Store) error {
	terms, letters := make([][]time.Duration, len(open)), make([][]time.Duration, len(open))
	today := casework.DateOf(time.Now(), time.UTC)
	for i := range b.opt.pages * 2 {
		for k := range open {
			k = (k + i) % len(open)
			began := time.Now()
			_, _, err := open[k].DueBetween(ctx, today.AddDays(-i%200), today.AddDays(4), casework.Window{Limit: sweepStep})
			terms[k] = append(terms[k], time.Since(began))
			if err != nil {
				return err
			}
			began = time.Now()
			_, _, err = open[k].OutboxDue(ctx, time.Now(), casework.Window{Limit: sweepStep})
			letters[k] = append(letters[k], time.Since(began))
			if err != nil {
				return err
			}
		}
	}
	for k, s := range b.sites {
		s.said.Terms, s.said.Letters = timesOf(terms[k]), timesOf(letters[k])
	}
	return nil
}
