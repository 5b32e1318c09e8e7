package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"priemnaya/bots"
)

// MaxUpdate is the largest update that a webhook reads; real ones have some KB.
const MaxUpdate = 1 << 20

// Door is the handler that a messenger delivers updates to. It answers 200 only
// after an update is kept; anything else makes the messenger deliver it again.
type Door struct {
	// Open is whether the adapter has a webhook; a closed door is not found.
	Open bool
	// Header is where the messenger repeats the Secret.
	Header, Secret string
	// Take is who keeps updates, nil inside while nobody listens.
	Take *atomic.Pointer[bots.Take]
	// Within is how long an update may take before the messenger gives up.
	Within time.Duration
	// Read reads an update. known is false for one that is left out; an error
	// is for what is no update at all.
	Read func(raw []byte) (u bots.Update, known bool, err error)
}

// ServeHTTP implements http.Handler.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !d.Open {
		http.NotFound(w, r)
		return
	}
	if !Same(r.Header.Get(d.Header), d.Secret) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	take := d.Take.Load()
	if take == nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxUpdate))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	u, known, err := d.Read(raw)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if !known {
		return
	}
	// The messenger may hang up while we save; what is half saved is saved whole.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), d.Within)
	defer cancel()
	if err := (*take)(ctx, u); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
