package protected

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"sync"
	"time"
)

// gate keeps floods from what costs: making words, deriving keys, storing. It
// knows no addresses (behind an onion service there are none) and keeps only
// the marks of passes that were used, for as long as these could be used again.
//
//   - While few come, a page brings a ready pass; Rate are made anew each second.
//   - When many come, a page brings a knock. Who returns with it after a few
//     seconds gets a place in the queue: one pass for each 1/Rate seconds, in turn.
//     A flood that does not come back takes no place.
//   - Where scripts are on, a proof of work is a pass at once, the harder the more
//     of them came in the last minute.
//
// All three are signed by a key of this process, work once, and end by themselves.
type gate struct {
	rate float64
	now  func() time.Time
	key  [32]byte

	mu     sync.Mutex
	ready  float64
	filled time.Time
	next   time.Time
	used   map[[nonceSize]byte]time.Time
	works  float64
	worked time.Time
}

const (
	nonceSize = 12
	// passLife is how long a pass waits for a person who reads and thinks.
	passLife = 2 * time.Hour
	// knockLife and workLife are for browsers, which do not think.
	knockLife = 2 * time.Minute
	workLife  = 2 * time.Minute
	// knockWait is how soon a browser returns with a knock.
	knockWait = 3 * time.Second
	// queueMax is the longest queue; who comes when it is full knocks again.
	queueMax = 5 * time.Minute
	// readySeconds is how many seconds' worth of ready passes lie there.
	readySeconds = 10
	// usedMax bounds the memory that a flood can take.
	usedMax = 400_000
	// The bits of work: a tenth of a second in a browser, and some ten seconds.
	leastBits, mostBits = 12, 22
)

// The kinds of tickets.
const (
	kindPass  = 'p'
	kindKnock = 'k'
	kindWork  = 'w'
)

func newGate(rate float64, now func() time.Time) *gate {
	g := &gate{rate: rate, now: now, used: map[[nonceSize]byte]time.Time{}, ready: rate * readySeconds, filled: now()}
	rand.Read(g.key[:])
	return g
}

// ticket is a signed word of the gate.
type ticket struct {
	kind  byte
	bits  byte
	nonce [nonceSize]byte
	// from is when it begins to hold, in whole seconds.
	from time.Time
}

const ticketSize = 2 + nonceSize + 8

func (g *gate) sign(t ticket) string {
	raw := make([]byte, ticketSize, ticketSize+16)
	raw[0], raw[1] = t.kind, t.bits
	copy(raw[2:], t.nonce[:])
	binary.BigEndian.PutUint64(raw[2+nonceSize:], uint64(t.from.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(raw, g.mac(raw)...))
}

func (g *gate) mac(raw []byte) []byte {
	h := hmac.New(sha256.New, g.key[:])
	h.Write(raw)
	return h.Sum(nil)[:16]
}

func (g *gate) read(s string) (ticket, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != ticketSize+16 || !hmac.Equal(g.mac(raw[:ticketSize]), raw[ticketSize:]) {
		return ticket{}, false
	}
	t := ticket{kind: raw[0], bits: raw[1], from: time.Unix(int64(binary.BigEndian.Uint64(raw[2+nonceSize:])), 0)}
	copy(t.nonce[:], raw[2:])
	return t, true
}

func newTicket(kind byte, from time.Time) ticket {
	t := ticket{kind: kind, from: from}
	rand.Read(t.nonce[:])
	return t
}

// take uses a ticket once, if it holds now.
func (g *gate) take(t ticket, life time.Duration) bool {
	now := g.now()
	if now.Unix() < t.from.Unix() || now.After(t.from.Add(life)) {
		return false
	}
	if _, again := g.used[t.nonce]; again {
		return false
	}
	if len(g.used) >= usedMax {
		g.forget(now)
		if len(g.used) >= usedMax {
			return false
		}
	}
	g.used[t.nonce] = t.from.Add(life)
	return true
}

func (g *gate) forget(now time.Time) {
	for nonce, end := range g.used {
		if now.After(end) {
			delete(g.used, nonce)
		}
	}
}

// turn is what a visitor gets: a pass that holds after wait, or a knock to
// return with.
type turn struct {
	pass  string
	knock string
	wait  time.Duration
}

// ask gives a ready pass, or a place in the queue to who brings a knock, or a
// knock.
func (g *gate) ask(knock string) turn {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	g.ready = min(g.rate*readySeconds, g.ready+now.Sub(g.filled).Seconds()*g.rate)
	g.filled = now
	if g.ready >= 1 && !g.next.After(now) {
		g.ready--
		return turn{pass: g.sign(newTicket(kindPass, now))}
	}
	if t, ok := g.read(knock); ok && t.kind == kindKnock && g.take(t, knockLife) {
		next := g.next
		if next.Before(now) {
			next = now
		}
		next = next.Add(time.Duration(float64(time.Second) / g.rate))
		if next.Sub(now) <= queueMax {
			g.next = next
			return turn{pass: g.sign(newTicket(kindPass, next.Truncate(time.Second))), wait: next.Sub(now)}
		}
		wait := 10*time.Second + time.Duration(randomBelow(20))*time.Second
		return turn{knock: g.sign(newTicket(kindKnock, now.Add(wait))), wait: wait}
	}
	return turn{knock: g.sign(newTicket(kindKnock, now.Add(knockWait))), wait: knockWait}
}

// holds reports whether a pass could be spent, how long it waits otherwise, and
// whether it is one at all. It does not use it.
func (g *gate) holds(pass string) (wait time.Duration, ok bool) {
	t, ok := g.read(pass)
	if !ok || t.kind != kindPass {
		return 0, false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if _, again := g.used[t.nonce]; again || now.After(t.from.Add(passLife)) {
		return 0, false
	}
	return max(0, t.from.Sub(now)), true
}

// spend uses a pass or a proof of work, each once.
func (g *gate) spend(pass string) bool {
	if challenge, count, isWork := strings.Cut(pass, "."); isWork {
		return g.spendWork(challenge, count)
	}
	t, ok := g.read(pass)
	if !ok || t.kind != kindPass {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.take(t, passLife)
}

// puzzle gives a challenge: SHA-256(challenge "." count in decimal) must begin
// with so many zero bits.
func (g *gate) puzzle() (challenge string, zeros int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := newTicket(kindWork, g.now())
	t.bits = byte(g.hardness())
	return g.sign(t), int(t.bits)
}

// hardness doubles the work for each doubling of the load over the rate.
func (g *gate) hardness() int {
	g.decay()
	load := g.works / (g.rate * 60)
	if load <= 0.25 {
		return leastBits
	}
	return min(mostBits, leastBits+2+int(math.Round(2*math.Log2(load*4))))
}

// decay halves the count of proofs every 40 seconds, which makes it some minute's
// worth of them.
func (g *gate) decay() {
	now := g.now()
	if past := now.Sub(g.worked).Seconds(); past > 0 {
		g.works *= math.Exp2(-past / 40)
		g.worked = now
	}
}

func (g *gate) spendWork(challenge, count string) bool {
	t, ok := g.read(challenge)
	if !ok || t.kind != kindWork || len(count) > 20 {
		return false
	}
	if _, err := strconv.ParseUint(count, 10, 64); err != nil {
		return false
	}
	if leadingZeros(sha256.Sum256([]byte(challenge+"."+count))) < int(t.bits) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.take(t, workLife) {
		return false
	}
	g.decay()
	g.works++
	return true
}

func leadingZeros(sum [32]byte) int {
	for i := 0; i < len(sum); i += 8 {
		if word := binary.BigEndian.Uint64(sum[i:]); word != 0 {
			return i*8 + bits.LeadingZeros64(word)
		}
	}
	return 256
}

func randomBelow(n int) int {
	var b [4]byte
	rand.Read(b[:])
	return int(binary.BigEndian.Uint32(b[:]) % uint32(n))
}
