package sqlitestore

import (
	"slices"
	"strings"

	"priemnaya/casework"
)

const (
	// maxMerged is how many bodies are read one by one and merged; whoever
	// sees more sees most of them, and the common index is dense enough.
	maxMerged = 8
	// few is up to how many rows a filter may leave for their keys to be read
	// from its index and sorted; of more, the queue is walked in its order, where the next fit is
	// then near enough. Either way a page touches some ten thousand rows at
	// most in a store of a million.
	few = 7000
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

// plan chooses the indexes by which a page of a query without words is read.
// Several paths are merged; each alone is in the right order. narrow is an
// index that leaves few rows, if there is one.
func plan(q casework.Query, narrow string) []path {
	shared := filters(q)
	one := func(index string, where ...clause) []path {
		return []path{{from: clause{text: " FROM rows r INDEXED BY " + index}, where: slices.Concat(where, bodyFilter(q.Bodies), shared)}}
	}
	switch {
	case q.Party != "":
		return partyPath(q, shared)
	case q.Officer != "":
		return byStage(q, clause{text: "r.officer <> ''"}, one, "rows_officer_due")
	case q.Unit != "" && (q.Sort == casework.SortDue || q.Bodies == nil):
		return byStage(q, clause{text: "r.unit <> ''"}, one, "rows_unit_due")
	case q.Waits != 0 && q.Sort == casework.SortDue:
		return waitPaths(q, shared)
	case narrow != "":
		return one(narrow)
	case q.Bodies != nil && len(q.Bodies) <= maxMerged:
		return bodyPaths(q, shared)
	case q.Sort == casework.SortReceived && !q.ReceivedTo.IsZero():
		return one("rows_received")
	case q.Sort == casework.SortReceived:
		// The bound is always true; it makes the walk a search.
		return one("rows_received", clause{receivedBefore, []any{int64(1) << 62}})
	case len(q.Stages) > 0:
		return stagePaths(q, one)
	}
	owing := one("rows_due", clause{text: "r.due < 1000000000"})
	if !q.DueFrom.IsZero() || !q.DueTo.IsZero() {
		// Whatever owes nothing is left out: it need not be walked.
		return owing
	}
	return append(owing, one("rows_idle", clause{text: "r.due = 1000000000 AND r.id > ''"})...)
}

// partyPath reads the few cases of one person, also where words are asked for.
func partyPath(q casework.Query, shared []clause) []path {
	where := slices.Concat([]clause{{"p.party = ?", []any{q.Party}}}, bodyFilter(q.Bodies), shared)
	return []path{{from: clause{text: " FROM parties p CROSS JOIN rows r ON r.docid = p.docid"}, where: where}}
}

// bodyPaths reads each body for itself, and each of the stages asked for: the
// few that wait for a signature do not hide among the many that are answered.
func bodyPaths(q casework.Query, shared []clause) []path {
	index, stages := "rows_body_due", []casework.Stage{""}
	switch {
	case q.Sort == casework.SortReceived:
		index = "rows_body_received"
	case len(q.Stages) > 0:
		index, stages = "rows_body_stage_due", once(q.Stages)
	}
	var paths []path
	for _, b := range once(q.Bodies) {
		for _, st := range stages {
			where := []clause{{"r.body = ?", []any{b}}}
			if st != "" {
				where = append(where, clause{"r.stage = ?", []any{string(st)}})
			}
			paths = append(paths, path{from: clause{text: " FROM rows r INDEXED BY " + index}, where: append(where, shared...)})
		}
	}
	return paths
}

// waitPaths read the few cases that wait for something.
func waitPaths(q casework.Query, shared []clause) []path {
	waits := clause{text: "r.waits <> 0"}
	if q.Bodies == nil || len(q.Bodies) > maxMerged {
		return []path{{from: clause{text: " FROM rows r INDEXED BY rows_waits"}, where: slices.Concat([]clause{waits}, bodyFilter(q.Bodies), shared)}}
	}
	var paths []path
	for _, b := range once(q.Bodies) {
		where := append([]clause{waits, {"r.body = ?", []any{b}}}, shared...)
		paths = append(paths, path{from: clause{text: " FROM rows r INDEXED BY rows_body_waits"}, where: where})
	}
	return paths
}

// byStage reads the cases of an officer or a unit stage by stage, by due day;
// by receipt they are sorted.
func byStage(q casework.Query, partial clause, one func(string, ...clause) []path, index string) []path {
	if q.Sort != casework.SortDue {
		return one(index, partial)
	}
	stages := once(q.Stages)
	if len(stages) == 0 {
		stages = casework.Stages()
	}
	var paths []path
	for _, st := range stages {
		paths = append(paths, one(index, partial, clause{"r.stage = ?", []any{string(st)}})...)
	}
	return paths
}

func stagePaths(q casework.Query, one func(string, ...clause) []path) []path {
	var paths []path
	for _, st := range once(q.Stages) {
		paths = append(paths, one("rows_stage_due", clause{"r.stage = ?", []any{string(st)}})...)
	}
	return paths
}

func once[T comparable](list []T) []T {
	var out []T
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// narrows lists the indexes that a query could be read by out of order, with
// the condition that each of them looks up.
func narrows(q casework.Query) []path {
	var out []path
	add := func(index string, where ...clause) {
		out = append(out, path{from: clause{text: " FROM rows r INDEXED BY " + index}, where: where})
	}
	for column, value := range map[string]string{"topic": q.Topic, "territory": q.Territory} {
		switch {
		case value == "":
		case len(q.Bodies) == 1:
			add("rows_body_"+column, clause{"r.body = ?", []any{q.Bodies[0]}}, beginsWith("r."+column, value))
		default:
			add("rows_"+column, beginsWith("r."+column, value))
		}
	}
	if q.Channel != "" {
		add("rows_channel", clause{"r.channel = ?", []any{string(q.Channel)}})
	}
	if q.Regime != "" {
		add("rows_regime", clause{"r.regime = ?", []any{string(q.Regime)}})
	}
	if q.Sort == casework.SortDue && !(q.ReceivedFrom.IsZero() && q.ReceivedTo.IsZero()) {
		add("rows_received", receivedWithin(q)...)
	}
	return out
}

// index is the name of the index that a path walks.
func (p path) index() string {
	_, name, _ := strings.Cut(p.from.text, "INDEXED BY ")
	return name
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
			out = append(out, beginsWith(column, value))
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
	out = append(out, receivedWithin(q)...)
	if !q.DueFrom.IsZero() {
		out = append(out, clause{"r.due BETWEEN ? AND ?", []any{dayNumber(q.DueFrom), nothingOwed - 1}})
	}
	if !q.DueTo.IsZero() {
		out = append(out, clause{"r.due <= ?", []any{dayNumber(q.DueTo)}})
	}
	if q.Waits != 0 {
		out = append(out, clause{"(r.waits & ?) <> 0", []any{int64(q.Waits)}})
	}
	return out
}

func beginsWith(column, value string) clause {
	return clause{column + " >= ? AND " + column + " < ?", []any{value, value + afterPrefix}}
}

// receivedBefore is the upper end of a walk from the newest case down. A place
// to go on from takes its stead: of two upper ends SQLite would seek only one.
const receivedBefore = "r.received < ?"

func receivedWithin(q casework.Query) (out []clause) {
	if !q.ReceivedFrom.IsZero() {
		out = append(out, clause{"r.received >= ?", []any{q.ReceivedFrom.UnixMilli()}})
	}
	if !q.ReceivedTo.IsZero() {
		out = append(out, clause{receivedBefore, []any{q.ReceivedTo.UnixMilli()}})
	}
	return out
}
