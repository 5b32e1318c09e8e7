package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Unusual says why a reader's day is unusual; the figures are those of
// ReadingRules.
type Unusual string

// The reasons.
const (
	UnusualMany    Unusual = "more"    // намного больше дел, чем обычно у него самого
	UnusualOutside Unusual = "outside" // много дел, которые ему не поручены
	UnusualNight   Unusual = "night"   // ночью
)

// Reader is a member of staff with a day of his reading at a body.
type Reader struct {
	ID, Body string
	Roles    []Role
	Day      ReaderDay
	// Median is the middle of his days before; Days is how many there are.
	Median, Days int
	Unusual      []Unusual
}

// overseers may see who has read what.
var overseers = []Role{RoleHead, RoleSupervisor}

// OverseesReading reports whether the actor may see who reads the cases of a
// body: its heads and supervisors, for the whole of it.
func (a Actor) OverseesReading(body string) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return slices.Contains(overseers, g.Role) && g.Unit == "" && (g.Body == Everywhere || g.Body == body && body != "")
	})
}

// Overseen lists the bodies whose readers the actor may see; with a right
// everywhere, all of the registry, "" for cases no body has, and Everywhere for
// searches through all bodies.
func (o *Office) Overseen(by Actor) []string {
	var out []string
	for _, b := range o.Registry().Bodies() {
		if by.OverseesReading(b.ID) {
			out = append(out, b.ID)
		}
	}
	if by.OverseesReading(Everywhere) {
		out = append(out, "", Everywhere)
	}
	return out
}

// Readers lists who has read the cases of a body on a day, the unusual first.
// The tally reaches back over ReadingRules.HistoryDays of reading. Errors:
// NotFound if the actor may not see that, Unavailable.
func (o *Office) Readers(ctx context.Context, by Actor, body string, day Date) ([]Reader, error) {
	if !by.OverseesReading(body) {
		return nil, Fail(NotFound, "casework.Readers", "body.none")
	}
	rules, err := o.ReadingRules()
	if err != nil {
		return nil, err
	}
	var out []Reader
	for w := (Window{Limit: MaxLimit}); ; {
		// A shelf lists every owner for "": cases that no body has are told
		// apart by their record.
		records, next, err := o.shelf.List(ctx, KindReader, body, w)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			var t readerTally
			if err := json.Unmarshal(r.Data, &t); err != nil {
				return nil, wrap(Corrupted, "casework.Readers", err)
			}
			if one, ok := t.on(day, rules); ok && t.Body == body {
				out = append(out, one)
			}
		}
		if w.After = next; next == "" {
			break
		}
	}
	slices.SortFunc(out, func(a, b Reader) int {
		return cmp.Or(len(b.Unusual)-len(a.Unusual), b.Day.Cases-a.Day.Cases, b.Day.Searches-a.Day.Searches, strings.Compare(a.ID, b.ID))
	})
	return out, nil
}

// on is the reader's day with what is unusual about it; false if he read
// nothing on that day.
func (t readerTally) on(day Date, rules ReadingRules) (Reader, bool) {
	r := Reader{ID: t.Reader, Body: t.Body, Roles: t.Roles}
	var before []int
	for _, d := range append(slices.Clone(t.Past), t.Today) {
		switch {
		case d.Day == day:
			r.Day = d
		case d.Day.Before(day) && d.Cases > 0:
			before = append(before, d.Cases)
		}
	}
	if r.Day.Day.IsZero() {
		return r, false
	}
	slices.Sort(before)
	if r.Days = len(before); r.Days > 0 {
		r.Median = before[r.Days/2]
	}
	// Who has hardly read before is measured by the least number alone.
	usual := rules.Least
	if r.Days >= rules.LeastDays {
		usual = r.Median
	}
	if r.Day.Cases >= rules.Least && r.Day.Cases > rules.Times*usual {
		r.Unusual = append(r.Unusual, UnusualMany)
	}
	if r.Day.Outside >= rules.Outside {
		r.Unusual = append(r.Unusual, UnusualOutside)
	}
	if r.Day.Night >= rules.Night {
		r.Unusual = append(r.Unusual, UnusualNight)
	}
	return r, true
}

// Reading is one entry of the journal of reads: a case that was opened, or a
// search (then Words stands and Case is empty).
type Reading struct {
	At            time.Time
	By            string
	Role          Role
	Purpose       string
	Case, Number  string
	Words         string
	Found         int
	More          bool
	Outside, Late bool
}

func readingOf(r Record) (Reading, error) {
	var e access
	if err := json.Unmarshal(r.Data, &e); err != nil {
		return Reading{}, wrap(Corrupted, "casework.Readings", err)
	}
	return Reading{At: e.At, By: e.By, Role: e.Role, Purpose: e.Purpose, Case: e.Case, Number: e.Number,
		Words: e.Words, Found: e.Found, More: e.More, Outside: e.Outside, Late: e.Night}, nil
}

// Readings lists what somebody has read and searched at a body on a day, in the
// order of time. Errors: NotFound if the actor may not see that; Unavailable.
func (o *Office) Readings(ctx context.Context, by Actor, body, reader string, day Date, w Window) ([]Reading, string, error) {
	if !by.OverseesReading(body) {
		return nil, "", Fail(NotFound, "casework.Readings", "body.none")
	}
	return o.readings(ctx, KindReading, readingOwner(body, reader, day), w)
}

func (o *Office) readings(ctx context.Context, kind, owner string, w Window) ([]Reading, string, error) {
	records, next, err := o.shelf.List(ctx, kind, owner, w)
	var out []Reading
	for _, r := range records {
		one, broken := readingOf(r)
		if broken != nil {
			return nil, "", broken
		}
		out = append(out, one)
	}
	return out, next, err
}

// ReadersOf lists who has opened a case, in the order of time: for its heads
// and supervisors. Errors: NotFound for a case that is not the actor's, and for
// those who may read it but not this.
func (o *Office) ReadersOf(ctx context.Context, by Actor, id string, w Window) ([]Reading, string, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return nil, "", err
	}
	if !c.overseenBy(by) {
		return nil, "", Fail(NotFound, "casework.ReadersOf", "case.none")
	}
	return o.readings(ctx, KindAccess, c.ID, w)
}

// OverseesCase reports whether the actor may see who has read a case.
func (o *Office) OverseesCase(c *Case, by Actor) bool { return c.overseenBy(by) }

func (c *Case) overseenBy(by Actor) bool {
	return slices.ContainsFunc(overseers, func(r Role) bool { return by.HasRole(r, c) })
}

// Glance is a line of what an applicant is told of the readers of his case: a
// role, a day, how often. No names: whom he may ask is the body.
type Glance struct {
	Role  Role
	Day   Date
	Last  time.Time
	Times int
}

// mostGlances bounds how many entries an applicant's list is made from.
const mostGlances = 5 * MaxLimit

// Glances lists for a party in which roles and on which days the staff has
// opened the case, the latest first; openings by parties and by the access code
// are left out. Errors: NotFound for a case that is not his.
func (o *Office) Glances(ctx context.Context, by Actor, id string) ([]Glance, error) {
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !by.HasRole(RoleCitizen, &c) {
		return nil, Fail(NotFound, "casework.Glances", "case.none")
	}
	zone := (&Env{Registry: o.Registry()}).bodySettings(c.clockBody()).Location()
	var out []Glance
	for w, seen := (Window{Limit: MaxLimit}), 0; seen < mostGlances; seen += w.Limit {
		list, next, err := o.readings(ctx, KindAccess, c.ID, w)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if !strings.HasPrefix(r.By, "staff:") || r.Role == RoleSystem {
				continue
			}
			out = glance(out, r, DateOf(r.At, zone))
		}
		if w.After = next; next == "" {
			break
		}
	}
	slices.SortFunc(out, func(a, b Glance) int { return b.Last.Compare(a.Last) })
	return out, nil
}

func glance(out []Glance, r Reading, day Date) []Glance {
	i := slices.IndexFunc(out, func(g Glance) bool { return g.Role == r.Role && g.Day == day })
	if i < 0 {
		return append(out, Glance{Role: r.Role, Day: day, Last: r.At, Times: 1})
	}
	out[i].Times++
	if r.At.After(out[i].Last) {
		out[i].Last = r.At
	}
	return out
}
