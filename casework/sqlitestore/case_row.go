package sqlitestore

import (
	"database/sql"
	"encoding/json"
	"time"

	"priemnaya/casework"
)

// nothingOwed stands for "no due date"; it sorts after every date.
const nothingOwed = 1_000_000_000

// columns are the columns of rows that hold the fields of a casework.Row, in
// the order of values and scanRow. docid and saved are the store's own.
var columns = []string{"id", "version", "number", "receipt", "stage", "regime", "kind", "channel",
	"body", "unit", "officer", "topic", "territory", "summary", "applicant", "received", "changed", "due", "due_kind", "waits"}

// entry is a case made ready for writing, outside of the writer.
type entry struct {
	doc     []byte
	row     casework.Row
	values  []any
	outbox  any
	numbers []string
	parties []string
}

func newEntry(c *casework.Case) (*entry, error) {
	doc, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	e := &entry{doc: doc, row: casework.RowOf(c), numbers: filled(c.Numbers()), parties: c.PartyKeys()}
	e.values = valuesOf(&e.row)
	e.outbox = outboxOf(c)
	return e, nil
}

func outboxOf(c *casework.Case) any {
	if next := c.NextOutbox(); !next.IsZero() {
		return next.UnixMilli()
	}
	return nil
}

func valuesOf(r *casework.Row) []any {
	return []any{r.ID, r.Version, r.Number, r.Receipt, string(r.Stage), string(r.Regime), string(r.Kind), string(r.Channel),
		r.Place.Body, r.Place.Unit, r.Place.Officer, r.Topic, r.Territory, r.Summary, r.Applicant,
		r.ReceivedAt.UnixMilli(), r.ChangedAt.UnixMilli(), dayNumber(r.Due), string(r.DueKind), int64(r.Waits)}
}

// scanRow reads the columns and, before them, whatever the caller adds.
func scanRow(rows *sql.Rows, before ...any) (casework.Row, error) {
	var r casework.Row
	var received, changed, due int64
	into := append(before, &r.ID, &r.Version, &r.Number, &r.Receipt, &r.Stage, &r.Regime, &r.Kind, &r.Channel,
		&r.Place.Body, &r.Place.Unit, &r.Place.Officer, &r.Topic, &r.Territory, &r.Summary, &r.Applicant,
		&received, &changed, &due, &r.DueKind, &r.Waits)
	if err := rows.Scan(into...); err != nil {
		return r, err
	}
	r.ReceivedAt, r.ChangedAt, r.Due = instant(received), instant(changed), dayOf(due)
	return r, nil
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
func instant(ms int64) time.Time {
	return time.UnixMilli(ms).UTC()
}

func decode(op string, doc []byte) (casework.Case, error) {
	var c casework.Case
	if err := json.Unmarshal(doc, &c); err != nil {
		return casework.Case{}, &casework.Error{Code: casework.Corrupted, Op: op, Message: "case.unreadable", Err: err}
	}
	return c, nil
}

func filled(list []string) []string {
	out := list[:0:0]
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
