package storetest

import (
	"fmt"
	"strings"

	"priemnaya/casework"
)

func sweepClaims() []Claim {
	return []Claim{
		{"due-between gives both ends, in order of day and ID, and nothing that owes nothing", dueBetween},
		{"due-between pages through everything once", duePages},
		{"outbox-due gives cases whose notice may leave, the earliest first", outboxDue},
		{"outbox-due pages through everything once, by the case's earliest notice", outboxPages},
	}
}

func rowIDs(rows []casework.Row) string {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

func dueBetween(t TB, s Storage) {
	create(t, s, Case("none"))
	create(t, s, Case("d", Due(Day(3))))
	create(t, s, Case("b", Due(Day(1)), Due(Day(9))))
	create(t, s, Case("c", Due(Day(1))))
	create(t, s, Case("a", Due(Day(2))))
	met := Case("met", Due(Day(2)))
	met.Terms[0].Fate = casework.FateMet
	create(t, s, met)
	for _, c := range []struct {
		from, to int
		want     string
	}{{1, 3, "b c a d"}, {1, 2, "b c a"}, {2, 3, "a d"}, {1, 1, "b c"}, {4, 9, ""}, {3, 1, ""}, {-900, 9000, "b c a d"}} {
		rows, next, err := s.DueBetween(t.Context(), Day(c.from), Day(c.to), casework.Window{Limit: 50})
		must(t, err)
		if got := rowIDs(rows); got != c.want || next != "" {
			t.Errorf("due from day %d to %d: %q next %q, want %q", c.from, c.to, got, next, c.want)
		}
	}
	rows, _, err := s.DueBetween(t.Context(), Day(3), Day(3), casework.Window{Limit: 1})
	must(t, err)
	same(t, "the row", rows, []casework.Row{rowOf(get(t, s, "d"))})
}

func duePages(t TB, s Storage) {
	var want []string
	for i := range 25 {
		id := fmt.Sprintf("c%02d", i)
		create(t, s, Case(id, Due(Day(i/4))))
		if i >= 4 && i < 24 {
			want = append(want, id)
		}
	}
	var got []string
	w := casework.Window{Limit: 3}
	for range 20 {
		rows, next, err := s.DueBetween(t.Context(), Day(1), Day(5), w)
		must(t, err)
		if len(rows) > w.Limit {
			t.Errorf("%d rows, limit %d", len(rows), w.Limit)
		}
		got = append(got, strings.Fields(rowIDs(rows))...)
		if next == "" {
			break
		}
		w.After = next
	}
	same(t, "paged", got, want)
}

func outboxDue(t TB, s Storage) {
	create(t, s, Case("none"))
	create(t, s, Case("late", Waiting(At(30))))
	create(t, s, Case("two", Waiting(At(90)), Waiting(At(10))))
	create(t, s, Case("also", Waiting(At(10))))
	create(t, s, Case("sending", Waiting(At(5)), func(c *casework.Case) { c.Outbox[0].State = casework.DeliverySending }))
	for _, state := range []casework.DeliveryState{casework.DeliverySent, casework.DeliveryDead} {
		create(t, s, Case(string(state), Waiting(At(1)), func(c *casework.Case) { c.Outbox[0].State = state }))
	}
	for minute, want := range map[int]string{4: "", 5: "sending", 10: "sending also two", 29: "sending also two", 30: "sending also two late"} {
		ids, next, err := s.OutboxDue(t.Context(), At(minute), casework.Window{Limit: 50})
		must(t, err)
		if got := strings.Join(ids, " "); got != want || next != "" {
			t.Errorf("outbox at minute %d: %q next %q, want %q", minute, got, next, want)
		}
	}
	_, err := s.Update(t.Context(), "sending", func(c casework.Case) (casework.Case, error) {
		return casework.SettleNotice(c, c.Outbox[0].Key, casework.Attempt{At: At(6), Evidence: "250 OK"})
	})
	must(t, err)
	ids, _, err := s.OutboxDue(t.Context(), At(10), casework.Window{Limit: 50})
	must(t, err)
	same(t, "after delivery", ids, []string{"also", "two"})
}

func outboxPages(t TB, s Storage) {
	var want, got []string
	for i := range 23 {
		id := fmt.Sprintf("c%02d", i)
		create(t, s, Case(id, Waiting(At(i/5+50)), Waiting(At(i/5))))
		if i < 20 {
			want = append(want, id)
		}
	}
	w := casework.Window{Limit: 3}
	for range 20 {
		ids, next, err := s.OutboxDue(t.Context(), At(3), w)
		must(t, err)
		if len(ids) > w.Limit {
			t.Errorf("%d IDs, limit %d", len(ids), w.Limit)
		}
		got = append(got, ids...)
		if next == "" {
			break
		}
		w.After = next
	}
	same(t, "paged", got, want)
}
