package protected

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
	"priemnaya/intake/protected/words"
	"priemnaya/templates"
)

// boxView is a dialogue as its author reads it.
type boxView struct {
	Letters []letterView
	// Expires is the day on which it is erased by itself.
	Expires time.Time
	Kind    string
}

type letterView struct {
	Mine bool
	// Doubtful is an answer that no officer of the agency has signed; its text is
	// not shown.
	Doubtful bool
	Day      time.Time
	Text     string
	Files    []fileView
}

type fileView struct {
	Number int
	Shown  int
}

// dialogue is an opened report.
type dialogue struct {
	report   store.Report
	messages []store.Message
	author   *seal.Author
	agency   string
}

// takeWords answers a return: it derives keys and gives a cookie, whatever the
// words are, and looks nothing up. Right, wrong and expired words cannot be told
// apart here because the door itself does not know.
func (s *Server) takeWords(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	defer f.wipe()
	canonical, err := words.Canonical(f.get("words"))
	if err != nil {
		form := &templates.Form{}
		form.Fail("words", "protected.return.seven")
		v := s.newView(r)
		v.Form, v.Pass = form, f.text("pass")
		return s.render(w, http.StatusUnprocessableEntity, "return", v)
	}
	defer seal.Wipe(canonical)
	if !s.gate.spend(f.text("pass")) {
		return errCrowd
	}
	stretched, err := seal.Stretch(canonical)
	if err != nil {
		return err
	}
	defer stretched.Wipe()
	visit := &visit{confirmed: true, stretched: *stretched}
	defer visit.wipe()
	s.visits.set(w, visit)
	return s.see(w, r, "/box")
}

// openDialogue finds the report of the words, here or as one that another
// agency handed over. All agencies are tried, whichever has it. The caller wipes
// the author. Errors: store.ErrNone.
func (s *Server) openDialogue(ctx context.Context, stretched *seal.Stretched) (*dialogue, error) {
	var found *dialogue
	for _, agency := range append([]string{s.conf.Agency}, s.conf.Origins...) {
		author, err := stretched.Author(agency)
		if err != nil {
			return nil, err
		}
		report, messages, err := s.conf.Store.Box(ctx, author.Tag, author.Secret)
		if err != nil && !errors.Is(err, store.ErrNone) {
			author.Wipe()
			return nil, err
		}
		if err == nil && found == nil {
			found = &dialogue{report: report, messages: messages, author: author, agency: s.conf.Agency}
			continue
		}
		author.Wipe()
	}
	if found == nil {
		return nil, store.ErrNone
	}
	return found, nil
}

// opened is the dialogue of a visit; both are wiped by end.
func (s *Server) opened(r *http.Request) (d *dialogue, v *visit, end func(), err error) {
	if v, err = s.fresh(r, true); err != nil {
		return nil, nil, nil, err
	}
	if d, err = s.openDialogue(r.Context(), &v.stretched); err != nil {
		v.wipe()
		return nil, nil, nil, err
	}
	return d, v, func() { v.wipe(); d.author.Wipe() }, nil
}

func (s *Server) showBox(w http.ResponseWriter, r *http.Request) error {
	d, visit, end, err := s.opened(r)
	if errors.Is(err, store.ErrNone) {
		return s.render(w, http.StatusOK, "none", s.newView(r))
	}
	if err != nil {
		return err
	}
	defer end()
	told := visit.cleaned
	visit.cleaned = cleanedNotes{} // told once
	s.visits.set(w, visit)
	visit.cleaned = told
	return s.boxPage(w, r, d, visit, nil)
}

func (s *Server) boxPage(w http.ResponseWriter, r *http.Request, d *dialogue, visit *visit, form *templates.Form) error {
	v := s.newView(r)
	v.Token, v.Form, v.Once = s.visits.token(visit), form, newOnce()
	v.Cleaned = visit.cleaned.list()
	v.Box = &boxView{Expires: d.report.Expires.Time()}
	shown := 0
	for _, m := range d.messages {
		l, err := s.readLetter(d, m)
		if err != nil {
			return err
		}
		for _, f := range m.Files {
			shown++
			l.Files = append(l.Files, fileView{Number: int(f.Number), Shown: shown})
		}
		v.Box.Letters = append(v.Box.Letters, l)
	}
	status := http.StatusOK
	if !form.OK() {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, status, "box", v)
}

// readLetter opens one message. What is not signed by its side is not shown.
func (s *Server) readLetter(d *dialogue, m store.Message) (letterView, error) {
	l := letterView{Mine: m.Kind != seal.KindOfficer, Day: m.Day.Time()}
	opened, err := seal.Open(d.place(m.Kind, m.Number), m.Sealed, d.author.Identity)
	if err != nil {
		l.Doubtful = true
		return l, nil
	}
	defer seal.Wipe(opened.Body)
	// A letter of the author that came with a handover is signed by the officer who
	// sealed it anew.
	if !(l.Mine && opened.By(d.author.Public())) && !s.byOfficer(opened) {
		l.Doubtful = true
		return l, nil
	}
	letter, err := seal.DecodeLetter(opened.Body)
	if err != nil {
		l.Doubtful = true
		return l, nil
	}
	l.Text = letter.Text
	return l, nil
}

// byOfficer reports whether an officer of the agency signed.
func (s *Server) byOfficer(o seal.Opened) bool {
	officers, err := s.conf.Officers()
	return err == nil && slices.ContainsFunc(officers, o.By)
}

func (d *dialogue) place(kind seal.Kind, number uint32) seal.Place {
	return seal.Place{Agency: d.agency, Report: d.report.ID, Kind: kind, Number: number}
}

// takeAnswer adds a message of the author to his dialogue.
func (s *Server) takeAnswer(w http.ResponseWriter, r *http.Request) error {
	return s.receive(r, func(in arrived) error {
		once := readOnce(in.form)
		for {
			err := s.appendAnswer(w, r, in, once)
			if !errors.Is(err, store.ErrStale) {
				return err
			}
			// An officer attached a file meanwhile.
		}
	})
}

// appendAnswer seals a message behind the latest one. Error: store.ErrStale if
// another came between.
func (s *Server) appendAnswer(w http.ResponseWriter, r *http.Request, in arrived, once [16]byte) error {
	d, err := s.openDialogue(r.Context(), &in.visit.stretched)
	if errors.Is(err, store.ErrNone) {
		return s.render(w, http.StatusOK, "none", s.newView(r))
	}
	if err != nil {
		return err
	}
	defer d.author.Wipe()
	if !in.mistakes.OK() {
		return s.boxPage(w, r, d, in.visit, in.mistakes)
	}
	m, err := s.sealMessage(sealing{report: d.report.ID, kind: seal.KindAuthor, number: store.Next(d.messages, seal.KindAuthor),
		files0: store.NextFile(d.messages), by: d.author, letter: seal.Letter{Text: in.form.text("text")}, files: in.files})
	if err != nil {
		return err
	}
	m.Once = once
	if err := s.conf.Store.Append(r.Context(), d.report.ID, m); err != nil {
		return err
	}
	in.visit.cleaned = notesOf(in.files)
	s.visits.set(w, in.visit)
	return s.see(w, r, "/box")
}

func (s *Server) showErase(w http.ResponseWriter, r *http.Request) error {
	_, visit, end, err := s.opened(r)
	if errors.Is(err, store.ErrNone) {
		return s.render(w, http.StatusOK, "none", s.newView(r))
	}
	if err != nil {
		return err
	}
	defer end()
	v := s.newView(r)
	v.Token = s.visits.token(visit)
	return s.render(w, http.StatusOK, "erase", v)
}

// eraseReport shreds the report of the visit, at the wish of its author.
func (s *Server) eraseReport(w http.ResponseWriter, r *http.Request) error {
	visit, f, err := s.guarded(r, true)
	if err != nil {
		return err
	}
	defer visit.wipe()
	defer f.wipe()
	d, err := s.openDialogue(r.Context(), &visit.stretched)
	if err == nil {
		d.author.Wipe()
		err = s.conf.Store.Shred(r.Context(), d.report.ID)
	}
	if err != nil && !errors.Is(err, store.ErrNone) {
		return err
	}
	s.visits.drop(w)
	return s.render(w, http.StatusOK, "erased", s.newView(r))
}
