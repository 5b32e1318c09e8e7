package casework

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Submission drafts (черновики) are kept on the shelf, so that a draft begun
// at one door goes on at another (promises C1, C2).

// KindDraft is the shelf's kind of drafts; the owner is the applicant's key.
const KindDraft = "draft"

// DraftLife is how long an untouched draft is kept: promise C1 asks for at
// least three months.
const DraftLife = 100 * 24 * time.Hour

// MaxDrafts is how many drafts one person may have at a time.
const MaxDrafts = 20

// FilingDraft is an appeal that is being written. Nothing in it is checked
// before the applicant submits: what was typed is kept as it is.
type FilingDraft struct {
	// ID names the draft; it is also the idempotency key of its submission,
	// so a draft can become one case only.
	ID string `json:"id"`
	// Version is the shelf's; a save over another one is a Conflict.
	Version int64     `json:"-"`
	SavedAt time.Time `json:"savedAt"`
	// Step is where the applicant stopped; each door has names of its own.
	Step      string `json:"step,omitempty"`
	Regime    Regime `json:"regime"`
	Kind      Kind   `json:"kind,omitempty"`
	Topic     string `json:"topic,omitempty"`
	Territory string `json:"territory,omitempty"`
	Address   string `json:"address,omitempty"`
	Addressee string `json:"addressee,omitempty"`
	// AddresseeAsked is true once the applicant has answered "to whom".
	AddresseeAsked bool    `json:"addresseeAsked,omitempty"`
	Text           string  `json:"text,omitempty"`
	Files          []File  `json:"files,omitempty"`
	Contact        Contact `json:"contact"`
	// Fields are answers to further questions of a regime, by field name.
	Fields map[string]string `json:"fields,omitempty"`
	Lang   string            `json:"lang,omitempty"`
	// Site is the registered website on which the draft was begun; what becomes
	// of it then came by that site. Only doors that know the site set it.
	Site string `json:"site,omitempty"`
}

// NewDraft starts a draft for a person. Errors: TooMany if he has MaxDrafts
// already, Unavailable.
func (o *Office) NewDraft(ctx context.Context, by Actor, d FilingDraft) (FilingDraft, error) {
	mine, err := o.Drafts(ctx, by)
	if err != nil {
		return d, err
	}
	if len(mine) >= MaxDrafts {
		return d, &Error{Code: TooMany, Op: "casework.NewDraft", Message: "draft.too_many", Data: map[string]any{"Max": MaxDrafts}}
	}
	var id [16]byte
	rand.Read(id[:])
	d.ID, d.Version = hex.EncodeToString(id[:]), 0
	return o.SaveDraft(ctx, by, d)
}

// SaveDraft keeps what has been typed so far. Errors: Conflict if the draft
// was saved from elsewhere meanwhile, NotFound if it is another person's.
func (o *Office) SaveDraft(ctx context.Context, by Actor, d FilingDraft) (FilingDraft, error) {
	if by.ID == "" || d.ID == "" {
		return d, Fail(Unauthenticated, "casework.SaveDraft", "")
	}
	d.SavedAt = o.now().UTC()
	data, err := json.Marshal(d)
	if err != nil {
		return d, wrap(Internal, "casework.SaveDraft", err)
	}
	r, err := o.shelf.Put(ctx, Record{Kind: KindDraft, ID: draftID(by, d.ID), Version: d.Version,
		Owner: by.ID, Expires: d.SavedAt.Add(DraftLife), Data: data})
	if err != nil {
		return d, err
	}
	d.Version = r.Version
	return d, nil
}

// Draft loads one draft of a person. Errors: NotFound.
func (o *Office) Draft(ctx context.Context, by Actor, id string) (FilingDraft, error) {
	r, err := o.shelf.Fetch(ctx, KindDraft, draftID(by, id))
	if err != nil {
		return FilingDraft{}, err
	}
	return draftOf(r)
}

// Drafts lists a person's drafts.
func (o *Office) Drafts(ctx context.Context, by Actor) ([]FilingDraft, error) {
	if by.ID == "" {
		return nil, Fail(Unauthenticated, "casework.Drafts", "")
	}
	records, _, err := o.shelf.List(ctx, KindDraft, by.ID, Window{Limit: MaxDrafts})
	if err != nil {
		return nil, err
	}
	var out []FilingDraft
	for _, r := range records {
		d, err := draftOf(r)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// DropDraft removes a draft of a person; none is no error.
func (o *Office) DropDraft(ctx context.Context, by Actor, id string) error {
	return o.shelf.Remove(ctx, KindDraft, draftID(by, id))
}

// draftID keeps a guessed ID of another person's draft from being found.
func draftID(by Actor, id string) string { return by.ID + "/" + id }

func draftOf(r Record) (FilingDraft, error) {
	var d FilingDraft
	if err := json.Unmarshal(r.Data, &d); err != nil {
		return d, wrap(Corrupted, "casework.Draft", err)
	}
	d.Version = r.Version
	return d, nil
}

// FilingOf makes the act of filing from a finished draft.
func (d FilingDraft) FilingOf(by Applicant, ch Channel) Filing {
	by.Contact = d.Contact
	if d.Site != "" {
		ch = ChannelSite
	}
	return Filing{Source: d.Site, Regime: d.Regime, AppealKind: d.Kind, Channel: ch, Applicant: by, Lang: d.Lang, Text: d.Text,
		Files: d.Files, Topic: d.Topic, Territory: d.Territory, Address: d.Address, Addressee: d.Addressee, Key: d.ID}
}
