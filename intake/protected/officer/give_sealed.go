package officer

import (
	"encoding/json"
	"net/http"
	"strconv"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
)

// reportJSON is a line of the list for the officer's browser, which opens the
// note and shows what it says.
type reportJSON struct {
	ID      string    `json:"id"`
	Arrived store.Day `json:"arrived"`
	Latest  store.Day `json:"latest"`
	Expires store.Day `json:"expires"`
	Version uint32    `json:"version"`
	Note    []byte    `json:"note,omitempty"`
}

type listJSON struct {
	Agency     string        `json:"agency"`
	Recipients []seal.Public `json:"recipients"`
	Officers   []seal.Public `json:"officers"`
	Neighbours []Neighbour   `json:"neighbours"`
	Reports    []reportJSON  `json:"reports"`
	Today      store.Day     `json:"today"`
	// Log is the log of keys, by which the script checks Recipients and Officers.
	Log json.RawMessage `json:"log,omitempty"`
}

// giveReports gives the list with the sealed notes.
func (s *Server) giveReports(v *visit) error {
	list, err := s.conf.Store.List(v.r.Context())
	if err != nil {
		return err
	}
	out := listJSON{Agency: s.conf.Agency, Today: store.DayOf(s.conf.Now()), Reports: []reportJSON{}, Neighbours: []Neighbour{}}
	if out.Recipients, err = s.conf.Recipients(); err != nil {
		return err
	}
	if out.Officers, err = s.conf.Officers(); err != nil {
		return err
	}
	if out.Log, err = s.conf.KeyLog(); err != nil {
		return err
	}
	more, err := s.conf.Neighbours()
	if err != nil {
		return err
	}
	out.Neighbours = append(out.Neighbours, more...)
	for _, r := range list {
		out.Reports = append(out.Reports, reportJSON{ID: r.ID.String(), Arrived: r.Arrived, Latest: r.Latest, Expires: r.Expires, Version: r.Version, Note: r.Desk})
	}
	return s.giveJSON(v, out)
}

func (s *Server) giveJSON(v *visit, what any) error {
	raw, err := json.Marshal(what)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/json")
	_, _ = v.w.Write(pad(raw))
	return nil
}

// bundle makes a bundle of the report of the address, with or without files.
func (s *Server) bundle(v *visit, files bool) (Bundle, error) {
	r, messages, err := s.report(v)
	if err != nil {
		return Bundle{}, err
	}
	b := Bundle{Format: bundleFormat, Agency: s.conf.Agency, Report: r.ID, ReportID: r.ID.String(), Note: r.Desk, Version: r.Version,
		NextMessage: store.Next(messages, seal.KindOfficer), NextFile: store.NextFile(messages)}
	if b.Recipients, err = s.conf.Recipients(); err != nil {
		return b, err
	}
	if b.Officers, err = s.conf.Officers(); err != nil {
		return b, err
	}
	if b.Log, err = s.conf.KeyLog(); err != nil {
		return b, err
	}
	for _, m := range messages {
		c := Carried{Kind: m.Kind, Number: m.Number, Day: m.Day, Sealed: m.Sealed}
		for _, f := range m.Files {
			one := CarriedFile{Number: f.Number}
			if files {
				if one.Sealed, err = s.conf.Store.File(v.r.Context(), r.ID, f.Number); err != nil {
					return b, err
				}
			}
			c.Files = append(c.Files, one)
		}
		b.Messages = append(b.Messages, c)
	}
	return b, nil
}

// giveReport gives the sealed messages to the officer's browser.
func (s *Server) giveReport(v *visit) error {
	b, err := s.bundle(v, false)
	if err != nil {
		return err
	}
	if err := s.note(v, ActOpen, b.ReportID); err != nil {
		return err
	}
	return s.giveJSON(v, b)
}

// giveBundle gives the whole sealed report as a file, for a machine without a
// network.
func (s *Server) giveBundle(v *visit) error {
	b, err := s.bundle(v, true)
	if err != nil {
		return err
	}
	if err := s.note(v, ActBundle, b.ReportID); err != nil {
		return err
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/octet-stream")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+shortID(b.ReportID)+`.bundle"`)
	_, _ = v.w.Write(pad(raw))
	return nil
}

func (s *Server) giveFile(v *visit) error {
	id, err := seal.ParseReport(v.r.PathValue("id"))
	if err != nil {
		return errGone
	}
	number, err := strconv.ParseUint(v.r.PathValue("number"), 10, 32)
	if err != nil {
		return errGone
	}
	data, err := s.conf.Store.File(v.r.Context(), id, uint32(number))
	if err != nil {
		return err
	}
	if err := s.note(v, ActFile, id.String()); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/octet-stream")
	v.w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write(data)
	return nil
}
