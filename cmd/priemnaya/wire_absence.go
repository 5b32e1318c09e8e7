package main

import (
	"context"
	"encoding/json"
	"strings"

	"priemnaya/casework"
	"priemnaya/casework/registry"
)

// openAbsences opens the book of who stands in for whom.
func (a *App) openAbsences() (err error) {
	a.absences, err = casework.OpenAbsences(casework.AbsencesConfig{Shelf: a.storage, Now: a.now, Member: a.member,
		Registry: func() *casework.Registry { return a.office.Registry() }})
	return err
}

// member finds an account with the grants of its own.
func (a *App) member(ctx context.Context, actorID string) (casework.Member, error) {
	login, ok := strings.CutPrefix(actorID, "staff:")
	if !ok {
		return casework.Member{}, casework.Fail(casework.NotFound, "main.member", "")
	}
	s, err := a.staff.Get(ctx, login)
	return casework.Member{Actor: s.Actor(), Position: s.Position, Blocked: s.Disabled}, err
}

// sessionActor makes the actor of an account that is signed in, with what he
// may do at this moment for those who are absent.
func (a *App) sessionActor(ctx context.Context, login string, epoch int64) (casework.Actor, error) {
	by, err := a.staff.Actor(ctx, login, epoch)
	if err != nil {
		return by, err
	}
	return a.absences.Stand(ctx, by)
}

// officers lists those who may be made the executor of a case in a body, each
// as he is now: who stands in for whom counts where a rule keeps somebody out.
func (a *App) officers(ctx context.Context, body string) ([]casework.Actor, error) {
	list, err := a.staff.Officers(ctx, body)
	if err != nil {
		return nil, err
	}
	held, err := a.absences.Holding(ctx)
	if err != nil || len(held) == 0 {
		return list, err
	}
	for i := range list {
		if list[i], err = a.absences.Stand(ctx, list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// absenceBook writes every change of the book into the journal of
// administration.
type absenceBook struct {
	*casework.Absences
	ledger *registry.Ledger
}

func (a *App) absenceBook() absenceBook {
	return absenceBook{a.absences, registry.OpenLedger(a.storage, a.now)}
}

// Name names a deputy and notes it.
func (b absenceBook) Name(ctx context.Context, by casework.Actor, o casework.AbsenceOrder) (casework.Absence, error) {
	planned, err := b.Order(ctx, by, o)
	if err != nil {
		return planned, err
	}
	var named casework.Absence
	err = b.noted(ctx, by, planned, registry.Entry{What: "named", Why: planned.Ground}, func() error {
		named, err = b.Absences.Name(ctx, by, o)
		return err
	})
	return named, err
}

// End ends one early and notes it.
func (b absenceBook) End(ctx context.Context, by casework.Actor, id, why string) (casework.Absence, error) {
	list, err := b.Lasting(ctx)
	if err != nil {
		return casework.Absence{}, err
	}
	var ended casework.Absence
	for _, planned := range list {
		if planned.ID == id {
			return ended, b.noted(ctx, by, planned, registry.Entry{What: "ended", Why: strings.TrimSpace(why)}, func() error {
				ended, err = b.Absences.End(ctx, by, id, why)
				return err
			})
		}
	}
	return b.Absences.End(ctx, by, id, why)
}

// noted makes a change that stands in the journal under the absent one's login.
func (b absenceBook) noted(ctx context.Context, by casework.Actor, a casework.Absence, e registry.Entry, do func() error) error {
	after, err := json.Marshal(a)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "main.absenceBook", Err: err}
	}
	e.Area, e.Subject, e.After = "absence", strings.TrimPrefix(a.Absent, "staff:"), after
	if e.What == "ended" {
		e.Before, e.After = after, nil
	}
	return b.ledger.Write(ctx, by, e, do)
}
