package protected

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"unicode/utf8"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
	"priemnaya/intake/protected/words"
	"priemnaya/templates"
)

// makeWords spends a pass and shows seven new words, this once.
func (s *Server) makeWords(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	defer f.wipe()
	if !s.gate.spend(f.text("pass")) {
		return errCrowd
	}
	secret := words.Draw()
	defer seal.Wipe(secret)
	canonical, err := words.Canonical(secret)
	if err != nil {
		return err
	}
	defer seal.Wipe(canonical)
	stretched, err := seal.Stretch(canonical)
	if err != nil {
		return err
	}
	defer stretched.Wipe()
	visit := &visit{stretched: *stretched}
	defer visit.wipe()
	drawn := bytes.Split(secret, []byte(" "))
	for i, n := range threeOf(words.Count) {
		visit.asked[i] = askedWord{place: byte(n), number: uint16(words.Number(drawn[n]))}
	}
	s.visits.set(w, visit)
	v := s.newView(r)
	for _, word := range drawn {
		v.Words = append(v.Words, string(word))
	}
	return s.render(w, http.StatusOK, "words", v)
}

// threeOf draws three different numbers under n, in rising order.
func threeOf(n int) []int {
	var out []int
	for len(out) < askedWords {
		if i := randomBelow(n); !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// fresh is the visit of somebody who has words; confirmed says whether he must
// have confirmed them.
func (s *Server) fresh(r *http.Request, confirmed bool) (*visit, error) {
	visit := s.visits.get(r)
	if visit == nil || visit.confirmed != confirmed {
		return nil, errEnded
	}
	return visit, nil
}

// guarded is a form of a visit with its guard checked. The caller wipes both.
func (s *Server) guarded(r *http.Request, confirmed bool) (*visit, *form, error) {
	visit, err := s.fresh(r, confirmed)
	if err != nil {
		return nil, nil, err
	}
	f, err := readForm(r)
	if err == nil && !s.visits.own(visit, f.get("token")) {
		f.wipe()
		err = errForeign
	}
	if err != nil {
		visit.wipe()
		return nil, nil, err
	}
	return visit, f, nil
}

func (s *Server) showConfirm(w http.ResponseWriter, r *http.Request) error {
	visit, err := s.fresh(r, false)
	if err != nil {
		return err
	}
	defer visit.wipe()
	return s.askWords(w, r, visit, nil)
}

func (s *Server) askWords(w http.ResponseWriter, r *http.Request, visit *visit, form *templates.Form) error {
	v := s.newView(r)
	v.Token, v.Form = s.visits.token(visit), form
	for _, a := range visit.asked {
		v.Asked = append(v.Asked, int(a.place)+1)
	}
	status := http.StatusOK
	if !form.OK() {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, status, "confirm", v)
}

// confirmWords checks three of the words. Nothing has been written so far, so a
// person who did not keep them begins anew and loses nothing.
func (s *Server) confirmWords(w http.ResponseWriter, r *http.Request) error {
	visit, f, err := s.guarded(r, false)
	if err != nil {
		return err
	}
	defer visit.wipe()
	defer f.wipe()
	form := &templates.Form{}
	for _, a := range visit.asked {
		name := fmt.Sprint("word", a.place+1)
		if words.Number(f.get(name)) != int(a.number) {
			form.Fail(name, "protected.confirm.wrong", "Number", int(a.place)+1)
		}
	}
	if !form.OK() {
		return s.askWords(w, r, visit, form)
	}
	visit.confirmed, visit.asked = true, [askedWords]askedWord{}
	s.visits.set(w, visit)
	return s.see(w, r, "/write")
}

// showWrite asks for the report; who has written already goes to the dialogue.
func (s *Server) showWrite(w http.ResponseWriter, r *http.Request) error {
	visit, err := s.fresh(r, true)
	if err != nil {
		return err
	}
	defer visit.wipe()
	if _, err := s.openDialogue(r.Context(), &visit.stretched); err == nil {
		return s.see(w, r, "/box")
	} else if !errors.Is(err, store.ErrNone) {
		return err
	}
	s.visits.set(w, visit)
	return s.writePage(w, r, visit, nil)
}

func (s *Server) writePage(w http.ResponseWriter, r *http.Request, visit *visit, form *templates.Form) error {
	v := s.newView(r)
	v.Token, v.Form, v.Once = s.visits.token(visit), form, newOnce()
	status := http.StatusOK
	if !form.OK() {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, status, "write", v)
}

func newOnce() string {
	var once [16]byte
	rand.Read(once[:])
	return base64.RawURLEncoding.EncodeToString(once[:])
}

// readOnce is the mark of a form; another one where it was damaged.
func readOnce(f *form) (once [16]byte) {
	raw, err := base64.RawURLEncoding.DecodeString(f.text("once"))
	if err != nil || len(raw) != len(once) {
		rand.Read(once[:])
		return once
	}
	return [16]byte(raw)
}

// arrived is a letter as its author has sent it; it is wiped when it has been
// dealt with.
type arrived struct {
	visit *visit
	form  *form
	// mistakes are what must be mended before it is taken.
	mistakes *templates.Form
	files    []Cleaned
}

// receive reads a letter of the visit, lets deal store it and wipes it.
func (s *Server) receive(r *http.Request, deal func(arrived) error) error {
	release, err := s.admitLarge(r)
	if err != nil {
		return err
	}
	defer release()
	visit, f, err := s.guarded(r, true)
	if err != nil {
		return err
	}
	defer visit.wipe()
	defer f.wipe()
	mistakes := templates.NewForm("text", f.text("text"))
	files := s.checkLetter(f, mistakes)
	defer wipeFiles(files)
	return deal(arrived{visit, f, mistakes, files})
}

// takeReport seals a first message to officers and author and stores it.
func (s *Server) takeReport(w http.ResponseWriter, r *http.Request) error {
	return s.receive(r, func(in arrived) error {
		if !in.mistakes.OK() {
			return s.writePage(w, r, in.visit, in.mistakes)
		}
		author, err := in.visit.stretched.Author(s.conf.Agency)
		if err != nil {
			return err
		}
		defer author.Wipe()
		id, public := seal.NewReport(), author.Public()
		message, err := s.sealMessage(sealing{report: id, kind: seal.KindReport, by: author,
			letter: seal.Letter{Text: in.form.text("text"), Reply: &public}, files: in.files})
		if err != nil {
			return err
		}
		message.Once = readOnce(in.form)
		err = s.conf.Store.Create(r.Context(), id, store.WordsOf(author), message)
		// Who presses twice, or sends again after a lost answer, has been heard once.
		if err != nil && !errors.Is(err, store.ErrTaken) {
			return err
		}
		in.visit.cleaned = notesOf(in.files)
		s.visits.set(w, in.visit)
		return s.see(w, r, "/sent")
	})
}

func (s *Server) showSent(w http.ResponseWriter, r *http.Request) error {
	visit, err := s.fresh(r, true)
	if err != nil {
		return err
	}
	visit.wipe()
	v := s.newView(r)
	v.Cleaned = visit.cleaned.list()
	return s.render(w, http.StatusOK, "sent", v)
}

// admitLarge waits until few enough large requests are read at once.
func (s *Server) admitLarge(r *http.Request) (func(), error) {
	select {
	case s.large <- struct{}{}:
		return func() { <-s.large }, nil
	case <-r.Context().Done():
		return nil, errBusy
	}
}

// checkLetter checks what was typed and cleans the files; errors go to the form.
func (s *Server) checkLetter(f *form, to *templates.Form) []Cleaned {
	text := bytes.TrimSpace(f.get("text"))
	switch n := utf8.RuneCount(text); {
	case !utf8.Valid(text):
		to.Fail("text", "protected.write.not_text")
	case n == 0 && len(f.files) == 0:
		to.Fail("text", "protected.write.empty")
	case n > MaxText:
		to.Fail("text", "protected.write.long", "Max", MaxText)
	}
	return s.cleanUploads(f, to)
}

func wipeFiles(files []Cleaned) {
	for _, f := range files {
		seal.Wipe(f.Data)
	}
}
