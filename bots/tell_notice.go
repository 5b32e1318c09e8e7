package bots

import (
	"context"
	"errors"
	"slices"
	"time"

	"priemnaya/casework"
)

// News is a notice for the applicant of a case, worded by whoever sends it.
type News struct {
	// Case is the ID, Notice a key that is the same at every attempt.
	Case, Notice string
	// Title is one line, Lines the paragraphs below it.
	Title string
	Lines []string
	// Silent asks for no sound.
	Silent bool
}

// ErrNobody means that no account is bound to the applicant any more.
var ErrNobody = errors.New("bots: no account is bound")

// Tell sends news of a case to every account of its applicant and returns the
// proof: platform and message ID of each, without names. Calling it again with
// the same key sends nothing twice. Errors: ErrNobody; *SendError if none of
// the accounts could be reached; those of the store.
func (a *Attendant) Tell(ctx context.Context, c casework.Case, n News) (evidence string, err error) {
	bound, err := a.Bindings(ctx, c.Applicant().Key)
	if err != nil {
		return "", err
	}
	if len(bound) == 0 {
		return "", ErrNobody
	}
	var failed error
	for _, b := range bound {
		id, err := a.tellOne(ctx, b.Key, c.ID, n)
		if err != nil {
			failed = err
			continue
		}
		if evidence != "" {
			evidence += ", "
		}
		evidence += b.Platform() + " " + id
	}
	if evidence == "" {
		return "", failed
	}
	return evidence, nil
}

// tellOne puts the news among the replies of a chat, so that it is saved before
// it leaves and stands in one order with them, and waits until it has left.
func (a *Attendant) tellOne(ctx context.Context, key, caseID string, n News) (id string, err error) {
	x, _, ok := a.adapterOf(key)
	if !ok {
		return "", &SendError{Reason: Gone}
	}
	notice := digest("notice", caseID, n.Notice)[:24]
	err = a.change(ctx, key, func(d *dialogue) (bool, error) {
		id = ""
		if i := slices.IndexFunc(d.Told, func(t told) bool { return t.Key == notice }); i >= 0 {
			id = d.Told[i].ID
			return false, nil
		}
		if d.Gone != "" {
			return false, &SendError{Reason: d.Gone}
		}
		if slices.ContainsFunc(d.Out, func(p pending) bool { return p.Notice == notice }) {
			return false, nil
		}
		d.Out = append(d.Out, pending{Notice: notice, Reply: newsReply(caseID, n)})
		return true, nil
	})
	if err != nil || id != "" {
		return id, err
	}
	a.wake(key)
	return a.awaitTold(ctx, key, notice, x.Platform())
}

func newsReply(caseID string, n News) Reply {
	r := Reply{Raw: n.Title, Silent: n.Silent, Rows: rows(button("bot.button.this_case", "case:"+caseID))}
	for _, line := range n.Lines {
		r.More = append(r.More, Line{Raw: line})
	}
	return r
}

// awaitTold waits until the news has left. It polls, because another process
// may be the one that sends.
func (a *Attendant) awaitTold(ctx context.Context, key, notice, platform string) (string, error) {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		d, err := a.load(ctx, key)
		if err != nil {
			return "", err
		}
		if i := slices.IndexFunc(d.Told, func(t told) bool { return t.Key == notice }); i >= 0 {
			return d.Told[i].ID, nil
		}
		if d.Gone != "" {
			return "", &SendError{Reason: d.Gone}
		}
		if left := a.slow.left(key, platform); left > 0 {
			return "", &SendError{Reason: RetryLater, After: left}
		}
		if !slices.ContainsFunc(d.Out, func(p pending) bool { return p.Notice == notice }) {
			return "", &SendError{Reason: Refused}
		}
		select {
		case <-ctx.Done():
			return "", &SendError{Reason: RetryLater, Err: ctx.Err()}
		case <-tick.C:
		}
	}
}
