package flow

import (
	"context"
	"fmt"

	"priemnaya/casework"
)

// sweep removes chunks and facts of earlier epochs.
func (b *Book) sweep(ctx context.Context) error {
	h, err := b.Head(ctx)
	if err != nil {
		return err
	}
	own := fmt.Sprintf("%d/", h.Epoch)
	for _, kind := range []string{kindChunk, kindFacts} {
		err := b.list(ctx, kind, func(r casework.Record) error {
			if len(r.ID) >= len(own) && r.ID[:len(own)] == own {
				return nil
			}
			return b.cfg.Shelf.Remove(ctx, kind, r.ID)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) list(ctx context.Context, kind string, do func(casework.Record) error) error {
	page := casework.Window{Limit: casework.MaxLimit}
	for {
		records, next, err := b.cfg.Shelf.List(ctx, kind, "", page)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := do(r); err != nil {
				return err
			}
		}
		if page.After = next; next == "" {
			return nil
		}
	}
}
