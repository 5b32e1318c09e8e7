package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

func TestStaffHearOfATermThatComesNearAndHasPassed(t *testing.T) {
	cfg := testConfig(t)
	c := &clock{}
	a := startApp(t, cfg, 0, c.Now)
	at, err := parseInstant("2026-04-01T12:00:00")
	must(t, err)
	c.Set(at)
	v := signIn(t, cfg, journeyPerson)
	fileByHand(t, v, cfg.BaseURL, "Провалился асфальт, прошу починить дорогу.")
	id := strings.TrimPrefix(v.Path(), "/file/done/")
	ctx := context.Background()
	eventually(t, "the case is routed", func() bool {
		x, err := a.storage.Get(ctx, id)
		return err == nil && x.Stage == casework.StageRouted
	})
	by := func(login string) casework.Actor {
		s, err := a.staff.Get(ctx, login)
		must(t, err)
		return s.Actor()
	}
	_, err = a.office.Do(ctx, by("dorogi-reg"), id, casework.AnyState, casework.Registration{})
	must(t, err)
	assigned, err := a.office.Do(ctx, by("dorogi-head"), id, casework.AnyState, casework.Assignment{Officer: by("dorogi")})
	must(t, err)
	term, _ := assigned.Term(casework.TermConsider)
	letters := func(to string) int {
		list, _, err := a.sink.Letters(ctx, to, casework.Window{Limit: 50})
		must(t, err)
		return len(list)
	}
	for _, x := range []struct {
		days                      int
		officer, head, supervisor int
	}{{-4, 0, 0, 0}, {-3, 1, 0, 0}, {-1, 2, 0, 0}, {0, 3, 1, 0}, {1, 4, 2, 1}} {
		c.Set(term.Due.AddDays(x.days).Time(casework.Settings{}.Location()).Add(10 * time.Hour))
		_, err := a.office.WatchAll(ctx)
		must(t, err)
		eventually(t, "warnings leave", func() bool {
			y, err := a.storage.Get(ctx, id)
			return err == nil && y.NextOutbox().IsZero()
		})
		got := [3]int{letters("dorogi@staff.example"), letters("dorogi-head@staff.example"), letters("kontrol@staff.example")}
		if got != [3]int{x.officer, x.head, x.supervisor} {
			t.Errorf("%d days from the due date: %v letters to officer, head, supervisor", x.days, got)
		}
	}
}
