package esiasim

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"
	"time"
)

// grant is what one sign-in allows: asked for, then chosen, then exchanged.
type grant struct {
	client, redirect, state string
	scopes                  []string
	offline                 bool
	challenge               string // PKCE, base64url of SHA-256
	person                  string
	session                 string
	signedIn                time.Time
	ends                    time.Time
}

// desk keeps grants in memory, each kind under the hash of what names it.
type desk struct {
	mu    sync.Mutex
	kinds map[string]map[[32]byte]grant
}

// maxGrants bounds each kind; the emulator forgets all of it beyond that.
const maxGrants = 10_000

func newDesk() desk { return desk{kinds: map[string]map[[32]byte]grant{}} }

func (d *desk) put(kind, name string, g grant) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kinds[kind] == nil || len(d.kinds[kind]) >= maxGrants {
		d.kinds[kind] = map[[32]byte]grant{}
	}
	d.kinds[kind][sha256.Sum256([]byte(name))] = g
}

// get finds a grant that has not ended.
func (d *desk) get(kind, name string, now time.Time) (grant, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, ok := d.kinds[kind][sha256.Sum256([]byte(name))]
	return g, ok && now.Before(g.ends)
}

// take is get that leaves nothing behind.
func (d *desk) take(kind, name string, now time.Time) (grant, bool) {
	g, ok := d.get(kind, name, now)
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.kinds[kind], sha256.Sum256([]byte(name)))
	return g, ok
}

func randomName() string {
	raw := make([]byte, 24)
	_, _ = rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)
}

func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
