package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
)

// PaperTask is a letter that somebody at a body must print and send. It names
// the case and the notice and nothing of the applicant.
type PaperTask struct {
	ID   string     `json:"id"`
	Case string     `json:"case"`
	Key  string     `json:"key"`
	Kind NoticeKind `json:"kind"`
	Body string     `json:"body"`
	// Number is what the case was called when the letter was queued.
	Number   string    `json:"number"`
	QueuedAt time.Time `json:"queuedAt"`
	// NoAddress is true if no postal address is known: it must be found first.
	NoAddress bool `json:"noAddress,omitempty"`
}

// KindPaper is the shelf's kind of letters to print; the owner is the body.
const KindPaper = "paper-letter"

// PutPaperTask lays a letter on the shelf of letters to print. A repeated call
// is no error. The body is the one that had the case when the letter was
// prepared; an unrouted case's is the addressee. Errors: those of the shelf.
func PutPaperTask(ctx context.Context, shelf Shelf, c Case, n Notice) (PaperTask, error) {
	t := PaperTask{ID: c.ID + "~" + n.Key, Case: c.ID, Key: n.Key, Kind: n.Kind, Body: c.clockBody(), Number: c.PublicNumber(),
		QueuedAt: n.QueuedAt, NoAddress: n.Recipient >= len(c.Parties.Applicants) || c.Parties.Applicants[n.Recipient].Contact.Post == ""}
	data, err := json.Marshal(t)
	if err != nil {
		return t, wrap(Internal, "casework.PutPaperTask", err)
	}
	_, err = shelf.Put(ctx, Record{Kind: KindPaper, ID: t.ID, Owner: t.Body, Data: data})
	if thereAlready(err) {
		err = nil
	}
	return t, err
}

// PaperTasks lists the letters to print of the bodies where the actor is a
// registrar, the oldest first. Errors: Forbidden for anybody else.
func (o *Office) PaperTasks(ctx context.Context, by Actor) ([]PaperTask, error) {
	bodies, all := by.Bodies(RoleRegistrar)
	if !all && len(bodies) == 0 {
		return nil, Fail(Forbidden, "casework.PaperTasks", "act.forbidden")
	}
	if all {
		bodies = []string{""}
	}
	var out []PaperTask
	for _, body := range bodies {
		records, _, err := o.shelf.List(ctx, KindPaper, body, Window{Limit: MaxLimit})
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			var t PaperTask
			if err := json.Unmarshal(r.Data, &t); err != nil {
				return nil, wrap(Corrupted, "casework.PaperTasks", err)
			}
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b PaperTask) int { return a.QueuedAt.Compare(b.QueuedAt) })
	return out, nil
}

// PaperLetter opens one letter to print, with the case it is of, for the
// registrar of its body; the reading is written down. Errors: NotFound.
func (o *Office) PaperLetter(ctx context.Context, by Actor, id string) (PaperTask, Case, Notice, error) {
	fail := func(err error) (PaperTask, Case, Notice, error) { return PaperTask{}, Case{}, Notice{}, err }
	t, err := o.paperTask(ctx, by, id)
	if err != nil {
		return fail(err)
	}
	c, err := o.store.Get(ctx, t.Case)
	if err != nil {
		return fail(err)
	}
	i := slices.IndexFunc(c.Outbox, func(n Notice) bool { return n.Key == t.Key })
	if i < 0 {
		return fail(Fail(NotFound, "casework.PaperLetter", "counter.error.letter"))
	}
	return t, c, c.Outbox[i], o.noteRead(ctx, by, &c, "paper_letter")
}

func (o *Office) paperTask(ctx context.Context, by Actor, id string) (PaperTask, error) {
	var t PaperTask
	r, err := o.shelf.Fetch(ctx, KindPaper, id)
	if err != nil {
		if CodeOf(err) == NotFound {
			err = Fail(NotFound, "casework.PaperLetter", "counter.error.letter")
		}
		return t, err
	}
	if err := json.Unmarshal(r.Data, &t); err != nil {
		return t, wrap(Corrupted, "casework.PaperLetter", err)
	}
	if !by.HasRole(RoleRegistrar, &Case{Place: Placement{Body: t.Body}}) {
		return PaperTask{}, Fail(NotFound, "casework.PaperLetter", "counter.error.letter")
	}
	return t, nil
}

// Posting is how a letter on paper ended.
type Posting struct {
	How PostingWay
	// Track is the postal identifier of a registered letter, or the number of
	// the list of simple letters.
	Track string
	// On is the day it was posted or handed over; zero is today.
	On Date
	// Why is said where it was impossible.
	Why string
}

// PostingWay is how a letter left.
type PostingWay string

// The ways.
const (
	// PostedRegistered: by registered post (заказное), with its identifier.
	PostedRegistered PostingWay = "registered"
	// PostedSimple: by simple post, with the number of the posting list.
	PostedSimple PostingWay = "simple"
	// PostedByHand: handed over to the applicant, who has shown a document.
	PostedByHand PostingWay = "hand"
	// PostedNever: there is no address and none can be found.
	PostedNever PostingWay = "never"
)

// PostingWays lists the ways in the order of the form.
func PostingWays() []PostingWay {
	return []PostingWay{PostedRegistered, PostedSimple, PostedByHand, PostedNever}
}

// ActPosted is the event in the journal of a case whose letter left on paper.
const ActPosted ActKind = "posted"

// ConfirmPosted settles a letter on paper: how it left and with what proof
// stands in the case and in its journal. A repeated call is no error. Errors:
// NotFound; Invalid with the field "how", "track", "on" or "why".
func (o *Office) ConfirmPosted(ctx context.Context, by Actor, id string, p Posting) error {
	t, err := o.paperTask(ctx, by, id)
	if err != nil {
		return err
	}
	now := o.now()
	b, _ := o.Registry().Body(t.Body)
	today := DateOf(now, b.Settings.Location())
	if p.On.IsZero() {
		p.On = today
	}
	if err := p.check(today, DateOf(t.QueuedAt, b.Settings.Location())); err != nil {
		return err
	}
	_, err = o.store.Update(ctx, t.Case, func(c Case) (Case, error) {
		return c.posted(now, by, t.Key, p)
	})
	if err != nil && CodeOf(err) != Conflict {
		return err
	}
	return o.shelf.Remove(ctx, KindPaper, id)
}

// posted writes the proof into the notice and an event into the journal.
func (c Case) posted(now time.Time, by Actor, key string, p Posting) (Case, error) {
	track := strings.ToUpper(strings.Join(strings.Fields(p.Track), ""))
	c, err := changeNotice(c, key, func(n *Notice) error {
		if n.State == DeliverySent || n.State == DeliveryDead {
			return Fail(Conflict, "casework.ConfirmPosted", "notice.not_due")
		}
		n.State, n.SentAt = DeliverySent, now
		n.Evidence = strings.Join(strings.Fields("post "+string(p.How)+" "+track+" "+p.On.String()+" "+by.ID), " ")
		if p.How == PostedNever {
			n.State, n.Failure, n.SentAt = DeliveryDead, "no_address", time.Time{}
		}
		return nil
	})
	if err != nil {
		return c, err
	}
	c.Journal = slices.Clone(c.Journal)
	facts := map[string]string{"notice": key, "how": string(p.How), "on": p.On.String(), "track": track}
	if p.Why != "" {
		facts["why"] = textDigest(p.Why)
	}
	c.record(now, by, RoleRegistrar, ActPosted, facts)
	return c, nil
}

func (p Posting) check(today, queued Date) error {
	track := strings.ToUpper(strings.Join(strings.Fields(p.Track), ""))
	switch {
	case !slices.Contains(PostingWays(), p.How):
		return badField("how", "counter.error.how", nil)
	case p.On.After(today) || p.On.Before(queued):
		return badField("on", "counter.error.on", nil)
	case p.How == PostedRegistered && !PostalID(track):
		return badField("track", "counter.error.track", nil)
	case p.How == PostedSimple && (track == "" || len([]rune(track)) > 40):
		return badField("track", "counter.error.list", nil)
	case p.How == PostedNever && letters(p.Why) < MinLetters:
		return badField("why", "counter.error.why", nil)
	}
	return nil
}

// PostalID reports whether s can be the identifier of a registered letter: 14
// digits within the country, the last a check digit, or 13 signs of the
// international form (S10: two letters, nine digits, two letters). Both carry a
// check digit, so a slip of the pen is noticed.
func PostalID(s string) bool {
	switch {
	case len(s) == 14 && digitsOnly(s):
		sum := 0
		for i, r := range s[:13] {
			sum += int(r-'0') * []int{3, 1}[i%2]
		}
		return (10-sum%10)%10 == int(s[13]-'0')
	case len(s) == 13 && digitsOnly(s[2:11]) && lettersOnly(s[:2]) && lettersOnly(s[11:]):
		sum := 0
		for i, r := range s[2:10] {
			sum += int(r-'0') * []int{8, 6, 4, 2, 3, 5, 9, 7}[i]
		}
		check := 11 - sum%11
		switch check {
		case 10:
			check = 0
		case 11:
			check = 5
		}
		return check == int(s[10]-'0')
	}
	return false
}

func digitsOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func lettersOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsUpper(r) }) < 0
}
