package casework

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// The journal of reads and searches (promises H6, R5): every opening of a case
// and every search by staff is written down with its purpose, apart from logs,
// before anything is shown. Purposes are chosen by the program from the way the
// reader came, never typed.

// The purposes of reading at the desk; other doors have names of their own
// (cabinet, bot, track).
const (
	PurposeDesk    = "desk"    // открыто по прямой ссылке
	PurposeQueue   = "queue"   // из очереди
	PurposeSearch  = "search"  // из поиска по словам
	PurposeNumber  = "number"  // по номеру
	PurposeControl = "control" // с доски контроля или из предупреждений
	PurposeCheck   = "check"   // проверка: второй взгляд, журнал чтений
	PurposeWork    = "work"    // действие с делом
	PurposeFile    = "file"    // файл
	PurposeTerm    = "term"    // объяснение срока
)

// ReadingRules say how long the journal of reads is kept and what is unusual.
// They are data: those of the program, of a file, or set in the browser.
type ReadingRules struct {
	KeepDays int `json:"keep_days"`
	// A day is unusual with more than Times × the reader's own median day and
	// at least Least different cases; the median is that of his last
	// HistoryDays with reads, of which there must be LeastDays.
	Times       int `json:"times"`
	Least       int `json:"least"`
	HistoryDays int `json:"history_days"`
	LeastDays   int `json:"least_days"`
	// Outside is how many cases of a day that are not his own are unusual for
	// somebody who is an officer only.
	Outside int `json:"outside"`
	// Night is how many cases between the hours NightFrom and NightTo at the
	// body are unusual.
	Night     int `json:"night"`
	NightFrom int `json:"night_from"`
	NightTo   int `json:"night_to"`
}

// access is one entry of the journal of reads.
type access struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Purpose string    `json:"purpose"`
	// Role is the one in which the case was read; Case, Number and the rest are
	// those of the entry under its reader.
	Role    Role   `json:"role,omitempty"`
	Case    string `json:"case,omitempty"`
	Number  string `json:"number,omitempty"`
	Words   string `json:"words,omitempty"`
	Found   int    `json:"found,omitempty"`
	More    bool   `json:"more,omitempty"`
	Outside bool   `json:"outside,omitempty"`
	Night   bool   `json:"night,omitempty"`
}

// The shelf's kinds of the journal. Entries are put twice: under their case and
// under their reader, body and day.
const (
	// KindAccess is the journal of reads; the owner of a record is the case.
	KindAccess = "access"
	// KindReading is the same under the reader: the owner is body/reader/day.
	KindReading = "reading"
	// KindReader is the tally of a reader at a body; the owner is the body.
	KindReader = "reader"
)

// readingOwner groups the entries of a reader's day at a body.
func readingOwner(body, reader string, day Date) string {
	return body + "/" + reader + "/" + day.String()
}

func entryID(owner string, now time.Time) string {
	var salt [6]byte
	rand.Read(salt[:])
	return fmt.Sprintf("%s-%d-%s", owner, now.UnixMilli(), hex.EncodeToString(salt[:]))
}

// readAs is the role in which somebody reads a case.
func (a Actor) readAs(c *Case) Role {
	if a.ActsFor(c.Place.Officer, c) && a.HasRole(RoleOfficer, c) {
		return RoleOfficer
	}
	for _, r := range []Role{RoleHead, RoleSupervisor, RoleRegistrar, RoleOfficer, RoleOperator, RoleSystem, RoleCitizen} {
		if a.HasRole(r, c) {
			return r
		}
	}
	return ""
}

// noteRead writes one reading down, under the case and, for staff, under the
// reader too.
func (o *Office) noteRead(ctx context.Context, by Actor, c *Case, purpose string) error {
	rules, err := o.ReadingRules()
	if err != nil {
		return err
	}
	now := o.now().UTC()
	e := access{At: now, By: by.ID, Purpose: purpose, Role: by.readAs(c)}
	expires := now.AddDate(0, 0, rules.KeepDays)
	puts := []func() error{func() error { return o.putEntry(ctx, Record{Kind: KindAccess, Owner: c.ID, Expires: expires}, e) }}
	if staff := e.Role != "" && e.Role != RoleCitizen && e.Role != RoleSystem; staff {
		e.Case, e.Number = c.ID, c.PublicNumber()
		local := now.In((&Env{Registry: o.Registry()}).bodySettings(c.Place.Body).Location())
		e.Night = local.Hour() >= rules.NightFrom || local.Hour() < rules.NightTo
		e.Outside = e.Role == RoleOfficer && !by.ActsFor(c.Place.Officer, c)
		day := DateOf(now, local.Location())
		puts = append(puts, func() error {
			return o.putEntry(ctx, Record{Kind: KindReading, Owner: readingOwner(c.Place.Body, by.ID, day), Expires: expires}, e)
		}, func() error { return o.tally(ctx, c.Place.Body, by, day, expires, e) })
	}
	return together(puts)
}

// noteEntry writes a reading down that stands under no reader: of something
// that is no case, or by the program itself or another installation.
func (o *Office) noteEntry(ctx context.Context, by, owner, purpose string) error {
	rules, err := o.ReadingRules()
	if err != nil {
		return err
	}
	now := o.now().UTC()
	return o.putEntry(ctx, Record{Kind: KindAccess, Owner: owner, Expires: now.AddDate(0, 0, rules.KeepDays)},
		access{At: now, By: by, Purpose: purpose})
}

// together does some saves at the same time, so that a store which saves in
// groups makes one of them.
func together(puts []func() error) error {
	errs := make([]error, len(puts))
	var wg sync.WaitGroup
	for i, put := range puts {
		wg.Go(func() { errs[i] = put() })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (o *Office) putEntry(ctx context.Context, r Record, e access) error {
	data, err := json.Marshal(e)
	if err != nil {
		return wrap(Internal, "casework.noteRead", err)
	}
	r.ID, r.Data = entryID(r.Owner, e.At), data
	_, err = o.shelf.Put(ctx, r)
	return err
}

// maxWords is how much of a search is kept, in characters.
const maxWords = 200

// noteSearch writes a search by staff down: who, when, which words, how many
// finds. It stands at each body whose cases the reader searches.
func (o *Office) noteSearch(ctx context.Context, by Actor, purpose, words string, found int, more bool) error {
	rules, err := o.ReadingRules()
	if err != nil {
		return err
	}
	words = strings.Join(strings.Fields(words), " ")
	if utf8.RuneCountInString(words) > maxWords {
		words = string([]rune(words)[:maxWords])
	}
	now := o.now().UTC()
	expires := now.AddDate(0, 0, rules.KeepDays)
	var puts []func() error
	for _, body := range by.homes() {
		local := now.In((&Env{Registry: o.Registry()}).bodySettings(body).Location())
		e := access{At: now, By: by.ID, Purpose: purpose, Words: words, Found: found, More: more}
		day := DateOf(now, local.Location())
		puts = append(puts, func() error {
			return o.putEntry(ctx, Record{Kind: KindReading, Owner: readingOwner(body, by.ID, day), Expires: expires}, e)
		}, func() error { return o.tally(ctx, body, by, day, expires, e) })
	}
	return together(puts)
}

// homes are the bodies at which a member of staff searches: those of his
// grants, Everywhere for one who reads everywhere.
func (a Actor) homes() []string {
	bodies, all := a.Bodies(append([]Role{RoleOperator}, readingRoles...)...)
	if all || len(bodies) == 0 {
		return []string{Everywhere}
	}
	return bodies[:min(len(bodies), 10)]
}

// ReaderDay is what somebody has read at a body on one day.
type ReaderDay struct {
	Day      Date `json:"day"`
	Reads    int  `json:"reads"`
	Searches int  `json:"searches,omitempty"`
	// Cases are different ones; Outside and Night are of those.
	Cases   int `json:"cases"`
	Outside int `json:"outside,omitempty"`
	Night   int `json:"night,omitempty"`
}

// readerTally is the record of one reader at one body: the present day with the
// cases seen, and the sums of days past, so that an unusual day is found
// without going through the journal.
type readerTally struct {
	Reader string          `json:"reader"`
	Body   string          `json:"body"`
	Roles  []Role          `json:"roles"`
	Today  ReaderDay       `json:"today"`
	Seen   map[string]bool `json:"seen"`
	Past   []ReaderDay     `json:"past,omitempty"`
}

// mostSeen bounds the cases of a day that are told apart.
const mostSeen = 2000

func (o *Office) tally(ctx context.Context, body string, by Actor, day Date, expires time.Time, e access) error {
	rules, err := o.ReadingRules()
	if err != nil {
		return err
	}
	r := Record{Kind: KindReader, ID: body + "/" + by.ID, Owner: body, Expires: expires}
	return o.changeRecord(ctx, r, func(data []byte) ([]byte, error) {
		t := readerTally{Reader: by.ID, Body: body}
		if len(data) > 0 {
			if err := json.Unmarshal(data, &t); err != nil {
				return nil, err
			}
		}
		t.add(day, e, by.rolesAt(body), rules.HistoryDays)
		return json.Marshal(t)
	})
}

// rolesAt lists the roles of somebody at a body.
func (a Actor) rolesAt(body string) []Role {
	var out []Role
	for _, g := range a.Grants {
		if (g.Body == body || g.Body == Everywhere) && !slices.Contains(out, g.Role) {
			out = append(out, g.Role)
		}
	}
	slices.Sort(out)
	return out
}

// add counts one entry; a new day closes the one before.
func (t *readerTally) add(day Date, e access, roles []Role, history int) {
	if t.Today.Day != day {
		if !t.Today.Day.IsZero() {
			t.Past = append(t.Past, t.Today)
			t.Past = t.Past[max(0, len(t.Past)-history):]
		}
		t.Today, t.Seen = ReaderDay{Day: day}, map[string]bool{}
	}
	t.Roles = roles
	if e.Case == "" {
		t.Today.Searches++
		return
	}
	t.Today.Reads++
	mark := e.Case[:min(len(e.Case), 10)]
	if t.Seen[mark] || len(t.Seen) >= mostSeen {
		return
	}
	if t.Seen == nil {
		t.Seen = map[string]bool{}
	}
	t.Seen[mark] = true
	t.Today.Cases++
	if e.Outside {
		t.Today.Outside++
	}
	if e.Night {
		t.Today.Night++
	}
}
