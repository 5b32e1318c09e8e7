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
)

// coded is a column that holds a code and is indexed before stage and due.
type coded struct{ column, value string }

// streams gives the paths of a page by the codes of its topic or territory,
// whichever leaves fewer cases; none if it cannot be read that way.
func (s *Store) streams(ctx context.Context, q casework.Query) ([]path, error) {
	if q.Sort != casework.SortDue || q.Party != "" || q.Officer != "" || q.Unit != "" || q.Waits != 0 {
		return nil, nil
	}
	var best []path
	for _, c := range []coded{{"topic", q.Topic}, {"territory", q.Territory}} {
		if c.value == "" {
			continue
		}
		paths, err := s.streamsBy(ctx, q, c)
		if err != nil {
			return nil, err
		}
		if best == nil || paths == nil {
			best = slices.Concat(best, paths)
			continue
		}
		fewer, err := s.fewer(ctx, best, paths)
		if err != nil {
			return nil, err
		}
		best = fewer
	}
	return best, nil
}

func (s *Store) streamsBy(ctx context.Context, q casework.Query, c coded) ([]path, error) {
	codes, err := s.codes(ctx, c)
	if err != nil || len(codes) > maxCodes {
		return nil, err
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
	if len(codes)*len(stages)*len(bodies) > maxStreams {
		return nil, nil
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
	var paths []path
	for _, body := range bodies {
		for _, code := range codes {
			for _, stage := range stages {
				where := []clause{{"r." + c.column + " = ?", []any{code}}, {"r.stage = ?", []any{string(stage)}}}
				if byBody {
					where = append([]clause{{"r.body = ?", []any{body}}}, where...)
				}
				paths = append(paths, path{from: clause{text: " FROM rows r INDEXED BY " + index}, where: append(where, shared...)})
			}
		}
	}
	return paths, nil
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

// fewer gives those of two sets of paths that have fewer rows.
func (s *Store) fewer(ctx context.Context, a, b []path) ([]path, error) {
	n, err := s.countUpTo(ctx, a, few)
	if err != nil {
		return nil, err
	}
	m, err := s.countUpTo(ctx, b, n)
	if m < n {
		a = b
	}
	return a, err
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
