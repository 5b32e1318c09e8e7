package verify

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"priemnaya/intake/sites/sign"
)

// WatchConfig says how the server that watches a client behaves.
type WatchConfig struct {
	// Key is the key the client signs with. Required.
	Key sign.Key
	// OpenAPI is the description served at /api/v1/openapi.json; empty is none.
	OpenAPI []byte
	// PartBytes is the largest piece of an upload; 0 is 64 KiB, less than in
	// service on purpose, so that a small file comes in pieces.
	PartBytes int
	// Wait is what Retry-After says, in whole seconds; 0 is two of them.
	Wait time.Duration
	// Now is the clock; nil is the system's.
	Now func() time.Time
}

// Watch is a server that speaks the API for websites to one client, gets in its
// way as networks and busy servers do, and keeps what the client did right and
// wrong. It files nothing and keeps nothing. Safe for parallel use.
type Watch struct {
	WatchConfig
	done chan struct{}

	mu       sync.Mutex
	findings findings
	nonces   map[string]bool
	// signedAt are the signatures of the last request for each target.
	signedAt map[string]moment
	// holds are the operations that must wait.
	holds                                             map[string]hold
	filings                                           map[string]*filing
	byID                                              map[string]*filing
	uploads                                           map[string]*piecework
	replyCut, pieceCut, busyTold, quotaTold, codeTold bool

	// filed is the ID of the last case whose receipt has left.
	filed                              string
	followed, shown, listed, allListed bool
	// pages are the cursors of the list of changes, page the last one given.
	pages []string
	page  int
}

// moment is when a request was signed and when it came.
type moment struct{ created, came time.Time }

// hold keeps an operation off until a moment.
type hold struct {
	until  time.Time
	status int
	code   string
	// early is the check of a request that comes too soon, again the one of a
	// request that never comes.
	early, again string
}

// NewWatch makes a server. Errors: the key is none.
func NewWatch(cfg WatchConfig) (*Watch, error) {
	if !keyIDForm.MatchString(cfg.Key.ID) || len(cfg.Key.Secret) == 0 {
		return nil, errors.New("verify: a key has an ID of letters, digits, points and dashes, and a secret")
	}
	if cfg.PartBytes <= 0 {
		cfg.PartBytes = 64 << 10
	}
	if cfg.Wait <= 0 {
		cfg.Wait = 2 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	w := &Watch{WatchConfig: cfg, done: make(chan struct{}), findings: newFindings(), nonces: map[string]bool{}, signedAt: map[string]moment{},
		holds: map[string]hold{}, filings: map[string]*filing{}, byID: map[string]*filing{}, uploads: map[string]*piecework{}}
	w.pages = []string{"", "1:" + rand.Text()[:8] + "+/=", "2:" + rand.Text()[:8] + "+/=", "3:" + rand.Text()[:8] + "+/="}
	return w, nil
}

var keyIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)

// base is the path of the API, maxRequest its largest body in bytes.
const (
	base       = "/api/v1"
	maxRequest = 5 << 20
)

// Done is closed once the client has filed an appeal, asked for its status and
// read the list of changes to the end.
func (w *Watch) Done() <-chan struct{} { return w.done }

// Report tells what was seen until now; url is where the server was reached.
// What the client has begun and not ended counts as a failure.
func (w *Watch) Report(url string) Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.findings.clone()
	w.settle(f)
	return f.report(url)
}

// call is one request whose signature is good.
type call struct {
	*http.Request
	out  http.ResponseWriter
	body []byte
	now  time.Time
	// parts is the path below the base, taken apart.
	parts []string
}

// ServeHTTP answers one request of the client. It panics with
// http.ErrAbortHandler where a reply is to be lost.
func (w *Watch) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.finish()
	k := &call{Request: r, out: rw, body: body, now: w.Now(), parts: strings.Split(strings.TrimPrefix(r.URL.Path, base+"/"), "/")}
	// A connection of its own for each request: the libraries of some languages
	// repeat a request by themselves where a kept one breaks.
	rw.Header().Set("Connection", "close")
	if r.URL.Path == base+"/openapi.json" && r.Method == http.MethodGet && len(w.OpenAPI) > 0 {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = rw.Write(w.OpenAPI)
		return
	}
	if err != nil {
		k.refuse(http.StatusBadRequest, "digest")
		return
	}
	if len(body) > maxRequest {
		w.findings.fail(checkPiece, "%s %s came with more than %d bytes", r.Method, r.URL.Path, maxRequest)
		k.refuse(http.StatusRequestEntityTooLarge, "too_large")
		return
	}
	if !w.admit(k) {
		return
	}
	serve := w.route(k)
	if serve == nil {
		w.findings.fail(checkForm, "%s %s is no operation of the API", r.Method, r.URL.Path)
		k.refuse(http.StatusNotFound, "not_found")
		return
	}
	if !w.kept(k) {
		serve(k)
	}
}

// finish tells the end once everything has been seen.
func (w *Watch) finish() {
	over := w.filed != "" && w.shown && w.allListed && len(w.holds) == 0
	for _, u := range w.uploads {
		over = over && (u.dropped || u.offset == u.size)
	}
	select {
	case <-w.done:
	default:
		if over {
			close(w.done)
		}
	}
}
