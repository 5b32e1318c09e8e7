package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"priemnaya/casework"
)

// ordered lists cases by a field and their ID, after a cursor.
func (s *Store) ordered(ctx context.Context, field string, filter bson.A, after *casework.Cursor, limit int) ([]document, error) {
	if after != nil {
		filter = append(filter, behind(field, "$gt", *after))
	}
	set := options.Find().SetLimit(int64(limit) + 1).SetProjection(rowOnly).
		SetSort(bson.D{{Key: field, Value: 1}, {Key: "_id", Value: 1}})
	return find[document](ctx, s.cases, bson.D{{Key: "$and", Value: filter}}, set)
}

// DueBetween implements casework.Store. Errors: Invalid for the window.
func (s *Store) DueBetween(ctx context.Context, from, to casework.Date, page casework.Window) ([]casework.Row, string, error) {
	const op = "mongostore.DueBetween"
	after, err := casework.ReadCursor(op, "between", page)
	if err != nil {
		return nil, "", err
	}
	first, last := dayNumber(from), min(dayNumber(to), nothingOwed-1)
	if from.IsZero() {
		first = 0
	}
	if to.IsZero() {
		last = 0
	}
	docs, err := s.ordered(ctx, "due", bson.A{bson.D{{Key: "due", Value: bson.D{{Key: "$gte", Value: first}, {Key: "$lte", Value: last}}}}},
		after, page.Limit)
	if err != nil {
		return nil, "", failed(op, err)
	}
	var rows []casework.Row
	for i := range docs {
		if i == page.Limit {
			return rows, casework.Cursor{List: "between", N: docs[i-1].Due, ID: docs[i-1].ID}.String(), nil
		}
		rows = append(rows, docs[i].row())
	}
	return rows, "", nil
}

// OutboxDue implements casework.Store. Errors: Invalid for the window.
func (s *Store) OutboxDue(ctx context.Context, now time.Time, page casework.Window) ([]string, string, error) {
	const op = "mongostore.OutboxDue"
	after, err := casework.ReadCursor(op, "outbox", page)
	if err != nil {
		return nil, "", err
	}
	docs, err := s.ordered(ctx, "outbox", bson.A{bson.D{{Key: "outbox", Value: bson.D{{Key: "$lte", Value: now.UnixMilli()}}}}}, after, page.Limit)
	if err != nil {
		return nil, "", failed(op, err)
	}
	var ids []string
	for i := range docs {
		if i == page.Limit {
			return ids, casework.Cursor{List: "outbox", N: docs[i-1].Outbox, ID: docs[i-1].ID}.String(), nil
		}
		ids = append(ids, docs[i].ID)
	}
	return ids, "", nil
}
