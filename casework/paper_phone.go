package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// PhoneNote (телефонограмма) is what was said on the phone. It is no appeal:
// 59-FZ art. 4 knows written, electronic and oral appeals, and nobody has seen
// who called. The caller gets a code; with it he signs in and files the note as
// his own appeal, or comes to a counter with his document.
type PhoneNote struct {
	Body  string    `json:"body"`
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	Draft FilingDraft
	Name  PersonName `json:"name"`
}

// KindPhone is the shelf's kind of notes of calls; the owner is the body.
const KindPhone = "phone-note"

// PhoneLife is how long a note of a call waits for the caller.
const PhoneLife = 30 * 24 * time.Hour

// NotePhone keeps a call and gives the code for the caller; the same key gives
// the same code and note. Errors: Forbidden for a body that is not served,
// Invalid if nothing was written down.
func (o *Office) NotePhone(ctx context.Context, by Actor, e Entry) (code string, err error) {
	f := e.Filing
	if !by.Serves(f.Addressee) {
		return "", Fail(Forbidden, "casework.NotePhone", "counter.error.body")
	}
	if letters(f.Text) < MinLetters {
		return "", badField("text", "filing.text_short", map[string]any{"Min": MinLetters})
	}
	if len(f.Key) < 16 {
		return "", badField("key", "filing.key", nil)
	}
	code = phoneCode(spell(mac(o.secret, "phone", by.ID, f.Key), 12))
	now := o.now().UTC()
	note := PhoneNote{Body: f.Addressee, At: now, By: by.ID, Name: f.Applicant.Name,
		Draft: FilingDraft{Regime: f.Regime, Kind: f.AppealKind, Topic: f.Topic, Territory: f.Territory, Address: f.Address,
			Addressee: f.Addressee, AddresseeAsked: true, Text: f.Text, Contact: f.Applicant.Contact, Lang: f.Lang}}
	data, err := json.Marshal(note)
	if err != nil {
		return "", wrap(Internal, "casework.NotePhone", err)
	}
	_, err = o.shelf.Put(ctx, Record{Kind: KindPhone, ID: phoneID(code), Owner: f.Addressee, Expires: now.Add(PhoneLife), Data: data})
	if thereAlready(err) {
		err = nil
	}
	return code, err
}

func phoneCode(s string) string { return s[:4] + "-" + s[4:8] + "-" + s[8:] }

// phoneID keeps the code itself out of the store.
func phoneID(code string) string {
	sum := sha256.Sum256([]byte("phone\n" + normalCode(code)))
	return hex.EncodeToString(sum[:16])
}

func (o *Office) phoneNote(ctx context.Context, code string) (PhoneNote, error) {
	var n PhoneNote
	r, err := o.shelf.Fetch(ctx, KindPhone, phoneID(code))
	if err != nil {
		if CodeOf(err) == NotFound {
			err = Fail(NotFound, "casework.phoneNote", "counter.error.code")
		}
		return n, err
	}
	if err := json.Unmarshal(r.Data, &n); err != nil {
		return n, wrap(Corrupted, "casework.phoneNote", err)
	}
	return n, nil
}

// TakePhone turns the note of a call into a draft of the person who has the
// code and is signed in; he checks and files it himself. The draft's ID follows
// from the code, so a repeated call finds the same draft.
// Errors: NotFound for a wrong, used or expired code; those of NewDraft.
func (o *Office) TakePhone(ctx context.Context, by Actor, code string) (FilingDraft, error) {
	if !by.Is(RoleCitizen) || by.ID == "" {
		return FilingDraft{}, Fail(Unauthenticated, "casework.TakePhone", "")
	}
	id := phoneID(code)
	note, err := o.phoneNote(ctx, code)
	if CodeOf(err) == NotFound {
		// He may have taken it already and lost the reply.
		if d, again := o.Draft(ctx, by, id); again == nil {
			return d, nil
		}
	}
	if err != nil {
		return FilingDraft{}, err
	}
	d := note.Draft
	d.ID, d.Version, d.Fields = id, 0, map[string]string{}
	d, err = o.SaveDraft(ctx, by, d)
	if thereAlready(err) {
		d, err = o.Draft(ctx, by, id)
	}
	if err != nil {
		return d, err
	}
	return d, o.shelf.Remove(ctx, KindPhone, id)
}

// OpenPhone shows the note of a call to staff that serves its body: the caller
// has come to the counter and says the code. It is written into the journal of
// reads. Errors: NotFound.
func (o *Office) OpenPhone(ctx context.Context, by Actor, code string) (PhoneNote, error) {
	note, err := o.phoneNote(ctx, code)
	if err != nil {
		return note, err
	}
	if !by.Serves(note.Body) {
		return PhoneNote{}, Fail(NotFound, "casework.OpenPhone", "counter.error.code")
	}
	return note, o.noteEntry(ctx, by.ID, "phone-"+phoneID(code), "counter_phone")
}

// ClosePhone removes the note of a call that was filed at the counter.
func (o *Office) ClosePhone(ctx context.Context, by Actor, code string) error {
	note, err := o.phoneNote(ctx, code)
	if CodeOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if !by.Serves(note.Body) {
		return Fail(NotFound, "casework.ClosePhone", "counter.error.code")
	}
	return o.shelf.Remove(ctx, KindPhone, phoneID(code))
}
