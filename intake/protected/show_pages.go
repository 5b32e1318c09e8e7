package protected

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"priemnaya/intake/protected/web"
	"priemnaya/intake/protected/words"
	"priemnaya/templates"
)

// view is what a page of the door sees.
type view struct {
	Lang string
	// Base stands before every address: "" or "/en". Here is this page without it.
	Base, Here string
	// Agency is the name of the agency; Doors are the others.
	Agency string
	Doors  []doorLink
	// Turn is the address at which the queue goes on.
	Turn string
	// Scripts are those by which the page seals in the browser, in order.
	Scripts []scriptLink
	Form    *templates.Form
	// Pass is the ticket of a form, Token its guard, Once its mark.
	Pass, Token, Once string
	// Wait is how many seconds the queue takes.
	Wait  int
	Words []string
	Asked []int
	Box   *boxView
	Fault string
	// Limits for the texts of the page.
	KeepDays, FilesMB, MaxFiles, MaxText int
	// Cleaned tells what was taken out of the files just sent; RemovalNames names
	// all that can be, for scripts.
	Cleaned      []cleanedFile
	RemovalNames string
	Check        *checkView
}

// scriptLink is a script with the hash that the browser holds it to.
type scriptLink struct{ Name, Integrity string }

// pageScripts are the scripts of a page, in the order in which they run.
var pageScripts = []string{"seal.js", "keylog.js", "preview.js", "door.js"}

// linkScripts makes the links of the scripts, and the list of words for them.
func (s *Server) linkScripts() {
	if s.conf.Scripts == nil {
		return
	}
	for _, name := range pageScripts {
		s.scripts = append(s.scripts, scriptLink{Name: name, Integrity: web.Integrity(s.conf.Scripts[name])})
	}
	for i := range words.Size {
		s.wordList = append(append(s.wordList, words.At(i)...), '\n')
	}
}

type doorLink struct{ Name, Address string }

func (s *Server) newView(r *http.Request) *view {
	lang := langOf(r)
	v := &view{Lang: lang, Here: r.URL.Path, Agency: nameIn(s.conf.Names, lang), Scripts: s.scripts,
		KeepDays: s.conf.KeepDays, FilesMB: MaxFilesBytes >> 20, MaxFiles: MaxFiles, MaxText: MaxText}
	if lang != "ru" {
		v.Base = "/" + lang
	}
	if s.scripts != nil {
		v.RemovalNames = s.removalNames(lang)
	}
	for _, d := range s.conf.Doors {
		v.Doors = append(v.Doors, doorLink{Name: nameIn(d.Names(), lang), Address: d.Address})
	}
	return v
}

// Names are the names of a door by language.
func (d Door) Names() map[string]string { return d.Name }

func nameIn(names map[string]string, lang string) string {
	if name := names[lang]; name != "" {
		return name
	}
	return names["ru"]
}

// page is what the templates get: no user, no preferences, no time finer than a
// day.
func (s *Server) page(name string, v *view) templates.Page {
	day := s.conf.Now().UTC().Truncate(24 * time.Hour)
	return templates.Page{Lang: v.Lang, Layout: "protected", Title: s.conf.Set.T(v.Lang, "protected."+name+".title", nil),
		Data: v, Now: day, Zone: time.UTC, Path: v.Here}
}

func (s *Server) showHome(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, http.StatusOK, "home", s.newView(r))
}

// admit puts a pass into the view, or shows the queue and returns false. The
// address carries the knock or the pass of the page before.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, v *view) (bool, error) {
	ticket := r.URL.Query().Get("turn")
	if wait, ok := s.gate.holds(ticket); ok {
		if wait <= 0 {
			v.Pass = ticket
			return true, nil
		}
		return false, s.showWait(w, v, ticket, wait)
	}
	t := s.gate.ask(ticket)
	if t.pass != "" && t.wait <= time.Second {
		v.Pass = t.pass
		return true, nil
	}
	return false, s.showWait(w, v, t.pass+t.knock, t.wait)
}

func (s *Server) showWait(w http.ResponseWriter, v *view, ticket string, wait time.Duration) error {
	v.Wait = int(wait.Seconds()) + 1
	// The page comes back every 30 seconds at least, so that a person sees it lives.
	// A link does the same for who has switched that off.
	v.Turn = v.Base + v.Here + "?turn=" + ticket
	w.Header().Set("Refresh", strconv.Itoa(min(v.Wait, 30))+";url="+v.Turn)
	return s.render(w, http.StatusOK, "wait", v)
}

func (s *Server) showNew(w http.ResponseWriter, r *http.Request) error {
	v := s.newView(r)
	if ok, err := s.admit(w, r, v); !ok {
		return err
	}
	return s.render(w, http.StatusOK, "new", v)
}

func (s *Server) showReturn(w http.ResponseWriter, r *http.Request) error {
	v := s.newView(r)
	if ok, err := s.admit(w, r, v); !ok {
		return err
	}
	return s.render(w, http.StatusOK, "return", v)
}

// leave forgets the visit.
func (s *Server) leave(w http.ResponseWriter, r *http.Request) error {
	s.visits.drop(w)
	return s.render(w, http.StatusOK, "left", s.newView(r))
}

// statics are the only static files a page of the door needs.
var statics = []string{"app.css", "mark.svg"}

func (s *Server) giveStatic(w http.ResponseWriter, r *http.Request) error {
	asset, _, found := s.conf.Set.Static(templates.StaticPath + r.PathValue("name"))
	if !found || !slices.Contains(statics, asset.Name) {
		return errNotFound
	}
	w.Header().Set("Content-Type", asset.Type)
	_, _ = w.Write(asset.Body)
	return nil
}

func (s *Server) giveScript(w http.ResponseWriter, r *http.Request) error {
	body, found := s.conf.Scripts[r.PathValue("name")]
	if r.PathValue("name") == "words.txt" {
		body, found = s.wordList, s.wordList != nil
	}
	if !found {
		return errNotFound
	}
	kind := "text/javascript; charset=utf-8"
	if path.Ext(r.PathValue("name")) == ".json" {
		kind = "application/json"
	}
	if strings.HasSuffix(r.PathValue("name"), ".txt") {
		kind = "text/plain; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body)
	return nil
}

// see leads to another page of the door; every 303 looks the same.
func (s *Server) see(w http.ResponseWriter, r *http.Request, address string) error {
	if langOf(r) != "ru" {
		address = "/" + langOf(r) + address
	}
	w.Header().Set("Location", address)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
