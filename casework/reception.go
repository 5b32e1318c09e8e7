package casework

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Receiver is a head or deputy who receives citizens in person (личный приём,
// 59-FZ art. 13), with his hours. Hours are those of the body's clock.
type Receiver struct {
	ID       string `json:"id"`
	Body     string `json:"body"`
	Name     string `json:"name"`
	Position string `json:"position"`
	// Staff is the actor who receives, "staff:orlova"; empty if he has no
	// account.
	Staff string `json:"staff,omitempty"`
	// Place is where: address and room.
	Place string           `json:"place"`
	Hours []ReceptionHours `json:"hours"`
	// Off are days on which he does not receive, besides days off.
	Off []Date `json:"off,omitempty"`
	// Minutes is how long one visitor is planned for.
	Minutes int `json:"minutes"`
	// Ahead is how many days before a time can be booked.
	Ahead int `json:"ahead"`
	// Reserve is how many of the first times of a day are kept for people of a
	// priority category until the day before.
	Reserve int `json:"reserve,omitempty"`
	// Categories replaces the common list of priority categories.
	Categories []string `json:"categories,omitempty"`
	// Closed receivers keep their bookings and get no new ones.
	Closed bool `json:"closed,omitempty"`

	// Version is the shelf's; a save over another one is a Conflict.
	Version int64 `json:"-"`
}

// ReceptionHours are the hours of one weekday.
type ReceptionHours struct {
	Weekday time.Weekday `json:"weekday"`
	// Nth is which such weekday of the month: 1 to 5, 0 is every week.
	Nth int `json:"nth,omitempty"`
	// From and To are "10:00" on the body's clock.
	From string `json:"from"`
	To   string `json:"to"`
}

// Limits of a timetable.
const (
	MinReception = 5
	MaxReception = 120
	MaxAhead     = 90
)

// KindReceiver is the shelf's kind of receivers; the owner is the body.
const KindReceiver = "reception-receiver"

// PriorityCategory is a category of people who are received first.
type PriorityCategory struct {
	Key        string            `json:"key"`
	Norm       string            `json:"norm"`
	Confidence string            `json:"confidence"`
	Title      map[string]string `json:"title"`
}

//go:embed reception_priority.json
var priorityJSON []byte

// PriorityCategories is the common list of priority categories (59-FZ art. 13),
// which is data and may be replaced by a receiver's own.
func PriorityCategories() ([]PriorityCategory, error) {
	var file struct{ Categories []PriorityCategory }
	if err := json.Unmarshal(priorityJSON, &file); err != nil {
		return nil, wrap(Corrupted, "casework.PriorityCategories", err)
	}
	return file.Categories, nil
}

// receptionRoles keep timetables and cards of their body.
var receptionRoles = []Role{RoleHead, RoleRegistrar}

// KeepsReception reports whether the actor keeps the reception of a body: its
// timetable, its day and its cards.
func (a Actor) KeepsReception(body string) bool {
	bodies, all := a.Bodies(receptionRoles...)
	return body != "" && (all || slices.Contains(bodies, body))
}

// mayEditReceiver lets administrators keep timetables as well.
func (a Actor) mayEditReceiver(body string) bool {
	bodies, all := a.Bodies(append([]Role{RoleAdministrator}, receptionRoles...)...)
	return body != "" && (all || slices.Contains(bodies, body))
}

// check lists what is wrong with a timetable, by field.
func (r Receiver) check(reg *Registry) error {
	e := &Error{Code: Invalid, Op: "casework.SaveReceiver", Message: "reception.error.invalid"}
	bad := func(ok bool, field, key string, data map[string]any) {
		if !ok {
			e.Fields = append(e.Fields, FieldError{Field: field, Key: key, Data: data})
		}
	}
	text := func(s string, most int) bool {
		return strings.TrimSpace(s) != "" && len([]rune(s)) <= most && oneLine(s)
	}
	b, err := reg.Body(r.Body)
	bad(err == nil && !b.Closed, "body", "filing.addressee_unknown", nil)
	bad(text(r.Name, MaxName), "name", "reception.error.name", nil)
	bad(text(r.Position, 200), "position", "reception.error.position", nil)
	bad(text(r.Place, MaxAddress), "place", "reception.error.place", nil)
	bad(r.Minutes >= MinReception && r.Minutes <= MaxReception, "minutes", "reception.error.minutes",
		map[string]any{"Min": MinReception, "Max": MaxReception})
	bad(r.Ahead >= 1 && r.Ahead <= MaxAhead, "ahead", "reception.error.ahead", map[string]any{"Max": MaxAhead})
	bad(r.Reserve >= 0 && r.Reserve <= 50, "reserve", "reception.error.reserve", nil)
	bad(len(r.Hours) > 0 && len(r.Hours) <= 20, "hours", "reception.error.hours_none", nil)
	for _, h := range r.Hours {
		from, err1 := clockTime(h.From)
		to, err2 := clockTime(h.To)
		fits := err1 == nil && err2 == nil && to-from >= time.Duration(r.Minutes)*time.Minute
		bad(fits && h.Nth >= 0 && h.Nth <= 5, "hours", "reception.error.hours", map[string]any{"Hours": h.From + "–" + h.To})
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// clockTime reads "10:30" as the time since midnight.
func clockTime(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	return t.Sub(t.Truncate(24 * time.Hour)), err
}

// SaveReceiver keeps a timetable; an empty ID makes a new one. Errors:
// Forbidden, Invalid with fields, Conflict if somebody saved it meanwhile.
func (o *Office) SaveReceiver(ctx context.Context, by Actor, r Receiver) (Receiver, error) {
	if r.ID != "" {
		old, err := o.Receiver(ctx, r.ID)
		if err != nil {
			return r, err
		}
		if !by.mayEditReceiver(old.Body) {
			return r, Fail(NotFound, "casework.SaveReceiver", "reception.error.none")
		}
	}
	if !by.mayEditReceiver(r.Body) {
		return r, Fail(Forbidden, "casework.SaveReceiver", "act.forbidden")
	}
	if err := r.check(o.Registry()); err != nil {
		return r, err
	}
	if r.ID == "" {
		var id [8]byte
		rand.Read(id[:])
		r.ID, r.Version = hex.EncodeToString(id[:]), 0
	}
	data, err := json.Marshal(r)
	if err != nil {
		return r, wrap(Internal, "casework.SaveReceiver", err)
	}
	saved, err := o.shelf.Put(ctx, Record{Kind: KindReceiver, ID: r.ID, Version: r.Version, Owner: r.Body, Data: data})
	r.Version = saved.Version
	return r, err
}

// Receiver finds a timetable. Errors: NotFound.
func (o *Office) Receiver(ctx context.Context, id string) (Receiver, error) {
	rec, err := o.shelf.Fetch(ctx, KindReceiver, id)
	if err != nil {
		if CodeOf(err) == NotFound {
			err = Fail(NotFound, "casework.Receiver", "reception.error.none")
		}
		return Receiver{}, err
	}
	return receiverOf(rec)
}

func receiverOf(rec Record) (Receiver, error) {
	var r Receiver
	if err := json.Unmarshal(rec.Data, &r); err != nil {
		return r, wrap(Corrupted, "casework.Receiver", err)
	}
	r.Version = rec.Version
	return r, nil
}

// Receivers lists the timetables of a body, "" of all, by body and name. They
// are public (59-FZ art. 13: times and places are made known).
func (o *Office) Receivers(ctx context.Context, body string) ([]Receiver, error) {
	records, _, err := o.shelf.List(ctx, KindReceiver, body, Window{Limit: MaxLimit})
	if err != nil {
		return nil, err
	}
	var out []Receiver
	for _, rec := range records {
		r, err := receiverOf(rec)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Receiver) int {
		return strings.Compare(a.Body+"\n"+a.Name, b.Body+"\n"+b.Name)
	})
	return out, nil
}

// ReceiversKept lists the timetables that the actor may edit.
func (o *Office) ReceiversKept(ctx context.Context, by Actor) ([]Receiver, error) {
	all, err := o.Receivers(ctx, "")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r Receiver) bool { return !by.mayEditReceiver(r.Body) }), nil
}
