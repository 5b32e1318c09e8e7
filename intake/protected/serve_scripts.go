package protected

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// The interface of door.js. It carries envelopes, tags and secrets, never words
// or texts; each call that costs brings a proof of work.

// sealedBytes bounds the envelopes of one message: files of MaxFilesBytes, padded.
const sealedBytes = 2*MaxFilesBytes + 8<<20

// claim is how a script shows that its author has the words, at this agency and
// at those that handed reports over to it.
type claim struct {
	Tag    string `json:"tag"`
	Secret string `json:"secret"`
}

type openRequest struct {
	Words []claim `json:"words"`
	Work  string  `json:"work"`
	File  uint32  `json:"file"`
}

type sendRequest struct {
	Words  []claim `json:"words"`
	Work   string  `json:"work"`
	Report string  `json:"report"`
	Number uint32  `json:"number"`
	// Files are the numbers of the files that follow the letter.
	Files []uint32 `json:"files"`
	Once  string   `json:"once"`
}

func (s *Server) giveKeys(w http.ResponseWriter, _ *http.Request) error {
	to, err := s.conf.Recipients()
	if err != nil {
		return err
	}
	officers, err := s.conf.Officers()
	if err != nil {
		return err
	}
	names := append([]string{s.conf.Agency}, s.conf.Origins...)
	out := map[string]any{"agency": s.conf.Agency, "agencies": names, "recipients": to, "officers": officers}
	if s.conf.KeyLog != nil {
		log, err := s.conf.KeyLog()
		if err != nil {
			return err
		}
		out["log"] = log
	}
	return s.giveJSON(w, out)
}

// giveJSON writes an answer filled up to a step, as pages are.
func (s *Server) giveJSON(w http.ResponseWriter, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	raw = append(raw, bytes.Repeat([]byte{' '}, (PageStep-len(raw)%PageStep)%PageStep)...)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	_, _ = w.Write(raw)
	return nil
}

func (s *Server) givePuzzle(w http.ResponseWriter, _ *http.Request) error {
	challenge, zeros := s.gate.puzzle()
	return s.giveJSON(w, map[string]any{"challenge": challenge, "bits": zeros})
}

// readJSON reads a small body and spends its proof of work.
func (s *Server) readJSON(r *http.Request) (openRequest, error) {
	var in openRequest
	f := &form{}
	defer f.wipe()
	raw, err := f.slurp(r.Body, formBytes)
	if err != nil {
		return in, err
	}
	if json.Unmarshal(raw, &in) != nil || len(in.Words) == 0 || len(in.Words) > 64 {
		return in, errBadForm
	}
	if !s.gate.spend(in.Work) {
		return in, errCrowd
	}
	return in, nil
}

func (c claim) read() (tag, secret [32]byte, err error) {
	rawTag, err1 := hex.DecodeString(c.Tag)
	rawSecret, err2 := hex.DecodeString(c.Secret)
	if err1 != nil || err2 != nil || len(rawTag) != 32 || len(rawSecret) != 32 {
		return tag, secret, errBadForm
	}
	return [32]byte(rawTag), [32]byte(rawSecret), nil
}

// claimed finds the report of one of the claims; all are tried. Where none is
// found it returns the decoy with store.ErrNone.
func (s *Server) claimed(r *http.Request, claims []claim) (store.Report, []store.Message, error) {
	var report store.Report
	var messages []store.Message
	found := false
	for _, c := range claims {
		tag, secret, err := c.read()
		if err != nil {
			return store.Report{}, nil, err
		}
		one, letters, err := s.conf.Store.Box(r.Context(), tag, secret)
		if err != nil && !errors.Is(err, store.ErrNone) {
			return store.Report{}, nil, err
		}
		if !found {
			report, messages, found = one, letters, err == nil
		}
	}
	if !found {
		return report, messages, store.ErrNone
	}
	return report, messages, nil
}

// openBox gives the sealed dialogue of a claim. Where there is none it gives the
// decoy, of the same length: only the right words could tell.
func (s *Server) openBox(w http.ResponseWriter, r *http.Request) error {
	in, err := s.readJSON(r)
	if err != nil {
		return err
	}
	var report store.Report
	var messages []store.Message
	onBeat(r.Context(), func() { report, messages, err = s.claimed(r, in.Words) })
	if err != nil && !errors.Is(err, store.ErrNone) {
		return err
	}
	type letter struct {
		Kind   seal.Kind `json:"kind"`
		Number uint32    `json:"number"`
		Day    int32     `json:"day"`
		Sealed []byte    `json:"sealed"`
		Files  []uint32  `json:"files"`
	}
	list := []letter{}
	for _, m := range messages {
		l := letter{Kind: m.Kind, Number: m.Number, Day: int32(m.Day), Sealed: m.Sealed, Files: []uint32{}}
		for _, f := range m.Files {
			l.Files = append(l.Files, f.Number)
		}
		list = append(list, l)
	}
	return s.giveJSON(w, map[string]any{"report": report.ID.String(), "messages": list})
}

// takeSealed stores a message that was sealed in the browser.
func (s *Server) takeSealed(w http.ResponseWriter, r *http.Request) error {
	release, err := s.admitLarge(r)
	if err != nil {
		return err
	}
	defer release()
	f, err := readUpTo(r, MaxFiles+1, sealedBytes)
	if err != nil {
		return err
	}
	defer f.wipe()
	var in sendRequest
	if json.Unmarshal(f.get("about"), &in) != nil || len(in.Words) == 0 || len(f.files) != len(in.Files)+1 {
		return errBadForm
	}
	if !s.gate.spend(in.Work) {
		return errCrowd
	}
	m, err := in.message(f.files)
	if err != nil {
		return err
	}
	id, err := seal.ParseReport(in.Report)
	if err != nil {
		return errBadForm
	}
	if err := s.keepSealed(r, in, id, m); err != nil {
		return err
	}
	return s.giveJSON(w, map[string]any{"kept": true})
}

// message reads the envelopes of a request and refuses what has not their shape.
func (in sendRequest) message(files []upload) (store.Message, error) {
	once, err := base64.RawURLEncoding.DecodeString(in.Once)
	if err != nil || len(once) != 16 {
		return store.Message{}, errBadForm
	}
	m := store.Message{Kind: seal.KindAuthor, Number: in.Number, Once: [16]byte(once), Sealed: files[0].data}
	for i, number := range in.Files {
		m.Files = append(m.Files, store.File{Number: number, Sealed: files[i+1].data})
	}
	for _, f := range files {
		if seal.Check(f.data) != nil {
			return store.Message{}, errBadForm
		}
	}
	return m, nil
}

// keepSealed appends to the report of the claim, or begins one.
func (s *Server) keepSealed(r *http.Request, in sendRequest, id seal.Report, m store.Message) error {
	report, _, err := s.claimed(r, in.Words)
	if err == nil {
		if report.ID != id {
			return errBadForm
		}
		return s.conf.Store.Append(r.Context(), id, m)
	}
	if !errors.Is(err, store.ErrNone) {
		return err
	}
	tag, secret, err := in.Words[0].read()
	if err != nil {
		return err
	}
	m.Kind, m.Number = seal.KindReport, 0
	return s.conf.Store.Create(r.Context(), id, store.Words{Tag: seal.TagHash(tag), Secret: seal.SecretHash(secret)}, m)
}

// giveSealed gives the envelope of one file.
func (s *Server) giveSealed(w http.ResponseWriter, r *http.Request) error {
	in, err := s.readJSON(r)
	if err != nil {
		return err
	}
	report, _, err := s.claimed(r, in.Words)
	if err != nil {
		return err
	}
	sealed, err := s.conf.Store.File(r.Context(), report.ID, in.File)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(sealed)))
	_, _ = w.Write(sealed)
	return nil
}

// eraseSealed shreds the report of a claim; it answers the same where there was
// none.
func (s *Server) eraseSealed(w http.ResponseWriter, r *http.Request) error {
	in, err := s.readJSON(r)
	if err != nil {
		return err
	}
	report, _, err := s.claimed(r, in.Words)
	if err == nil {
		err = s.conf.Store.Shred(r.Context(), report.ID)
	}
	if err != nil && !errors.Is(err, store.ErrNone) {
		return err
	}
	return s.giveJSON(w, map[string]any{"erased": true})
}
