package casework

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// Open data about appeals tell that they exist, about what in general, and
// whether the body has acted. Three rules keep people out of them: only bodies
// that publish; only sections of the classifier, days and registered places;
// and nothing where fewer than PublicCell appeals would stand together, because
// in a small place one appeal about a rare matter is a person.

const (
	// PublicCell is the least number of appeals of one body and section, in
	// PublicSpan, of which any is shown; the same for the place.
	PublicCell = 10
	// PublicSpan is how far back open data reach.
	PublicSpan = 90 * 24 * time.Hour
	// publicFor is how long a count is believed.
	publicFor = 10 * time.Minute
)

// PublicCase is what anybody may know of a case.
type PublicCase struct {
	// ID is stable and tells nothing of the case's own ID.
	ID   string
	Body string
	// Section is the topmost code of the classifier: "0003".
	Section string
	// Territory is the code of the smallest registered place in which enough
	// others stand beside it; empty where there is none.
	Territory string
	Open      bool
	// Received and Changed are days in Moscow; Due is the answer's, if it is
	// still owed.
	Received, Changed, Due Date
}

// PublicQuery asks for public cases. Empty fields do not filter.
type PublicQuery struct {
	Body     string
	Sections []string
	// Open keeps open or closed cases; nil keeps both.
	Open *bool
	// From and To bound the day of receipt, both included.
	From, To Date
	Window
}

// PublicCases lists the public cases of PublicSpan, the newest first; next is ""
// at the end. Errors: NotFound if the body is unknown or publishes nothing,
// Invalid for a limit or cursor out of bounds.
func (o *Office) PublicCases(ctx context.Context, q PublicQuery) (cases []PublicCase, next string, err error) {
	if q.Limit < 1 || q.Limit > MaxLimit {
		return nil, "", Fail(Invalid, "casework.PublicCases", "")
	}
	bodies, err := o.publishing(q.Body)
	if err != nil || len(bodies) == 0 {
		return nil, "", err
	}
	sq := o.publicSpan(q)
	sq.Bodies, sq.Stages, sq.Window = bodies, publicStages(q.Open), q.Window
	if len(q.Sections) == 1 {
		sq.Topic = q.Sections[0]
	}
	// Rows of small cells fall out, so a page may need several of the store's.
	for round := 0; round < 20 && len(cases) < q.Limit; round++ {
		sq.Limit = q.Limit - len(cases)
		page, err := o.store.Page(ctx, sq)
		if err != nil {
			return nil, "", err
		}
		for i := range page.Rows {
			p, ok, err := o.public(ctx, &page.Rows[i])
			if err != nil {
				return nil, "", err
			}
			if ok && (len(q.Sections) == 0 || slices.Contains(q.Sections, p.Section)) {
				cases = append(cases, p)
			}
		}
		if sq.After = page.Next; page.Next == "" {
			break
		}
	}
	// Within a day the order would tell who came first.
	slices.SortStableFunc(cases, func(a, b PublicCase) int {
		if c := b.Received.Compare(a.Received); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return cases, sq.After, nil
}

// PublicCase finds one public case by its public ID. Errors: NotFound.
func (o *Office) PublicCase(ctx context.Context, id string) (PublicCase, error) {
	none := Fail(NotFound, "casework.PublicCase", "case.none")
	inner, ok := o.openPublicID(id)
	if !ok {
		return PublicCase{}, none
	}
	c, err := o.store.Get(ctx, inner)
	if err != nil {
		return PublicCase{}, err
	}
	r := RowOf(&c)
	if b, err := o.Registry().Body(r.Place.Body); err != nil || !b.Settings.Publish || r.Regime != RegimeAppeal ||
		o.now().Sub(r.ReceivedAt) > PublicSpan {
		return PublicCase{}, none
	}
	p, ok, err := o.public(ctx, &r)
	if err == nil && !ok {
		err = none
	}
	return p, err
}

// publishing lists the bodies that publish, or the one asked for.
func (o *Office) publishing(body string) ([]string, error) {
	out := []string{}
	for _, b := range o.Registry().Bodies() {
		if b.Settings.Publish && (body == "" || b.ID == body) {
			out = append(out, b.ID)
		}
	}
	if body != "" && len(out) == 0 {
		return nil, Fail(NotFound, "casework.PublicCases", "body.none")
	}
	return out, nil
}

// publicSpan bounds a query by whole days: with instants, narrower and narrower
// questions would find the second in which somebody filed.
func (o *Office) publicSpan(q PublicQuery) Query {
	zone := Settings{}.Location()
	now := o.now()
	from, to := DateOf(now.Add(-PublicSpan), zone).AddDays(1), DateOf(now, zone)
	if q.From.After(from) {
		from = q.From
	}
	if !q.To.IsZero() && q.To.Before(to) {
		to = q.To
	}
	return Query{Regime: RegimeAppeal, ReceivedFrom: from.Time(zone), ReceivedTo: to.AddDays(1).Time(zone), Sort: SortReceived}
}

func publicStages(open *bool) []Stage {
	if open == nil {
		return nil
	}
	return slices.DeleteFunc(Stages(), func(s Stage) bool { return s.Open() != *open })
}

// public makes the public view of a row; false if its cell is too small.
func (o *Office) public(ctx context.Context, r *Row) (PublicCase, bool, error) {
	section, _, _ := strings.Cut(r.Topic, ".")
	if section == "" {
		return PublicCase{}, false, nil
	}
	if ok, err := o.enough(ctx, r.Place.Body, section, ""); !ok || err != nil {
		return PublicCase{}, false, err
	}
	zone := Settings{}.Location()
	p := PublicCase{ID: o.publicID(r.ID), Body: r.Place.Body, Section: section, Open: r.Stage.Open(),
		Received: DateOf(r.ReceivedAt, zone), Changed: DateOf(r.ChangedAt, zone)}
	if p.Open {
		p.Due = r.Due
	}
	for _, place := range o.placesOf(r.Territory) {
		ok, err := o.enough(ctx, r.Place.Body, section, place)
		if err != nil {
			return PublicCase{}, false, err
		}
		if ok {
			p.Territory = place
			break
		}
	}
	return p, true, nil
}

// placesOf lists the registered places that a territory lies in, the smallest
// first.
func (o *Office) placesOf(code string) []string {
	var out []string
	for _, t := range o.Registry().Territories() {
		if t.Code != "" && strings.HasPrefix(code, t.Code) {
			out = append(out, t.Code)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

type cell struct{ body, section, place string }

type cellCount struct {
	at     time.Time
	enough bool
}

// enough tells whether a cell holds PublicCell cases.
func (o *Office) enough(ctx context.Context, body, section, place string) (bool, error) {
	key, now := cell{body, section, place}, o.now()
	if known, ok := o.cells.Load(key); ok {
		if c := known.(cellCount); now.Sub(c.at).Abs() < publicFor {
			return c.enough, nil
		}
	}
	q := o.publicSpan(PublicQuery{})
	q.Bodies, q.Topic, q.Territory, q.Limit = []string{body}, section, place, PublicCell
	page, err := o.store.Page(ctx, q)
	if err != nil {
		return false, err
	}
	o.cells.Store(key, cellCount{now, len(page.Rows) >= PublicCell})
	return len(page.Rows) >= PublicCell, nil
}

// publicID seals a case's ID so that the same case always has the same public
// ID: the first half authenticates it and is the start of the key stream (the
// construction of SIV).
func (o *Office) publicID(id string) string {
	tag := mac(o.secret, "public id", id)[:aes.BlockSize]
	return base64.RawURLEncoding.EncodeToString(append(slices.Clone(tag), o.publicStream(tag, []byte(id))...))
}

func (o *Office) openPublicID(public string) (string, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(public)
	if err != nil || len(raw) <= aes.BlockSize || len(raw) > 128 {
		return "", false
	}
	tag := raw[:aes.BlockSize]
	id := string(o.publicStream(tag, raw[aes.BlockSize:]))
	return id, hmac.Equal(tag, mac(o.secret, "public id", id)[:aes.BlockSize])
}

func (o *Office) publicStream(tag, in []byte) []byte {
	block, err := aes.NewCipher(mac(o.secret, "public id key"))
	if err != nil {
		panic(err) // a key of 32 bytes is always one of AES
	}
	out := make([]byte, len(in))
	cipher.NewCTR(block, tag).XORKeyStream(out, in)
	return out
}
