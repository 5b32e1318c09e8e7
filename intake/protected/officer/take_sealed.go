package officer

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// maxUpload is the largest sealed answer with its files, in bytes.
const maxUpload = 128 << 20

// takeJSON reads a sealed body.
func takeJSON(v *visit, to any) error {
	raw, err := io.ReadAll(http.MaxBytesReader(v.w, v.r.Body, maxUpload))
	if err != nil {
		return ErrFormat
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return ErrFormat
	}
	return nil
}

// takeReply takes an answer that was sealed in the officer's browser.
func (s *Server) takeReply(v *visit) error {
	var r Reply
	if err := takeJSON(v, &r); err != nil {
		return err
	}
	if err := s.append(v, r); err != nil {
		return err
	}
	return s.giveJSON(v, struct{}{})
}

// takeUpload takes one that was sealed on a machine without a network.
func (s *Server) takeUpload(v *visit) error {
	file, _, err := v.r.FormFile("reply")
	if err != nil {
		return ErrFormat
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	if err != nil {
		return ErrFormat
	}
	var what struct {
		Reply
		To       string    `json:"to"`
		Messages []Carried `json:"messages"`
	}
	if err := json.Unmarshal(raw, &what); err != nil {
		return ErrFormat
	}
	if what.To != "" {
		if !v.who.account.Senior {
			return errRight
		}
		if _, err := s.handOver(v, what.To, what.Messages); err != nil {
			return err
		}
		http.Redirect(v.w, v.r, "/report/"+v.r.PathValue("id")+"?done=over", http.StatusSeeOther)
		return nil
	}
	if err := s.append(v, what.Reply); err != nil {
		return err
	}
	http.Redirect(v.w, v.r, "/report/"+v.r.PathValue("id")+"?done=reply", http.StatusSeeOther)
	return nil
}

// append keeps a sealed answer; a repeated one is kept once.
func (s *Server) append(v *visit, r Reply) error {
	id, err := seal.ParseReport(v.r.PathValue("id"))
	if err != nil {
		return errGone
	}
	if r.Format != replyFormat || r.Agency != s.conf.Agency || r.ReportID != id.String() || len(r.Once) != 16 || seal.Check(r.Sealed) != nil {
		return ErrFormat
	}
	m := store.Message{Kind: seal.KindOfficer, Number: r.Number, Once: [16]byte(r.Once), Sealed: r.Sealed}
	for _, f := range r.Files {
		if seal.Check(f.Sealed) != nil {
			return ErrFormat
		}
		m.Files = append(m.Files, store.File{Number: f.Number, Sealed: f.Sealed})
	}
	if err := s.note(v, ActReply, id.String()); err != nil {
		return err
	}
	return s.conf.Store.Append(v.r.Context(), id, m)
}

// takeNote takes the officers' sealed note: labels, who works on the report,
// whether it is closed.
func (s *Server) takeNote(v *visit) error {
	var n struct {
		Version uint32 `json:"version"`
		Sealed  []byte `json:"sealed"`
	}
	if err := takeJSON(v, &n); err != nil {
		return err
	}
	id, err := seal.ParseReport(v.r.PathValue("id"))
	if err != nil {
		return errGone
	}
	if seal.Check(n.Sealed) != nil {
		return ErrFormat
	}
	if err := s.note(v, ActNote, id.String()); err != nil {
		return err
	}
	if err := s.conf.Store.SetDesk(v.r.Context(), id, n.Version, n.Sealed); err != nil {
		return err
	}
	return s.giveJSON(v, struct{}{})
}

// takeHandover takes a report that was sealed anew for another agency and
// leaves it in the out folder.
func (s *Server) takeHandover(v *visit) error {
	var h struct {
		To       string    `json:"to"`
		Messages []Carried `json:"messages"`
	}
	if err := takeJSON(v, &h); err != nil {
		return err
	}
	name, err := s.handOver(v, h.To, h.Messages)
	if err != nil {
		return err
	}
	return s.giveJSON(v, map[string]string{"file": name})
}

// handOver checks a handover and leaves it in the out folder.
func (s *Server) handOver(v *visit, to string, messages []Carried) (string, error) {
	id, err := seal.ParseReport(v.r.PathValue("id"))
	if err != nil {
		return "", errGone
	}
	neighbours, err := s.conf.Neighbours()
	if err != nil {
		return "", err
	}
	known := false
	for _, n := range neighbours {
		known = known || n.Agency == to
	}
	if !known {
		return "", ErrFormat
	}
	dump, err := s.conf.Store.Export(v.r.Context(), id)
	if err != nil {
		return "", err
	}
	out, err := handOver(dump, s.conf.Agency, to, v.who.account.Key, messages)
	if err != nil {
		return "", err
	}
	name, err := writeHandover(s.conf.Folder, out)
	if err != nil {
		return "", err
	}
	if err := s.journal.Write(v.who.account.Login, ActHandOver, id.String(), to); err != nil {
		return "", errors.Join(err, removeHandover(s.outFolder(), name))
	}
	return name, nil
}
