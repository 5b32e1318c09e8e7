package verify

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"priemnaya/notifications/signature"
)

// checkAddress lets http pass on this machine only.
func checkAddress(_ context.Context, t *tester) string {
	u, err := url.Parse(t.URL)
	if err != nil {
		return "the address cannot be read"
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return ""
	}
	return "it begins with http://; events are sent by https only"
}

// oddJSON is the same event in another spelling: spaces, escapes, order.
func oddJSON(t *tester) message {
	body := fmt.Sprintf("{ \"data\" : {\"sequence\":1.0e0 ,\t\"case\":%q,\"site\":%q, \"receipt\":\"\\u041f-TEST\",\"stage\":\"registered\",\"test\":true,\"links\":{}},\n \"type\":\"case.registered\", \"timestamp\":%q }\n",
		newCase(), t.Site, t.Now().UTC().Format(time.RFC3339))
	return t.sign(message{id: "evt_" + random(), body: []byte(body), at: t.Now()})
}

// shifted is a message signed well, at another time.
func shifted(d time.Duration) func(*tester) message {
	return func(t *tester) message {
		m := t.event(newCase(), 1)
		m.at = t.Now().Add(d)
		return t.sign(m)
	}
}

func signedBy(key func() signature.Key) func(*tester) message {
	return func(t *tester) message {
		m := t.event(newCase(), 1)
		signature.Put(m.header, m.id, m.at, m.body, key())
		return m
	}
}

func without(header string) func(*tester) message {
	return func(t *tester) message {
		m := t.event(newCase(), 1)
		m.header.Del(header)
		return m
	}
}

func nonsense(t *tester) message {
	m := t.event(newCase(), 1)
	m.header = http.Header{}
	m.header.Set(signature.HeaderID, strings.Repeat("x", 300))
	m.header.Set(signature.HeaderTimestamp, "вчера")
	m.header.Set(signature.HeaderSignature, "v1 ,,, v1,%%% v1,")
	return m
}

// checkLeak looks for the expected signature in a refusal: with it anybody could
// sign.
func checkLeak(ctx context.Context, t *tester) string {
	m := t.event(newCase(), 1)
	right := strings.TrimPrefix(m.header.Get(signature.HeaderSignature), "v1,")
	signature.Put(m.header, m.id, m.at, m.body, signature.NewKey())
	r := t.post(ctx, m)
	if strings.Contains(r.body, right) || strings.Contains(r.body, t.Key.Text()) {
		return "the reply holds the signature that would have been right, or the key itself"
	}
	return ""
}

// checkRepeat sends an event again as a retry does: the same id and body at a
// later time.
func checkRepeat(ctx context.Context, t *tester) string {
	m := t.event(newCase(), 1)
	if r := t.post(ctx, m); !r.taken() {
		return "the first delivery: " + r.String()
	}
	m.at = m.at.Add(time.Second)
	if r := t.post(ctx, t.sign(m)); !r.taken() {
		return r.String() + ", want 2xx; a reply of yours may have been lost: know the event by webhook-id, answer 2xx, and do nothing more"
	}
	return ""
}

// checkReplay sends the same bytes twice. Taking it idly and refusing it are
// both fine; breaking down is not.
func checkReplay(ctx context.Context, t *tester) string {
	m := t.event(newCase(), 1)
	if r := t.post(ctx, m); !r.taken() {
		return "the first delivery: " + r.String()
	}
	if r := t.post(ctx, m); !r.taken() && !r.refused() {
		return r.String() + ", want 2xx or 4xx"
	}
	return ""
}

func checkOrder(ctx context.Context, t *tester) string {
	kase := newCase()
	for _, n := range []int{3, 1, 2} {
		if r := t.post(ctx, t.event(kase, n)); !r.taken() {
			return fmt.Sprintf("event %d of 3, 1, 2: %s, want 2xx; show what has the greatest sequence, and take the others too", n, r)
		}
	}
	return ""
}

func checkParallel(ctx context.Context, t *tester) string {
	var all sync.WaitGroup
	replies := make([]reply, 10)
	for i := range replies {
		m := t.event(newCase(), 1)
		all.Go(func() { replies[i] = t.send(ctx, m) })
	}
	all.Wait()
	for _, r := range replies {
		t.slowest = max(t.slowest, r.took)
		if !r.taken() {
			return r.String() + ", want 2xx from each"
		}
	}
	return ""
}
