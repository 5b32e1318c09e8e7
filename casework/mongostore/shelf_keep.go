package mongostore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"priemnaya/casework"
)

// never is the expiry of a record that stays.
const never = int64(1) << 62

// record is a casework.Record as it is stored.
type record struct {
	Key     string `bson:"_id"`
	Kind    string `bson:"kind"`
	ID      string `bson:"id"`
	Version int64  `bson:"version"`
	Owner   string `bson:"owner"`
	Expires int64  `bson:"expires"`
	Data    []byte `bson:"data"`
}

// keyOfRecord joins kind and ID so that no two pairs meet.
func keyOfRecord(kind, id string) string { return strconv.Itoa(len(kind)) + ":" + kind + id }

func (r record) open() casework.Record {
	out := casework.Record{Kind: r.Kind, ID: r.ID, Version: r.Version, Owner: r.Owner, Data: r.Data}
	if r.Expires != never {
		out.Expires = instant(r.Expires)
	}
	return out
}

// alive keeps records that have not expired.
func (s *Store) alive() bson.E {
	return bson.E{Key: "expires", Value: bson.D{{Key: "$gt", Value: s.opt.Now().UnixMilli()}}}
}

// Fetch implements casework.Shelf. Errors: NotFound.
func (s *Store) Fetch(ctx context.Context, kind, id string) (casework.Record, error) {
	const op = "mongostore.Fetch"
	var r record
	err := s.shelf.FindOne(ctx, bson.D{{Key: "_id", Value: keyOfRecord(kind, id)}, s.alive()}).Decode(&r)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return casework.Record{}, casework.Fail(casework.NotFound, op, "record.none")
	}
	if err != nil {
		return casework.Record{}, failed(op, err)
	}
	return r.open(), nil
}

// Put implements casework.Shelf. Errors: Conflict, Exists, Invalid without a
// kind or an ID.
func (s *Store) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	const op = "mongostore.Put"
	if r.Kind == "" || r.ID == "" {
		return casework.Record{}, casework.Fail(casework.Invalid, op, "record.no_key")
	}
	d := record{Key: keyOfRecord(r.Kind, r.ID), Kind: r.Kind, ID: r.ID, Version: r.Version + 1, Owner: r.Owner,
		Expires: never, Data: r.Data}
	if d.Data == nil {
		d.Data = []byte{}
	}
	if !r.Expires.IsZero() {
		d.Expires = r.Expires.UnixMilli()
	}
	var err error
	if r.Version == 0 {
		err = s.putNew(ctx, op, d)
	} else {
		err = s.putOver(ctx, op, d, r.Version)
	}
	if err != nil {
		return casework.Record{}, failed(op, err)
	}
	r.Version++
	return r, nil
}

// putNew inserts a record, or takes the place of an expired one.
func (s *Store) putNew(ctx context.Context, op string, d record) error {
	_, err := s.shelf.InsertOne(ctx, d)
	if !mongo.IsDuplicateKeyError(err) {
		return err
	}
	expired := bson.E{Key: "expires", Value: bson.D{{Key: "$lte", Value: s.opt.Now().UnixMilli()}}}
	done, err := s.shelf.ReplaceOne(ctx, bson.D{{Key: "_id", Value: d.Key}, expired}, d)
	if err == nil && done.MatchedCount == 0 {
		return casework.Fail(casework.Exists, op, "record.exists")
	}
	return err
}

func (s *Store) putOver(ctx context.Context, op string, d record, version int64) error {
	done, err := s.shelf.ReplaceOne(ctx, bson.D{{Key: "_id", Value: d.Key}, {Key: "version", Value: version}, s.alive()}, d)
	if err == nil && done.MatchedCount == 0 {
		return casework.Fail(casework.Conflict, op, "record.changed")
	}
	return err
}

// Remove implements casework.Shelf.
func (s *Store) Remove(ctx context.Context, kind, id string) error {
	_, err := s.shelf.DeleteOne(ctx, bson.D{{Key: "_id", Value: keyOfRecord(kind, id)}})
	return failed("mongostore.Remove", err)
}

// List implements casework.Shelf. Errors: Invalid for the window.
func (s *Store) List(ctx context.Context, kind, owner string, page casework.Window) ([]casework.Record, string, error) {
	const op = "mongostore.List"
	after, err := casework.ReadCursor(op, "shelf", page)
	if err != nil {
		return nil, "", err
	}
	filter := bson.A{bson.D{s.alive()}}
	add := func(d bson.D) { filter = append(filter, d) }
	if kind != "" {
		add(bson.D{{Key: "kind", Value: kind}})
	}
	if owner != "" {
		add(bson.D{{Key: "owner", Value: owner}})
	}
	if after != nil {
		add(bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: "kind", Value: bson.D{{Key: "$gt", Value: after.Kind}}}},
			bson.D{{Key: "kind", Value: after.Kind}, {Key: "id", Value: bson.D{{Key: "$gt", Value: after.ID}}}}}}})
	}
	set := options.Find().SetSort(bson.D{{Key: "kind", Value: 1}, {Key: "id", Value: 1}}).SetLimit(int64(page.Limit) + 1)
	list, err := find[record](ctx, s.shelf, bson.D{{Key: "$and", Value: filter}}, set)
	if err != nil {
		return nil, "", failed(op, err)
	}
	var out []casework.Record
	for i, r := range list {
		if i == page.Limit {
			return out, casework.Cursor{List: "shelf", Kind: list[i-1].Kind, ID: list[i-1].ID}.String(), nil
		}
		out = append(out, r.open())
	}
	return out, "", nil
}

// Purge implements casework.Shelf. Errors: Invalid for a limit out of bounds.
func (s *Store) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	const op = "mongostore.Purge"
	if limit < 1 || limit > casework.MaxLimit {
		return 0, casework.Fail(casework.Invalid, op, "page.limit")
	}
	old := bson.E{Key: "expires", Value: bson.D{{Key: "$lt", Value: before.UnixMilli()}}}
	list, err := find[record](ctx, s.shelf, bson.D{old},
		options.Find().SetLimit(int64(limit)).SetSort(bson.D{{Key: "expires", Value: 1}}).SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil || len(list) == 0 {
		return 0, failed(op, err)
	}
	var keys []string
	for _, r := range list {
		keys = append(keys, r.Key)
	}
	// The condition again: a record may have been made anew meanwhile.
	done, err := s.shelf.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: keys}}}, old})
	if err != nil {
		return 0, failed(op, err)
	}
	return int(done.DeletedCount), nil
}
