package sqlitestore

import (
	"strings"

	"priemnaya/casework"
)

// orders are the ends of statements by the order of the page.
var orders = map[casework.Sort]string{
	casework.SortDue:      " ORDER BY r.due, r.id LIMIT ?",
	casework.SortReceived: " ORDER BY r.received DESC, r.id LIMIT ?",
}

// sortKeys are what pages are ordered by, smallest first.
var sortKeys = map[casework.Sort]string{casework.SortDue: "r.due", casework.SortReceived: "-r.received"}

// statement is an SQL text in the making; conditions are added one by one.
type statement struct {
	clause
	sep string
}

func (s *statement) add(text string, args ...any) {
	s.text += s.sep + text
	s.args = append(s.args, args...)
	s.sep = " AND "
}

// statement writes the SQL of a path that selects some columns, from the
// cursor on.
func (p path) statement(columns string, sort casework.Sort, after *key, limit int) clause {
	s := statement{clause{columns + p.from.text, append([]any(nil), p.from.args...)}, " WHERE "}
	for _, w := range p.where {
		if after != nil && sort == casework.SortReceived && w.text == receivedBefore && w.args[0].(int64) > -after.n {
			continue
		}
		s.add(w.text, w.args...)
	}
	if after != nil {
		if sort == casework.SortReceived {
			s.add("r.received <= ? AND (r.received < ? OR r.id > ?)", -after.n, -after.n, after.id)
		} else {
			s.add("(r.due, r.id) > (?, ?)", after.n, after.id)
		}
	}
	return clause{s.text + orders[sort], append(s.args, limit)}
}

// merge writes one statement for the paths of a page: the keys of each are
// read, from its index alone where that holds all that is asked for, and only
// the rows that come first of all are looked up.
func merge(paths []path, sort casework.Sort, after *key, limit int) clause {
	var all clause
	for i, p := range paths {
		if i > 0 {
			all.text += " UNION ALL "
		}
		keys := p.statement("SELECT r.docid AS docid, "+sortKeys[sort]+" AS n, r.id AS id", sort, after, limit)
		all.text += "SELECT * FROM (" + keys.text + ")"
		all.args = append(all.args, keys.args...)
	}
	return clause{selectRow + " FROM (" + all.text + " ORDER BY n, id LIMIT ?) k CROSS JOIN rows r ON r.docid = k.docid ORDER BY k.n, k.id",
		append(all.args, limit)}
}

// counting writes how many rows a path has, up to a bound.
func (p path) counting(bound int) clause {
	s := statement{clause{"SELECT count(*) FROM (SELECT 1" + p.from.text, nil}, " WHERE "}
	for _, w := range p.where {
		s.add(w.text, w.args...)
	}
	return clause{s.text + " LIMIT ?)", append(s.args, bound)}
}

// finding writes the walk through the finds of some words, newest first, from
// a number of the index of words downwards.
func finding(q casework.Query, match string, from int64, limit int) clause {
	s := statement{clause{"SELECT r.wid, r." + strings.Join(columns, ", r.") +
		" FROM words CROSS JOIN rows r ON r.wid = words.rowid", nil}, " WHERE "}
	s.add("words MATCH ?", match)
	s.add("words.rowid <= ?", from)
	if !q.ReceivedFrom.IsZero() {
		s.add("words.rowid >= ?", wordsBase(q.ReceivedFrom))
	}
	for _, w := range append(bodyFilter(q.Bodies), filters(q)...) {
		s.add(w.text, w.args...)
	}
	return clause{s.text + " ORDER BY words.rowid DESC LIMIT ?", append(s.args, limit)}
}
