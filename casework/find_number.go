package casework

import "context"

// FindByNumber lists the cases known by a receipt or registration number that
// staff may read. It gives rows and no contents, so it is no reading of a case,
// but it is a search and written down as one.
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
	if err := o.noteSearch(ctx, by, PurposeNumber, number, len(rows), false); err != nil {
		return nil, err
	}
	return veilRows(by, rows), nil
}
