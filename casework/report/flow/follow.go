package flow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"

	"priemnaya/casework"
)

const (
	// batchPages pages of MaxLimit saves make the largest batch.
	batchPages = 4
	// hands is how many cases are read and written at once: a store puts what
	// waits into one commit, so many hands make a first count of a large store
	// ten times quicker.
	hands = 64
)

// Follow counts everything that was saved since the last time, in batches, and
// then forecasts the day if nobody has yet. progress, if set, hears how many
// saves were read. Errors: those of the stores; Conflict if another process
// writes the same books. Whatever it did until then stays.
func (b *Book) Follow(ctx context.Context, progress func(read int)) error {
	for {
		w, err := b.open(ctx)
		if err != nil {
			return err
		}
		if err := w.gather(ctx); err != nil {
			return err
		}
		if err := w.commit(ctx); err != nil {
			return err
		}
		if progress != nil {
			progress(w.head.Read)
		}
		if w.done {
			return b.forecastToday(ctx)
		}
	}
}

// Rebuild forgets all figures and counts from nothing, beside the old figures
// until the first batch stands. Forecasts that were made stay: they cannot be
// made again. Errors: as for Follow.
func (b *Book) Rebuild(ctx context.Context, progress func(read int)) error {
	var h Head
	r, _, err := fetch(ctx, b.cfg.Shelf, kindHead, "head", &h)
	if err != nil && casework.CodeOf(err) != casework.Corrupted {
		return err
	}
	if r.Kind == "" {
		r.Kind, r.ID = kindHead, "head"
	}
	if _, err := put(ctx, b.cfg.Shelf, r, Head{Format: format, Epoch: h.Epoch + 1}); err != nil {
		return err
	}
	if err := b.Follow(ctx, progress); err != nil {
		return err
	}
	return b.sweep(ctx)
}

// writer is one batch of the books.
type writer struct {
	b      *Book
	record casework.Record
	head   Head
	batch  redo
	done   bool
}

// open takes the books and finishes the batch that a crash has interrupted.
func (b *Book) open(ctx context.Context) (*writer, error) {
	w := &writer{b: b}
	var found bool
	var err error
	if w.record, found, err = fetch(ctx, b.cfg.Shelf, kindHead, "head", &w.head); err != nil {
		return nil, err
	}
	if found && w.head.Format == format {
		return w, w.finish(ctx)
	}
	w.head = Head{Format: format, Epoch: w.head.Epoch + 1}
	w.record, err = put(ctx, b.cfg.Shelf, w.record, w.head)
	return w, err
}

func (w *writer) id(name string) string { return fmt.Sprintf("%d/%s", w.head.Epoch, name) }

// gather reads the next saves and reckons what they change.
func (w *writer) gather(ctx context.Context) error {
	w.batch = redo{Gen: w.head.Gen + 1, Sums: Sums{}, Facts: map[string]Facts{}}
	var ids []string
	cursor := w.head.Cursor
	for range batchPages {
		rows, next, err := w.b.cfg.Source.ChangedSince(ctx, casework.Window{After: cursor, Limit: casework.MaxLimit})
		if err != nil {
			return err
		}
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		w.head.Read += len(rows)
		if cursor = next; len(rows) == 0 {
			w.done = true
			break
		}
	}
	w.head.Cursor = cursor
	slices.Sort(ids)
	var mu sync.Mutex
	return each(ctx, slices.Compact(ids), func(ctx context.Context, id string) error {
		old, now, err := w.change(ctx, id)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		w.batch.Sums.count(old, -1)
		w.batch.Sums.count(now, 1)
		w.batch.Facts[id] = now
		return nil
	})
}

// change gives what a case counted for and what it counts for now.
func (w *writer) change(ctx context.Context, id string) (old, now Facts, err error) {
	var before dated[Facts]
	if _, _, err = fetch(ctx, w.b.cfg.Shelf, kindFacts, w.id(id), &before); err != nil {
		return old, now, err
	}
	c, err := w.b.cfg.Source.Get(ctx, id)
	switch {
	case casework.CodeOf(err) == casework.NotFound:
		return before.Data, now, nil
	case err != nil:
		return old, now, err
	}
	return before.Data, Reduce(&c, w.b.cfg.Registry()), nil
}

// commit writes the batch down, saves the head, which is when it counts, and
// brings chunks and facts up to it.
func (w *writer) commit(ctx context.Context) error {
	w.batch.Sums.tidy()
	w.head.Gen = w.batch.Gen
	if w.head.Redo = ""; len(w.batch.Facts) > 0 {
		w.head.Redo = rand.Text()
		if _, err := put(ctx, w.b.cfg.Shelf, casework.Record{Kind: kindRedo, ID: w.head.Redo}, w.batch); err != nil {
			return err
		}
	}
	if w.head.Chunks == nil {
		w.head.Chunks = map[string]int64{}
	}
	for name := range w.batch.Sums {
		w.head.Chunks[name] = w.head.Gen
	}
	if w.done {
		w.head.AsOf = w.b.cfg.Now().UTC()
	}
	var err error
	if w.record, err = put(ctx, w.b.cfg.Shelf, w.record, w.head); err != nil {
		if w.head.Redo != "" && casework.CodeOf(err) == casework.Conflict {
			err = errors.Join(err, w.b.cfg.Shelf.Remove(ctx, kindRedo, w.head.Redo))
		}
		return err
	}
	return w.apply(ctx)
}

// finish applies the batch of the last commit, once more if need be.
func (w *writer) finish(ctx context.Context) error {
	if w.head.Redo == "" {
		return nil
	}
	_, found, err := fetch(ctx, w.b.cfg.Shelf, kindRedo, w.head.Redo, &w.batch)
	if err != nil || !found {
		// A batch is removed only after it was applied.
		return err
	}
	return w.apply(ctx)
}

func (w *writer) apply(ctx context.Context) error {
	if w.head.Redo == "" {
		return nil
	}
	var chunks, cases []string
	for name := range w.batch.Sums {
		chunks = append(chunks, name)
	}
	for id := range w.batch.Facts {
		cases = append(cases, id)
	}
	err := each(ctx, chunks, func(ctx context.Context, name string) error {
		return bring(ctx, w, kindChunk, name, func(c Cells) Cells {
			if c == nil {
				c = Cells{}
			}
			c.merge(w.batch.Sums[name])
			return c
		})
	})
	if err == nil {
		err = each(ctx, cases, func(ctx context.Context, id string) error {
			return bring(ctx, w, kindFacts, id, func(Facts) Facts { return w.batch.Facts[id] })
		})
	}
	if err != nil {
		return err
	}
	return w.b.cfg.Shelf.Remove(ctx, kindRedo, w.head.Redo)
}

// bring changes a record unless it has seen the batch already.
func bring[T any](ctx context.Context, w *writer, kind, name string, change func(T) T) error {
	for {
		var d dated[T]
		r, _, err := fetch(ctx, w.b.cfg.Shelf, kind, w.id(name), &d)
		if err != nil || d.Gen >= w.batch.Gen {
			return err
		}
		d.Gen, d.Data = w.batch.Gen, change(d.Data)
		_, err = put(ctx, w.b.cfg.Shelf, r, d)
		if code := casework.CodeOf(err); code != casework.Conflict && code != casework.Exists {
			return err
		}
	}
}

// each does something for every name, a few at once; the first error ends it.
func each(ctx context.Context, names []string, do func(context.Context, string) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan string)
	var work sync.WaitGroup
	for range min(hands, len(names)) {
		work.Go(func() {
			for name := range queue {
				if err := do(ctx, name); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		queue <- name
	}
	close(queue)
	work.Wait()
	return context.Cause(ctx)
}
