package protected

import (
	"encoding/json"
	"net/http"
	"path"
	"slices"
	"strings"

	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/web"
)

// checkView is what a person needs to check the pages of the door with: the
// hashes of everything that runs in his browser and the head of the log of keys.
type checkView struct {
	Scripts []scriptHash
	Log     *logView
}

// scriptHash is a script with its SHA-256 as sha256sum prints it, and the value
// that stands in the page beside its name.
type scriptHash struct{ Name, Hash, Integrity string }

// logView is the head of the log of keys.
type logView struct {
	Origin, Fingerprint, Head, Verifier string
	Size                                int64
	// Keys are the active ones, by their fingerprints.
	Keys []keyView
}

type keyView struct{ Role, Day, Fingerprint string }

// showCheck publishes hashes and head. A server that lies shows matching lies
// here: the page says that the figures must come from elsewhere too.
func (s *Server) showCheck(w http.ResponseWriter, r *http.Request) error {
	v := s.newView(r)
	v.Check = &checkView{}
	for name, body := range s.conf.Scripts {
		if path.Ext(name) == ".js" {
			v.Check.Scripts = append(v.Check.Scripts, scriptHash{name, web.Hash(body), web.Integrity(body)})
		}
	}
	slices.SortFunc(v.Check.Scripts, func(a, b scriptHash) int { return strings.Compare(a.Name, b.Name) })
	if s.wordList != nil {
		v.Check.Scripts = append(v.Check.Scripts, scriptHash{"words.txt", web.Hash(s.wordList), ""})
	}
	if s.conf.KeyLog != nil {
		raw, err := s.conf.KeyLog()
		if err != nil {
			return err
		}
		var p keylog.Page
		if err := json.Unmarshal(raw, &p); err != nil {
			return err
		}
		state, err := keylog.Check(p, "")
		if err != nil {
			return err
		}
		v.Check.Log = &logView{Origin: state.Origin, Fingerprint: state.Fingerprint(), Head: p.Head, Verifier: p.Verifier, Size: state.Size}
		for _, e := range state.Entries {
			v.Check.Log.Keys = append(v.Check.Log.Keys, keyView{"protected.check." + string(e.Role), e.Day, e.Key.Fingerprint()})
		}
	}
	return s.render(w, http.StatusOK, "check", v)
}
