package mongostore

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"priemnaya/casework"
)

// countCache keeps the last answer for Options.CountsAge.
type countCache struct {
	mu   sync.Mutex
	at   time.Time
	list []casework.Count
}

// Counts implements casework.Store; pairs without a case are left out, the
// order is body, then stage by name. Within Options.CountsAge the answer of
// before is given again.
func (s *Store) Counts(ctx context.Context, bodies []string) ([]casework.Count, error) {
	all, err := s.allCounts(ctx)
	if err != nil {
		return nil, failed("mongostore.Counts", err)
	}
	var out []casework.Count
	for _, c := range all {
		if len(bodies) == 0 || slices.Contains(bodies, c.Body) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (s *Store) allCounts(ctx context.Context) ([]casework.Count, error) {
	if s.opt.CountsAge <= 0 {
		return s.count(ctx)
	}
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	now := s.opt.Now()
	if age := now.Sub(s.counts.at); age >= 0 && age < s.opt.CountsAge {
		return s.counts.list, ctx.Err()
	}
	list, err := s.count(ctx)
	if err == nil {
		s.counts.at, s.counts.list = now, list
	}
	return list, err
}

// count groups on the server; the index on body and stage covers it.
func (s *Store) count(ctx context.Context) ([]casework.Count, error) {
	cur, err := s.cases.Aggregate(ctx, bson.A{
		bson.D{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: bson.D{{Key: "body", Value: "$body"}, {Key: "stage", Value: "$stage"}}},
			{Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}}})
	if err != nil {
		return nil, err
	}
	var groups []struct {
		ID struct {
			Body  string `bson:"body"`
			Stage string `bson:"stage"`
		} `bson:"_id"`
		N int `bson:"n"`
	}
	if err := cur.All(ctx, &groups); err != nil {
		return nil, err
	}
	var out []casework.Count
	for _, g := range groups {
		out = append(out, casework.Count{Body: g.ID.Body, Stage: casework.Stage(g.ID.Stage), N: g.N})
	}
	slices.SortFunc(out, func(a, b casework.Count) int {
		return cmp.Or(cmp.Compare(a.Body, b.Body), cmp.Compare(a.Stage, b.Stage))
	})
	return out, nil
}

// Owed implements casework.Store. The server groups by place and day; the days
// asked for are added up here, since they differ from call to call.
func (s *Store) Owed(ctx context.Context, bodies []string, days []casework.Date) ([]casework.Owed, error) {
	const op = "mongostore.Owed"
	match := bson.D{{Key: "due", Value: bson.D{{Key: "$lt", Value: int64(nothingOwed)}}}}
	if bodies != nil {
		match = append(match, bson.E{Key: "body", Value: bson.D{{Key: "$in", Value: bodies}}})
	}
	cur, err := s.cases.Aggregate(ctx, bson.A{bson.D{{Key: "$match", Value: match}},
		bson.D{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: bson.D{{Key: "body", Value: "$body"}, {Key: "unit", Value: "$unit"}, {Key: "officer", Value: "$officer"}, {Key: "due", Value: "$due"}}},
			{Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}}})
	if err != nil {
		return nil, failed(op, err)
	}
	var groups []struct {
		ID struct {
			Body    string `bson:"body"`
			Unit    string `bson:"unit"`
			Officer string `bson:"officer"`
			Due     int64  `bson:"due"`
		} `bson:"_id"`
		N int `bson:"n"`
	}
	if err := cur.All(ctx, &groups); err != nil {
		return nil, failed(op, err)
	}
	places := map[casework.Placement]*casework.Owed{}
	for _, g := range groups {
		at := casework.Placement{Body: g.ID.Body, Unit: g.ID.Unit, Officer: g.ID.Officer}
		if places[at] == nil {
			places[at] = &casework.Owed{Place: at, Until: make([]int, len(days))}
		}
		places[at].All += g.N
		for i, d := range days {
			if g.ID.Due <= dayNumber(d) {
				places[at].Until[i] += g.N
			}
		}
	}
	var out []casework.Owed
	for _, o := range places {
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b casework.Owed) int {
		return cmp.Or(cmp.Compare(a.Place.Body, b.Place.Body), cmp.Compare(a.Place.Unit, b.Place.Unit), cmp.Compare(a.Place.Officer, b.Place.Officer))
	})
	return out, nil
}
