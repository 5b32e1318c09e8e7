package main

import (
	"context"
	"fmt"
	"os"

	"priemnaya/casework"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
)

// adminReading keeps what marks an unusual reader; the ledger is its history.
type adminReading struct{ *adminDesk }

// readingSubject is the one thing of its area in the ledger.
const readingSubject = "rules"

// loadReadingRules lays the file of the configuration over the rules of the
// program, and what was set in the browser over both.
func (a *App) loadReadingRules(ctx context.Context) error {
	if a.cfg.ReadingRules != "" {
		raw, err := os.ReadFile(a.cfg.ReadingRules)
		if err != nil {
			return fmt.Errorf("PRIEMNAYA_READING_RULES: %w", err)
		}
		rules, err := casework.ParseReadingRules(raw)
		if err == nil {
			err = a.office.SetBaseReadingRules(rules)
		}
		if err != nil {
			return fmt.Errorf("PRIEMNAYA_READING_RULES: %s: %w", a.cfg.ReadingRules, err)
		}
	}
	_, err := a.office.TakeReadingRules(ctx)
	return err
}

// Save sets the rules.
func (a adminReading) Save(ctx context.Context, by casework.Actor, rules casework.ReadingRules, seen int64, why string) error {
	return a.save(ctx, by, rules, seen, registry.Entry{What: "changed", Why: why})
}

func (a adminReading) save(ctx context.Context, by casework.Actor, rules casework.ReadingRules, seen int64, e registry.Entry) error {
	now, err := a.office.ReadingRules()
	if err != nil {
		return err
	}
	if now == rules {
		return casework.Fail(casework.NotAllowed, "adminReading.Save", "reading.same")
	}
	e.Area, e.Subject = "reading", readingSubject
	return a.noted(ctx, by, e, now, rules, func() error { return a.office.SaveReadingRules(ctx, by, rules, seen) })
}

// History lists the changes.
func (a adminReading) History(ctx context.Context) ([]desk.AdminEntry, error) {
	list, err := a.ledger.Of(ctx, "reading", readingSubject)
	return entryViews(list), err
}

// Return puts back what the rules were before a change.
func (a adminReading) Return(ctx context.Context, by casework.Actor, entry, why string) error {
	var was casework.ReadingRules
	if _, err := a.entryOf(ctx, "reading", readingSubject, entry, &was); err != nil {
		return err
	}
	seen, err := a.office.TakeReadingRules(ctx)
	if err != nil {
		return err
	}
	return a.save(ctx, by, was, seen, registry.Entry{What: "returned", Why: why})
}
