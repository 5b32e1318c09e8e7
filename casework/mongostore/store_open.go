package mongostore

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"

	"priemnaya/casework"
)

// Options tune a store; the zero value is what an installation wants.
type Options struct {
	// Now is the clock by which records of the shelf expire; nil is time.Now.
	Now func() time.Time
	// Database is used if the URI names none; empty is "priemnaya".
	Database string
	// CountsAge is how old the answer of Counts may be; 0 counts every time.
	CountsAge time.Duration
	// Timeout bounds one operation on the server whose caller has set no
	// deadline; 0 means 15 seconds.
	Timeout time.Duration
}

// Store keeps cases, records and number series in a MongoDB database. It
// implements casework.Store, casework.NumberSeries and casework.Shelf and is
// safe for parallel use, by several processes too.
type Store struct {
	opt    Options
	client *mongo.Client
	cases  *mongo.Collection
	shelf  *mongo.Collection
	series *mongo.Collection

	stamp  atomic.Int64
	counts countCache
	closed sync.Once
	ended  error
}

// Open connects to the server named by uri ("mongodb://…") and makes the
// indexes that are missing. Errors: Invalid for a bad URI, Unavailable if the
// server does not answer. Errors never hold the URI, which may hold a password.
func Open(ctx context.Context, uri string, opt Options) (*Store, error) {
	const op = "mongostore.Open"
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, &casework.Error{Code: casework.Invalid, Op: op, Message: "store.uri", Err: errors.New("the URI cannot be read")}
	}
	opt = opt.withDefaults(parsed.Database)
	set := options.Client().ApplyURI(uri).SetWriteConcern(writeconcern.Majority()).SetReadPreference(readpref.Primary()).
		SetTimeout(opt.Timeout).SetServerSelectionTimeout(opt.Timeout).SetAppName("priemnaya")
	client, err := mongo.Connect(ctx, set)
	if err != nil {
		return nil, failed(op, err)
	}
	db := client.Database(opt.Database)
	s := &Store{opt: opt, client: client, cases: db.Collection("cases"), shelf: db.Collection("shelf"), series: db.Collection("series")}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(failed(op, err), client.Disconnect(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (o Options) withDefaults(named string) Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout <= 0 {
		o.Timeout = 15 * time.Second
	}
	if named != "" {
		o.Database = named
	}
	if o.Database == "" {
		o.Database = "priemnaya"
	}
	return o
}

// prepare checks the server and makes the indexes; those that exist are left.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.client.Ping(ctx, readpref.Primary()); err != nil {
		return err
	}
	if err := index(ctx, s.cases,
		bson.D{{Key: "body", Value: 1}, {Key: "due", Value: 1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "body", Value: 1}, {Key: "received", Value: -1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "body", Value: 1}, {Key: "stage", Value: 1}, {Key: "due", Value: 1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "unit", Value: 1}, {Key: "due", Value: 1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "officer", Value: 1}, {Key: "due", Value: 1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "due", Value: 1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "received", Value: -1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "outbox", Value: 1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "pending", Value: 1}, {Key: "stamp", Value: 1}},
		bson.D{{Key: "saved", Value: 1}},
		bson.D{{Key: "numbers", Value: 1}},
		bson.D{{Key: "parties", Value: 1}},
		bson.D{{Key: "terms", Value: 1}, {Key: "received", Value: -1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "territory", Value: 1}, {Key: "due", Value: 1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "topic", Value: 1}, {Key: "due", Value: 1}, {Key: "_id", Value: 1}},
		bson.D{{Key: "waits", Value: 1}, {Key: "due", Value: 1}, {Key: "_id", Value: 1}},
	); err != nil {
		return err
	}
	return index(ctx, s.shelf,
		bson.D{{Key: "kind", Value: 1}, {Key: "id", Value: 1}},
		bson.D{{Key: "kind", Value: 1}, {Key: "owner", Value: 1}, {Key: "id", Value: 1}},
		bson.D{{Key: "expires", Value: 1}},
	)
}

func index(ctx context.Context, c *mongo.Collection, keys ...bson.D) error {
	models := make([]mongo.IndexModel, len(keys))
	for i, k := range keys {
		models[i] = mongo.IndexModel{Keys: k}
	}
	_, err := c.Indexes().CreateMany(ctx, models)
	return err
}

// Ping reports whether the primary answers. Errors: Unavailable.
func (s *Store) Ping(ctx context.Context) error {
	return failed("mongostore.Ping", s.client.Ping(ctx, readpref.Primary()))
}

// Close ends the connections. Calls after it fail; closing twice is no error.
func (s *Store) Close() error {
	s.closed.Do(func() { s.ended = failed("mongostore.Close", s.client.Disconnect(context.Background())) })
	return s.ended
}
