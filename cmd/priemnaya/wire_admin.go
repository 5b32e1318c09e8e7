package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/casework/desk"
	"priemnaya/casework/registry"
	"priemnaya/jobs"
)

// replayLast is how many cases a change of routing rules is tried on.
const replayLast = 50_000

// adminDesk is what administrators keep in the browser.
type adminDesk struct {
	*App
	book   *registry.Book
	ledger *registry.Ledger

	// work runs in the background until the program ends.
	ctx  context.Context
	work sync.WaitGroup

	mu      sync.Mutex
	replays map[string]bool
}

// openAdmin makes it and follows what other processes publish.
func (a *App) openAdmin(ctx context.Context) *adminDesk {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d := &adminDesk{App: a, book: registry.OpenBook(a.storage, a.now), ledger: registry.OpenLedger(a.storage, a.now), ctx: ctx, replays: map[string]bool{}}
	d.work.Go(d.followRegistry)
	d.work.Go(d.beat)
	a.onClose(func(context.Context) error {
		cancel()
		d.work.Wait()
		return nil
	})
	return d
}

// pages is what the desk is given.
func (d *adminDesk) pages() *desk.Admin {
	return &desk.Admin{Registry: adminRegistry{d}, Staff: adminStaff{d}, Sites: adminSites{d}, Reading: adminReading{d}, Health: d.health, Dead: adminDead{d}, Log: d.log,
		Branches: deskTopics{classifier.Official()}.Branches}
}

// startRetain purges what has had its time, in the background.
func (a *App) startRetain() error {
	r, err := jobs.NewRetainer(jobs.RetainConfig{Store: a.storage, Shelf: a.storage, Files: a.files, Now: a.now, Log: a.log})
	if err != nil {
		return err
	}
	r.Start()
	a.onClose(r.Stop)
	return nil
}

// every calls do now and then until the program ends.
func (d *adminDesk) every(pause time.Duration, do func()) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-d.ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}

// followRegistry takes over what another process has published: the registry
// and the rules of reading.
func (d *adminDesk) followRegistry() {
	d.every(10*time.Second, func() {
		if err := d.takeRegistry(d.ctx); err != nil && d.ctx.Err() == nil {
			d.App.log.Warn("the registry of bodies could not be read", "code", casework.CodeOf(err))
		}
		if _, err := d.office.TakeReadingRules(d.ctx); err != nil && d.ctx.Err() == nil {
			d.App.log.Warn("the rules of reading could not be read", "code", casework.CodeOf(err))
		}
	})
}

func (d *adminDesk) takeRegistry(ctx context.Context) error {
	_, revision, err := d.book.Latest(ctx)
	if err != nil || revision == "" || revision == d.office.Registry().Revision() {
		return err
	}
	reg, err := registry.Current(ctx, d.storage)
	if err == nil {
		d.office.SetRegistry(reg)
	}
	return err
}

// adminRegistry changes the registry of bodies.
type adminRegistry struct{ *adminDesk }

// Seen is the mark of a body as it is in force.
func (r adminRegistry) Seen(b casework.Body) string { return registry.DigestOf(b) }

// Propose prepares an edition and begins its dry run.
func (r adminRegistry) Propose(ctx context.Context, by casework.Actor, e desk.RegistryEdit) (desk.RegistryChange, error) {
	return r.begin(r.book.ProposeBody(ctx, by, registry.Edit{Body: e.Body, Seen: e.Seen, Why: e.Why}))
}

// Return prepares a return to an edition.
func (r adminRegistry) Return(ctx context.Context, by casework.Actor, revision, why string) (desk.RegistryChange, error) {
	return r.begin(r.book.ProposeReturn(ctx, by, revision, why))
}

// Renew makes a change anew.
func (r adminRegistry) Renew(ctx context.Context, by casework.Actor, id string) (desk.RegistryChange, error) {
	return r.begin(r.book.Renew(ctx, by, id))
}

// begin starts the dry run of a change that needs one.
func (r adminRegistry) begin(c registry.Change, err error) (desk.RegistryChange, error) {
	if err == nil {
		r.replay(c)
	}
	return r.view(c), err
}

// replay tries a change on the last cases, once at a time; an unfinished one is
// begun again by whoever looks at it after a restart.
func (r adminRegistry) replay(c registry.Change) {
	if c.State != registry.Proposed || !c.Routes || c.Replayed {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.replays[c.ID] || r.ctx.Err() != nil {
		return
	}
	r.replays[c.ID] = true
	r.work.Go(func() {
		err := r.run(r.ctx, c)
		r.mu.Lock()
		delete(r.replays, c.ID)
		r.mu.Unlock()
		if err != nil && r.ctx.Err() == nil {
			r.App.log.Error("a dry run of routing rules stopped; it begins again when somebody looks at it", "change", c.ID, "code", casework.CodeOf(err))
		}
	})
}

func (r adminRegistry) run(ctx context.Context, c registry.Change) error {
	e, err := r.book.Edition(ctx, c.Revision)
	if err != nil {
		return err
	}
	then, err := casework.NewRegistry(c.Revision, e.Bodies, e.Territories)
	if err != nil {
		return err
	}
	last := time.Now()
	result, err := r.office.ReplayRoutes(ctx, then, replayLast, func(done int) {
		if time.Since(last) < time.Second {
			return
		}
		last = time.Now()
		if err := r.book.NoteReplay(ctx, c.ID, done, nil); err != nil {
			r.App.log.Warn("the progress of a dry run was not noted", "change", c.ID, "code", casework.CodeOf(err))
		}
	})
	if err != nil {
		return err
	}
	return r.book.NoteReplay(ctx, c.ID, result.Cases, &result)
}

func (r adminRegistry) view(c registry.Change) desk.RegistryChange {
	return desk.RegistryChange{ID: c.ID, Base: c.Base, Revision: c.Revision, Subject: c.Subject, Why: c.Why, By: c.By, At: c.At,
		State: string(c.State), DecidedBy: c.DecidedBy, DecidedAt: c.DecidedAt, Routes: c.Routes, Replayed: c.Replayed, Done: c.Done,
		Last: replayLast, Replay: c.Replay, InForce: c.Revision == r.office.Registry().Revision()}
}

// Changes lists the changes of one thing, or all, the newest first.
func (r adminRegistry) Changes(ctx context.Context, subject, after string) ([]desk.RegistryChange, string, error) {
	list, next, err := r.book.Changes(ctx, subject, casework.Window{After: after, Limit: 50})
	var out []desk.RegistryChange
	for _, c := range list {
		out = append(out, r.view(c))
	}
	return out, next, err
}

// Change gives one with both texts and what it would close.
func (r adminRegistry) Change(ctx context.Context, id string) (desk.RegistryChange, error) {
	c, err := r.book.Get(ctx, id)
	if err != nil {
		return desk.RegistryChange{}, err
	}
	r.replay(c)
	out := r.view(c)
	for revision, text := range map[string]*string{c.Base: &out.Before, c.Revision: &out.After} {
		e, err := r.book.Edition(ctx, revision)
		if err == nil {
			*text, err = registry.Text(e)
		}
		if err != nil {
			return out, err
		}
	}
	gone, err := r.book.LeavingBy(ctx, c, r.office.OpenAt)
	for _, l := range gone {
		out.Leaving = append(out.Leaving, desk.RegistryLeaving(l))
	}
	return out, err
}

// Decide publishes or drops; a published edition is in force at once.
func (r adminRegistry) Decide(ctx context.Context, by casework.Actor, id string, publish bool) (desk.RegistryChange, error) {
	c, reg, err := r.book.Decide(ctx, by, id, publish, r.office.OpenAt)
	if err == nil && reg != nil {
		r.office.SetRegistry(reg)
	}
	return r.view(c), err
}

// log lists the ledger.
func (d *adminDesk) log(ctx context.Context, after string) ([]desk.AdminEntry, string, error) {
	list, next, err := d.ledger.All(ctx, casework.Window{After: after, Limit: 50})
	return entryViews(list), next, err
}

func entryViews(list []registry.Entry) []desk.AdminEntry {
	var out []desk.AdminEntry
	for _, e := range list {
		out = append(out, desk.AdminEntry{ID: e.ID, Area: e.Area, Subject: e.Subject, What: e.What, Why: e.Why, By: e.By, At: e.At,
			Before: plainLines(e.Before), After: plainLines(e.After), Back: (e.What == "changed" || e.What == "returned") && len(e.Before) > 0})
	}
	return out
}

// plainLines writes a kept document so that a person can compare two.
func plainLines(raw json.RawMessage) string {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return ""
	}
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return ""
	}
	var out strings.Builder
	for line := range strings.Lines(strings.NewReplacer(`"`, "", ",\n", "\n").Replace(string(text))) {
		if strings.Trim(line, " {}[]\n") != "" {
			out.WriteString(line)
		}
	}
	return out.String()
}

// entryOf finds an entry of a thing that can be returned from, and what was
// before it.
func (d *adminDesk) entryOf(ctx context.Context, area, subject, id string, before any) (registry.Entry, error) {
	list, err := d.ledger.Of(ctx, area, subject)
	if err != nil {
		return registry.Entry{}, err
	}
	for _, e := range list {
		if e.ID == id && len(e.Before) > 0 {
			if err := json.Unmarshal(e.Before, before); err != nil {
				return e, &casework.Error{Code: casework.Corrupted, Op: "adminDesk.entryOf", Err: err}
			}
			return e, nil
		}
	}
	return registry.Entry{}, casework.Fail(casework.NotFound, "adminDesk.entryOf", "")
}

// noted writes a change into the ledger and makes it.
func (d *adminDesk) noted(ctx context.Context, by casework.Actor, e registry.Entry, before, after any, do func() error) error {
	var err1, err2 error
	if before != nil {
		e.Before, err1 = json.Marshal(before)
	}
	if after != nil {
		e.After, err2 = json.Marshal(after)
	}
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return d.ledger.Write(ctx, by, e, do)
}
