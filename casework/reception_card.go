package casework

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// ReceptionCard (карточка личного приёма, 59-FZ art. 13) says what came of a
// visit. The receiver or a registrar of his body keeps it.
type ReceptionCard struct {
	// DocumentShown is true if the visitor has shown an identity document.
	DocumentShown bool        `json:"documentShown"`
	End           VisitEnding `json:"end"`
	// Text is the substance of what was said or handed over.
	Text string `json:"text,omitempty"`
	// Answer is the oral answer, or where the visitor was sent.
	Answer  string  `json:"answer,omitempty"`
	Consent bool    `json:"consent,omitempty"`
	Outcome Outcome `json:"outcome,omitempty"`
	// Earlier is the number of the appeal that was answered on the merits.
	Earlier string    `json:"earlier,omitempty"`
	Topic   string    `json:"topic,omitempty"`
	Files   []File    `json:"files,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	// Case and Receipt are those of the case the visit became.
	Case    string `json:"case,omitempty"`
	Receipt string `json:"receipt,omitempty"`
}

// VisitEnding is what a visit came to.
type VisitEnding string

// The endings of art. 13.
const (
	// VisitOral: obvious facts and the visitor's consent; answered orally.
	VisitOral VisitEnding = "oral"
	// VisitTaken: the oral appeal gets a written answer on the merits.
	VisitTaken VisitEnding = "taken"
	// VisitHanded: a written appeal was handed over and goes the usual way.
	VisitHanded VisitEnding = "handed"
	// VisitSent: not competent; told where to go.
	VisitSent VisitEnding = "sent"
	// VisitRefused: the question has been answered on the merits before.
	VisitRefused VisitEnding = "refused"
	// VisitAbsent: nobody came.
	VisitAbsent VisitEnding = "absent"
)

// VisitEndings lists the endings in the order of the card.
func VisitEndings() []VisitEnding {
	return []VisitEnding{VisitOral, VisitTaken, VisitHanded, VisitSent, VisitRefused, VisitAbsent}
}

const receptionNorm = "59-ФЗ ст. 13"

// ReceptionDay lists the visits of a receiver's day, people of a priority
// category who came without a time first among those. The reading is written
// down. Errors: NotFound.
func (o *Office) ReceptionDay(ctx context.Context, by Actor, receiver string, day Date) (Receiver, []Booking, error) {
	r, err := o.Receiver(ctx, receiver)
	if err != nil {
		return r, nil, err
	}
	if !by.KeepsReception(r.Body) {
		return Receiver{}, nil, Fail(NotFound, "casework.ReceptionDay", "reception.error.none")
	}
	all, err := o.bookingsOn(ctx, r.ID, day)
	if err != nil {
		return r, nil, err
	}
	all = slices.DeleteFunc(all, func(b Booking) bool { return b.State == BookingFree })
	slices.SortStableFunc(all, func(a, b Booking) int {
		walkA, walkB := a.Slot.walkIn(), b.Slot.walkIn()
		switch {
		case walkA != walkB:
			if walkA {
				return 1
			}
			return -1
		case walkA && (a.Priority != "") != (b.Priority != ""):
			if a.Priority != "" {
				return -1
			}
			return 1
		case walkA:
			return a.MadeAt.Compare(b.MadeAt)
		}
		return a.At.Compare(b.At)
	})
	return r, all, o.noteEntry(ctx, by.ID, "reception-"+r.ID+"-"+day.String(), "reception_day")
}

func (s SlotID) walkIn() bool { _, _, clock, _ := s.parts(); return strings.HasPrefix(clock, "w") }

// WalkIn adds a visitor who came without a time, and perhaps without an account,
// to today. The key makes a second press the same visitor. Errors: NotFound,
// Invalid with fields.
func (o *Office) WalkIn(ctx context.Context, by Actor, receiver, key string, who Applicant, w BookingWish) (Booking, error) {
	r, err := o.Receiver(ctx, receiver)
	if err != nil {
		return Booking{}, err
	}
	if !by.KeepsReception(r.Body) {
		return Booking{}, Fail(NotFound, "casework.WalkIn", "reception.error.none")
	}
	switch {
	case strings.TrimSpace(who.Name.Surname) == "":
		return Booking{}, badField("surname", "filing.surname_empty", nil)
	case strings.TrimSpace(who.Name.Given) == "":
		return Booking{}, badField("given", "filing.given_empty", nil)
	case letters(w.About) < MinLetters || utf8.RuneCountInString(w.About) > MaxAbout:
		return Booking{}, badField("about", "reception.error.about", map[string]any{"Min": MinLetters, "Max": MaxAbout})
	}
	if key == "" {
		var salt [8]byte
		rand.Read(salt[:])
		key = hex.EncodeToString(salt[:])
	}
	who.Key = ""
	now := o.now().UTC()
	id := slotID(r.ID, DateOf(now, o.zoneOf(r.Body)), "w"+spell(mac(o.secret, "walk-in", key), 12))
	b := Booking{Slot: id, Body: r.Body, At: now, State: BookingHeld, Who: who, About: w.About, Priority: w.Priority, MadeAt: now, Lang: w.Lang}
	b, err = o.putBooking(ctx, r.ID, b)
	if thereAlready(err) {
		return o.booking(ctx, id)
	}
	return b, err
}

// Visit opens one visit for the card. Errors: NotFound.
func (o *Office) Visit(ctx context.Context, by Actor, id SlotID) (Booking, error) {
	b, err := o.booking(ctx, id)
	if err == nil && (b.State == BookingFree || !by.KeepsReception(b.Body)) {
		err = Fail(NotFound, "casework.Visit", "reception.error.none")
	}
	if err != nil {
		return Booking{}, err
	}
	return b, o.noteEntry(ctx, by.ID, "reception-"+string(id), "reception_card")
}

// CloseCard writes down what a visit came to, and makes the case where it comes
// to one. It can be repeated after a crash: the case is the same. Errors:
// NotFound; Invalid with fields; NotAllowed with the norm where art. 13 does
// not let it end so, or the card is closed; those of the acts.
func (o *Office) CloseCard(ctx context.Context, by Actor, id SlotID, card ReceptionCard) (Booking, error) {
	const op = "casework.CloseCard"
	b, err := o.booking(ctx, id)
	switch {
	case err != nil:
		return b, err
	case !by.KeepsReception(b.Body) || b.State == BookingFree:
		return Booking{}, Fail(NotFound, op, "reception.error.none")
	case b.State != BookingHeld:
		return b, Fail(NotAllowed, op, "reception.error.closed")
	}
	if err := o.checkCard(ctx, by, b, card); err != nil {
		return b, err
	}
	card.By, card.At = by.ID, o.now().UTC()
	switch card.End {
	case VisitOral, VisitTaken, VisitHanded:
		c, err := o.fileVisit(ctx, by, b, card)
		if err != nil {
			return b, err
		}
		card.Case, card.Receipt = c.ID, c.Receipt
	}
	b.Card, b.State = &card, BookingDone
	saved, err := o.putBooking(ctx, id.Receiver(), b)
	if thereAlready(err) {
		return b, Fail(Conflict, op, "reception.error.closed")
	}
	if err != nil {
		return b, err
	}
	return saved, o.forgetReminder(ctx, id)
}

func (o *Office) checkCard(ctx context.Context, by Actor, b Booking, card ReceptionCard) error {
	refuse := func(field, key string) error {
		return &Error{Code: NotAllowed, Op: "casework.CloseCard", Message: key, Norm: receptionNorm,
			Fields: []FieldError{{Field: field, Key: key}}}
	}
	if !slices.Contains(VisitEndings(), card.End) {
		return badField("end", "reception.error.end", nil)
	}
	if card.End == VisitAbsent {
		if o.now().Before(b.At) {
			return refuse("end", "reception.error.early")
		}
		return nil
	}
	switch {
	case !card.DocumentShown:
		return refuse("document", "reception.error.document")
	case letters(card.Text) < MinLetters:
		return badField("text", "filing.text_short", map[string]any{"Min": MinLetters})
	case card.End == VisitOral && !by.HasRole(RoleHead, &Case{Place: Placement{Body: b.Body}}):
		return refuse("end", "reception.error.head")
	case card.End == VisitOral && !card.Consent:
		return refuse("consent", "oral.consent")
	case (card.End == VisitOral || card.End == VisitSent) && letters(card.Answer) < MinLetters:
		return badField("answer", "reception.error.answer", nil)
	case card.End == VisitRefused:
		if ok, err := o.answeredBefore(ctx, b, card.Earlier); err != nil || !ok {
			if err != nil {
				return err
			}
			return refuse("earlier", "reception.error.earlier")
		}
	}
	return nil
}

// answeredBefore reports whether the number is that of an appeal of the same
// visitor which the body has answered on the merits: only then may he be
// refused (art. 13).
func (o *Office) answeredBefore(ctx context.Context, b Booking, number string) (bool, error) {
	cases, err := o.store.Find(ctx, NormalNumber(number))
	if err != nil || NormalNumber(number) == "" {
		return false, err
	}
	return slices.ContainsFunc(cases, func(c Case) bool {
		his := c.Parties.Includes(b.Who.Key) || b.Who.Key == "" && c.Applicant().Name.Full() == b.Who.Name.Full()
		return his && slices.ContainsFunc(c.Answers, func(a Answer) bool { return a.Body == b.Body })
	}), nil
}

// fileVisit makes the case of a visit, and for an oral answer brings it to its
// end. It goes on from wherever an earlier call stopped.
func (o *Office) fileVisit(ctx context.Context, by Actor, b Booking, card ReceptionCard) (Case, error) {
	who := b.Who
	who.Assurance = AssuranceInPerson
	ch := ChannelOral
	if card.End == VisitHanded {
		ch = ChannelPaper
	}
	lang := b.Lang
	if lang == "" {
		lang = "ru"
	}
	if who.Key != "" {
		who.Contact.Cabinet = true
	}
	// Who keeps the card registers what comes of it.
	keeper := Actor{ID: by.ID, Name: by.Name, Grants: []Grant{{Role: RoleRegistrar, Body: b.Body}}}
	r, err := o.File(ctx, keeper, Filing{Regime: RegimeAppeal, Channel: ch, Source: "reception:" + b.Slot.Receiver(), Applicant: who,
		Lang: lang, Text: card.Text, Files: card.Files, Topic: card.Topic, Addressee: b.Body, Key: "reception~" + string(b.Slot)})
	if err != nil || card.End != VisitOral {
		return r.Case, err
	}
	c := r.Case
	for range 6 {
		switch c.Stage {
		case StageReceived:
			c, err = o.Route(ctx, c.ID)
		case StageRouted:
			c, err = o.Do(ctx, keeper, c.ID, AnyState, Registration{Topic: card.Topic})
		case StageRegistered, StageInWork:
			c, err = o.Do(ctx, by, c.ID, AnyState, OralAnswer{Summary: card.Answer, Consent: card.Consent, Outcome: card.Outcome})
		default:
			return c, nil
		}
		if err != nil && CodeOf(err) != Conflict && CodeOf(err) != NotAllowed {
			return c, err
		}
		// The router may have been quicker: look where the case is now.
		if latest, again := o.store.Get(ctx, r.Case.ID); again == nil {
			if latest.Stage == c.Stage && err != nil {
				return latest, err
			}
			c = latest
		}
	}
	return c, err
}
