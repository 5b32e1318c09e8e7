package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"priemnaya/casework"
)

// counter is one number series.
type counter struct {
	ID   string `bson:"_id"`
	Last int64  `bson:"last"`
}

// seriesID keeps names of series apart from the store's own documents.
func seriesID(name string) string { return "s:" + name }

// Take implements casework.Numbers. Errors: Invalid if n is below 1.
func (s *Store) Take(ctx context.Context, series string, n int) (int64, error) {
	const op = "mongostore.Take"
	if n < 1 {
		return 0, casework.Fail(casework.Invalid, op, "number.count")
	}
	var c counter
	err := again(func() error {
		set := options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)
		return s.series.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: seriesID(series)}},
			bson.D{{Key: "$inc", Value: bson.D{{Key: "last", Value: int64(n)}}}}, set).Decode(&c)
	})
	if err != nil {
		return 0, failed(op, err)
	}
	return c.Last - int64(n) + 1, nil
}

// again repeats a first write that has met another first write.
func again(write func() error) error {
	err := write()
	for range 5 {
		if !mongo.IsDuplicateKeyError(err) {
			return err
		}
		err = write()
	}
	return err
}

// Series implements casework.NumberSeries.
func (s *Store) Series(ctx context.Context, page casework.Window) ([]casework.Series, string, error) {
	const op = "mongostore.Series"
	after, err := casework.ReadCursor(op, "series", page)
	if err != nil {
		return nil, "", err
	}
	bounds := bson.D{{Key: "$gte", Value: "s:"}, {Key: "$lt", Value: "s;"}}
	if after != nil {
		bounds[0] = bson.E{Key: "$gt", Value: seriesID(after.ID)}
	}
	set := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(page.Limit) + 1)
	list, err := find[counter](ctx, s.series, bson.D{{Key: "_id", Value: bounds}}, set)
	if err != nil {
		return nil, "", failed(op, err)
	}
	var out []casework.Series
	for i, c := range list {
		if i == page.Limit {
			return out, casework.Cursor{List: "series", ID: out[i-1].Name}.String(), nil
		}
		out = append(out, casework.Series{Name: c.ID[len("s:"):], Last: c.Last})
	}
	return out, "", nil
}

// Raise implements casework.NumberSeries.
func (s *Store) Raise(ctx context.Context, series string, to int64) error {
	return failed("mongostore.Raise", again(func() error {
		_, err := s.series.UpdateOne(ctx, bson.D{{Key: "_id", Value: seriesID(series)}},
			bson.D{{Key: "$max", Value: bson.D{{Key: "last", Value: to}}}}, options.Update().SetUpsert(true))
		return err
	}))
}
