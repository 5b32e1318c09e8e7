package wire

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"priemnaya/bots"
)

// Begun remembers, in memory and for an hour, how far messages got that need
// several calls, so that a repeated Send goes on where the first one failed.
type Begun struct {
	// Now is the clock.
	Now func() time.Time

	mu   sync.Mutex
	list map[Key]Progress
}

// Key names a message to a chat.
type Key [sha256.Size]byte

// Progress is how far a message got.
type Progress struct {
	// Parts is how many calls have passed; Token is an upload that waits.
	Parts int
	Token string
	at    time.Time
}

// KeyOf names a message to a chat.
func KeyOf(chat string, m bots.Message) (key Key) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%v\x00%v", chat, m.Text, m.Buttons, m.Silent)
	if m.File != nil {
		fmt.Fprintf(h, "\x00%s\x00%d", m.File.Name, m.File.Size)
	}
	h.Sum(key[:0])
	return key
}

// Resume gives how far a message got.
func (b *Begun) Resume(key Key) Progress {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.list[key]
	if b.Now().Sub(p.at) > time.Hour {
		return Progress{}
	}
	return p
}

// Remember notes how far a message got.
func (b *Begun) Remember(key Key, p Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.list == nil || len(b.list) > 1000 {
		b.list = map[Key]Progress{}
	}
	p.at = b.Now()
	b.list[key] = p
}

// Forget drops a message that has passed.
func (b *Begun) Forget(key Key) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.list, key)
}
