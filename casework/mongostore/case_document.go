package mongostore

import (
	"encoding/json"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"priemnaya/casework"
	"priemnaya/casework/words"
)

const (
	// nothingOwed stands for "no due date"; it sorts after every date.
	nothingOwed = 1_000_000_000
	// nothingWaits stands for "no notice waits"; it sorts after every instant.
	nothingWaits = int64(1) << 62
	// maxTerms bounds the stems kept of a case.
	maxTerms = 2000
)

// document is a case as it is stored: the JSON and what it is found by.
type document struct {
	ID      string `bson:"_id"`
	Version int64  `bson:"version"`
	Doc     []byte `bson:"doc"`

	Number    string `bson:"number"`
	Receipt   string `bson:"receipt"`
	Stage     string `bson:"stage"`
	Regime    string `bson:"regime"`
	Kind      string `bson:"kind"`
	Channel   string `bson:"channel"`
	Body      string `bson:"body"`
	Unit      string `bson:"unit"`
	Officer   string `bson:"officer"`
	Topic     string `bson:"topic"`
	Territory string `bson:"territory"`
	Summary   string `bson:"summary"`
	Applicant string `bson:"applicant"`
	Received  int64  `bson:"received"`
	Changed   int64  `bson:"changed"`
	Due       int64  `bson:"due"`
	DueKind   string `bson:"dueKind"`
	Waits     int32  `bson:"waits"`

	Outbox  int64    `bson:"outbox"`
	Numbers []string `bson:"numbers"`
	Parties []string `bson:"parties"`
	Terms   []string `bson:"terms"`

	// Pending is the version that waits for a number of the save sequence, 0
	// if it has one; Saved is that number, 0 while pending; Stamp orders what
	// is pending.
	Pending int64 `bson:"pending"`
	Saved   int64 `bson:"saved"`
	Stamp   int64 `bson:"stamp"`
}

// rowOnly leaves out what a listing does not show.
var rowOnly = bson.D{{Key: "doc", Value: 0}, {Key: "terms", Value: 0}, {Key: "numbers", Value: 0}, {Key: "parties", Value: 0}}

func (s *Store) documentOf(c *casework.Case) (*document, error) {
	doc, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	r := casework.RowOf(c)
	d := &document{ID: c.ID, Version: c.Version, Doc: doc, Number: r.Number, Receipt: r.Receipt, Stage: string(r.Stage),
		Regime: string(r.Regime), Kind: string(r.Kind), Channel: string(r.Channel), Body: r.Place.Body, Unit: r.Place.Unit,
		Officer: r.Place.Officer, Topic: r.Topic, Territory: r.Territory, Summary: r.Summary, Applicant: r.Applicant,
		Received: r.ReceivedAt.UnixMilli(), Changed: r.ChangedAt.UnixMilli(), Due: dayNumber(r.Due), DueKind: string(r.DueKind),
		Waits: int32(r.Waits), Outbox: nothingWaits, Numbers: filled(c.Numbers()), Parties: filled(c.PartyKeys()), Terms: termsOf(c.SearchText()),
		Pending: c.Version, Stamp: s.nextStamp()}
	if next := c.NextOutbox(); !next.IsZero() {
		d.Outbox = next.UnixMilli()
	}
	d.Terms = d.Terms[:min(len(d.Terms), maxTerms)]
	return d, nil
}

// nextStamp is the time in nanoseconds, but never the same twice here.
func (s *Store) nextStamp() int64 {
	for {
		last := s.stamp.Load()
		next := max(last+1, s.opt.Now().UnixNano())
		if s.stamp.CompareAndSwap(last, next) {
			return next
		}
	}
}

func (d *document) row() casework.Row {
	return casework.Row{ID: d.ID, Number: d.Number, Receipt: d.Receipt, Version: d.Version, Stage: casework.Stage(d.Stage),
		Regime: casework.Regime(d.Regime), Kind: casework.Kind(d.Kind), Channel: casework.Channel(d.Channel),
		Place: casework.Placement{Body: d.Body, Unit: d.Unit, Officer: d.Officer}, Topic: d.Topic, Territory: d.Territory,
		Summary: d.Summary, Applicant: d.Applicant, ReceivedAt: instant(d.Received), ChangedAt: instant(d.Changed),
		Due: dayOf(d.Due), DueKind: casework.TermKind(d.DueKind), Waits: casework.Waiting(d.Waits)}
}

func (d *document) open(op string) (casework.Case, error) {
	var c casework.Case
	if err := json.Unmarshal(d.Doc, &c); err != nil {
		return casework.Case{}, &casework.Error{Code: casework.Corrupted, Op: op, Message: "case.unreadable", Err: err}
	}
	return c, nil
}

// dayNumber writes a date as a number that sorts like it: 20261218.
func dayNumber(d casework.Date) int64 {
	if d.IsZero() {
		return nothingOwed
	}
	return int64(d.Year)*10000 + int64(d.Month)*100 + int64(d.Day)
}

func dayOf(n int64) casework.Date {
	if n == nothingOwed {
		return casework.Date{}
	}
	return casework.Date{Year: int(n / 10000), Month: time.Month(n / 100 % 100), Day: int(n % 100)}
}

// instant reads milliseconds; the zero time comes back as the zero time.
func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// filled drops empty keys; the result is a list even if it is empty.
func filled(list []string) []string {
	out := []string{}
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func termsOf(text string) []string {
	return filled(words.IndexTerms(text))
}
