package casework

import "context"

// Series is a number series and the last number given out in it.
type Series struct {
	Name string
	Last int64
}

// NumberSeries is what a move between stores needs besides Numbers.
type NumberSeries interface {
	Numbers
	// Series lists all series in the order of their names; next is "" at the
	// end.
	Series(ctx context.Context, page Window) (series []Series, next string, err error)
	// Raise makes sure that the numbers of a series up to and including to
	// are not given out any more; it never lowers.
	Raise(ctx context.Context, series string, to int64) error
}

// Storage is all that an installation keeps.
type Storage interface {
	Store
	NumberSeries
	Shelf
}
