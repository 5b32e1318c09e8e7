package bots

import (
	"context"
	"encoding/json"
	"time"

	"priemnaya/casework"
)

// KindBinding is the shelf's kind of bindings; the ID is the dialogue's key,
// the owner the applicant's.
const KindBinding = "messenger"

// MaxBindings is how many accounts one person may bind.
const MaxBindings = 5

// Binding (привязка) ties an account of a messenger to an identified person.
type Binding struct {
	// Key names the dialogue.
	Key string `json:"key"`
	// Applicant is the person as he was identified when he confirmed.
	Applicant casework.Applicant `json:"applicant"`
	// User is the account as it was shown to him then.
	User User `json:"user"`
	// Since and Till bound the binding.
	Since time.Time `json:"since"`
	Till  time.Time `json:"till"`
}

// Platform is the messenger of the binding.
func (b Binding) Platform() string {
	platform, _ := cutKey(b.Key)
	return platform
}

func cutKey(key string) (platform, chat string) {
	for i := range key {
		if key[i] == '/' {
			return key[:i], key[i+1:]
		}
	}
	return key, ""
}

// BindingOf finds the person a chat is bound to. Errors: NotFound, also after
// the binding has run out.
func (a *Attendant) BindingOf(ctx context.Context, key string) (Binding, error) {
	r, err := a.cfg.Shelf.Fetch(ctx, KindBinding, key)
	if err != nil {
		return Binding{}, err
	}
	return bindingIn(r)
}

func bindingIn(r casework.Record) (Binding, error) {
	var b Binding
	if err := json.Unmarshal(r.Data, &b); err != nil {
		return b, &casework.Error{Code: casework.Corrupted, Op: "bots.BindingOf", Err: err}
	}
	return b, nil
}

// Bindings lists the accounts of a person.
func (a *Attendant) Bindings(ctx context.Context, applicant string) ([]Binding, error) {
	if applicant == "" {
		return nil, nil
	}
	records, _, err := a.cfg.Shelf.List(ctx, KindBinding, applicant, casework.Window{Limit: 4 * MaxBindings})
	if err != nil {
		return nil, err
	}
	var out []Binding
	for _, r := range records {
		b, err := bindingIn(r)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// Reach is casework.OfficeConfig.Reach for messengers: whether the applicant
// of a case can be told there.
func (a *Attendant) Reach(c *casework.Case) []casework.Medium {
	ctx, cancel := context.WithTimeout(a.base, 2*time.Second)
	defer cancel()
	found, err := a.Bindings(ctx, c.Applicant().Key)
	if err != nil || len(found) == 0 {
		// The cabinet and the e-mail tell all the same.
		return nil
	}
	return []casework.Medium{casework.MediumMessenger}
}

// Unbind drops a binding from the person's side, on the site. Errors: NotFound
// for one that is not his.
func (a *Attendant) Unbind(ctx context.Context, applicant, key string) error {
	b, err := a.BindingOf(ctx, key)
	if err != nil {
		return err
	}
	if applicant == "" || b.Applicant.Key != applicant {
		return casework.Fail(casework.NotFound, "bots.Unbind", "")
	}
	if err := a.unbind(ctx, key); err != nil {
		return err
	}
	err = a.change(ctx, key, func(d *dialogue) (bool, error) {
		f, err := a.facts(ctx, key, d.State)
		if err != nil {
			return false, err
		}
		t := &turn{State: d.State, f: f}
		t.noticeBinding()
		if len(t.replies) == 0 {
			// An update came between and has been told of it already.
			return false, nil
		}
		d.Out = nil
		d.follow(t.State, append(t.replies, t.menu()), nil)
		return true, nil
	})
	if err == nil {
		// Only now: a worker woken before the save finds nothing to do and rests.
		a.wake(key)
	}
	return err
}

func (a *Attendant) unbind(ctx context.Context, key string) error {
	return a.cfg.Shelf.Remove(ctx, KindBinding, key)
}

// bind keeps a binding and takes the drafts of the chat over to the person.
func (a *Attendant) bind(ctx context.Context, key string, who casework.Applicant, user User) (Binding, error) {
	now := a.cfg.Now().UTC()
	b := Binding{Key: key, Applicant: who, User: user, Since: now, Till: now.Add(a.cfg.BindingLife)}
	data, err := json.Marshal(b)
	if err != nil {
		return b, &casework.Error{Code: casework.Internal, Op: "bots.bind", Err: err}
	}
	old, err := a.cfg.Shelf.Fetch(ctx, KindBinding, key)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return b, err
	}
	if _, err := a.cfg.Shelf.Put(ctx, casework.Record{Kind: KindBinding, ID: key, Version: old.Version, Owner: who.Key,
		Expires: b.Till, Data: data}); err != nil {
		return b, err
	}
	return b, a.adopt(ctx, key, who)
}

// adopt moves the drafts of a bare account to the person it belongs to.
func (a *Attendant) adopt(ctx context.Context, key string, who casework.Applicant) error {
	from, to := stranger(key), casework.Citizen(who)
	drafts, err := a.cfg.Office.Drafts(ctx, from)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		d.Version = 0
		if d.Contact.Email == "" {
			d.Contact.Email = who.Contact.Email
		}
		if _, err := a.cfg.Office.SaveDraft(ctx, to, d); err != nil && casework.CodeOf(err) != casework.Exists {
			return err
		}
		if err := a.cfg.Office.DropDraft(ctx, from, d.ID); err != nil {
			return err
		}
	}
	return nil
}
