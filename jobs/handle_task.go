package jobs

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hibiken/asynq"

	"priemnaya/casework"
	"priemnaya/notifications"
)

// handler adapts a job to asynq. It never fails there: the case knows how it
// ended, and a task that stays behind would stand in the way of the next one.
func (s *Service) handler(job func(context.Context, task)) asynq.Handler {
	return asynq.HandlerFunc(func(ctx context.Context, t *asynq.Task) error {
		var w task
		if err := json.Unmarshal(t.Payload(), &w); err != nil || w.Case == "" {
			s.log.Error("a task that is not ours was dropped", "kind", t.Type())
			return nil
		}
		defer func() {
			if cause := recover(); cause != nil {
				// Work on a notice has its own net; this one is for the store.
				s.failed.Add(1)
				s.log.Error("a job broke down", "kind", t.Type(), "case", w.Case, "type", fmt.Sprintf("%T", cause))
			}
			s.seen.drop(w.Case)
		}()
		job(ctx, w)
		return nil
	})
}

// deliver is the job of a notice to the applicant.
func (s *Service) deliver(ctx context.Context, w task) {
	ending, err := s.cfg.Dispatcher.Deliver(ctx, w.Case, w.Key)
	s.finish(w, ending, err)
	if ending == notifications.Done {
		s.delivered.Add(1)
	}
}

// route is the job of a wake-up.
func (s *Service) route(ctx context.Context, w task) {
	ending, _, err := s.cfg.Outbox.Attempt(ctx, notifications.Errand{Case: w.Case, Key: w.Key,
		Work: func(ctx context.Context, c casework.Case, _ casework.Notice) (string, error) {
			_, err := s.cfg.Office.Route(ctx, c.ID)
			return "case journal", routeFailure(err)
		}})
	switch ending {
	case notifications.Done:
		s.routed.Add(1)
	case notifications.Dead:
		s.hold(ctx, w.Case)
	}
	s.finish(w, ending, err)
}

func (s *Service) finish(w task, ending notifications.Ending, err error) {
	if err != nil {
		s.log.Warn("a job could not reach the store", "case", w.Case, "notice", w.Key, "code", casework.CodeOf(err))
	}
	if ending == notifications.Dead {
		s.failed.Add(1)
	}
	s.seen.drop(w.Case)
	if ending == notifications.Done || ending == notifications.Dead {
		// The next letter of the case was waiting for this one.
		s.Wake(w.Case)
	}
}

// hold puts a case that the router cannot decide on before a registrar: its
// applicant must not wait for whoever repairs the router.
func (s *Service) hold(ctx context.Context, id string) {
	route := casework.Route{Reasons: []casework.Reason{{Key: "route.failed"}}}
	_, err := s.cfg.Office.Do(ctx, casework.SystemActor(), id, casework.AnyState, casework.Holding{Route: route})
	if code := casework.CodeOf(err); code != "" && code != casework.NotAllowed {
		s.log.Error("a case that cannot be routed could not be put on hold either", "case", id, "code", code)
	}
}

// routeFailure tells what may pass by itself from what needs a person.
func routeFailure(err error) error {
	code := casework.CodeOf(err)
	f := &notifications.Failure{Reason: notifications.Reason(code), Err: err}
	switch code {
	case "":
		return nil
	case casework.Unavailable:
		f.Service = true
	case casework.Conflict, casework.NoCalendar, casework.TooMany:
	case casework.Internal:
		if ended := notifications.FailureOf(err); ended.Reason == notifications.Timeout {
			return ended
		}
		f.Permanent = true
	default:
		f.Permanent = true
	}
	return f
}
