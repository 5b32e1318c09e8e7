package wire

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"priemnaya/bots"
)

// knocked is a door whose updates are kept unless their text is "away".
func knocked(kept *[]bots.Update) *Door {
	take := bots.Take(func(_ context.Context, u bots.Update) error {
		if u.Text == "away" {
			return errors.New("the store is away")
		}
		*kept = append(*kept, u)
		return nil
	})
	var listens atomic.Pointer[bots.Take]
	listens.Store(&take)
	return &Door{Open: true, Header: "X-Secret", Secret: "right", Take: &listens, Within: time.Minute,
		Read: func(raw []byte) (bots.Update, bool, error) {
			if string(raw) == "broken" {
				return bots.Update{}, false, errors.New("no update")
			}
			return bots.Update{Text: string(raw)}, string(raw) != "strange", nil
		}}
}

func TestADoorOpensToWhoHasTheSecretAndConfirmsWhatIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		method, secret, body string
		change               func(*Door)
		want                 int
		keeps                bool
	}{
		"an update":                 {"POST", "right", "hello", nil, http.StatusOK, true},
		"no secret":                 {"POST", "", "hello", nil, http.StatusUnauthorized, false},
		"another secret":            {"POST", "rights", "hello", nil, http.StatusUnauthorized, false},
		"a look":                    {"GET", "right", "hello", nil, http.StatusMethodNotAllowed, false},
		"what cannot be read":       {"POST", "right", "broken", nil, http.StatusBadRequest, false},
		"what nobody knows":         {"POST", "right", "strange", nil, http.StatusOK, false},
		"what was not kept":         {"POST", "right", "away", nil, http.StatusServiceUnavailable, false},
		"as much as is read":        {"POST", "right", strings.Repeat("x", MaxUpdate), nil, http.StatusOK, true},
		"a byte more":               {"POST", "right", strings.Repeat("x", MaxUpdate+1), nil, http.StatusRequestEntityTooLarge, false},
		"a closed door":             {"POST", "right", "hello", func(d *Door) { d.Open = false }, http.StatusNotFound, false},
		"a door nobody listens at":  {"POST", "right", "hello", func(d *Door) { d.Take.Store(nil) }, http.StatusServiceUnavailable, false},
		"a messenger that hangs up": {"POST", "right", "hello", func(d *Door) {}, http.StatusOK, true},
	} {
		var kept []bots.Update
		d := knocked(&kept)
		if c.change != nil {
			c.change(d)
		}
		ctx, hangUp := context.WithCancel(t.Context())
		if name == "a messenger that hangs up" {
			hangUp()
			inner := *d.Take.Load()
			watching := bots.Take(func(ctx context.Context, u bots.Update) error {
				if _, bounded := ctx.Deadline(); ctx.Err() != nil || !bounded {
					t.Errorf("%s: saving ends with it, or never: %v", name, ctx.Err())
				}
				return inner(ctx, u)
			})
			d.Take.Store(&watching)
		}
		r := httptest.NewRequestWithContext(ctx, c.method, "/", strings.NewReader(c.body))
		if c.secret != "" {
			r.Header.Set("X-Secret", c.secret)
		}
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		hangUp()
		if w.Code != c.want || (len(kept) > 0) != c.keeps {
			t.Errorf("%s: %d, want %d; %d kept", name, w.Code, c.want, len(kept))
		}
		if c.want == http.StatusMethodNotAllowed && w.Header().Get("Allow") != http.MethodPost {
			t.Errorf("%s: nobody says which method is right", name)
		}
	}
}
