package session

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/intake/identity/internal/shelftest"
)

type rig struct {
	t        *testing.T
	app      *fiber.App
	sessions *Sessions
	shelf    *shelftest.Shelf
	now      time.Time
	epoch    int64
	disabled bool
	grants   []casework.Grant
}

func newRig(t *testing.T, secure bool) *rig {
	r := &rig{t: t, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
		grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "b1"}}}
	r.shelf = shelftest.New(func() time.Time { return r.now })
	var err error
	r.sessions, err = New(Config{Shelf: r.shelf, Now: func() time.Time { return r.now }, Secure: secure,
		Staff: func(_ context.Context, login string, epoch int64) (casework.Actor, error) {
			if r.disabled || epoch != r.epoch {
				return casework.Actor{}, casework.Fail(casework.Unauthenticated, "test", "")
			}
			return casework.Actor{ID: "staff:" + login, Name: "Петрова", Grants: r.grants}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	r.app = fiber.New(fiber.Config{Immutable: true})
	r.app.Get("/citizen", func(c *fiber.Ctx) error {
		return r.sessions.Begin(c, Session{Method: "esia", Applicant: &casework.Applicant{Key: "esia:1", Name: casework.PersonName{Surname: "Осокина"}}})
	})
	r.app.Get("/staff", func(c *fiber.Ctx) error {
		return r.sessions.Begin(c, Session{Method: "password", Login: "petrova", Epoch: r.epoch})
	})
	r.app.Get("/end", r.sessions.End)
	r.app.Get("/who", r.sessions.Middleware(), func(c *fiber.Ctx) error {
		a, ok := r.sessions.Actor(c)
		if !ok {
			return c.SendString("nobody")
		}
		roles := ""
		for _, role := range r.sessions.User(c).Roles {
			roles += " " + role
		}
		_, citizen := r.sessions.Applicant(c)
		if citizen {
			return c.SendString("citizen " + a.ID + " " + r.sessions.User(c).Name + roles)
		}
		return c.SendString(a.ID + roles)
	})
	return r
}

// ask sends the cookie and returns the answer and the cookie it sets.
func (r *rig) ask(path string, cookie *http.Cookie) (status int, body string, set *http.Cookie) {
	r.t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	if cookie != nil {
		request.AddCookie(cookie)
	}
	answer, err := r.app.Test(request, 5000)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	text := new(strings.Builder)
	buffer := make([]byte, 4096)
	for {
		n, err := answer.Body.Read(buffer)
		text.Write(buffer[:n])
		if err != nil {
			break
		}
	}
	for _, c := range answer.Cookies() {
		set = c
	}
	return answer.StatusCode, text.String(), set
}

func (r *rig) who(cookie *http.Cookie) string {
	r.t.Helper()
	_, body, _ := r.ask("/who", cookie)
	return body
}

func (r *rig) signIn(path string) *http.Cookie {
	r.t.Helper()
	_, _, cookie := r.ask(path, nil)
	return cookie
}

func TestTheCookieIsStrictAndTheStoreDoesNotHoldIt(t *testing.T) {
	for _, secure := range []bool{false, true} {
		r := newRig(t, secure)
		c := r.signIn("/citizen")
		if name := map[bool]string{false: "session", true: "__Host-session"}[secure]; c.Name != name || c.Secure != secure {
			t.Errorf("cookie %s, secure %v", c.Name, c.Secure)
		}
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 43 || c.MaxAge != 0 {
			t.Errorf("cookie %+v", c)
		}
		if strings.Contains(r.shelf.Dump(), c.Value) {
			t.Error("the store holds the identifier itself")
		}
		if got := r.who(c); got != "citizen esia:1 Осокина citizen" {
			t.Errorf("got %q", got)
		}
	}
}

func TestACookieThatWasNotGivenOpensNothing(t *testing.T) {
	r := newRig(t, false)
	r.signIn("/citizen")
	hash := strings.Fields(r.shelf.Dump())[0]
	for _, value := range []string{"", "x", strings.Repeat("A", 43), strings.TrimPrefix(hash, "session/"), strings.Repeat("A", 2000)} {
		if got := r.who(&http.Cookie{Name: "session", Value: value}); got != "nobody" {
			t.Errorf("%q is %s", value, got)
		}
	}
}

func TestASessionEndsWhenItIsIdleAndWhenItIsOld(t *testing.T) {
	for name, tc := range map[string]struct {
		path  string
		every time.Duration
		times int
		alive bool
	}{
		"a citizen idle for less than two hours": {"/citizen", 2*time.Hour - time.Second, 1, true},
		"a citizen idle for two hours":           {"/citizen", 2 * time.Hour, 1, false},
		"staff idle for less than half an hour":  {"/staff", 30*time.Minute - time.Second, 1, true},
		"staff idle for half an hour":            {"/staff", 30 * time.Minute, 1, false},
		"a busy citizen after 11 hours":          {"/citizen", time.Hour, 11, true},
		"a busy citizen after 12 hours":          {"/citizen", time.Hour, 12, false},
		"busy staff after 12 hours":              {"/staff", 20 * time.Minute, 36, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, false)
			c := r.signIn(tc.path)
			got := ""
			for range tc.times {
				r.now = r.now.Add(tc.every)
				got = r.who(c)
			}
			if (got != "nobody") != tc.alive {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestASessionInUseIsWrittenAtMostOnceAMinute(t *testing.T) {
	r := newRig(t, false)
	c := r.signIn("/citizen")
	before := r.shelf.Puts()
	for range 120 { // two minutes, a click each second
		r.now = r.now.Add(time.Second)
		r.who(c)
	}
	if got := r.shelf.Puts() - before; got != 2 {
		t.Errorf("%d saves for two minutes of clicks", got)
	}
}

func TestParallelRequestsOfOneBrowserAllSucceed(t *testing.T) {
	r := newRig(t, false)
	c := r.signIn("/citizen")
	r.now = r.now.Add(5 * time.Minute)
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if got := r.who(c); got == "nobody" {
				t.Error("signed out by a parallel request")
			}
		})
	}
	wait.Wait()
}

func TestSigningInAgainChangesTheIdentifierAndEndsTheOldSession(t *testing.T) {
	r := newRig(t, false)
	first := r.signIn("/citizen")
	_, _, second := r.ask("/staff", first)
	if second.Value == first.Value || r.who(first) != "nobody" || r.who(second) != "staff:petrova officer" {
		t.Errorf("first %q, second %q", r.who(first), r.who(second))
	}
}

func TestSigningOutEndsTheSessionAndDropsTheCookie(t *testing.T) {
	r := newRig(t, false)
	c := r.signIn("/citizen")
	_, _, dropped := r.ask("/end", c)
	if dropped.Value != "" || dropped.Expires.After(r.now) || r.who(c) != "nobody" {
		t.Errorf("cookie %+v, who %q", dropped, r.who(c))
	}
}

func TestStaffLoseTheirSessionOrGainARoleAtOnce(t *testing.T) {
	r := newRig(t, false)
	c := r.signIn("/staff")
	r.grants = append(r.grants, casework.Grant{Role: casework.RoleHead, Body: "b1"})
	if got := r.who(c); got != "staff:petrova officer head" {
		t.Errorf("a new role is not seen: %q", got)
	}
	r.disabled = true
	if got := r.who(c); got != "nobody" {
		t.Errorf("a disabled account is %q", got)
	}
	r.disabled, r.epoch = false, 1
	if got := r.who(c); got != "nobody" {
		t.Errorf("an account with a new password is %q", got)
	}
}

func TestRevokingEndsAllSessionsOfOnePersonOnly(t *testing.T) {
	r := newRig(t, false)
	one, two, other := r.signIn("/citizen"), r.signIn("/citizen"), r.signIn("/staff")
	if err := r.sessions.RevokeAll(t.Context(), "esia:1"); err != nil {
		t.Fatal(err)
	}
	if r.who(one) != "nobody" || r.who(two) != "nobody" || r.who(other) == "nobody" {
		t.Errorf("after revoking: %q %q %q", r.who(one), r.who(two), r.who(other))
	}
	if err := r.sessions.RevokeAll(t.Context(), ""); err != nil || r.who(other) == "nobody" {
		t.Error("revoking nobody signed somebody out")
	}
}

func TestAStoreThatIsDownIsAnErrorAndNotASignOut(t *testing.T) {
	r := newRig(t, false)
	c := r.signIn("/citizen")
	r.shelf.Fail = func(string) error { return errors.New("down") }
	if status, body, _ := r.ask("/who", c); status != http.StatusInternalServerError || body == "nobody" {
		t.Errorf("status %d: %q", status, body)
	}
}

func TestABusyStoreDoesNotCostTheSession(t *testing.T) {
	r := newRig(t, false)
	c := r.signIn("/citizen")
	r.now = r.now.Add(5 * time.Minute)
	r.shelf.Fail = func(call string) error {
		if call == "Put" {
			return errors.New("busy")
		}
		return nil
	}
	if got := r.who(c); got == "nobody" {
		t.Error("signed out because the moment could not be saved")
	}
}

func TestASessionEndsEvenIfTheStoreForgetsToForget(t *testing.T) {
	r := newRig(t, false)
	begun := r.now
	r.shelf.Now = func() time.Time { return begun } // nothing ever expires there
	c := r.signIn("/citizen")
	r.now = r.now.Add(2 * time.Hour)
	if got := r.who(c); got != "nobody" {
		t.Errorf("after two idle hours it is %q", got)
	}
}
