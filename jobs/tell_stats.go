package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/hibiken/asynq"

	"priemnaya/casework"
)

// Stats is what an operator sees of the jobs.
type Stats struct {
	// Inside is true for the Redis inside the process.
	Inside bool `json:"inside"`
	// Up is false while the queue does not answer, since Since.
	Up    bool      `json:"up"`
	Since time.Time `json:"since,omitzero"`
	// Route and Deliver are the queues.
	Route   QueueStats `json:"route"`
	Deliver QueueStats `json:"deliver"`
	// LastSweep is when the outbox was read last.
	LastSweep time.Time `json:"lastSweep,omitzero"`
	// Waiting is how many cases had something due then.
	Waiting int `json:"waiting"`
	// Dead is how many notices need a person, at most casework.MaxLimit.
	Dead int `json:"dead"`
	// MailRests is true while the mail server does not work.
	MailRests bool `json:"mailRests"`
	// Routed, Delivered and Failed count since the start of this process;
	// Dropped are hints left to the sweep.
	Routed    int64 `json:"routed"`
	Delivered int64 `json:"delivered"`
	Failed    int64 `json:"failed"`
	Dropped   int64 `json:"dropped"`
	// Watch is the watch over terms.
	Watch WatchStats `json:"watch"`
}

// QueueStats are the sizes of one queue.
type QueueStats struct {
	// Pending tasks wait, Active ones are being done, Lost ones had a worker
	// that died.
	Pending, Active, Lost int
}

// Stats asks the queue and the list of dead notices. What cannot be asked now
// is zero.
func (s *Service) Stats(ctx context.Context) Stats {
	st := Stats{Inside: s.redis.inside != nil, Up: true, Waiting: int(s.waiting.Load()),
		Routed: s.routed.Load(), Delivered: s.delivered.Load(), Failed: s.failed.Load(), Dropped: s.dropped.Load(),
		Watch: s.watch.read(), MailRests: !s.cfg.Dispatcher.Ready(casework.MediumEmail)}
	if ms := s.lastSweep.Load(); ms > 0 {
		st.LastSweep = time.UnixMilli(ms)
	}
	s.link.mu.Lock()
	if s.link.down {
		st.Up, st.Since = false, s.link.since
	}
	s.link.mu.Unlock()
	if st.Up {
		st.Route, st.Deliver = s.queueStats(kindRoute), s.queueStats(kindDeliver)
	}
	if n, err := s.cfg.Outbox.CountDead(ctx, casework.MaxLimit); err == nil {
		st.Dead = n
	}
	return st
}

func (s *Service) queueStats(kind string) QueueStats {
	info, err := s.redis.inspector.GetQueueInfo(kind)
	if err != nil {
		return QueueStats{}
	}
	return QueueStats{Pending: info.Pending, Active: info.Active, Lost: info.Retry + info.Archived}
}

// Health reports whether jobs are being done. Errors: Unavailable if the queue
// does not answer or no sweep has ended for a minute.
func (s *Service) Health() error {
	const op = "jobs.Health"
	if !s.started.Load() || s.link.isDown() {
		return &casework.Error{Code: casework.Unavailable, Op: op, Err: errors.New("the queue does not answer")}
	}
	if last := s.lastSweep.Load(); last > 0 && time.Since(time.UnixMilli(last)) > max(time.Minute, 10*s.cfg.SweepEvery) {
		return &casework.Error{Code: casework.Unavailable, Op: op, Err: errors.New("the outbox is not being read")}
	}
	return nil
}

// Redrive gives a dead notice another round of attempts, at once.
// Errors: NotFound; Conflict if it is not dead.
func (s *Service) Redrive(ctx context.Context, caseID, key string) error {
	if err := s.cfg.Outbox.Redrive(ctx, caseID, key); err != nil {
		return err
	}
	s.Wake(caseID)
	return nil
}

var _ asynq.Logger = quiet{}
