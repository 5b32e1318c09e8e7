package casework

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// Door is how a person reached the counter (способ обращения).
type Door string

// The doors of a counter.
const (
	// DoorPaper is a letter, by post or handed over.
	DoorPaper Door = "paper"
	// DoorOral is what a person says at the counter, showing his document
	// (59-FZ art. 13).
	DoorOral Door = "oral"
	// DoorPhone is a call. The law knows written, electronic and oral appeals
	// with an identified author; a voice on the phone is none of them, so a
	// call becomes a note (PhoneNote) and never a case by itself.
	DoorPhone Door = "phone"
)

// Doors lists the doors in the order of the form.
func Doors() []Door { return []Door{DoorPaper, DoorOral, DoorPhone} }

// Entry (внесение обращения, promise A4) is what a member of staff enters at a
// counter for a person. Filing.Addressee is the body the entry is made for;
// Channel, Assurance and Source of the filing are set by Office.Enter.
type Entry struct {
	Door Door
	// DocumentShown is true if the staff has seen an identity document.
	DocumentShown bool
	// ArrivedOn is the day a letter arrived at the body; zero is today.
	ArrivedOn Date
	Filing    Filing
}

// maxLate is how many days after its arrival a letter can still be entered: an
// older date is a slip of the pen.
const maxLate = 365

// counterRoles may enter appeals for others.
var counterRoles = []Role{RoleOperator, RoleRegistrar}

// Serves reports whether the actor enters appeals for the body.
func (a Actor) Serves(body string) bool {
	bodies, all := a.Bodies(counterRoles...)
	return body != "" && (all || slices.Contains(bodies, body))
}

// ServedBodies lists the bodies for which the actor enters appeals, in the
// order of the registry, without closed ones.
func (o *Office) ServedBodies(by Actor) []Body {
	var out []Body
	for _, b := range o.Registry().Bodies() {
		if !b.Closed && by.Serves(b.ID) {
			out = append(out, b)
		}
	}
	return out
}

// filingOf decides the channel and the assurance of an entry by the matrix of
// promise B2. Errors: Forbidden for a body that is not served and for an oral
// appeal without a document, NotAllowed for a call.
func (e Entry) filingOf(by Actor) (Filing, error) {
	const op = "casework.Entry"
	f := e.Filing
	if !by.Serves(f.Addressee) {
		return f, &Error{Code: Forbidden, Op: op, Message: "counter.error.body",
			Fields: []FieldError{{Field: "addressee", Key: "counter.error.body"}}}
	}
	f.Source, f.ArrivedOn, f.Applicant.Key = "counter:"+by.ID, Date{}, ""
	atBody := by.HasRole(RoleRegistrar, &Case{Place: Placement{Body: f.Addressee}})
	switch {
	case e.Door == DoorPhone:
		return f, &Error{Code: NotAllowed, Op: op, Message: "counter.error.phone", Norm: "59-ФЗ ст. 4, ст. 13"}
	case e.Door == DoorOral && !e.DocumentShown:
		return f, &Error{Code: Invalid, Op: op, Message: "counter.error.document", Norm: "59-ФЗ ст. 13",
			Fields: []FieldError{{Field: "document", Key: "counter.error.document"}}}
	case e.Door == DoorOral && atBody:
		f.Channel, f.Applicant.Assurance = ChannelOral, AssuranceInPerson
	case e.Door == DoorOral:
		f.Channel, f.Applicant.Assurance = ChannelMFC, AssuranceInPerson
	case e.Door != DoorPaper:
		return f, badField("door", "counter.error.door", nil)
	case e.DocumentShown && !atBody:
		f.Channel, f.Applicant.Assurance = ChannelMFC, AssuranceInPerson
	case e.DocumentShown:
		f.Channel, f.Applicant.Assurance = ChannelPaper, AssuranceInPerson
	default:
		f.Channel, f.Applicant.Assurance = ChannelPaper, AssurancePaper
	}
	if e.Door == DoorPaper {
		f.ArrivedOn = e.ArrivedOn
	}
	return f, nil
}

// receivedAt is the instant of receipt of a filing. A letter that arrived
// earlier counts from noon of its day: the hour is not known, and noon is on
// the same day in every zone of the country.
func (f Filing) receivedAt(env *Env, by Actor) (time.Time, error) {
	if f.ArrivedOn.IsZero() {
		return env.Now, nil
	}
	today := env.today(f.Addressee)
	switch {
	case by.Is(RoleCitizen) || !by.Serves(f.Addressee):
		return env.Now, Fail(Forbidden, "casework.Filing", "act.forbidden")
	case f.ArrivedOn.After(today):
		return env.Now, badField("arrived", "counter.error.arrived_future", nil)
	case f.ArrivedOn.DaysUntil(today) > maxLate:
		return env.Now, badField("arrived", "counter.error.arrived_old", map[string]any{"Days": maxLate})
	case f.ArrivedOn == today:
		return env.Now, nil
	}
	loc := env.bodySettings(f.Addressee).Location()
	return f.ArrivedOn.Time(loc).Add(12 * time.Hour), nil
}

// Entered is a case that a member of staff has entered today.
type Entered struct {
	Case    string    `json:"case"`
	Receipt string    `json:"receipt"`
	Body    string    `json:"body"`
	Door    Door      `json:"door"`
	At      time.Time `json:"at"`
	// HandedAt is when the receipt was handed over; the entry is then closed
	// to whoever made it.
	HandedAt time.Time `json:"handedAt,omitzero"`
}

// KindEntered is the shelf's kind of today's entries; the owner is who entered.
const KindEntered = "counter-entry"

// Enter files an appeal for a person. The same key gives the same case, so a
// second press or a step back makes no other. Errors: those of File; Forbidden
// for a body that the actor does not serve; Invalid with the field "document"
// or "arrived"; NotAllowed for a call.
func (o *Office) Enter(ctx context.Context, by Actor, e Entry) (Receipt, error) {
	f, err := e.filingOf(by)
	if err != nil {
		return Receipt{}, err
	}
	r, err := o.File(ctx, by, f)
	if err != nil {
		return r, err
	}
	b, _ := o.Registry().Body(f.Addressee)
	now := o.now().UTC()
	data, err := json.Marshal(Entered{Case: r.Case.ID, Receipt: r.Case.Receipt, Body: f.Addressee, Door: e.Door, At: now})
	if err != nil {
		return r, wrap(Internal, "casework.Enter", err)
	}
	loc := b.Settings.Location()
	_, err = o.shelf.Put(ctx, Record{Kind: KindEntered, ID: r.Case.ID, Owner: by.ID, Data: data,
		Expires: DateOf(now, loc).End(loc)})
	if thereAlready(err) {
		err = nil
	}
	return r, err
}

// PreviewEntry is what Enter would store, without storing it.
// Errors: those of Enter.
func (o *Office) PreviewEntry(by Actor, e Entry) (Case, error) {
	f, err := e.filingOf(by)
	if err != nil {
		return Case{}, err
	}
	return o.Preview(by, f)
}

// EnteredToday lists what the actor has entered today, the newest first.
func (o *Office) EnteredToday(ctx context.Context, by Actor) ([]Entered, error) {
	if by.ID == "" {
		return nil, Fail(Unauthenticated, "casework.EnteredToday", "")
	}
	records, _, err := o.shelf.List(ctx, KindEntered, by.ID, Window{Limit: MaxLimit})
	if err != nil {
		return nil, err
	}
	var out []Entered
	for _, r := range records {
		var e Entered
		if err := json.Unmarshal(r.Data, &e); err != nil {
			return nil, wrap(Corrupted, "casework.EnteredToday", err)
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Entered) int { return b.At.Compare(a.At) })
	return out, nil
}

// EntryReceipt gives whoever has entered a case today its receipt, until it is
// handed over: no other right to read follows from entering. Every call is
// written into the journal of reads. Errors: NotFound.
func (o *Office) EntryReceipt(ctx context.Context, by Actor, id string) (Receipt, error) {
	e, _, err := o.entered(ctx, by, id)
	if err != nil {
		return Receipt{}, err
	}
	if !e.HandedAt.IsZero() {
		return Receipt{}, Fail(NotFound, "casework.EntryReceipt", "case.none")
	}
	c, err := o.store.Get(ctx, id)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Case: c, AccessCode: AccessCodeOf(o.secret, id)}, o.noteRead(ctx, by, &c, "counter_receipt")
}

// HandReceipt notes that the receipt was handed over. From then on the entry is
// closed to whoever made it. A repeated call is no error. Errors: NotFound.
func (o *Office) HandReceipt(ctx context.Context, by Actor, id string) error {
	e, r, err := o.entered(ctx, by, id)
	if err != nil || !e.HandedAt.IsZero() {
		return err
	}
	e.HandedAt = o.now().UTC()
	if r.Data, err = json.Marshal(e); err != nil {
		return wrap(Internal, "casework.HandReceipt", err)
	}
	if _, err = o.shelf.Put(ctx, r); CodeOf(err) == Conflict {
		return nil // a second press was quicker
	}
	return err
}

func (o *Office) entered(ctx context.Context, by Actor, id string) (Entered, Record, error) {
	var e Entered
	r, err := o.shelf.Fetch(ctx, KindEntered, id)
	if err != nil {
		return e, r, err
	}
	if by.ID == "" || r.Owner != by.ID {
		return e, r, Fail(NotFound, "casework.entered", "case.none")
	}
	if err := json.Unmarshal(r.Data, &e); err != nil {
		return e, r, wrap(Corrupted, "casework.entered", err)
	}
	return e, r, nil
}

// thereAlready reports that a new record was refused because it is stored.
func thereAlready(err error) bool { return CodeOf(err) == Exists || CodeOf(err) == Conflict }
