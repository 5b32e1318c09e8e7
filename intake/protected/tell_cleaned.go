package protected

import (
	"encoding/json"
	"errors"
	"math/bits"
	"net/http"

	"priemnaya/intake/protected/clean"
	"priemnaya/intake/protected/seal"
	"priemnaya/templates"
)

// cleanedNotes say what was taken out of the files of one message: a bit for each
// of clean.Removals, so that they fit into the cookie, which has one length
// whatever they say. They go from the page that takes files to the next one.
type cleanedNotes struct {
	files byte
	what  [MaxFiles]uint32
}

const (
	notesSize = 1 + 4*MaxFiles
	// asItIs marks a file that its author sent uncleaned.
	asItIs = 1 << 31
)

// notesOf notes what was taken out of files.
func notesOf(files []Cleaned) (n cleanedNotes) {
	n.files = byte(min(len(files), MaxFiles))
	for i := range n.files {
		for bit, id := range clean.Removals() {
			for _, removed := range files[i].Removed {
				if removed == id {
					n.what[i] |= 1 << bit
				}
			}
		}
		if files[i].AsIs {
			n.what[i] |= asItIs
		}
	}
	return n
}

// cleanedFile is one file of a message as its author is told about it.
type cleanedFile struct {
	Number int
	AsIs   bool
	// Removed are text ids.
	Removed []string
}

func (n cleanedNotes) list() []cleanedFile {
	var out []cleanedFile
	all := clean.Removals()
	for i := range int(n.files) {
		f := cleanedFile{Number: i + 1, AsIs: n.what[i]&asItIs != 0}
		for left := n.what[i] &^ asItIs; left != 0; left &= left - 1 {
			if bit := bits.TrailingZeros32(left); bit < len(all) {
				f.Removed = append(f.Removed, all[bit])
			}
		}
		out = append(out, f)
	}
	return out
}

// removalNames are the names of clean.Removals in a language, as JSON by id, for
// the script that lists them.
func (s *Server) removalNames(lang string) string {
	names := map[string]string{}
	for _, id := range clean.Removals() {
		names[id] = s.conf.Set.T(lang, id, nil)
	}
	raw, err := json.Marshal(names)
	if err != nil {
		panic(err) // a map of strings is always JSON
	}
	return string(raw)
}

// cleanUploads cleans the files of a form; errors go to the form. A file that
// cannot be made anew is taken as it is only if its author was warned and asked
// for it ("asis"); the first time, the form comes back with the offer.
func (s *Server) cleanUploads(f *form, to *templates.Form) []Cleaned {
	if len(f.files) > 0 && s.conf.Clean == nil {
		to.Fail("files", "protected.file.none")
		return nil
	}
	var out []Cleaned
	for i, u := range f.files {
		c, err := s.conf.Clean(u.name, u.data)
		if err != nil && s.conf.AsIs != nil {
			raw, asIsErr := s.conf.AsIs(u.name, u.data)
			switch {
			case asIsErr != nil: // the refusal stands
			case f.text("asis") == "yes":
				c, err = raw, nil
				c.AsIs = true
			default:
				seal.Wipe(raw.Data)
				to.Values["offer"] = []string{"yes"}
			}
		}
		if err != nil {
			to.Fail("files", s.refusal(err), "Number", i+1)
			continue
		}
		out = append(out, c)
	}
	return out
}

// refusal is the text id of why a file was not taken.
func (s *Server) refusal(err error) string {
	if key := err.Error(); s.conf.Set.Has("ru", key) {
		return key
	}
	return "protected.file.unreadable"
}

// cleanForScript cleans one file for a script that seals it itself: browsers make
// pictures anew, not documents. The file is in memory for the length of this
// answer; neither words nor a report come with it, and nothing is kept.
func (s *Server) cleanForScript(w http.ResponseWriter, r *http.Request) error {
	release, err := s.admitLarge(r)
	if err != nil {
		return err
	}
	defer release()
	f, err := readUpTo(r, 1, MaxFilesBytes)
	if err != nil {
		return err
	}
	defer f.wipe()
	if len(f.files) != 1 || s.conf.Clean == nil {
		return errBadForm
	}
	if !s.gate.spend(f.text("work")) {
		return errCrowd
	}
	c, err := s.conf.Clean("", f.files[0].data)
	var refused clean.Refusal
	if errors.As(err, &refused) {
		return s.giveJSON(w, map[string]string{"refused": s.conf.Set.T(langOf(r), s.refusal(err), nil)})
	}
	if err != nil {
		return err
	}
	defer seal.Wipe(c.Data)
	if c.Removed == nil {
		c.Removed = []string{}
	}
	return s.giveJSON(w, map[string]any{"kind": c.Kind, "removed": c.Removed, "data": c.Data})
}
