package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"priemnaya/casework"
)

const (
	// sequenceID names the document of the save sequence; a zero byte keeps it
	// apart from every number series.
	sequenceID = "\x00saved"
	// perRound is how many pending cases one round numbers.
	perRound = 500
)

// sequence is the state of the save sequence. Open are the numbers of the last
// round: each belongs to one version of one case and to nothing else.
type sequence struct {
	ID   string   `bson:"_id"`
	Rev  int64    `bson:"rev"`
	Last int64    `bson:"n"`
	Open []ticket `bson:"open"`
}

type ticket struct {
	Case    string `bson:"case"`
	Version int64  `bson:"version"`
	N       int64  `bson:"n"`
}

// ChangedSince implements casework.Store; see the package comment for why it
// skips nothing. It numbers what was saved since somebody last called it, so
// it also writes.
func (s *Store) ChangedSince(ctx context.Context, page casework.Window) ([]casework.Row, string, error) {
	const op = "mongostore.ChangedSince"
	after, err := casework.ReadCursor(op, "changed", page)
	if err != nil {
		return nil, "", err
	}
	if after == nil {
		after = &casework.Cursor{List: "changed"}
	}
	last, err := s.number(ctx)
	if err != nil {
		return nil, "", failed(op, err)
	}
	// Numbers above last may be on their way to their cases in another
	// reader's round.
	filter := bson.D{{Key: "saved", Value: bson.D{{Key: "$gt", Value: after.N}, {Key: "$lte", Value: last}}}}
	set := options.Find().SetLimit(int64(page.Limit)).SetSort(bson.D{{Key: "saved", Value: 1}}).SetProjection(rowOnly)
	docs, err := find[document](ctx, s.cases, filter, set)
	if err != nil {
		return nil, "", failed(op, err)
	}
	var rows []casework.Row
	for i := range docs {
		rows = append(rows, docs[i].row())
		after.N = docs[i].Saved
	}
	return rows, after.String(), nil
}

// number gives numbers to everything that is pending and returns the last
// number of which it knows that no case is still waiting for it.
func (s *Store) number(ctx context.Context) (int64, error) {
	for {
		q, err := s.sequence(ctx)
		if err != nil {
			return 0, err
		}
		if err := s.hand(ctx, q.Open); err != nil {
			return 0, err
		}
		set := options.Find().SetLimit(perRound).SetSort(bson.D{{Key: "stamp", Value: 1}}).
			SetProjection(bson.D{{Key: "pending", Value: 1}})
		pending, err := find[document](ctx, s.cases, bson.D{{Key: "pending", Value: bson.D{{Key: "$gt", Value: 0}}}}, set)
		if err != nil || len(pending) == 0 {
			return q.Last, err
		}
		next := sequence{ID: sequenceID, Rev: q.Rev + 1, Last: q.Last}
		for _, d := range pending {
			next.Last++
			next.Open = append(next.Open, ticket{d.ID, d.Pending, next.Last})
		}
		// Another reader may have been quicker: then its round comes first.
		if _, err := s.series.ReplaceOne(ctx, bson.D{{Key: "_id", Value: sequenceID}, {Key: "rev", Value: q.Rev}}, next); err != nil {
			return 0, err
		}
	}
}

// sequence loads the state and makes it the first time.
func (s *Store) sequence(ctx context.Context) (sequence, error) {
	var q sequence
	err := s.series.FindOne(ctx, bson.D{{Key: "_id", Value: sequenceID}}).Decode(&q)
	if !errors.Is(err, mongo.ErrNoDocuments) {
		return q, err
	}
	q = sequence{ID: sequenceID, Open: []ticket{}}
	_, err = s.series.InsertOne(ctx, q)
	if mongo.IsDuplicateKeyError(err) {
		return s.sequence(ctx)
	}
	return q, err
}

// hand gives the numbers of a round to their cases. It may be done by several
// readers and again: a case takes a number only while the very version that it
// was meant for is pending.
func (s *Store) hand(ctx context.Context, open []ticket) error {
	if len(open) == 0 {
		return nil
	}
	var ops []mongo.WriteModel
	for _, t := range open {
		ops = append(ops, mongo.NewUpdateOneModel().
			SetFilter(bson.D{{Key: "_id", Value: t.Case}, {Key: "pending", Value: t.Version}}).
			SetUpdate(bson.D{{Key: "$set", Value: bson.D{{Key: "saved", Value: t.N}, {Key: "pending", Value: int64(0)}}}}))
	}
	_, err := s.cases.BulkWrite(ctx, ops, options.BulkWrite().SetOrdered(false))
	return err
}
