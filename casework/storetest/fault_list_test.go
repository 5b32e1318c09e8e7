package storetest

import (
	"context"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
)

func listingPlants() []plant {
	const between = "due-between gives both ends, in order of day and ID, and nothing that owes nothing"
	due := func(fault, claim string, spoil func(from, to *casework.Date, w *casework.Window)) plant {
		return plant{fault, claim, func(m *Memory) Storage {
			return spoiled{Memory: m, due: func(ctx context.Context, from, to casework.Date, w casework.Window) ([]casework.Row, string, error) {
				spoil(&from, &to, &w)
				return m.DueBetween(ctx, from, to, w)
			}}
		}}
	}
	outbox := func(fault, claim string, spoil func(m *Memory, now *time.Time, w *casework.Window, ids func() []string) []string) plant {
		return plant{fault, claim, func(m *Memory) Storage {
			return spoiled{Memory: m, outbox: func(ctx context.Context, now time.Time, w casework.Window) (ids []string, next string, err error) {
				ids = spoil(m, &now, &w, func() []string {
					ids, next, err = m.OutboxDue(ctx, now, w)
					return ids
				})
				return ids, next, err
			}}
		}}
	}
	const waits = "outbox-due gives cases whose notice may leave, the earliest first"
	return []plant{
		due("due-between excludes the end", between, func(_, to *casework.Date, _ *casework.Window) { *to = to.AddDays(-1) }),
		due("due-between excludes the beginning", between, func(from, _ *casework.Date, _ *casework.Window) { *from = from.AddDays(1) }),
		due("due-between ignores its cursor", "due-between pages through everything once",
			func(_, _ *casework.Date, w *casework.Window) { w.After = "" }),
		due("due-between reads only the newest hundred", "due-between pages through everything once",
			func(from, _ *casework.Date, w *casework.Window) { *from = from.AddDays(1) }),
		outbox("the outbox is in the order of IDs", waits, func(_ *Memory, _ *time.Time, _ *casework.Window, ids func() []string) []string {
			return slices.Sorted(slices.Values(ids()))
		}),
		outbox("notices of the future leave now", waits, func(_ *Memory, now *time.Time, _ *casework.Window, ids func() []string) []string {
			*now = now.Add(time.Hour)
			return ids()
		}),
		outbox("a notice due this instant waits", waits, func(_ *Memory, now *time.Time, _ *casework.Window, ids func() []string) []string {
			*now = now.Add(-time.Millisecond)
			return ids()
		}),
		outbox("the outbox ignores its limit", "outbox-due pages through everything once, by the case's earliest notice",
			func(_ *Memory, _ *time.Time, w *casework.Window, ids func() []string) []string {
				w.Limit = casework.MaxLimit
				return ids()
			}),
		plantChanged("the cursor of changed-since ends", "a cursor of changed-since is never empty and finds what is saved later",
			func(rows []casework.Row, next string) ([]casework.Row, string) {
				if len(rows) == 0 {
					next = ""
				}
				return rows, next
			}),
		plantChanged("changed-since is in the order of IDs", "changed-since gives every case once, in the order of the last saves",
			func(rows []casework.Row, next string) ([]casework.Row, string) {
				slices.SortFunc(rows, func(a, b casework.Row) int { return strings.Compare(a.ID, b.ID) })
				return rows, next
			}),
		plantChanged("changed-since skips what is updated", "a cursor of changed-since is never empty and finds what is saved later",
			func(rows []casework.Row, next string) ([]casework.Row, string) {
				return slices.DeleteFunc(rows, func(r casework.Row) bool { return r.Version > 1 }), next
			}),
		plantOwed("what is due on the day itself is left out", func(m *Memory, _ *[]string, days *[]casework.Date) {
			for i, d := range *days {
				(*days)[i] = d.AddDays(-1)
			}
		}),
		plantOwed("what is owed is counted for any body", func(_ *Memory, bodies *[]string, _ *[]casework.Date) { *bodies = nil }),
		plantCounts("counts forget moves", "counts are exact by body and stage through creations and moves", func(list []casework.Count, _ []string) []casework.Count {
			for i := range list {
				list[i].Stage = casework.StageRouted
			}
			return list
		}),
		plantFind("find ignores old numbers", "a case is found by its receipt and by every registration number it ever had",
			func(number string, list []casework.Case) []casework.Case {
				return slices.DeleteFunc(list, func(c casework.Case) bool { return number != c.Number && number != c.Receipt })
			}),
		plantFind("find stops at the first", "cases of several bodies with one number are all found",
			func(_ string, list []casework.Case) []casework.Case { return list[:min(1, len(list))] }),
		{"find takes beginnings of numbers", "an unknown, empty or partial number finds nothing and is no error", func(m *Memory) Storage {
			return spoiled{Memory: m, find: func(ctx context.Context, number string) (out []casework.Case, err error) {
				m.mu.Lock()
				defer m.mu.Unlock()
				for _, c := range m.all() {
					if strings.HasPrefix(c.Number, number) {
						out = append(out, c)
					}
				}
				return out, nil
			}}
		}},
		{"counts ignore the bodies", "counts can be narrowed to bodies, the empty body among them", func(m *Memory) Storage {
			return spoiled{Memory: m, counts: func(ctx context.Context, _ []string) ([]casework.Count, error) { return m.Counts(ctx, nil) }}
		}},
	}
}

func plantChanged(fault, claim string, spoil func([]casework.Row, string) ([]casework.Row, string)) plant {
	return plant{fault, claim, func(m *Memory) Storage {
		return spoiled{Memory: m, changed: func(ctx context.Context, w casework.Window) ([]casework.Row, string, error) {
			rows, next, err := m.ChangedSince(ctx, w)
			rows, next = spoil(rows, next)
			return rows, next, err
		}}
	}}
}

func plantCounts(fault, claim string, spoil func([]casework.Count, []string) []casework.Count) plant {
	return plant{fault, claim, func(m *Memory) Storage {
		return spoiled{Memory: m, counts: func(ctx context.Context, bodies []string) ([]casework.Count, error) {
			list, err := m.Counts(ctx, bodies)
			return spoil(list, bodies), err
		}}
	}}
}

func plantFind(fault, claim string, spoil func(string, []casework.Case) []casework.Case) plant {
	return plant{fault, claim, func(m *Memory) Storage {
		return spoiled{Memory: m, find: func(ctx context.Context, number string) ([]casework.Case, error) {
			list, err := m.Find(ctx, number)
			return spoil(number, list), err
		}}
	}}
}

// plantOwed spoils what is asked about what is owed.
func plantOwed(fault string, spoil func(*Memory, *[]string, *[]casework.Date)) plant {
	return plant{fault, "what is owed is counted by place and day through creations and moves", func(m *Memory) Storage {
		return spoiled{Memory: m, owed: func(ctx context.Context, bodies []string, days []casework.Date) ([]casework.Owed, error) {
			days = slices.Clone(days)
			spoil(m, &bodies, &days)
			return m.Owed(ctx, bodies, days)
		}}
	}}
}
