package casework

import "context"

// RunningTerms gives the running terms of a party's cases by case ID, for a
// list: dates and rules, no contents, so it is no reading of a case. Rows of
// cases to which the actor is no party are left out. Errors: Unavailable.
func (o *Office) RunningTerms(ctx context.Context, by Actor, rows []Row) (map[string][]Term, error) {
	out := map[string][]Term{}
	for _, row := range rows {
		if row.Due.IsZero() {
			continue
		}
		c, err := o.store.Get(ctx, row.ID)
		if CodeOf(err) == NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !by.HasRole(RoleCitizen, &c) {
			continue
		}
		for _, t := range c.Terms {
			if t.Running() {
				out[row.ID] = append(out[row.ID], t)
			}
		}
	}
	return out, nil
}
