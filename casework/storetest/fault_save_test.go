package storetest

import (
	"context"
	"fmt"
	"time"

	"priemnaya/casework"
)

type changeFunc = func(casework.Case) (casework.Case, error)

// overwrite saves without looking at the version.
func overwrite(m *Memory, ctx context.Context, id string, change changeFunc, version func(old int64) int64) (casework.Case, error) {
	old, err := m.Get(ctx, id)
	if err != nil {
		return old, err
	}
	v := old.Version
	c, err := change(old)
	if err != nil {
		return casework.Case{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c.ID, c.Version = id, version(v)
	return c, m.put(c)
}

func next(v int64) int64 { return v + 1 }

func savePlants() []plant {
	updating := func(fault, claim string, update func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error)) plant {
		return plant{fault, claim, func(m *Memory) Storage {
			return spoiled{Memory: m, update: func(ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				return update(m, ctx, id, change)
			}}
		}}
	}
	getting := func(fault, claim string, get func(c casework.Case, err error) (casework.Case, error)) plant {
		return plant{fault, claim, func(m *Memory) Storage {
			return spoiled{Memory: m, get: func(ctx context.Context, id string) (casework.Case, error) { return get(m.Get(ctx, id)) }}
		}}
	}
	return []plant{
		updating("the version check is removed", "an update that loses a race begins again with what the winner saved",
			func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				return overwrite(m, ctx, id, change, next)
			}),
		updating("updates in parallel overwrite each other", "parallel updates of one case lose nothing",
			func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				return overwrite(m, ctx, id, change, next)
			}),
		updating("the version does not grow", "an update is saved with the next version and returned as saved",
			func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				return overwrite(m, ctx, id, change, func(v int64) int64 { return v })
			}),
		updating("update calls change once and gives up", "an update that loses a race begins again with what the winner saved",
			func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				calls := 0
				return m.Update(ctx, id, func(c casework.Case) (casework.Case, error) {
					if calls++; calls > 1 {
						return c, fail(casework.Conflict, "Update")
					}
					return change(c)
				})
			}),
		updating("an error of change is wrapped", "an error of change is returned as it is and nothing is saved",
			func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				c, err := m.Update(ctx, id, change)
				if err != nil {
					err = fmt.Errorf("update: %w", err)
				}
				return c, err
			}),
		updating("a refused change is saved all the same", "an error of change is returned as it is and nothing is saved",
			func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				var refusal error
				c, err := m.Update(ctx, id, func(c casework.Case) (casework.Case, error) {
					c, refusal = change(c)
					return c, nil
				})
				if refusal != nil {
					err = refusal
				}
				return c, err
			}),
		updating("an unknown case is made by update", "an update of a case that is not stored is not found, and change is not called",
			func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				_, _ = m.Create(ctx, Case(id))
				return m.Update(ctx, id, change)
			}),
		updating("change may move the ID", "change cannot move the ID or the version",
			func(m *Memory, ctx context.Context, id string, change changeFunc) (casework.Case, error) {
				c, err := m.Update(ctx, id, change)
				if changed, _ := change(c); err == nil && changed.ID != id {
					c.ID = changed.ID
				}
				return c, err
			}),
		{"a stored case is overwritten by create", "a second case with a stored ID is refused as existing and changes nothing", func(m *Memory) Storage {
			return spoiled{Memory: m, create: func(ctx context.Context, c casework.Case) (casework.Case, error) {
				m.mu.Lock()
				defer m.mu.Unlock()
				c.Version = 1
				return c, m.put(c)
			}}
		}},
		{"existing is reported as a conflict", "of many that create one case at once exactly one succeeds", func(m *Memory) Storage {
			return spoiled{Memory: m, create: func(ctx context.Context, c casework.Case) (casework.Case, error) {
				c, err := m.Create(ctx, c)
				if casework.CodeOf(err) == casework.Exists {
					err = fail(casework.Conflict, "Create")
				}
				return c, err
			}}
		}},
		{"create keeps the caller's version", "a created case has version 1 and is loaded as it was saved", func(m *Memory) Storage {
			return spoiled{Memory: m, create: func(ctx context.Context, c casework.Case) (casework.Case, error) {
				v := c.Version
				c, err := m.Create(ctx, c)
				c.Version = v
				return c, err
			}}
		}},
		{"a case without an ID is saved", "a case without an ID is invalid", func(m *Memory) Storage {
			return spoiled{Memory: m, create: func(ctx context.Context, c casework.Case) (casework.Case, error) { return c, nil }}
		}},
		getting("not found is an empty case", "a case that was never saved is not found",
			func(c casework.Case, err error) (casework.Case, error) { return c, nil }),
		getting("not found is an internal error", "a case that was never saved is not found",
			func(c casework.Case, err error) (casework.Case, error) {
				if err != nil {
					err = fail(casework.Internal, "Get")
				}
				return c, err
			}),
		getting("long journals are cut", "every field of a case survives, with hostile texts and a long journal",
			func(c casework.Case, err error) (casework.Case, error) {
				c.Journal = c.Journal[:min(len(c.Journal), 256)]
				return c, err
			}),
		getting("instants are kept to the second", "a created case has version 1 and is loaded as it was saved",
			func(c casework.Case, err error) (casework.Case, error) {
				c.Origin.ReceivedAt = c.Origin.ReceivedAt.Truncate(time.Second)
				return c, err
			}),
		getting("a field is lost", "every field of a case survives, with hostile texts and a long journal",
			func(c casework.Case, err error) (casework.Case, error) {
				c.Content.Original = nil
				return c, err
			}),
		{"loaded cases share memory with the store", "what a caller does to a loaded case does not reach the store", func(m *Memory) Storage {
			held := map[string]casework.Case{}
			return spoiled{Memory: m, get: func(ctx context.Context, id string) (casework.Case, error) {
				if c, ok := held[id]; ok {
					return c, nil
				}
				c, err := m.Get(ctx, id)
				held[id] = c
				return c, err
			}}
		}},
		{"the context is ignored", "a cancelled call is unavailable, names its cause and changes nothing", func(m *Memory) Storage {
			return spoiled{Memory: m, create: func(ctx context.Context, c casework.Case) (casework.Case, error) {
				return m.Create(context.WithoutCancel(ctx), c)
			}}
		}},
	}
}
