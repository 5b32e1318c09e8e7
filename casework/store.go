package casework

import (
	"context"
	"time"
)

// Store keeps the case documents. It holds no rule: what may change is
// decided by the function handed to Update. Implementations are sqlitestore
// and mongostore; storetest is the suite that both pass. All methods return
// *Error; Unavailable means that the same call may succeed later. Safe for
// parallel use.
type Store interface {
	// Create saves a new case with Version 1. Errors: Exists if the ID is
	// stored already, whatever its contents.
	Create(ctx context.Context, c Case) (Case, error)
	// Update loads the case, applies change and saves the result with the
	// next Version, if nobody has saved meanwhile; else it begins again, so
	// change must be free of side effects. An error of change ends it and is
	// returned as it is. Errors: NotFound, Conflict after many rounds.
	Update(ctx context.Context, id string, change func(Case) (Case, error)) (Case, error)
	// Get loads one case. Errors: NotFound.
	Get(ctx context.Context, id string) (Case, error)
	// Find loads the cases known by a number: a receipt number or any
	// registration number, past or present (see Case.Numbers). Bodies number
	// for themselves, so there may be several; none is an empty list.
	Find(ctx context.Context, number string) ([]Case, error)
	// Page lists rows by a query, never more than its Limit.
	Page(ctx context.Context, q Query) (Page, error)
	// Counts gives the number of cases by body and stage, bodies empty = all.
	Counts(ctx context.Context, bodies []string) ([]Count, error)
	// Owed counts rows with a running term by place: all of them, and those
	// due on or before each of the days. Bodies nil is any; places without a
	// row are left out; the order is body, unit, officer.
	Owed(ctx context.Context, bodies []string, days []Date) ([]Owed, error)
	// DueBetween lists rows with a running term due from from to to, both
	// included, in order of (due, ID), after the cursor; next is "" at the end.
	DueBetween(ctx context.Context, from, to Date, page Window) (rows []Row, next string, err error)
	// OutboxDue lists the IDs of cases with a pending notice whose NextTry is
	// not after now, earliest first.
	OutboxDue(ctx context.Context, now time.Time, page Window) (ids []string, next string, err error)
	// ChangedSince lists rows in the order in which cases were last saved;
	// the cursor returned is never "" and stays valid for ever.
	ChangedSince(ctx context.Context, page Window) (rows []Row, next string, err error)
}

// Window bounds a listing. After is the cursor of the page before, "" for the
// first; Limit is from 1 to MaxLimit. Errors of every listing: Invalid if the
// limit is out of bounds or the cursor is not of that listing.
type Window struct {
	After string
	Limit int
}

// MaxLimit is the most rows any listing returns at once.
const MaxLimit = 1000

// Numbers gives out consecutive numbers of a series, such as "body/2026".
// A number is never given twice; after a crash some may be missing.
// Errors: Invalid if fewer than one number is asked for.
type Numbers interface {
	// Take reserves n numbers and returns the first, counting from 1.
	Take(ctx context.Context, series string, n int) (first int64, error error)
}

// Record is one entry of the shelf: something small that is not a case, such
// as a draft, a staff account, a session or an edition of the registry.
type Record struct {
	// Kind and ID together are the key.
	Kind, ID string
	// Version counts saves; 0 is a record not saved yet.
	Version int64
	// Owner groups records of a kind for List.
	Owner string
	// Expires is when the record is as good as gone; zero is never.
	Expires time.Time
	// Data is the record itself, opaque to the store.
	Data []byte
}

// Shelf (полка) keeps small versioned records. Expired records are not found.
type Shelf interface {
	// Fetch loads a record. Errors: NotFound.
	Fetch(ctx context.Context, kind, id string) (Record, error)
	// Put saves r with the next version if the stored version is still
	// r.Version; 0 means that there must be none. It returns the record as
	// saved. Errors: Conflict; Exists if r.Version is 0 and there is one.
	Put(ctx context.Context, r Record) (Record, error)
	// Remove deletes a record; none is no error.
	Remove(ctx context.Context, kind, id string) error
	// List gives the records of a kind in the order of their IDs; owner ""
	// means any owner, kind "" every record (then the order is kind, ID and
	// the cursor spans kinds). next is "" at the end.
	List(ctx context.Context, kind, owner string, page Window) (records []Record, next string, err error)
	// Purge deletes at most limit records that expired before the instant.
	Purge(ctx context.Context, before time.Time, limit int) (int, error)
}

// Row is a case as lists show it.
type Row struct {
	ID, Number, Receipt string
	Version             int64
	Stage               Stage
	Regime              Regime
	Kind                Kind
	Channel             Channel
	Place               Placement
	Topic, Territory    string
	Summary, Applicant  string
	ReceivedAt          time.Time
	ChangedAt           time.Time
	// Due is the next running term's date, zero if nothing is owed, DueKind
	// its kind.
	Due     Date
	DueKind TermKind
	// Waits is what the case waits for.
	Waits Waiting
}

// RowOf makes the row of a case. Stores keep exactly these fields beside the
// document and never others, so that both list alike.
func RowOf(c *Case) Row {
	r := Row{ID: c.ID, Number: c.Number, Receipt: c.Receipt, Version: c.Version, Stage: c.Stage,
		Regime: c.Procedure.Regime, Kind: c.Procedure.Kind, Channel: c.Origin.Channel, Place: c.Place,
		Topic: firstOf(c.Subject.Topics), Territory: c.Subject.Territory, Summary: c.Subject.Summary,
		Applicant: c.Applicant().Name.Full(), ReceivedAt: c.Origin.ReceivedAt, Waits: c.Waits()}
	if n := len(c.Journal); n > 0 {
		r.ChangedAt = c.Journal[n-1].At
	}
	if t, ok := c.NextTerm(); ok {
		r.Due, r.DueKind = t.Due, t.Kind
	}
	return r
}

// PartyKeys are the keys of the people who may see the case as theirs; stores
// index all of them.
func (c *Case) PartyKeys() []string {
	var keys []string
	for _, a := range c.Parties.Applicants {
		if a.Key != "" {
			keys = appendOnce(keys, a.Key)
		}
	}
	return keys
}

// Numbers are all numbers by which the case can be found: the receipt and
// every registration number it ever had. Stores index all of them.
func (c *Case) Numbers() []string {
	out := []string{c.Receipt}
	for _, e := range c.Journal {
		if e.Act == ActRegister && e.Facts["number"] != "" {
			out = appendOnce(out, e.Facts["number"])
		}
	}
	return out
}

// SearchText is what full-text search finds the case by.
func (c *Case) SearchText() string {
	s := c.Content.Text + "\n" + c.Subject.Address
	for _, a := range c.Parties.Applicants {
		s += "\n" + a.Name.Full() + "\n" + a.Contact.Phone
	}
	for _, a := range c.Answers {
		s += "\n" + a.Text
	}
	return s
}

// Sort is the order of a page.
type Sort string

// The orders. Rows with equal keys are ordered by ID.
const (
	// SortDue: earliest due first; rows that owe nothing come last.
	SortDue Sort = "due"
	// SortReceived: newest first.
	SortReceived Sort = "received"
)

// Query asks for a page. Empty fields do not filter.
type Query struct {
	// Bodies lists the bodies that may appear; nil means any, an empty list
	// none at all. A body "" in the list means cases that no body has yet.
	Bodies  []string
	Unit    string
	Officer string
	Stages  []Stage
	Regime  Regime
	Channel Channel
	// Topic and Territory are beginnings of codes.
	Topic, Territory string
	// Party is the key of an applicant.
	Party string
	// ReceivedFrom and ReceivedTo bound the instant of receipt, [from, to).
	ReceivedFrom, ReceivedTo time.Time
	// DueFrom and DueTo keep rows that are due on these days or between; with
	// either, rows that owe nothing are left out.
	DueFrom, DueTo Date
	// Waits keeps rows that wait for any of these.
	Waits Waiting
	// Text finds words in any form. The finds come newest first, whatever Sort
	// says: so a page of them costs the same however many there are.
	Text string
	Sort Sort
	Window
}

// Page is one page of a listing; Next is "" at the end.
type Page struct {
	Rows []Row
	Next string
}

// Count is the number of cases of a body at a stage.
type Count struct {
	Body  string
	Stage Stage
	N     int
}

// Owed is how many cases owe something at a place.
type Owed struct {
	Place Placement
	All   int
	// Until[i] is how many of All are due on or before the i-th day asked for.
	Until []int
}
