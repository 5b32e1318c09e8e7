package keylog

import (
	"encoding/json"

	"priemnaya/intake/protected/seal"
)

// Tenure is a time during which a key was an officer's: from the day of the entry
// that added it to the day of the one that removed it, both "2006-01-02". To is
// empty while the key is active.
type Tenure struct {
	Key      seal.Public
	From, To string
}

// Officers are the tenures of all officers' keys of a checked log, in the order in
// which they began; a key that came back has two.
func Officers(p Page) []Tenure {
	var out []Tenure
	for _, line := range p.Entries {
		var e Entry
		if json.Unmarshal([]byte(line), &e) != nil || e.Role != seal.RoleOfficer {
			continue
		}
		if e.Action == ActionAdd {
			out = append(out, Tenure{Key: e.Key, From: e.Day})
			continue
		}
		for i := range out {
			if out[i].Key == e.Key && out[i].To == "" {
				out[i].To = e.Day
			}
		}
	}
	return out
}

// Signs reports whether what came on a day ("2006-01-02") may be signed by the key.
// A day before the tenure is allowed: whoever has the key cannot have lost it yet,
// and letters that another agency handed over are older than their signature. A
// day behind its end is not: the key may have been taken from its holder since.
func (t Tenure) Signs(day string) bool { return t.To == "" || day <= t.To }
