package storetest

import (
	"context"
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
)

// asking spoils a query before it is asked.
func asking(fault, claim string, spoil func(*casework.Query)) plant {
	return plant{fault, claim, func(m *Memory) Storage {
		return spoiled{Memory: m, page: func(ctx context.Context, q casework.Query) (casework.Page, error) {
			spoil(&q)
			return m.Page(ctx, q)
		}}
	}}
}

// showing spoils a page before it is shown.
func showing(fault, claim string, spoil func(q casework.Query, p *casework.Page)) plant {
	return plant{fault, claim, func(m *Memory) Storage {
		return spoiled{Memory: m, page: func(ctx context.Context, q casework.Query) (casework.Page, error) {
			p, err := m.Page(ctx, q)
			if err == nil {
				spoil(q, &p)
			}
			return p, err
		}}
	}}
}

const (
	eachFilter = "each filter alone keeps exactly what it names"
	anyFilters = "pages agree with the reference store for any combination of filters"
	whileFiled = "pages stay complete and without doubles while cases are filed"
)

func queryPlants() []plant {
	plants := []plant{
		asking("any bodies are shown for no bodies", "no bodies at all means nothing, nil means any", func(q *casework.Query) {
			if len(q.Bodies) == 0 {
				q.Bodies = nil
			}
		}),
		asking("of many bodies the last are forgotten", "many bodies at once are listed in one order", func(q *casework.Query) {
			q.Bodies = q.Bodies[:min(len(q.Bodies), 16)]
		}),
		asking("the limit is ignored", anyFilters, func(q *casework.Query) { q.Limit = casework.MaxLimit }),
		asking("MaxLimit is not enforced", "a limit below 1 or above MaxLimit is invalid in every listing", func(q *casework.Query) {
			q.Limit = max(1, min(q.Limit, casework.MaxLimit))
		}),
		asking("the sort is ignored", "an unknown sort is invalid, an empty one is by due date", func(q *casework.Query) { q.Sort = casework.SortDue }),
		asking("the end of the receipt is included", eachFilter, func(q *casework.Query) {
			if !q.ReceivedTo.IsZero() {
				q.ReceivedTo = q.ReceivedTo.Add(time.Millisecond)
			}
		}),
		asking("the last due day is excluded", eachFilter, func(q *casework.Query) {
			if !q.DueTo.IsZero() {
				q.DueTo = q.DueTo.AddDays(-1)
			}
		}),
		asking("a broken cursor begins anew", "a cursor that is broken or of another listing is invalid", func(q *casework.Query) {
			if !strings.HasPrefix(q.After, string(q.Sort)+"\x00") {
				q.After = ""
			}
		}),
		asking("one of the words is enough", "several words must all be there, in any order", func(q *casework.Query) {
			q.Text, _, _ = strings.Cut(q.Text, " ")
		}),
		showing("a filter by topic needs the whole code", eachFilter, func(q casework.Query, p *casework.Page) {
			p.Rows = slices.DeleteFunc(p.Rows, func(r casework.Row) bool { return q.Topic != "" && r.Topic != q.Topic })
		}),
		showing("the cursor skips a row", anyFilters, func(q casework.Query, p *casework.Page) {
			if q.After != "" && len(p.Rows) > 0 {
				p.Rows = p.Rows[1:]
			}
		}),
		showing("the cursor repeats a row", whileFiled, func(q casework.Query, p *casework.Page) {
			if p.Next != "" && len(p.Rows) > 1 {
				list, key, _ := strings.Cut(p.Next, "\x00")
				day, _, _ := strings.Cut(key, "\x00")
				p.Next = list + "\x00" + day
			}
		}),
		showing("rows with equal keys are in no order", eachFilter, func(q casework.Query, p *casework.Page) { slices.Reverse(p.Rows) }),
		showing("a full page always promises another", "a page of exactly the limit has no next page if nothing is left", func(q casework.Query, p *casework.Page) {
			if len(p.Rows) == q.Limit && p.Next == "" {
				p.Next = string(q.Sort) + "\x00~~"
			}
		}),
		showing("a row lacks a field", "a row holds every field of its case", func(q casework.Query, p *casework.Page) {
			for i := range p.Rows {
				p.Rows[i].DueKind = ""
			}
		}),
		plantNoForms(),
		plantStaleWords(),
		plantOffsets(),
	}
	return append(plants, ignoredFilters()...)
}

// ignoredFilters drop one field of a query each.
func ignoredFilters() []plant {
	var plants []plant
	for name, drop := range map[string]func(*casework.Query){
		"bodies": func(q *casework.Query) { q.Bodies = nil }, "unit": func(q *casework.Query) { q.Unit = "" },
		"officer": func(q *casework.Query) { q.Officer = "" }, "stages": func(q *casework.Query) { q.Stages = nil },
		"regime": func(q *casework.Query) { q.Regime = "" }, "channel": func(q *casework.Query) { q.Channel = "" },
		"topic": func(q *casework.Query) { q.Topic = "" }, "territory": func(q *casework.Query) { q.Territory = "" },
		"party": func(q *casework.Query) { q.Party = "" }, "text": func(q *casework.Query) { q.Text = "" },
		"the beginning of the receipt": func(q *casework.Query) { q.ReceivedFrom = time.Time{} },
		"the end of the receipt":       func(q *casework.Query) { q.ReceivedTo = time.Time{} },
		"the last due day":             func(q *casework.Query) { q.DueTo = casework.Date{} },
		"the first due day":            func(q *casework.Query) { q.DueFrom = casework.Date{} },
		"what is waited for":           func(q *casework.Query) { q.Waits = 0 },
	} {
		plants = append(plants, asking("the filter by "+name+" is ignored", eachFilter, drop))
	}
	return plants
}

// plantNoForms searches words as they are written.
func plantNoForms() plant {
	return plant{"words are not stemmed", "a Russian word is found in any of its forms", func(m *Memory) Storage {
		m.terms = strings.Fields
		return m
	}}
}

// plantStaleWords never indexes a changed text.
func plantStaleWords() plant {
	return plant{"a changed text keeps its old words", "a changed text is found by its new words and no more by its old ones", func(m *Memory) Storage {
		first := map[string]string{}
		good := m.terms
		m.terms = func(s string) []string {
			// The name and the ID of the case do not change with its text.
			if _, key, ok := strings.Cut(s, "\n"); ok {
				if _, seen := first[key]; !seen {
					first[key] = s
				}
				s = first[key]
			}
			return good(s)
		}
		return m
	}}
}

// plantOffsets pages by counting rows instead of remembering a key.
func plantOffsets() plant {
	return plant{"pages are counted by offset", whileFiled, func(m *Memory) Storage {
		return spoiled{Memory: m, page: func(ctx context.Context, q casework.Query) (casework.Page, error) {
			skip, limit := len(q.After), q.Limit
			q.After, q.Limit = "", casework.MaxLimit
			p, err := m.Page(ctx, q)
			p.Rows = p.Rows[min(skip, len(p.Rows)):]
			if p.Next = ""; len(p.Rows) > limit {
				p.Rows, p.Next = p.Rows[:limit], strings.Repeat("+", skip+limit)
			}
			return p, err
		}}
	}}
}
