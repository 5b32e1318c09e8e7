package casework

// chunk is how many rows a filtered listing asks for at a time.
const chunk = 200

// gather fills one page of a listing with the rows that a filter keeps. next is
// the place after the last row looked at, so that nothing is skipped and
// nothing comes twice; memory is bounded by a chunk.
func gather(w Window, keep func(*Row) bool, list func(Window) ([]Row, string, error)) (rows []Row, next string, err error) {
	if w.Limit < 1 || w.Limit > MaxLimit {
		_, next, err = list(w)
		return nil, next, err
	}
	limit := w.Limit
	// Most filters keep nearly all: only when rows are missing many are read.
	for size := limit; ; size = max(chunk, limit) {
		w.Limit = size
		page, after, err := list(w)
		if err != nil {
			return nil, "", err
		}
		for used := kept(page, keep); len(rows)+len(used) > limit; used = kept(page, keep) {
			// The page is full before the chunk ends: ask again for no more rows
			// than those, and take the answer as it is now.
			w.Limit = 1 + used[limit-len(rows)-1]
			if page, after, err = list(w); err != nil {
				return nil, "", err
			}
		}
		for _, i := range kept(page, keep) {
			rows = append(rows, page[i])
		}
		if after == "" || len(rows) >= limit {
			return rows, after, nil
		}
		w.After = after
	}
}

// kept are the places of the rows that a filter keeps.
func kept(page []Row, keep func(*Row) bool) []int {
	var out []int
	for i := range page {
		if keep(&page[i]) {
			out = append(out, i)
		}
	}
	return out
}
