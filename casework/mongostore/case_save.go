package mongostore

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"priemnaya/casework"
)

// maxRounds is after how many lost races Update gives up.
const maxRounds = 50

// Create implements casework.Store. Errors: Exists; Invalid without an ID.
func (s *Store) Create(ctx context.Context, c casework.Case) (casework.Case, error) {
	const op = "mongostore.Create"
	if c.ID == "" {
		return casework.Case{}, casework.Fail(casework.Invalid, op, "case.no_id")
	}
	c.Version = 1
	d, err := s.documentOf(&c)
	if err != nil {
		return casework.Case{}, failed(op, err)
	}
	if _, err := s.cases.InsertOne(ctx, d); err != nil {
		if mongo.IsDuplicateKeyError(err) {
			return casework.Case{}, casework.Fail(casework.Exists, op, "case.exists")
		}
		return casework.Case{}, failed(op, err)
	}
	return c, nil
}

// Get implements casework.Store. Errors: NotFound.
func (s *Store) Get(ctx context.Context, id string) (casework.Case, error) {
	return s.load(ctx, "mongostore.Get", id)
}

func (s *Store) load(ctx context.Context, op, id string) (casework.Case, error) {
	var d document
	one := options.FindOne().SetProjection(bson.D{{Key: "doc", Value: 1}})
	err := s.cases.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, one).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return casework.Case{}, casework.Fail(casework.NotFound, op, "case.none")
	}
	if err != nil {
		return casework.Case{}, failed(op, err)
	}
	return d.open(op)
}

// Update implements casework.Store. The ID of a case never changes and its
// Version is the store's. Errors: NotFound, Conflict after many lost races,
// whatever change returns.
func (s *Store) Update(ctx context.Context, id string, change func(casework.Case) (casework.Case, error)) (casework.Case, error) {
	const op = "mongostore.Update"
	for round := range maxRounds {
		if err := pause(ctx, round); err != nil {
			return casework.Case{}, failed(op, err)
		}
		c, err := s.load(ctx, op, id)
		if err != nil {
			return casework.Case{}, err
		}
		version := c.Version
		if c, err = change(c); err != nil {
			return casework.Case{}, err
		}
		c.ID, c.Version = id, version+1
		d, err := s.documentOf(&c)
		if err != nil {
			return casework.Case{}, failed(op, err)
		}
		done, err := s.cases.ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "version", Value: version}}, d)
		if err != nil {
			return casework.Case{}, failed(op, err)
		}
		if done.MatchedCount == 1 {
			return c, nil
		}
	}
	return casework.Case{}, casework.Fail(casework.Conflict, op, "case.busy")
}

// pause waits a random while, longer with each lost race: servers that fight
// for one case must not fight in step.
func pause(ctx context.Context, round int) error {
	if round == 0 {
		return ctx.Err()
	}
	most := min(time.Millisecond<<min(round, 10), 200*time.Millisecond)
	timer := time.NewTimer(rand.N(most))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Find implements casework.Store; the cases come in the order of their IDs.
// An empty number finds nothing.
func (s *Store) Find(ctx context.Context, number string) ([]casework.Case, error) {
	const op = "mongostore.Find"
	set := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetProjection(bson.D{{Key: "doc", Value: 1}})
	docs, err := find[document](ctx, s.cases, bson.D{{Key: "numbers", Value: number}}, set)
	if err != nil {
		return nil, failed(op, err)
	}
	var out []casework.Case
	for i := range docs {
		c, err := docs[i].open(op)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func find[T any](ctx context.Context, c *mongo.Collection, filter bson.D, set *options.FindOptions) ([]T, error) {
	cur, err := c.Find(ctx, filter, set)
	if err != nil {
		return nil, err
	}
	var out []T
	return out, cur.All(ctx, &out)
}
