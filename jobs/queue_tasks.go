package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hibiken/asynq"

	"priemnaya/casework"
)

// The kinds of tasks; each has a queue of its name.
const (
	kindRoute   = "route"
	kindDeliver = "deliver"
)

// task names a notice: everything a task's payload ever holds.
type task struct {
	Case string `json:"case"`
	Key  string `json:"key"`
}

// step is the age of a waiting notice after which its task may be queued
// again, in case the first one was lost with its worker.
const step = 5 * time.Minute

// taskID makes a double impossible: the same notice on the same attempt has
// the same ID, until it has waited for another step.
func taskID(kind, caseID string, n casework.Notice, now time.Time) string {
	return fmt.Sprintf("%s:%s:%s:%d:%d", kind, caseID, n.Key, n.Attempts, now.Sub(n.NextTry)/step)
}

// kindOf is the kind of task that a notice needs.
func kindOf(n casework.Notice) string {
	if n.Medium == casework.MediumJob {
		return kindRoute
	}
	return kindDeliver
}

// due lists the notices of a case to work on now: of each medium the first
// one only, so that letters leave in the order of events.
func (s *Service) due(c *casework.Case, now time.Time) (notices []casework.Notice, resting bool) {
	taken := map[casework.Medium]bool{}
	for _, n := range c.Outbox {
		if !n.Pending() || n.NextTry.After(now) || taken[n.Medium] {
			continue
		}
		taken[n.Medium] = true
		if n.Medium != casework.MediumJob && !s.cfg.Dispatcher.Ready(n.Medium) {
			resting = true
			continue
		}
		notices = append(notices, n)
	}
	return notices, resting
}

// enqueue puts a task on its queue; one that is there already is fine.
func (s *Service) enqueue(ctx context.Context, caseID string, n casework.Notice, now time.Time) error {
	payload, err := json.Marshal(task{caseID, n.Key})
	if err != nil {
		return err
	}
	kind := kindOf(n)
	_, err = s.redis.client.EnqueueContext(ctx, asynq.NewTask(kind, payload),
		asynq.Queue(kind), asynq.TaskID(taskID(kind, caseID, n, now)), asynq.MaxRetry(3),
		asynq.Timeout(10*time.Minute), asynq.Retention(0))
	if errors.Is(err, asynq.ErrTaskIDConflict) || errors.Is(err, asynq.ErrDuplicateTask) {
		return nil
	}
	return err
}

// room counts the free places in the window of each kind.
func (s *Service) room() (map[string]int, int, error) {
	room, used := map[string]int{}, 0
	for _, kind := range []string{kindRoute, kindDeliver} {
		info, err := s.redis.inspector.GetQueueInfo(kind)
		switch {
		case errors.Is(err, asynq.ErrQueueNotFound), err != nil && strings.HasPrefix(err.Error(), "NOT_FOUND"):
			room[kind] = s.cfg.Window
		case err != nil:
			return nil, 0, err
		default:
			n := info.Pending + info.Active + info.Scheduled + info.Retry
			room[kind] = max(0, s.cfg.Window-n)
			used += n
		}
	}
	return room, used, nil
}
