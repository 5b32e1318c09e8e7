package verify

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"priemnaya/notifications/signature"
)

// Config says whom to check.
type Config struct {
	// URL is the receiver's endpoint, Key the secret it knows.
	URL string
	Key signature.Key
	// Site is the ID of the site in the events; empty is "conformance".
	Site string
	// Now is the clock of timestamps; nil is the system's.
	Now func() time.Time
	// Timeout bounds each message; 0 is the ten seconds of our courier.
	Timeout time.Duration
}

// maxReply is how much of a reply is looked at, in bytes.
const maxReply = 64 << 10

// message is one message to the receiver.
type message struct {
	id     string
	body   []byte
	at     time.Time
	method string
	header http.Header
}

// reply is what came back.
type reply struct {
	status int
	body   string
	took   time.Duration
	err    error
}

// taken reports a 2xx.
func (r reply) taken() bool { return r.err == nil && r.status >= 200 && r.status < 300 }

// refused reports a 4xx: the receiver has understood and says no.
func (r reply) refused() bool { return r.err == nil && r.status >= 400 && r.status < 500 }

// String tells a person what came back.
func (r reply) String() string {
	switch {
	case r.err != nil:
		return "no reply: " + plainly(r.err)
	case r.status >= 300 && r.status < 400:
		return fmt.Sprintf("a redirect (%d), which is never followed", r.status)
	}
	return fmt.Sprintf("HTTP %d", r.status)
}

// plainly shortens an error of net/http, which repeats the address.
func plainly(err error) string {
	if errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "Timeout") {
		return "too slow"
	}
	s := err.Error()
	if i := strings.LastIndex(s, `": `); i >= 0 {
		s = s[i+3:]
	}
	return s
}

// tester sends messages and remembers how long the slowest took.
type tester struct {
	Config
	client  *http.Client
	slowest time.Duration
}

func newTester(cfg Config) *tester {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 10 * time.Second
	}
	if cfg.Site == "" {
		cfg.Site = "conformance"
	}
	return &tester{Config: cfg, client: &http.Client{Timeout: cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// event makes a good message: the n-th event of a case of its own.
func (t *tester) event(kase string, n int) message {
	data := map[string]any{"site": t.Site, "case": kase, "sequence": n, "receipt": "П-TEST-TEST-TEST", "number": "ОГ-2026-000001",
		"stage": "registered", "test": true, "dates": map[string]string{"registered_on": "2026-04-01", "answer_due": "2026-04-30"},
		"links": map[string]string{"status": "https://priemnaya.example/api/v1/appeals/" + kase, "applicant": "https://priemnaya.example/case/" + kase}}
	return t.sealed("case.registered", data)
}

func (t *tester) sealed(kind string, data map[string]any) message {
	body, err := json.Marshal(map[string]any{"type": kind, "timestamp": t.Now().UTC().Format(time.RFC3339), "data": data})
	if err != nil {
		panic(err) // maps of texts and numbers always become JSON
	}
	return t.sign(message{id: "evt_" + random(), body: body, at: t.Now()})
}

// sign signs a message as it is, by the key of the receiver.
func (t *tester) sign(m message) message {
	m.header = http.Header{}
	signature.Put(m.header, m.id, m.at, m.body, t.Key)
	return m
}

// random is an unguessable name.
func random() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func newCase() string { return "VERIFY" + strings.ToUpper(random())[:20] }

// send posts a message.
func (t *tester) send(ctx context.Context, m message) reply {
	method := m.method
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, t.URL, bytes.NewReader(m.body))
	if err != nil {
		return reply{err: err}
	}
	req.Header = m.header.Clone()
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "priemnaya-verify")
	begin := time.Now()
	resp, err := t.client.Do(req)
	if err != nil {
		return reply{err: err, took: time.Since(begin)}
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	return reply{status: resp.StatusCode, body: string(raw), took: time.Since(begin)}
}

// post sends and remembers the time.
func (t *tester) post(ctx context.Context, m message) reply {
	r := t.send(ctx, m)
	t.slowest = max(t.slowest, r.took)
	return r
}
