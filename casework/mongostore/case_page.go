package mongostore

import (
	"context"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"priemnaya/casework"
	"priemnaya/casework/words"
)

// afterPrefix sorts after everything that begins with what stands before.
const afterPrefix = "\U0010FFFF"

// maxTextTerms bounds the words of one search.
const maxTextTerms = 32

// Page implements casework.Store. An empty Sort is SortDue; finds of words
// come newest first. Errors: Invalid for a limit out of bounds, an unknown
// sort or a cursor of another listing.
func (s *Store) Page(ctx context.Context, q casework.Query) (casework.Page, error) {
	const op = "mongostore.Page"
	if q.Sort == "" {
		q.Sort = casework.SortDue
	}
	if q.Sort != casework.SortDue && q.Sort != casework.SortReceived {
		return casework.Page{}, casework.Fail(casework.Invalid, op, "page.sort")
	}
	if strings.TrimSpace(q.Text) != "" {
		q.Sort = casework.SortReceived
	}
	after, err := casework.ReadCursor(op, string(q.Sort), q.Window)
	if err != nil {
		return casework.Page{}, err
	}
	filter, some := filterOf(q)
	if !some {
		return casework.Page{}, failed(op, ctx.Err())
	}
	field, way, compare := "due", 1, "$gt"
	if q.Sort == casework.SortReceived {
		field, way, compare = "received", -1, "$lt"
	}
	if after != nil {
		filter = append(filter, behind(field, compare, *after))
	}
	set := options.Find().SetLimit(int64(q.Limit) + 1).SetProjection(rowOnly).
		SetSort(bson.D{{Key: field, Value: way}, {Key: "_id", Value: 1}})
	docs, err := find[document](ctx, s.cases, bson.D{{Key: "$and", Value: filter}}, set)
	if err != nil {
		return casework.Page{}, failed(op, err)
	}
	var page casework.Page
	for i := range docs {
		if i == q.Limit {
			last := docs[i-1]
			page.Next = casework.Cursor{List: string(q.Sort), N: keyOf(&last, q.Sort), ID: last.ID}.String()
			break
		}
		page.Rows = append(page.Rows, docs[i].row())
	}
	return page, nil
}

func keyOf(d *document, sort casework.Sort) int64 {
	if sort == casework.SortReceived {
		return d.Received
	}
	return d.Due
}

// behind keeps what comes after a cursor in an order by a field, then by ID.
func behind(field, compare string, c casework.Cursor) bson.D {
	return bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: field, Value: bson.D{{Key: compare, Value: c.N}}}},
		bson.D{{Key: field, Value: c.N}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: c.ID}}}},
	}}}
}

// setsWith lists every set of what a case can wait for that shares a bit with
// another.
func setsWith(w casework.Waiting) (sets []int32) {
	for set := casework.Waiting(1); set <= allWaits; set++ {
		if set&w != 0 {
			sets = append(sets, int32(set))
		}
	}
	return sets
}

const allWaits = casework.WaitsApplicant | casework.WaitsBody | casework.WaitsApproval | casework.WaitsRework

// filterOf writes the conditions of a query; some is false if nothing can fit.
func filterOf(q casework.Query) (filter bson.A, some bool) {
	filter = bson.A{bson.D{}}
	add := func(field string, value interface{}) { filter = append(filter, bson.D{{Key: field, Value: value}}) }
	equal := func(field, value string) {
		if value != "" {
			add(field, value)
		}
	}
	prefix := func(field, value string) {
		if value != "" {
			add(field, bson.D{{Key: "$gte", Value: value}, {Key: "$lt", Value: value + afterPrefix}})
		}
	}
	bound := func(compare string, at time.Time) {
		if !at.IsZero() {
			add("received", bson.D{{Key: compare, Value: at.UnixMilli()}})
		}
	}
	if q.Bodies != nil {
		if len(q.Bodies) == 0 {
			return nil, false
		}
		add("body", bson.D{{Key: "$in", Value: q.Bodies}})
	}
	equal("unit", q.Unit)
	equal("officer", q.Officer)
	if len(q.Stages) > 0 {
		add("stage", bson.D{{Key: "$in", Value: q.Stages}})
	}
	equal("regime", string(q.Regime))
	equal("channel", string(q.Channel))
	prefix("topic", q.Topic)
	prefix("territory", q.Territory)
	equal("parties", q.Party)
	bound("$gte", q.ReceivedFrom)
	bound("$lt", q.ReceivedTo)
	if !q.DueFrom.IsZero() {
		add("due", bson.D{{Key: "$gte", Value: dayNumber(q.DueFrom)}, {Key: "$lt", Value: int64(nothingOwed)}})
	}
	if !q.DueTo.IsZero() {
		add("due", bson.D{{Key: "$lte", Value: dayNumber(q.DueTo)}})
	}
	if q.Waits != 0 {
		// The list of the sets that have one of the bits finds its index.
		add("waits", bson.D{{Key: "$in", Value: setsWith(q.Waits)}})
	}
	if strings.TrimSpace(q.Text) != "" {
		terms := words.QueryTerms(q.Text)
		if len(terms) == 0 {
			return nil, false
		}
		add("terms", bson.D{{Key: "$all", Value: terms[:min(len(terms), maxTextTerms)]}})
	}
	return filter, true
}
