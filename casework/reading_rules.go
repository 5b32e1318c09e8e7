package casework

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"sync"
)

// KindReadingRules is the shelf's kind of the rules that an administrator has
// set in the browser; there is one record.
const (
	KindReadingRules = "reading-rules"
	readingRulesID   = "current"
)

//go:embed reading_rules.json
var readingJSON []byte

var readingRules = sync.OnceValues(func() (ReadingRules, error) { return ParseReadingRules(readingJSON) })

// readingRulesIn is where the rules of an Office come from: a file (base) goes
// over the program, and what was set in the browser over both.
type readingRulesIn struct {
	base, set *ReadingRules
}

// ParseReadingRules reads a file of rules: JSON with the keys of ReadingRules,
// and "note" and "confidence" for those who keep it. Errors: Invalid with a
// field for each mistake, or for an unknown key.
func ParseReadingRules(data []byte) (ReadingRules, error) {
	var f struct {
		ReadingRules
		Note       string `json:"note"`
		Confidence string `json:"confidence"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f.ReadingRules, &Error{Code: Invalid, Op: "casework.ParseReadingRules", Message: "reading.invalid", Err: err}
	}
	return f.ReadingRules, f.ReadingRules.Check()
}

// Check finds numbers that make no sense. Errors: Invalid with a field each,
// named as in the file; Data holds Min and Max.
func (r ReadingRules) Check() error {
	e := &Error{Code: Invalid, Op: "casework.ReadingRules", Message: "reading.invalid"}
	within := func(field string, n, least, most int) {
		if n < least || n > most {
			e.Fields = append(e.Fields, FieldError{Field: field, Key: "reading.range", Data: map[string]any{"Min": least, "Max": most}})
		}
	}
	within("keep_days", r.KeepDays, 30, 3650)
	within("times", r.Times, 2, 100)
	within("least", r.Least, 1, mostSeen)
	within("history_days", r.HistoryDays, 5, 365)
	within("least_days", r.LeastDays, 1, max(1, r.HistoryDays))
	within("outside", r.Outside, 1, mostSeen)
	within("night", r.Night, 1, mostSeen)
	// A night goes over midnight: it begins in the evening and ends in the morning.
	within("night_from", r.NightFrom, 12, 23)
	within("night_to", r.NightTo, 0, 11)
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// ReadingRules are the rules in force. Errors: Corrupted.
func (o *Office) ReadingRules() (ReadingRules, error) {
	if in := o.reading.Load(); in != nil && in.set != nil {
		return *in.set, nil
	}
	return o.BaseReadingRules()
}

// BaseReadingRules are the rules without what was set in the browser: those of
// the file that the installation names, or of the program. Errors: Corrupted.
func (o *Office) BaseReadingRules() (ReadingRules, error) {
	if in := o.reading.Load(); in != nil && in.base != nil {
		return *in.base, nil
	}
	r, err := readingRules()
	if err != nil {
		return r, wrap(Corrupted, "casework.ReadingRules", err)
	}
	return r, nil
}

// SetBaseReadingRules lays rules of a file over those of the program; it is
// called before the Office works. Errors: Invalid.
func (o *Office) SetBaseReadingRules(r ReadingRules) error {
	if err := r.Check(); err != nil {
		return err
	}
	o.reading.Store(&readingRulesIn{base: &r})
	return nil
}

// TakeReadingRules takes over what this or another process has set in the
// browser, and gives its version, 0 if nothing was. Errors: Corrupted,
// Unavailable; then the rules stay as they were.
func (o *Office) TakeReadingRules(ctx context.Context) (int64, error) {
	record, err := o.shelf.Fetch(ctx, KindReadingRules, readingRulesID)
	if CodeOf(err) == NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	in := readingRulesIn{}
	if old := o.reading.Load(); old != nil {
		in.base = old.base
	}
	r, err := ParseReadingRules(record.Data)
	if err != nil {
		return 0, wrap(Corrupted, "casework.TakeReadingRules", err)
	}
	in.set = &r
	o.reading.Store(&in)
	return record.Version, nil
}

// SaveReadingRules sets the rules; seen is the version that was read, 0 for
// none. Errors: Forbidden to all but administrators of everything; Invalid with
// fields; Conflict "reading.changed" if somebody was quicker.
func (o *Office) SaveReadingRules(ctx context.Context, by Actor, r ReadingRules, seen int64) error {
	const op = "casework.SaveReadingRules"
	if _, everywhere := by.Bodies(RoleAdministrator); !everywhere {
		return Fail(Forbidden, op, "act.forbidden")
	}
	if err := r.Check(); err != nil {
		return err
	}
	data, err := json.Marshal(r)
	if err != nil {
		return wrap(Internal, op, err)
	}
	_, err = o.shelf.Put(ctx, Record{Kind: KindReadingRules, ID: readingRulesID, Version: seen, Data: data})
	if code := CodeOf(err); code == Conflict || code == Exists {
		return Fail(Conflict, op, "reading.changed")
	}
	if err != nil {
		return err
	}
	_, err = o.TakeReadingRules(ctx)
	return err
}
