package storetest

import (
	"context"
	"sync"
	"time"

	"priemnaya/casework"
)

func shelfPlants() []plant {
	store := func(fault, claim string, spoil func(m *Memory) spoiled) plant {
		return plant{fault, claim, func(m *Memory) Storage {
			s := spoil(m)
			s.Memory = m
			return s
		}}
	}
	type record = casework.Record
	put := func(fault, claim string, put func(m *Memory, ctx context.Context, r record) (record, error)) plant {
		return store(fault, claim, func(m *Memory) spoiled {
			return spoiled{put: func(ctx context.Context, r record) (record, error) { return put(m, ctx, r) }}
		})
	}
	const expired = "an expired record is not found, not listed and free to be made anew"
	eternal := func(m *Memory) spoiled {
		m.now = func() time.Time { return longAgo.AddDate(-1, 0, 0) }
		return spoiled{}
	}
	list := func(fault, claim string, spoil func(kind, owner *string, w *casework.Window)) plant {
		return store(fault, claim, func(m *Memory) spoiled {
			return spoiled{list: func(ctx context.Context, kind, owner string, w casework.Window) ([]record, string, error) {
				spoil(&kind, &owner, &w)
				return m.List(ctx, kind, owner, w)
			}}
		})
	}
	return []plant{
		store("expired records are returned", expired, eternal),
		put("a record is saved over any version", "a record is saved only over the version that was read", func(m *Memory, ctx context.Context, r record) (record, error) {
			if old, err := m.Fetch(ctx, r.Kind, r.ID); err == nil && r.Version != 0 {
				r.Version = old.Version
			}
			return m.Put(ctx, r)
		}),
		put("a new record overwrites", "a new record is refused where there is one, and changes nothing", func(m *Memory, ctx context.Context, r record) (record, error) {
			if old, err := m.Fetch(ctx, r.Kind, r.ID); err == nil && r.Version == 0 {
				r.Version = old.Version
			}
			return m.Put(ctx, r)
		}),
		put("a conflict is reported as existing", "a record is saved only over the version that was read", func(m *Memory, ctx context.Context, r record) (record, error) {
			r, err := m.Put(ctx, r)
			if casework.CodeOf(err) == casework.Conflict {
				err = fail(casework.Exists, "Put")
			}
			return r, err
		}),
		put("the expiry cannot be taken away", "the time of expiry can be moved and taken away", func(m *Memory, ctx context.Context, r record) (record, error) {
			if old, err := m.Fetch(ctx, r.Kind, r.ID); err == nil && r.Expires.IsZero() {
				r.Expires = old.Expires
			}
			return m.Put(ctx, r)
		}),
		put("the owner is forgotten", "a record is fetched as it was put, with the next version", func(m *Memory, ctx context.Context, r record) (record, error) {
			r.Owner = ""
			return m.Put(ctx, r)
		}),
		put("keys are not checked", "a record without a kind or an ID is invalid", func(m *Memory, ctx context.Context, r record) (record, error) {
			return r, nil
		}),
		list("the owner is ignored", "a kind is listed by ID, an owner's records alone, and nothing else", func(_, owner *string, _ *casework.Window) { *owner = "" }),
		list("the kind is ignored", "a kind is listed by ID, an owner's records alone, and nothing else", func(kind, _ *string, _ *casework.Window) { *kind = "" }),
		list("the cursor is ignored", "the whole shelf is listed by kind and ID across pages", func(_, _ *string, w *casework.Window) { w.After = "" }),
		list("the limit is ignored", "the whole shelf is listed by kind and ID across pages", func(_, _ *string, w *casework.Window) { w.Limit = 1000 }),
		store("listed records lack their data", "a listed record is the whole record", func(m *Memory) spoiled {
			return spoiled{list: func(ctx context.Context, kind, owner string, w casework.Window) ([]record, string, error) {
				list, next, err := m.List(ctx, kind, owner, w)
				for i := range list {
					list[i].Data = nil
				}
				return list, next, err
			}}
		}),
		store("purge ignores its limit", "purge deletes what expired before an instant, never more than asked", func(m *Memory) spoiled {
			return spoiled{purge: func(ctx context.Context, before time.Time, _ int) (int, error) { return m.Purge(ctx, before, 1000) }}
		}),
		store("purge takes what has not expired yet", "purge deletes what expired before an instant, never more than asked", func(m *Memory) spoiled {
			return spoiled{purge: func(ctx context.Context, before time.Time, n int) (int, error) {
				return m.Purge(ctx, before.AddDate(200, 0, 0), n)
			}}
		}),
		store("take gives doubles", "numbers taken in parallel are never given twice", func(m *Memory) spoiled {
			var mu sync.Mutex
			calls := 0
			return spoiled{take: func(ctx context.Context, series string, n int) (int64, error) {
				mu.Lock()
				defer mu.Unlock()
				if calls++; calls%10 == 0 {
					m.last[series]--
				}
				return m.Take(ctx, series, n)
			}}
		}),
		store("take gives one whatever is asked", "a series counts from 1 and every take continues it", func(m *Memory) spoiled {
			return spoiled{take: func(ctx context.Context, series string, _ int) (int64, error) { return m.Take(ctx, series, 1) }}
		}),
		store("all series are one", "series are counted apart, whatever their names", func(m *Memory) spoiled {
			return spoiled{take: func(ctx context.Context, _ string, n int) (int64, error) { return m.Take(ctx, "", n) }}
		}),
		store("nothing may be taken", "fewer than one number cannot be taken", func(m *Memory) spoiled {
			return spoiled{take: func(ctx context.Context, s string, n int) (int64, error) { return m.Take(ctx, s, max(n, 1)) }}
		}),
		store("a series can be lowered", "a series can be raised and never lowered", func(m *Memory) spoiled {
			return spoiled{raise: func(_ context.Context, s string, to int64) error {
				m.last[s] = to
				return nil
			}}
		}),
	}
}
