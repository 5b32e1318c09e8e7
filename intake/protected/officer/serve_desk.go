package officer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
	"priemnaya/templates"
)

// Config is what a desk is made of; Folder, Agency, Store, Set and Accounts are
// needed.
type Config struct {
	// Folder is that of the agency; the journal and handovers lie there.
	Folder string
	Agency string
	// Names of the agency by language.
	Names    map[string]string
	Store    *store.Store
	Set      *templates.Set
	Accounts *Accounts
	// Recipients are the keys to which answers and notes are sealed besides the
	// author; Officers are all by which officers' messages are checked.
	Recipients func() ([]seal.Public, error)
	Officers   func() ([]seal.Public, error)
	// KeyLog is the log of keys as officers' tools check it (keylog.Page), nil
	// where there is none.
	KeyLog func() (json.RawMessage, error)
	// Neighbours are the agencies to which a report can be handed over.
	Neighbours func() ([]Neighbour, error)
	// Scripts are the scripts of the channel by name: seal.js is needed.
	Scripts map[string][]byte
	// Secure says that pages are served over TLS.
	Secure bool
	Now    func() time.Time
	// Log gets failures of the disk, never anything of a request.
	Log *slog.Logger
}

// Server is the desk of one agency.
type Server struct {
	conf     Config
	journal  *Journal
	sessions *sessions
	mux      *http.ServeMux
}

// New makes a desk. Errors: what Config needs and lacks.
func New(c Config) (*Server, error) {
	if c.Folder == "" || c.Agency == "" || c.Store == nil || c.Set == nil || c.Accounts == nil || c.Recipients == nil {
		return nil, errors.New("officer: Folder, Agency, Store, Set, Accounts and Recipients are needed")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Officers == nil {
		c.Officers = c.Recipients
	}
	if c.KeyLog == nil {
		c.KeyLog = func() (json.RawMessage, error) { return nil, nil }
	}
	if c.Neighbours == nil {
		c.Neighbours = func() ([]Neighbour, error) { return nil, nil }
	}
	s := &Server{conf: c, journal: OpenJournal(c.Folder, c.Now), sessions: newSessions(c.Now), mux: http.NewServeMux()}
	for _, r := range s.routes() {
		s.mux.Handle(r.pattern, s.answer(r.handle))
	}
	return s, nil
}

type handler func(*visit) error

type route struct {
	pattern string
	handle  handler
}

func (s *Server) routes() []route {
	return []route{
		{"GET /{$}", s.showSignIn}, {"POST /{$}", s.signIn}, {"POST /leave", s.leave},
		{"GET /reports", s.admitted(s.showReports)},
		{"GET /report/{id}", s.admitted(s.showReport)},
		{"GET /report/{id}/shred", s.senior(s.askShred)}, {"POST /report/{id}/shred", s.senior(s.shred)},
		{"GET /report/{id}/bundle", s.admitted(s.giveBundle)},
		{"POST /report/{id}/upload", s.admitted(s.takeUpload)},
		{"GET /api/reports", s.admitted(s.giveReports)},
		{"GET /api/report/{id}", s.admitted(s.giveReport)},
		{"GET /api/report/{id}/file/{number}", s.admitted(s.giveFile)},
		{"POST /api/report/{id}/reply", s.admitted(s.takeReply)},
		{"POST /api/report/{id}/note", s.admitted(s.takeNote)},
		{"POST /api/report/{id}/handover", s.senior(s.takeHandover)},
		{"GET /static/{name}", s.giveStatic}, {"GET /script/{name}", s.giveScript},
		{"/", func(*visit) error { return errGone }},
	}
}

// Errors of a request; each has a page.
var (
	errGone    = errors.New("officer: no such page")
	errForeign = errors.New("officer: a form of another site")
	errOut     = errors.New("officer: not signed in")
	errRight   = errors.New("officer: not a senior")
)

// visit is one request.
type visit struct {
	w    http.ResponseWriter
	r    *http.Request
	lang string
	who  *session
}

func (s *Server) answer(do handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header()[name] = value
		}
		v := &visit{w: w, r: r, lang: "ru", who: s.sessions.of(r)}
		if c, err := r.Cookie("lang"); err == nil && c.Value == "en" {
			v.lang = "en"
		}
		if err := s.run(do, v); err != nil {
			s.fail(v, err)
		}
	})
}

func (s *Server) run(do handler, v *visit) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("officer: panic of %T", p)
		}
	}()
	if v.r.Method == http.MethodPost && !ownSite(v.r) {
		return errForeign
	}
	return do(v)
}

// ownSite reports whether a request comes from a page of ours.
func ownSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "":
		origin := r.Header.Get("Origin")
		return origin == "" || origin == "null" || strings.HasSuffix(origin, "://"+r.Host)
	}
	return false
}

// admitted lets officers in who have signed in.
func (s *Server) admitted(do handler) handler {
	return func(v *visit) error {
		if v.who == nil {
			return errOut
		}
		if v.r.Method == http.MethodPost && v.r.Header.Get("X-Token") != v.who.token && v.formToken() != v.who.token {
			return errForeign
		}
		return do(v)
	}
}

// senior lets seniors in.
func (s *Server) senior(do handler) handler {
	return s.admitted(func(v *visit) error {
		if !v.who.account.Senior {
			return errRight
		}
		return do(v)
	})
}

// Handler is the whole desk.
func (s *Server) Handler() http.Handler { return s.mux }

// Serve answers on a listener until ctx ends. net/http's own log would write
// addresses, so it goes nowhere.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	web := &http.Server{Handler: s.mux, ErrorLog: log.New(io.Discard, "", 0), MaxHeaderBytes: 16 << 10,
		ReadHeaderTimeout: 30 * time.Second, ReadTimeout: 10 * time.Minute, WriteTimeout: 10 * time.Minute, IdleTimeout: time.Minute}
	stop := context.AfterFunc(ctx, func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = web.Shutdown(ending) // what does not end in time is cut off with the process
	})
	defer stop()
	if err := web.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// note writes an act into the journal; what cannot be journalled is not done.
func (s *Server) note(v *visit, act Act, report string) error {
	return s.journal.Write(v.who.account.Login, act, report, "")
}

// outFolder is where handovers wait.
func (s *Server) outFolder() string { return filepath.Join(s.conf.Folder, OutFolder) }
