package officer

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"sync"
	"time"

	"priemnaya/templates"
)

// How long an officer stays signed in without doing anything, and at all.
const (
	idleFor = 30 * time.Minute
	lastFor = 8 * time.Hour
)

// session is an officer who has signed in. It lives in memory only.
type session struct {
	account Account
	token   string
	since   time.Time
	seen    time.Time
}

// sessions keeps them by the hash of their cookie.
type sessions struct {
	now func() time.Time
	mu  sync.Mutex
	all map[[32]byte]*session
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, all: map[[32]byte]*session{}}
}

func (s *sessions) begin(a Account) (cookie string) {
	cookie = rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for key, x := range s.all {
		if x.over(now) {
			delete(s.all, key)
		}
	}
	s.all[sha256.Sum256([]byte(cookie))] = &session{account: a, token: rand.Text(), since: now, seen: now}
	return cookie
}

func (x *session) over(now time.Time) bool {
	return now.Sub(x.seen) > idleFor || now.Sub(x.since) > lastFor
}

func (s *sessions) of(r *http.Request) *session {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(c.Value))
	x, ok := s.all[key]
	if !ok {
		return nil
	}
	now := s.now()
	if x.over(now) {
		delete(s.all, key)
		return nil
	}
	x.seen = now
	copied := *x
	return &copied
}

func (s *sessions) end(r *http.Request) {
	if c, err := r.Cookie(cookieName); err == nil {
		s.mu.Lock()
		delete(s.all, sha256.Sum256([]byte(c.Value)))
		s.mu.Unlock()
	}
}

const cookieName = "desk"

func (s *Server) showSignIn(v *visit) error {
	if v.who != nil {
		http.Redirect(v.w, v.r, "/reports", http.StatusSeeOther)
		return nil
	}
	page := s.view(v)
	page.Form = templates.NewForm()
	return s.render(v, http.StatusOK, "in", page)
}

// signIn checks both factors. Every failure looks the same.
func (s *Server) signIn(v *visit) error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, 16<<10)
	login := v.r.PostFormValue("login")
	account, err := s.conf.Accounts.Check(login, v.r.PostFormValue("password"), v.r.PostFormValue("code"))
	if errors.Is(err, ErrDenied) {
		if !loginForm.MatchString(login) {
			login = "?"
		}
		if err := s.journal.Write(login, ActDenied, "", ""); err != nil {
			return err
		}
		page := s.view(v)
		page.Form = templates.NewForm("login", v.r.PostFormValue("login"))
		page.Form.Fail("login", "officer.in.denied")
		return s.render(v, http.StatusUnprocessableEntity, "in", page)
	}
	if err != nil {
		return err
	}
	if err := s.journal.Write(account.Login, ActSignIn, "", ""); err != nil {
		return err
	}
	http.SetCookie(v.w, &http.Cookie{Name: cookieName, Value: s.sessions.begin(account), Path: "/", HttpOnly: true, Secure: s.conf.Secure,
		SameSite: http.SameSiteStrictMode})
	http.Redirect(v.w, v.r, "/reports", http.StatusSeeOther)
	return nil
}

func (s *Server) leave(v *visit) error {
	s.sessions.end(v.r)
	http.SetCookie(v.w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.conf.Secure, SameSite: http.SameSiteStrictMode})
	http.Redirect(v.w, v.r, "/", http.StatusSeeOther)
	return nil
}
