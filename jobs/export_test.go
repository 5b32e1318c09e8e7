package jobs

import "context"

// Dump is everything the Redis inside holds.
func (s *Service) Dump() string { return s.redis.inside.Dump() }

// Flush empties the Redis inside.
func (s *Service) Flush() { s.redis.inside.FlushAll() }

// Queued counts the tasks of both kinds.
func (s *Service) Queued() int { _, used, _ := s.room(); return used }

// Look lets a service that was not started look at its clock once.
func (s *Service) Look(ctx context.Context) { s.watch.look(ctx) }
