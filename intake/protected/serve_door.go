package protected

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime"
	"strings"
	"time"

	"priemnaya/intake/protected/store"
)

// Server is the door of one agency.
type Server struct {
	conf   Config
	gate   *gate
	visits *keeper
	// large admits few large requests at once: each lies in memory as a whole.
	large chan struct{}
	mux   *http.ServeMux
	// scripts are the links of a page, wordList the words for them to draw from.
	scripts  []scriptLink
	wordList []byte
	// calm is told after a request that carried secrets; see CleanMemory.
	calm chan struct{}
}

// largeRequests is how many requests with files are read at once.
const largeRequests = 4

// New makes a door. Errors: what Config needs and lacks.
func New(conf Config) (*Server, error) {
	conf, err := conf.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{conf: conf, gate: newGate(conf.Rate, conf.Now), visits: newKeeper(conf.Secure, conf.Now),
		large: make(chan struct{}, largeRequests), mux: http.NewServeMux(), calm: make(chan struct{}, 1)}
	s.linkScripts()
	for _, r := range s.routes() {
		s.mux.Handle(r.pattern, s.answer(r.handle))
	}
	return s, nil
}

// handler answers a request or says why it cannot.
type handler func(http.ResponseWriter, *http.Request) error

type route struct {
	pattern string
	handle  handler
}

func (s *Server) routes() []route {
	return []route{
		{"GET /{$}", s.showHome},
		{"GET /new", s.showNew}, {"POST /words", s.makeWords},
		{"GET /confirm", s.showConfirm}, {"POST /confirm", s.confirmWords},
		{"GET /write", s.showWrite}, {"POST /write", s.takeReport}, {"GET /sent", s.showSent},
		{"GET /return", s.showReturn}, {"POST /return", s.takeWords},
		{"GET /box", s.showBox}, {"POST /box", s.takeAnswer}, {"GET /file/{number}", s.giveFile},
		{"GET /erase", s.showErase}, {"POST /erase", s.eraseReport}, {"POST /leave", s.leave},
		{"GET /api/keys", s.giveKeys}, {"POST /api/puzzle", s.givePuzzle}, {"POST /api/open", s.openBox},
		{"GET /check", s.showCheck}, {"POST /api/clean", s.cleanForScript},
		{"POST /api/send", s.takeSealed}, {"POST /api/file", s.giveSealed}, {"POST /api/erase", s.eraseSealed},
		{"GET /static/{name}", s.giveStatic}, {"GET /script/{name}", s.giveScript},
		{"/", func(http.ResponseWriter, *http.Request) error { return errNotFound }},
	}
}

// headers are the same on every answer. Date is left out (nil): a server's
// clock tells servers apart.
var headers = http.Header{
	"Content-Security-Policy": {"default-src 'none'; style-src 'self'; script-src 'self'; worker-src 'self'; connect-src 'self'; " +
		"img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
	"Cache-Control":                     {"no-store"},
	"Referrer-Policy":                   {"no-referrer"},
	"Cross-Origin-Opener-Policy":        {"same-origin"},
	"Cross-Origin-Resource-Policy":      {"same-origin"},
	"Cross-Origin-Embedder-Policy":      {"require-corp"},
	"Permissions-Policy":                {"camera=(), microphone=(), geolocation=(), clipboard-read=(), interest-cohort=(), browsing-topics=()"},
	"X-Content-Type-Options":            {"nosniff"},
	"X-Frame-Options":                   {"DENY"},
	"X-Permitted-Cross-Domain-Policies": {"none"},
	"X-Robots-Tag":                      {"noindex, nofollow, noarchive"},
	"X-Dns-Prefetch-Control":            {"off"},
	"Date":                              nil,
}

// Errors of a request; each has a page.
var (
	errNotFound = errors.New("protected: no such page")
	errForeign  = errors.New("protected: a form of another site")
	errEnded    = errors.New("protected: the visit has ended")
	errCrowd    = errors.New("protected: the pass does not hold")
	errBusy     = errors.New("protected: too many large requests")
)

// faults says which status and which texts an error has.
var faults = []struct {
	err    error
	status int
	name   string
}{
	{errNotFound, http.StatusNotFound, "gone"},
	{store.ErrNone, http.StatusNotFound, "gone"},
	{errForeign, http.StatusForbidden, "foreign"},
	{errEnded, http.StatusForbidden, "ended"},
	{errCrowd, http.StatusTooManyRequests, "crowd"},
	{errBusy, http.StatusServiceUnavailable, "busy"},
	{errTooLarge, http.StatusRequestEntityTooLarge, "large"},
	{errBadForm, http.StatusBadRequest, "form"},
	{store.ErrStale, http.StatusConflict, "stale"},
	{store.ErrFull, http.StatusInsufficientStorage, "full"},
}

// answer wraps a handler: headers, languages, foreign forms, errors, panics.
func (s *Server) answer(do handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header()[name] = value
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			// The buffers of a connection that carried secrets are given up with it.
			w.Header().Set("Connection", "close")
		}
		defer s.soothe()
		burnStack()
		err := s.run(do, w, r)
		burnStack()
		if err == nil {
			return
		}
		s.fail(w, r, err)
	})
}

// run refuses forms of other sites and turns a panic into an error without its
// value, which may hold what was typed.
func (s *Server) run(do handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("protected: panic of %T at %s", p, panicPlace())
		}
	}()
	if r.Method == http.MethodPost && !ownSite(r) {
		return errForeign
	}
	return do(w, r)
}

// panicPlace names the function of ours that panicked.
func panicPlace() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "priemnaya/") && !strings.Contains(f.Function, ".run") {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}

// ownSite reports whether a form comes from a page of ours, as the browser
// tells. Pages send no referrer, so their Origin may be "null".
func ownSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "":
	default:
		return false
	}
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "null" || strings.HasSuffix(origin, "://"+r.Host)
}

// fail shows the page of an error. Only failures of ours are logged, and none
// of their text comes from a request.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, name := http.StatusInternalServerError, "failed"
	for _, f := range faults {
		if errors.Is(err, f.err) {
			status, name = f.status, f.name
			break
		}
	}
	if status == http.StatusInternalServerError && r.Context().Err() == nil {
		s.conf.Log.Error("the protected door failed", "err", err)
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, "{\"error\":%q}\n", name)
		return
	}
	v := s.newView(r)
	v.Fault = name
	if err := s.render(w, status, "fault", v); err != nil {
		s.conf.Log.Error("the page of an error cannot be made", "err", err)
	}
}

// PageStep is what the length of every page is a multiple of: who watches the
// line does not see how long a dialogue is.
const PageStep = 16 << 10

// render writes a page, filled up with spaces to a step.
func (s *Server) render(w http.ResponseWriter, status int, name string, v *view) error {
	var page bytes.Buffer
	if err := s.conf.Set.Page(&page, "protected/"+name, s.page(name, v)); err != nil {
		return err
	}
	page.Write(bytes.Repeat([]byte{' '}, (PageStep-page.Len()%PageStep)%PageStep))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", fmt.Sprint(page.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the reader may have gone
	clear(page.Bytes())
	return nil
}

// Handler is the whole door, in both languages: English is under /en.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, english := strings.CutPrefix(r.URL.Path, "/en"); english && (rest == "" || rest[0] == '/') {
			r = r.WithContext(context.WithValue(r.Context(), langKey{}, "en"))
			u := *r.URL
			u.Path = "/" + strings.TrimPrefix(rest, "/")
			r.URL = &u
		}
		s.mux.ServeHTTP(w, r)
	})
}

type langKey struct{}

func langOf(r *http.Request) string {
	if lang, ok := r.Context().Value(langKey{}).(string); ok {
		return lang
	}
	return "ru"
}

// Serve answers on a listener until ctx ends. net/http's own log would write
// addresses, so it goes nowhere.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	closed := func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			s.soothe()
		}
	}
	web := &http.Server{Handler: s.Handler(), ConnState: closed, ErrorLog: log.New(io.Discard, "", 0), MaxHeaderBytes: 16 << 10,
		ReadHeaderTimeout: 30 * time.Second, ReadTimeout: 10 * time.Minute, WriteTimeout: 10 * time.Minute, IdleTimeout: 15 * time.Second}
	stop := context.AfterFunc(ctx, func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = web.Shutdown(ending) // what does not end in time is cut off with the process
	})
	defer stop()
	err := web.Serve(ln)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
