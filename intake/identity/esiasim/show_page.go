package esiasim

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"priemnaya/templates"
)

// simPage is the data of identity/esiasim.html.
type simPage struct {
	Ticket, Client string
	Scopes         []string
	Persons        []Person
	Numbers        []string
	// Cards and Hidden are what the component "persons" shows.
	Cards  []templates.Person
	Hidden map[string]string
	// Refused is the number and text of a refusal that has nowhere to go.
	Refused   string
	LoggedOut bool
}

func (s *Server) refusePage(w http.ResponseWriter, r *http.Request, refused *refusal) {
	s.page(w, r, http.StatusBadRequest, simPage{Refused: refused.description()})
}

func (s *Server) page(w http.ResponseWriter, r *http.Request, status int, data simPage) {
	lang := "ru"
	if accept := r.Header.Get("Accept-Language"); strings.HasPrefix(accept, "en") {
		lang = "en"
	}
	for _, p := range data.Persons {
		data.Cards = append(data.Cards, templates.Person{Value: p.OID, Name: p.Name(),
			About: s.config.Set.T(lang, "identity.sim.person."+p.Note, nil) + " · " + p.Level + " · oid " + p.OID})
	}
	data.Hidden = map[string]string{"ticket": data.Ticket}
	var body bytes.Buffer
	err := s.config.Set.Page(&body, "identity/esiasim", templates.Page{Lang: lang, Layout: "esiasim",
		Title: s.config.Set.T(lang, "identity.sim.title", nil), Now: s.config.Now(), Data: data, Path: "/"})
	if err != nil {
		http.Error(w, "the page of the emulator is broken", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w)
}

func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	asset, _, found := s.config.Set.Static(r.URL.Path)
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", asset.Type)
	_, _ = w.Write(asset.Body)
}

func faultNumbers() []string {
	var list []string
	for number := range refusals {
		list = append(list, number)
	}
	slices.Sort(list)
	return list
}

// eTag looks like those of ESIA: 40 hex digits.
func eTag(of string) string { return fmt.Sprintf("%X", sha1.Sum([]byte(of))) }
