package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates/web"
)

const (
	attemptCookie = "login"
	// attemptLife is how long a citizen may take at the provider.
	attemptLife = 10 * time.Minute
	// maxAttempts is how many tabs may be signing in at once.
	maxAttempts = 4
	spentKind   = "login-state"
)

// attempt is one departure to a provider. It lives in a sealed cookie, so that
// it belongs to one browser and nobody can fill our store by starting many.
type attempt struct {
	Provider string    `json:"p"`
	State    string    `json:"s"`
	Nonce    string    `json:"n,omitempty"`
	Verifier string    `json:"v,omitempty"`
	Next     string    `json:"r,omitempty"`
	Began    time.Time `json:"b"`
}

// remember adds an attempt to those of this browser; the oldest gives way.
func (w *Web) remember(c *fiber.Ctx, a attempt) {
	a.Began = w.kit.Now()
	list := append(w.attempts(c), a)
	if len(list) > maxAttempts {
		list = list[len(list)-maxAttempts:]
	}
	w.keep(c, list)
}

func (w *Web) keep(c *fiber.Ctx, list []attempt) {
	body, err := json.Marshal(list)
	if err != nil || len(list) == 0 {
		w.kit.DropCookie(c, attemptCookie)
		return
	}
	w.kit.SetCookie(c, attemptCookie, w.kit.Seal("identity attempts", body, attemptLife), attemptLife)
}

func (w *Web) attempts(c *fiber.Ctx) []attempt {
	body, ok := w.kit.Open("identity attempts", w.kit.Cookie(c, attemptCookie))
	var list, live []attempt
	if !ok || json.Unmarshal(body, &list) != nil {
		return nil
	}
	for _, a := range list {
		if age := w.kit.Now().Sub(a.Began); age >= 0 && age < attemptLife {
			live = append(live, a)
		}
	}
	return live
}

// errStale covers every state that is not to be trusted: unknown, expired, of
// another browser or another provider, or used before.
func errStale() error {
	return casework.Fail(casework.Invalid, "identity.Return", "identity.login.stale")
}

// recall finds the attempt of a callback and makes its state worthless for a
// second one. Errors: Invalid (identity.login.stale), Unavailable.
func (w *Web) recall(c *fiber.Ctx, provider string) (attempt, error) {
	state := c.Query("state")
	list := w.attempts(c)
	for i, a := range list {
		if a.Provider != provider || subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 {
			continue
		}
		w.keep(c, append(list[:i:i], list[i+1:]...))
		return a, w.spend(c.UserContext(), state)
	}
	return attempt{}, errStale()
}

// spend marks the state as used: the cookie alone could be sent again.
func (w *Web) spend(ctx context.Context, state string) error {
	sum := sha256.Sum256([]byte(state))
	_, err := w.config.Shelf.Put(ctx, casework.Record{Kind: spentKind, ID: hex.EncodeToString(sum[:]),
		Expires: w.kit.Now().Add(2 * attemptLife), Data: []byte("{}")})
	if casework.CodeOf(err) == casework.Exists {
		return errStale()
	}
	return err
}

// wayBack is a local path that is not a page of this package, or home.
func wayBack(next, home string) string {
	path := web.SafePath(next)
	for _, own := range []string{SignInPath, SignOutPath, "/staff/login"} {
		if path == own || strings.HasPrefix(path, own+"/") || strings.HasPrefix(path, own+"?") {
			return home
		}
	}
	if next == "" || path != next || len(path) > 1000 {
		return home
	}
	return path
}
