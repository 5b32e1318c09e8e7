package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"priemnaya/cmd/visitor"
)

// goalReplay is promise F8: so long may a dry run of other routing rules on the
// last 50,000 cases take.
const goalReplay = time.Minute

// replayAll has an administrator of each site give the committee of greening
// all of the largest body's matters, and waits for the dry run of that.
func (b *bench) replayAll(ctx context.Context) error {
	for _, s := range b.sites {
		tell(b.opt, "%d cases: trying other routing rules on the last cases", s.size)
		if err := b.replay(ctx, s); err != nil {
			return fmt.Errorf("dry run at %d cases: %w", s.size, err)
		}
	}
	return nil
}

func (b *bench) replay(ctx context.Context, s *site) error {
	v, err := b.signIn(s, "admin")
	if err != nil {
		return err
	}
	if err := v.Open(s.url("/desk/admin/body?id=city-greening")); err != nil {
		return err
	}
	// Pasted lines become rows first; the second press proposes them.
	err = v.Submit("/desk/admin/body", visitor.Fields{"rule.paste": "0005.0005.0056 99701\n0003.0009 99610"})
	if err != nil {
		return err
	}
	began := time.Now()
	err = v.Submit("/desk/admin/body", visitor.Fields{"why": "Проба правил для замера."})
	if err != nil {
		return err
	}
	if !strings.HasPrefix(v.Path(), "/desk/admin/change/") {
		return fmt.Errorf("the change is at %s, status %d: %s", v.Path(), v.Page.Status, v.Page.Text())
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for address := s.url(v.Path()); v.Page.Header.Get("Refresh") != ""; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if err := v.Open(address); err != nil {
			return err
		}
	}
	s.said.Replay = time.Since(began)
	s.said.Replayed = min(s.size, 50_000)
	return nil
}
