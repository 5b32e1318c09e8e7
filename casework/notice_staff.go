package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// The notices to members of staff whose work a draft waits for.
const (
	// NoticeVisa: his agreement is asked, and it is his turn.
	NoticeVisa NoticeKind = "visa_asked"
	// NoticeReturned: his draft came back with remarks.
	NoticeReturned NoticeKind = "draft_returned"
	// NoticeToSign: a draft waits for the signature of a head.
	NoticeToSign NoticeKind = "to_sign"
)

// KindAsked is the shelf's kind of what waits for a person; the owner is he.
const KindAsked = "asked"

// askedLife is how long such a record is kept at most.
const askedLife = 90 * 24 * time.Hour

// tellStaff queues a notice to one person, or to a role where to is empty. The
// same key is told once, however often the act is repeated.
func (c *Case) tellStaff(env *Env, kind NoticeKind, key, to string) {
	if slices.ContainsFunc(c.Outbox, func(n Notice) bool { return n.Key == key }) {
		return
	}
	role := RoleOfficer
	if to == "" {
		role = RoleHead
	}
	c.Outbox = append(c.Outbox, Notice{Key: key, Kind: kind, Medium: MediumStaff, Staff: role, To: to, QueuedAt: env.Now, NextTry: env.Now,
		State: DeliveryWaiting, Data: map[string]string{"Number": c.PublicNumber()}})
}

// tellTurn tells those whose turn it is to agree, once for each text.
func (c *Case) tellTurn(env *Env) {
	digest := c.draftDigest()
	for _, v := range c.Draft.VisaTurn(digest) {
		c.tellStaff(env, NoticeVisa, "visa-"+digest[:16]+"-"+v.By, v.By)
	}
}

// tellReturned tells the officer of remarks to his draft, not of his own.
func (c *Case) tellReturned(env *Env, by Actor) {
	to := c.Place.Officer
	if to == "" {
		to = c.Draft.Author
	}
	if to != by.ID {
		c.tellStaff(env, NoticeReturned, "returned-"+strconv.Itoa(len(c.Journal)+1), to)
	}
}

// tellToSign tells the heads that a draft waits for a signature.
func (c *Case) tellToSign(env *Env) {
	c.tellStaff(env, NoticeToSign, "sign-"+strconv.Itoa(len(c.Journal)+1), "")
}

// StillAsked reports whether what a notice to staff asks for is still to be
// done; nobody is told of what was done meanwhile.
func (c *Case) StillAsked(n Notice) bool {
	switch n.Kind {
	case NoticeVisa:
		return c.Draft != nil && c.Draft.Signature == nil &&
			slices.ContainsFunc(c.Draft.VisaTurn(c.draftDigest()), func(v Visa) bool { return v.By == n.To })
	case NoticeReturned:
		return c.Stage == StageInWork && c.Draft != nil && (c.Place.Officer == n.To || c.Place.Officer == "") && c.remarked()
	case NoticeToSign:
		return c.Stage == StageOnSigning
	}
	return true
}

// remarked reports whether the draft stands as it was returned.
func (c *Case) remarked() bool {
	digest := c.draftDigest()
	return c.Draft.Remarks != "" || slices.ContainsFunc(c.Draft.Visas, func(v Visa) bool { return !v.At.IsZero() && !v.Agreed && v.Digest == digest })
}

// asked is the record of what waits for a person.
type asked struct {
	Case string `json:"case"`
	Key  string `json:"key"`
}

// ListAsk puts what a notice asks of one person on his list at the desk; again
// is no error. It is done with the act, and again when the notice leaves: a
// crash between leaves nobody untold. Errors: those of the shelf.
func (o *Office) ListAsk(ctx context.Context, c *Case, n Notice) error {
	if n.To == "" || !c.StillAsked(n) {
		return nil
	}
	data, err := json.Marshal(asked{c.ID, n.Key})
	if err != nil {
		return wrap(Internal, "casework.ListAsk", err)
	}
	_, err = o.shelf.Put(ctx, Record{Kind: KindAsked, ID: c.ID + "." + n.Key, Owner: n.To, Data: data, Expires: o.now().Add(askedLife)})
	if code := CodeOf(err); code == Exists || code == Conflict {
		return nil
	}
	return err
}

// listAsks does so for what an act has just queued.
func (o *Office) listAsks(ctx context.Context, c *Case) {
	for _, n := range c.Outbox {
		if n.To != "" && n.Pending() {
			// What is not listed now is when its notice leaves.
			_ = o.ListAsk(ctx, c, n)
		}
	}
}

// StaffAsk is one thing that waits for a member of staff.
type StaffAsk struct {
	Row  Row
	Kind NoticeKind
	// For is the absent person whom the reader stands in for, "" for himself.
	For string
	At  time.Time
}

// AsksOf lists what waits for the actor and for those he stands in for: his
// agreement, his draft that came back and, for a head, drafts to sign. The
// latest come first. Errors: Forbidden for others than staff; those of the stores.
func (o *Office) AsksOf(ctx context.Context, by Actor) ([]StaffAsk, error) {
	if !by.Staff() {
		return nil, Fail(Forbidden, "casework.AsksOf", "act.forbidden")
	}
	owners := []string{by.ID}
	for _, s := range by.Standings {
		owners = appendOnce(owners, s.For)
	}
	var out []StaffAsk
	for _, owner := range owners {
		list, err := o.asksOf(ctx, by, owner)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	if by.Is(RoleHead) {
		page, err := o.queue(ctx, by, Query{Stages: []Stage{StageOnSigning}, Sort: SortDue, Window: Window{Limit: maxWarned}})
		if err != nil {
			return nil, err
		}
		for _, r := range veilRows(by, page.Rows) {
			if r.Stage == StageOnSigning && slices.ContainsFunc(by.Grants, func(g Grant) bool { return g.Role == RoleHead && g.covers(r.Place) }) {
				out = append(out, StaffAsk{Row: r, Kind: NoticeToSign, At: r.ChangedAt})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b StaffAsk) int { return b.At.Compare(a.At) })
	return out, nil
}

func (o *Office) asksOf(ctx context.Context, by Actor, owner string) ([]StaffAsk, error) {
	records, _, err := o.shelf.List(ctx, KindAsked, owner, Window{Limit: MaxLimit})
	if err != nil {
		return nil, err
	}
	var out []StaffAsk
	for _, r := range records {
		var a asked
		if err := json.Unmarshal(r.Data, &a); err != nil {
			return nil, wrap(Corrupted, "casework.AsksOf", err)
		}
		c, err := o.store.Get(ctx, a.Case)
		if err != nil && CodeOf(err) != NotFound {
			return nil, err
		}
		i := slices.IndexFunc(c.Outbox, func(n Notice) bool { return n.Key == a.Key })
		if err != nil || i < 0 || !c.StillAsked(c.Outbox[i]) {
			// Done, or gone with its case: the record has had its time.
			if err := o.shelf.Remove(ctx, KindAsked, r.ID); err != nil {
				return nil, err
			}
			continue
		}
		if !by.ActsFor(owner, &c) || !by.MayRead(&c) {
			continue
		}
		ask := StaffAsk{Row: RowOf(&c), Kind: c.Outbox[i].Kind, At: c.Outbox[i].QueuedAt}
		if owner != by.ID {
			ask.For = owner
		}
		out = append(out, ask)
	}
	rows := make([]Row, len(out))
	for i := range out {
		rows[i] = out[i].Row
	}
	for i, r := range veilRows(by, rows) {
		out[i].Row = r
	}
	return out, nil
}
