// Package pace keeps what a bot sends within a messenger's limits: so many
// calls a second for the bot as a whole, so long a pause between two messages
// of one chat, and the pauses that the messenger itself demands (HTTP 429). It
// also keeps the order: messages of one chat leave one after the other, in the
// order in which they came.
package pace

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Rates are the limits of a messenger.
type Rates struct {
	// PerSecond is the most calls a second over all chats; 0 sets no limit.
	PerSecond int
	// ChatEvery is the least time between two messages of one chat.
	ChatEvery time.Duration
	// Patience is the longest that Enter waits for a demanded pause; a longer
	// one is returned as *Wait at once, so that a worker is not held up.
	Patience time.Duration
}

// Pacer is the gate before a messenger. It is used by many goroutines.
type Pacer struct {
	rates Rates

	mu    sync.Mutex
	next  time.Time
	chats map[string]*line
	// refused is the chat that was last told to wait, and until when.
	refused      string
	refusedUntil time.Time
}

// line is one chat: who holds turn may send.
type line struct {
	turn  chan struct{}
	users int
	next  time.Time
}

// Wait says that the messenger wants a pause that is longer than our patience.
type Wait struct {
	// After is how long; Whole is true if it is for all chats.
	After time.Duration
	Whole bool
}

// Error implements error.
func (w *Wait) Error() string { return fmt.Sprintf("pace: wait %s", w.After.Round(time.Second)) }

// New makes a gate. Rates{} lets everything pass in order.
func New(r Rates) *Pacer {
	if r.Patience == 0 {
		r.Patience = 3 * time.Second
	}
	return &Pacer{rates: r, chats: map[string]*line{}}
}

// Enter waits until a message may leave to this chat and gives what must be
// called when the call is over. Errors: *Wait, or that of ctx.
func (p *Pacer) Enter(ctx context.Context, chat string) (leave func(), err error) {
	l := p.join(chat)
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		p.part(chat, l)
		return nil, ctx.Err()
	}
	leave = func() {
		<-l.turn
		p.part(chat, l)
	}
	if err := p.hold(ctx, l); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// Tick waits for a place among all calls, without a chat.
func (p *Pacer) Tick(ctx context.Context) error { return p.hold(ctx, &line{}) }

// hold waits for a chat's own instant, then for a place among all calls: only
// then, so that a chat that must wait takes no place from the others.
func (p *Pacer) hold(ctx context.Context, l *line) error {
	p.mu.Lock()
	now := time.Now()
	if err := p.tooLong(now, l); err != nil {
		p.mu.Unlock()
		return err
	}
	own := l.next
	p.mu.Unlock()
	if err := sleepUntil(ctx, own); err != nil {
		return err
	}
	p.mu.Lock()
	now = time.Now()
	if err := p.tooLong(now, l); err != nil {
		p.mu.Unlock()
		return err
	}
	at := now
	if p.next.After(at) {
		at = p.next
	}
	if p.rates.PerSecond > 0 {
		p.next = at.Add(time.Second / time.Duration(p.rates.PerSecond))
	}
	l.next = at.Add(p.rates.ChatEvery)
	p.mu.Unlock()
	return sleepUntil(ctx, at)
}

// tooLong is *Wait if a pause is above our patience; mu is held.
func (p *Pacer) tooLong(now time.Time, l *line) error {
	own, whole := l.next.Sub(now), p.next.Sub(now)
	if max(own, whole) <= p.rates.Patience {
		return nil
	}
	return &Wait{After: max(own, whole), Whole: whole > p.rates.Patience}
}

func sleepUntil(ctx context.Context, at time.Time) error {
	d := time.Until(at)
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Pause notes that the messenger refused a chat for a while and reports
// whether all chats must wait: a second chat that is refused while the first
// still waits means that the bot as a whole is too quick.
func (p *Pacer) Pause(chat string, after time.Duration) (whole bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	until := now.Add(after)
	if l := p.chats[chat]; l != nil && until.After(l.next) {
		l.next = until
	}
	if p.refused != "" && p.refused != chat && now.Before(p.refusedUntil) {
		whole = true
		if until.After(p.next) {
			p.next = until
		}
	}
	p.refused, p.refusedUntil = chat, until
	return whole
}

// join takes part in a chat's line; part leaves it.
func (p *Pacer) join(chat string) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.chats[chat]
	if l == nil {
		p.forget()
		l = &line{turn: make(chan struct{}, 1)}
		p.chats[chat] = l
	}
	l.users++
	return l
}

func (p *Pacer) part(chat string, l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.users--
	if l.users == 0 && !l.next.After(time.Now()) {
		delete(p.chats, chat)
	}
}

// forget drops chats that owe no pause once there are many; mu is held.
func (p *Pacer) forget() {
	if len(p.chats) < 4096 {
		return
	}
	now := time.Now()
	for chat, l := range p.chats {
		if l.users == 0 && !l.next.After(now) {
			delete(p.chats, chat)
		}
	}
}
