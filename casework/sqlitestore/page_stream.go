package sqlitestore

import (
	"context"
	"slices"

	"priemnaya/casework"
)

// A queue that is filtered by a topic or a territory is read from as many
// places of their index as there are codes and stages asked for; each place
// yields its rows in the order of the page already, so nothing is skipped,
// counted or sorted, whether the filter leaves ten cases or a million.
const (
	// maxCodes is how many codes a beginning may stand for; a beginning of more
	// leaves so much that the queue is walked in its order.
	maxCodes = 12
	// maxStreams is how many places are read at most for one page.
	maxStreams = 100
	// fewStreamed is from how many cases on it is all the same by which of two
	// codes a page is read.
	fewStreamed = 1000
)

// coded is a column that holds a code and is indexed before stage and due.
type coded struct{ column, value string }

// streamSet reads a page; seeks are the same places without what else is asked
// for, by which cases are counted quickly.
type streamSet struct{ paths, seeks []path }

// streams gives the paths of a page by the codes of its topic or territory,
// whichever leaves fewer cases; none if it cannot be read that way.
func (s *Store) streams(ctx context.Context, q casework.Query) ([]path, error) {
	if q.Sort != casework.SortDue || q.Party != "" || q.Officer != "" || q.Unit != "" || q.Waits != 0 {
		return nil, nil
	}
	var sets []streamSet
	for _, c := range []coded{{"topic", q.Topic}, {"territory", q.Territory}} {
		if c.value == "" {
			continue
		}
		set, err := s.streamsBy(ctx, q, c)
		if err != nil {
			return nil, err
		}
		if len(set.paths) > 0 {
			sets = append(sets, set)
		}
	}
	switch len(sets) {
	case 0:
		return nil, nil
	case 1:
		return sets[0].paths, nil
	}
	n, err := s.countUpTo(ctx, sets[0].seeks, fewStreamed)
	if err != nil {
		return nil, err
	}
	m, err := s.countUpTo(ctx, sets[1].seeks, n)
	if m < n {
		return sets[1].paths, err
	}
	return sets[0].paths, err
}

func (s *Store) streamsBy(ctx context.Context, q casework.Query, c coded) (set streamSet, err error) {
	codes, err := s.codes(ctx, c)
	if err != nil || len(codes) > maxCodes {
		return set, err
	}
	stages := once(q.Stages)
	if len(stages) == 0 {
		stages = casework.Stages()
	}
	index, bodies := "rows_"+c.column, []string{""}
	byBody := q.Bodies != nil && len(q.Bodies) <= maxMerged
	if byBody {
		index, bodies = "rows_body_"+c.column, once(q.Bodies)
	}
	if max(1, len(codes))*len(stages)*len(bodies) > maxStreams {
		return set, nil
	}
	rest := q
	rest.Stages = nil
	if c.column == "topic" {
		rest.Topic = ""
	} else {
		rest.Territory = ""
	}
	shared := filters(rest)
	if !byBody {
		shared = append(bodyFilter(q.Bodies), shared...)
	}
	if len(codes) == 0 {
		// A code that nobody has is still asked for.
		codes = []string{c.value}
	}
	for _, body := range bodies {
		for _, code := range codes {
			for _, stage := range stages {
				where := []clause{{"r." + c.column + " = ?", []any{code}}, {"r.stage = ?", []any{string(stage)}}}
				if byBody {
					where = append([]clause{{"r.body = ?", []any{body}}}, where...)
				}
				from := clause{text: " FROM rows r INDEXED BY " + index}
				set.seeks = append(set.seeks, path{from: from, where: where})
				set.paths = append(set.paths, path{from: from, where: slices.Concat(where, shared)})
			}
		}
	}
	return set, nil
}

// codes lists the codes that begin with a value, one more than are of use. It
// jumps from code to code in the index.
func (s *Store) codes(ctx context.Context, c coded) ([]string, error) {
	next := "SELECT min(" + c.column + ") FROM rows INDEXED BY rows_" + c.column + " WHERE " + c.column
	rows, err := s.query(ctx, "WITH RECURSIVE c(v) AS ("+next+" >= ?1 AND "+c.column+" < ?2 UNION ALL SELECT ("+
		next+" > c.v AND "+c.column+" < ?2) FROM c WHERE c.v IS NOT NULL) SELECT v FROM c WHERE v IS NOT NULL LIMIT ?3",
		c.value, c.value+afterPrefix, maxCodes+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return nil, err
		}
		out = append(out, code)
	}
	return out, rows.Err()
}

// countUpTo counts rows of paths, and stops at a bound.
func (s *Store) countUpTo(ctx context.Context, paths []path, bound int) (int, error) {
	sum := 0
	for _, p := range paths {
		var n int
		c := p.counting(bound - sum)
		if _, err := s.readers.scan(ctx, c.text, c.args, &n); err != nil {
			return 0, err
		}
		if sum += n; sum >= bound {
			break
		}
	}
	return sum, nil
}
