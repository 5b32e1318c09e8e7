package sqlitestore

import (
	"slices"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/words"
)

const (
	// maxMerged is how many bodies are read one by one and merged; whoever
	// sees more sees most of them, and the common index is dense enough.
	maxMerged = 8
	// fewMatches is up to how many matches of a text are fetched and sorted;
	// of more, the queue is walked in its order instead.
	fewMatches = 2000
	// maxTextTerms bounds the words of one search.
	maxTextTerms = 32
	// afterPrefix sorts after everything that begins with what stands before.
	afterPrefix = "\U0010FFFF"
)

var selectRow = "SELECT r." + strings.Join(columns, ", r.")

// clause is a piece of SQL with its arguments.
type clause struct {
	text string
	args []any
}

// path is one way to read rows that yields them in the order of the page.
type path struct {
	from  clause
	where []clause
	// leads is set if every row of it comes before those of the paths after it.
	leads bool
}

// key is where a row stands in an order: the due day or the negated instant
// of receipt, so that smaller always comes first, then the ID.
type key struct {
	n  int64
	id string
}

func keyOf(r *casework.Row, sort casework.Sort) key {
	if sort == casework.SortReceived {
		return key{-r.ReceivedAt.UnixMilli(), r.ID}
	}
	return key{dayNumber(r.Due), r.ID}
}

func (k key) before(o key) bool {
	return k.n < o.n || k.n == o.n && k.id < o.id
}

// search is the text of a query made ready: the expression for the index of
// words, and whether it matches so many cases that the order leads.
type search struct {
	match string
	many  bool
}

// matchOf makes the expression; words are stems of letters and digits, so
// there is nothing to escape. None means that nothing can be found.
func matchOf(text string) (match string, ok bool) {
	terms := words.Terms(text)
	slices.Sort(terms)
	terms = slices.Compact(terms)
	if len(terms) == 0 {
		return "", false
	}
	return `"` + strings.Join(terms[:min(len(terms), maxTextTerms)], `" "`) + `"`, true
}

// plan chooses the indexes by which a page is read. Several paths are merged
// by the caller; each alone is in the right order.
func plan(q casework.Query, text *search) []path {
	shared := filters(q)
	if text != nil && (text.many || q.Party != "") {
		shared = append(shared, clause{"r.docid IN (SELECT rowid FROM words WHERE words MATCH ?)", []any{text.match}})
	}
	one := func(from string, where ...clause) []path {
		return []path{{from: clause{text: " FROM " + from}, where: slices.Concat(where, bodyFilter(q.Bodies), shared)}}
	}
	switch {
	case q.Party != "":
		return one("parties p CROSS JOIN rows r ON r.docid = p.docid", clause{"p.party = ?", []any{q.Party}})
	case text != nil && !text.many:
		return one("words CROSS JOIN rows r ON r.docid = words.rowid", clause{"words MATCH ?", []any{text.match}})
	case q.Officer != "":
		return one("rows r INDEXED BY rows_officer_due", clause{text: "r.officer <> ''"})
	case q.Unit != "" && (q.Sort == casework.SortDue || q.Bodies == nil):
		return one("rows r INDEXED BY rows_unit_due", clause{text: "r.unit <> ''"})
	case q.Bodies != nil && len(q.Bodies) <= maxMerged:
		return bodyPaths(q, shared)
	case q.Sort == casework.SortReceived:
		// The bound is always true; it makes the walk a search.
		return one("rows r INDEXED BY rows_received", clause{"r.received <= ?", []any{int64(1) << 62}})
	}
	running := one("rows r INDEXED BY rows_due", clause{text: "r.due < 1000000000"})
	idle := one("rows r INDEXED BY rows_idle", clause{text: "r.due = 1000000000 AND r.id > ''"})
	running[0].leads = true
	return append(running, idle...)
}

func bodyPaths(q casework.Query, shared []clause) []path {
	index := "rows_body_due"
	if q.Sort == casework.SortReceived {
		index = "rows_body_received"
	}
	var paths []path
	for i, b := range q.Bodies {
		if !slices.Contains(q.Bodies[:i], b) {
			paths = append(paths, path{from: clause{text: " FROM rows r INDEXED BY " + index},
				where: slices.Concat([]clause{{"r.body = ?", []any{b}}}, shared)})
		}
	}
	return paths
}

func bodyFilter(bodies []string) []clause {
	if bodies == nil {
		return nil
	}
	return []clause{oneOf("r.body", bodies)}
}

// oneOf compares a column with a list.
func oneOf[T ~string](column string, list []T) clause {
	c := clause{text: column + " IN (?" + strings.Repeat(", ?", max(len(list)-1, 0)) + ")"}
	for _, v := range list {
		c.args = append(c.args, string(v))
	}
	if len(list) == 0 {
		c.text = "0"
	}
	return c
}

// filters are the conditions of a query that hold whichever the path.
func filters(q casework.Query) []clause {
	var out []clause
	equal := func(column, value string) {
		if value != "" {
			out = append(out, clause{column + " = ?", []any{value}})
		}
	}
	prefix := func(column, value string) {
		if value != "" {
			out = append(out, clause{column + " >= ? AND " + column + " < ?", []any{value, value + afterPrefix}})
		}
	}
	bound := func(column string, at time.Time) {
		if !at.IsZero() {
			out = append(out, clause{column + " ?", []any{at.UnixMilli()}})
		}
	}
	equal("r.unit", q.Unit)
	equal("r.officer", q.Officer)
	if len(q.Stages) > 0 {
		out = append(out, oneOf("r.stage", q.Stages))
	}
	equal("r.regime", string(q.Regime))
	equal("r.channel", string(q.Channel))
	prefix("r.topic", q.Topic)
	prefix("r.territory", q.Territory)
	bound("r.received >=", q.ReceivedFrom)
	bound("r.received <", q.ReceivedTo)
	if !q.DueTo.IsZero() {
		out = append(out, clause{"r.due <= ?", []any{dayNumber(q.DueTo)}})
	}
	return out
}

// statement writes the SQL of a path, from the cursor on.
func (p path) statement(sort casework.Sort, after *key, limit int) clause {
	s := clause{text: selectRow + p.from.text, args: p.from.args}
	sep := " WHERE "
	add := func(text string, args ...any) {
		s.text += sep + text
		s.args = append(s.args, args...)
		sep = " AND "
	}
	for _, w := range p.where {
		add(w.text, w.args...)
	}
	order := " ORDER BY r.due, r.id LIMIT ?"
	if sort == casework.SortReceived {
		order = " ORDER BY r.received DESC, r.id LIMIT ?"
	}
	if after != nil {
		if sort == casework.SortReceived {
			add("r.received <= ? AND (r.received < ? OR r.id > ?)", -after.n, -after.n, after.id)
		} else {
			add("(r.due, r.id) > (?, ?)", after.n, after.id)
		}
	}
	s.text += order
	s.args = append(s.args, limit)
	return s
}
