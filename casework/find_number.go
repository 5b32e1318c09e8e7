package casework

import "context"

// FindByNumber lists the cases known by a receipt or registration number that
// staff may read. It gives rows and no contents, so it is no reading of a case.
// Errors: Unavailable; a number of nobody or of foreign cases is an empty list.
func (o *Office) FindByNumber(ctx context.Context, by Actor, number string) ([]Row, error) {
	cases, err := o.store.Find(ctx, NormalNumber(number))
	if err != nil {
		return nil, err
	}
	var rows []Row
	for i := range cases {
		if by.MayRead(&cases[i]) {
			rows = append(rows, RowOf(&cases[i]))
		}
	}
	return rows, nil
}
