package officer

import (
	_ "embed"
	"net/http"
	"path"
	"strings"
	"time"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
	"priemnaya/templates"
)

// deskScript reads and answers in the officer's browser.
//
//go:embed script/desk.js
var deskScript []byte

// Script is the script of the desk, for its published hash.
func Script() []byte { return deskScript }

// view is what a page sees.
type view struct {
	Agency, AgencyID string
	Login            string
	Senior           bool
	Token            string
	Form             *templates.Form
	Fault            string
	Reports          []reportLine
	Report           reportLine
	Messages         []messageLine
	// Done is the text id of what was just done.
	Done string
}

type reportLine struct {
	ID, Short               string
	Arrived, Latest, Expiry time.Time
	Today                   bool
}

type messageLine struct {
	FromAuthor bool
	Day        time.Time
	Files      int
}

func (s *Server) view(v *visit) *view {
	page := &view{Agency: s.conf.Names[v.lang], AgencyID: s.conf.Agency}
	if page.Agency == "" {
		page.Agency = s.conf.Names["ru"]
	}
	if v.who != nil {
		page.Login, page.Senior, page.Token = v.who.account.Login, v.who.account.Senior, v.who.token
	}
	return page
}

func (s *Server) line(r store.Report) reportLine {
	id := r.ID.String()
	return reportLine{ID: id, Short: shortID(id), Arrived: r.Arrived.Time(), Latest: r.Latest.Time(), Expiry: r.Expires.Time(),
		Today: r.Latest == store.DayOf(s.conf.Now())}
}

// shortID is what people call a report; it tells nothing about time or order.
func shortID(id string) string { return strings.ToUpper(id[:4] + "-" + id[4:8]) }

func (s *Server) showReports(v *visit) error {
	list, err := s.conf.Store.List(v.r.Context())
	if err != nil {
		return err
	}
	if err := s.note(v, ActList, ""); err != nil {
		return err
	}
	page := s.view(v)
	for _, r := range list {
		page.Reports = append(page.Reports, s.line(r))
	}
	if v.r.URL.Query().Get("done") == "shred" {
		page.Done = "officer.shred.done"
	}
	return s.render(v, http.StatusOK, "reports", page)
}

// report reads the report of the address.
func (s *Server) report(v *visit) (store.Report, []store.Message, error) {
	id, err := seal.ParseReport(v.r.PathValue("id"))
	if err != nil {
		return store.Report{}, nil, errGone
	}
	return s.conf.Store.Report(v.r.Context(), id)
}

func (s *Server) showReport(v *visit) error {
	r, messages, err := s.report(v)
	if err != nil {
		return err
	}
	page := s.view(v)
	page.Report = s.line(r)
	for _, m := range messages {
		page.Messages = append(page.Messages, messageLine{FromAuthor: m.Kind != seal.KindOfficer, Day: m.Day.Time(), Files: len(m.Files)})
	}
	switch v.r.URL.Query().Get("done") {
	case "reply":
		page.Done = "officer.report.sent"
	case "over":
		page.Done = "officer.say.overDone"
	}
	return s.render(v, http.StatusOK, "report", page)
}

func (s *Server) askShred(v *visit) error { return s.shredPage(v, http.StatusOK, templates.NewForm()) }

func (s *Server) shredPage(v *visit, status int, form *templates.Form) error {
	r, _, err := s.report(v)
	if err != nil {
		return err
	}
	page := s.view(v)
	page.Report, page.Form = s.line(r), form
	return s.render(v, status, "shred", page)
}

// shred destroys a report after its short name was typed.
func (s *Server) shred(v *visit) error {
	r, _, err := s.report(v)
	if err != nil {
		return err
	}
	form := templates.NewForm("name", v.r.PostFormValue("name"))
	if strings.ToUpper(strings.TrimSpace(v.r.PostFormValue("name"))) != shortID(r.ID.String()) {
		form.Fail("name", "officer.shred.wrong")
		return s.shredPage(v, http.StatusUnprocessableEntity, form)
	}
	// The line stands before the deed, so that none is without one.
	if err := s.note(v, ActShred, r.ID.String()); err != nil {
		return err
	}
	if err := s.conf.Store.Shred(v.r.Context(), r.ID); err != nil {
		return err
	}
	http.Redirect(v.w, v.r, "/reports?done=shred", http.StatusSeeOther)
	return nil
}

func (s *Server) giveScript(v *visit) error {
	name := v.r.PathValue("name")
	data := s.conf.Scripts[name]
	if name == "desk.js" {
		data = deskScript
	}
	if data == nil {
		return errGone
	}
	v.w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, err := v.w.Write(data)
	return err
}

func (s *Server) giveStatic(v *visit) error {
	asset, _, found := s.conf.Set.Static(templates.StaticPath + v.r.PathValue("name"))
	if !found || path.Ext(asset.Name) == ".js" {
		return errGone
	}
	v.w.Header().Set("Content-Type", asset.Type)
	_, _ = v.w.Write(asset.Body) // the reader may have gone
	return nil
}
