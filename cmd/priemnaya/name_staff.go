package main

import (
	"context"
	"strings"
)

// staffName is what the account of an actor is called, "" if there is none.
func (a *App) staffName(ctx context.Context, actorID string) string {
	login, ok := strings.CutPrefix(actorID, "staff:")
	if !ok {
		return ""
	}
	s, err := a.staff.Get(ctx, login)
	if err != nil {
		return ""
	}
	return s.Name
}
