package officer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/seal"
)

// Errors of a bundle whose keys cannot be trusted. Each means that nothing may be
// sealed to them: a reply would be readable to whoever slipped a key in.
var (
	// ErrNoLog: the bundle carries no log of keys.
	ErrNoLog = errors.New("officer: the bundle carries no log of keys")
	// ErrOtherLog: the log is another agency's.
	ErrOtherLog = errors.New("officer: the log of keys is that of another agency")
	// ErrKeys: keys of the bundle are not the log's.
	ErrKeys = errors.New("officer: the keys of the bundle are not those of the log")
)

// CheckLog checks the bundle's keys by the log of keys that it carries: the head
// is signed (by pinned, the verifier key known from elsewhere, unless it is empty),
// the log is this agency's, replies would be sealed to its active keys, all of
// them and no others, and every key by which officers sign is or was an officer's
// in it. Open then trusts a signature only up to the day on which its key was
// removed. Errors: ErrNoLog, ErrOtherLog, ErrKeys, those of keylog.Check.
func (b *Bundle) CheckLog(pinned string) (keylog.Page, keylog.State, error) {
	var p keylog.Page
	if len(b.Log) == 0 {
		return p, keylog.State{}, ErrNoLog
	}
	if err := json.Unmarshal(b.Log, &p); err != nil {
		return p, keylog.State{}, ErrFormat
	}
	state, err := keylog.Check(p, pinned)
	if err != nil {
		return p, state, err
	}
	if state.Origin != "priemnaya-protected-"+b.Agency {
		return p, state, ErrOtherLog
	}
	if !sameKeys(b.Recipients, state.Recipients()) {
		return p, state, fmt.Errorf("%w: replies would be sealed to others than the active keys", ErrKeys)
	}
	tenures := keylog.Officers(p)
	for _, k := range b.Officers {
		if !slices.ContainsFunc(tenures, func(t keylog.Tenure) bool { return t.Key == k }) {
			return p, state, fmt.Errorf("%w: %s was never an officer's", ErrKeys, k.Fingerprint())
		}
	}
	b.tenures = append([]keylog.Tenure{}, tenures...)
	return p, state, nil
}

// sameKeys reports whether two lists hold the same keys, each once.
func sameKeys(a, b []seal.Public) bool {
	sorted := func(list []seal.Public) []seal.Public {
		return slices.SortedFunc(slices.Values(list), func(x, y seal.Public) int { return strings.Compare(x.String(), y.String()) })
	}
	return slices.Equal(sorted(a), sorted(b))
}
