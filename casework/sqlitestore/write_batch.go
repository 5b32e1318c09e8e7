package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"

	"priemnaya/casework"
)

const (
	// maxBatch bounds how many operations share a transaction, and so how
	// long the first of them waits.
	maxBatch = 256
	// patience is after how many batches under steady load the index of words
	// gets a turn; otherwise it gets one whenever nobody waits.
	patience = 16
)

// writer owns the only connection that writes.
type writer struct {
	conn *sql.Conn
	jobs chan *job
	// idle takes jobs that may wait until nobody else does.
	idle     chan *job
	quit     chan struct{}
	done     chan struct{}
	stopping sync.Once

	stmts statements
	saved int64
	// owed is what is owed, as of the last commit.
	owed  ledger
	stats struct{ batches, jobs, reruns atomic.Int64 }
}

// job is one operation for the writer. Its work may run twice (a failed batch
// is repeated one by one), so it keeps no state but its result.
type job struct {
	work func(*batch) error
	// taken is set by whoever comes first: the writer that begins the work or
	// the caller who gives up.
	taken atomic.Bool
	err   error
	ready chan struct{}
}

// batch is what a job may use: the transaction and what is added up until its
// end.
type batch struct {
	ctx    context.Context
	w      *writer
	counts map[countKey]int
	owed   map[owedKey]int
}

type countKey struct{ body, stage string }

// count adds a row to the counts, or takes it away with n = -1.
func (b *batch) count(r *casework.Row, n int) {
	b.counts[countKey{r.Place.Body, string(r.Stage)}] += n
	if due := dayNumber(r.Due); due != nothingOwed {
		b.owed[owedKey{r.Place, due}] += n
	}
}

// writeCounts brings both tables of counts up to date at the end of a batch.
func (b *batch) writeCounts() error {
	for k, n := range b.counts {
		if n == 0 {
			continue
		}
		err := b.exec(`INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`, k.body, k.stage, n)
		if err != nil {
			return err
		}
	}
	for k, n := range b.owed {
		if n == 0 {
			continue
		}
		place := []any{k.place.Body, k.place.Unit, k.place.Officer, k.due}
		err := b.exec(`INSERT INTO owed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`, append(place, n)...)
		if err == nil && n < 0 {
			err = b.exec("DELETE FROM owed WHERE body = ? AND unit = ? AND officer = ? AND due = ? AND n = 0", place...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func startWriter(ctx context.Context, conn *sql.Conn) (*writer, error) {
	w := &writer{conn: conn, jobs: make(chan *job, 4*maxBatch), idle: make(chan *job),
		quit: make(chan struct{}), done: make(chan struct{})}
	w.stmts.db = conn
	err := conn.QueryRowContext(ctx, "SELECT coalesce(max(saved), 0) FROM rows").Scan(&w.saved)
	if err != nil {
		return nil, failed("sqlitestore.Open", errors.Join(err, conn.Close()))
	}
	if err := w.owed.load(ctx, conn); err != nil {
		return nil, failed("sqlitestore.Open", errors.Join(err, conn.Close()))
	}
	go w.run()
	return w, nil
}

// stop ends the writer after the batch in hand; jobs still waiting are
// answered as Unavailable.
func (w *writer) stop() {
	w.stopping.Do(func() { close(w.quit) })
	<-w.done
}

// do hands work to the writer and waits until it is committed. A cancelled
// context takes the job back if the writer has not begun it; afterwards the
// result is awaited, so the answer is always the truth.
func (w *writer) do(ctx context.Context, op string, lane chan *job, work func(*batch) error) error {
	if err := ctx.Err(); err != nil {
		return failed(op, err)
	}
	j := &job{work: work, ready: make(chan struct{})}
	select {
	case lane <- j:
	case <-ctx.Done():
		return failed(op, ctx.Err())
	case <-w.quit:
		return failed(op, errClosed)
	}
	select {
	case <-j.ready:
		return failed(op, j.err)
	case <-w.done:
		return w.afterEnd(op, j)
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return failed(op, ctx.Err())
		}
	}
	select {
	case <-j.ready:
		return failed(op, j.err)
	case <-w.done:
		return w.afterEnd(op, j)
	}
}

func (w *writer) afterEnd(op string, j *job) error {
	select {
	case <-j.ready:
		return failed(op, j.err)
	default:
		return failed(op, errClosed)
	}
}

func (w *writer) run() {
	defer close(w.done)
	defer w.conn.Close()
	defer w.stmts.close()
	for busy := 0; ; busy++ {
		if busy >= patience {
			busy = 0
			select {
			case j := <-w.idle:
				w.commit([]*job{j})
			default:
			}
		}
		select {
		case <-w.quit:
			return
		case j := <-w.jobs:
			w.commit(w.gather(j))
			continue
		default:
		}
		select {
		case <-w.quit:
			return
		case j := <-w.jobs:
			w.commit(w.gather(j))
		case j := <-w.idle:
			w.commit([]*job{j})
			busy = 0
		}
	}
}

// gather takes whatever waits, up to maxBatch jobs.
func (w *writer) gather(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxBatch {
		select {
		case j := <-w.jobs:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// commit runs jobs in one transaction. If one fails in an unforeseen way, all
// are repeated, each in a transaction of its own, so that only that one fails.
func (w *writer) commit(jobs []*job) {
	kept := jobs[:0]
	for _, j := range jobs {
		if j.taken.CompareAndSwap(false, true) {
			kept = append(kept, j)
		}
	}
	if len(kept) == 0 {
		return
	}
	if err := w.transact(kept); err != nil {
		if len(kept) == 1 {
			kept[0].err = err
		} else {
			w.stats.reruns.Add(1)
			for _, j := range kept {
				if err := w.transact([]*job{j}); err != nil {
					j.err = err
				}
			}
		}
	}
	w.stats.batches.Add(1)
	w.stats.jobs.Add(int64(len(kept)))
	for _, j := range kept {
		close(j.ready)
	}
}

// transact runs the jobs and commits. Errors of the domain are results of
// single jobs, which then have written nothing; any other error undoes all.
func (w *writer) transact(jobs []*job) (err error) {
	// The work is not bound to any caller's context: it is shared.
	b := &batch{ctx: context.Background(), w: w, counts: map[countKey]int{}, owed: map[owedKey]int{}}
	if err := b.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = b.exec("ROLLBACK")
		}
	}()
	for _, j := range jobs {
		j.err = j.work(b)
		var known *casework.Error
		if j.err != nil && !errors.As(j.err, &known) {
			return j.err
		}
	}
	if err := b.writeCounts(); err != nil {
		return err
	}
	if err := b.exec("COMMIT"); err != nil {
		return err
	}
	w.owed.add(b.owed)
	return nil
}

// nextSaved is the next number of the save sequence. There is one writer, so
// the order of numbers is the order of commits and ChangedSince skips nothing.
func (b *batch) nextSaved() int64 {
	b.w.saved++
	return b.w.saved
}

func (b *batch) exec(query string, args ...any) error {
	_, err := b.result(query, args...)
	return err
}

func (b *batch) result(query string, args ...any) (sql.Result, error) {
	return b.w.stmts.exec(b.ctx, query, args...)
}

// changed runs a statement and gives the number of rows it has changed.
func (b *batch) changed(query string, args ...any) (int64, error) {
	r, err := b.result(query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// scan reads one row; found is false if there is none.
func (b *batch) scan(query string, args []any, into ...any) (found bool, err error) {
	return b.w.stmts.scan(b.ctx, query, args, into...)
}
