package bots

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"priemnaya/casework"
)

// KindDialogue is the shelf's kind of dialogues; the ID is the Key.
const KindDialogue = "dialogue"

// The owners of dialogues on the shelf, so that a start finds those that have
// something to do.
const (
	ownerOwing = "owing"
	ownerIdle  = "idle"
)

const (
	// seenKept is how many updates a dialogue remembers: messengers repeat for
	// a day at most, and the flood limit lets no more through.
	seenKept = 600
	// strangerLife is how long the dialogue of an unbound chat is kept, as long
	// as its drafts.
	strangerLife = casework.DraftLife
	// toldKept is how many notices it remembers as told.
	toldKept = 60
)

// dialogue is what is stored of one.
type dialogue struct {
	State State `json:"state"`
	// Seen are short digests of the updates taken, the latest last.
	Seen []string `json:"seen,omitempty"`
	// Owed are errands not done yet, Out replies not sent yet, in order.
	Owed []Errand  `json:"owed,omitempty"`
	Out  []pending `json:"out,omitempty"`
	// Told are the notices that were sent, with the messenger's message ID.
	Told []told `json:"told,omitempty"`
	// Gone is why nothing can be sent now: the bot was blocked or the chat is
	// gone. Any update ends it.
	Gone SendReason `json:"gone,omitempty"`

	version int64
}

// pending is a reply on its way.
type pending struct {
	Reply Reply `json:"reply"`
	// Notice is the key of the notice it tells of, empty for a reply.
	Notice string `json:"notice,omitempty"`
	// Sending is when an attempt began that has not ended, as far as is known.
	Sending time.Time `json:"sending,omitzero"`
	// Again is true if an attempt may have succeeded.
	Again bool `json:"again,omitempty"`
}

type told struct {
	Key string `json:"key"`
	ID  string `json:"id"`
}

func (d *dialogue) owing() bool { return len(d.Owed) > 0 || len(d.Out) > 0 }

// saw notes an update; false if it was noted before.
func (d *dialogue) saw(update string) bool {
	short := digest("update", update)[:16]
	if slices.Contains(d.Seen, short) {
		return false
	}
	if d.Seen = append(d.Seen, short); len(d.Seen) > seenKept {
		d.Seen = slices.Clone(d.Seen[len(d.Seen)-seenKept:])
	}
	return true
}

// follow takes over what a step has decided.
func (d *dialogue) follow(s State, replies []Reply, errands []Errand) {
	d.State = s
	for _, e := range errands {
		// The same look twice in a row gives the same answer.
		if n := len(d.Owed); n > 1 && repeatable(e.Job) && d.Owed[n-1].Job == e.Job && d.Owed[n-1].Draft == e.Draft &&
			d.Owed[n-1].Case == e.Case && d.Owed[n-1].Value == e.Value {
			d.Owed[n-1].Order = max(d.Owed[n-1].Order, e.Order)
			continue
		}
		d.Owed = append(d.Owed, e)
	}
	for _, r := range replies {
		d.Out = append(dropSlot(d.Out, r.Slot), pending{Reply: r})
	}
}

func repeatable(j Job) bool {
	switch j {
	case JobText, JobPreview, JobMine, JobCase, JobTopics, JobBodies:
		return true
	}
	return false
}

// dropSlot removes replies that a newer one of the slot replaces.
func dropSlot(out []pending, slot string) []pending {
	if slot == "" {
		return out
	}
	return slices.DeleteFunc(out, func(p pending) bool { return p.Reply.Slot == slot && p.Sending.IsZero() })
}

// load fetches a dialogue; one that does not exist is new.
func (a *Attendant) load(ctx context.Context, key string) (*dialogue, error) {
	r, err := a.cfg.Shelf.Fetch(ctx, KindDialogue, key)
	if casework.CodeOf(err) == casework.NotFound {
		return &dialogue{State: State{At: AtHome}}, nil
	}
	if err != nil {
		return nil, err
	}
	d := &dialogue{version: r.Version}
	if err := json.Unmarshal(r.Data, d); err != nil {
		return nil, &casework.Error{Code: casework.Corrupted, Op: "bots.load", Err: err}
	}
	return d, nil
}

func (a *Attendant) save(ctx context.Context, key string, d *dialogue) error {
	data, err := json.Marshal(d)
	if err != nil {
		return &casework.Error{Code: casework.Internal, Op: "bots.save", Err: err}
	}
	owner := ownerIdle
	if d.owing() {
		owner = ownerOwing
	}
	_, err = a.cfg.Shelf.Put(ctx, casework.Record{Kind: KindDialogue, ID: key, Version: d.version, Owner: owner,
		Expires: a.cfg.Now().Add(strangerLife), Data: data})
	return err
}

// rounds is how often a change of a dialogue is tried against other processes.
const rounds = 20

// change loads, changes and saves a dialogue as one step. alter may be called
// again; false means that there is nothing to save.
func (a *Attendant) change(ctx context.Context, key string, alter func(*dialogue) (bool, error)) error {
	defer a.locks.lock(key)()
	for round := 0; ; round++ {
		d, err := a.load(ctx, key)
		if err != nil {
			return err
		}
		keep, err := alter(d)
		if err != nil || !keep {
			return err
		}
		err = a.save(ctx, key, d)
		if code := casework.CodeOf(err); code != casework.Conflict && code != casework.Exists || round >= rounds {
			return err
		}
	}
}

// keyedLocks is one lock for each dialogue in use.
type keyedLocks struct {
	mu  sync.Mutex
	all map[string]*keyedLock
}

type keyedLock struct {
	sync.Mutex
	users int
}

// lock takes the lock of a key and returns how to give it back.
func (l *keyedLocks) lock(key string) func() {
	l.mu.Lock()
	if l.all == nil {
		l.all = map[string]*keyedLock{}
	}
	k := l.all[key]
	if k == nil {
		k = &keyedLock{}
		l.all[key] = k
	}
	k.users++
	l.mu.Unlock()
	k.Lock()
	return func() {
		k.Unlock()
		l.mu.Lock()
		defer l.mu.Unlock()
		if k.users--; k.users == 0 {
			delete(l.all, key)
		}
	}
}
