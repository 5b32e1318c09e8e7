package desk

import (
	"strings"
	"sync"
	"time"

	"priemnaya/casework"
)

// nameLife is how long the names of a body's staff are kept: a change of name
// shows within a minute, and a queue of fifty rows asks once.
const nameLife = time.Minute

// nameCache remembers what the members of staff are called.
type nameCache struct {
	mu     sync.Mutex
	bodies map[string]namedStaff
}

type namedStaff struct {
	at    time.Time
	names map[string]string
}

// personName is what a member of staff of a body is called. Where the list of
// staff does not answer, the account is shown: that is better than no page.
func (v *visit) personName(body, id string) string {
	switch {
	case id == "":
		return ""
	case id == v.by.ID && v.by.Name != "":
		return v.by.Name
	}
	// Who works for all bodies stands in the list of none of them.
	for _, list := range []string{body, casework.Everywhere} {
		if name := v.staffNames(list)[id]; name != "" {
			return name
		}
	}
	if v.Name == nil {
		return v.nameless(id)
	}
	return v.once("name "+id, func() string {
		if name := v.Name(v.ctx, id); name != "" {
			return name
		}
		return v.nameless(id)
	})
}

// nameless is what somebody is called whose account is gone: still one of the
// staff, and still told from another.
func (v *visit) nameless(id string) string {
	if account, ok := strings.CutPrefix(id, "staff:"); ok {
		return v.t("desk.nameless", "Account", account)
	}
	if id == casework.SystemActor().ID {
		return v.t("desk.system")
	}
	return id
}

func (v *visit) staffNames(body string) map[string]string {
	if body == "" {
		return nil
	}
	v.names.mu.Lock()
	kept, ok := v.names.bodies[body]
	v.names.mu.Unlock()
	if ok && v.now.Sub(kept.at) < nameLife {
		return kept.names
	}
	staff, err := v.Officers(v.ctx, body)
	if err != nil {
		return kept.names
	}
	names := make(map[string]string, len(staff))
	for _, a := range staff {
		names[a.ID] = a.Name
	}
	v.names.mu.Lock()
	defer v.names.mu.Unlock()
	if v.names.bodies == nil {
		v.names.bodies = map[string]namedStaff{}
	}
	v.names.bodies[body] = namedStaff{at: v.now, names: names}
	return names
}
