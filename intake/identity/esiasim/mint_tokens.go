package esiasim

import (
	"net/http"
)

// mint is POST /emulator/mint: it gives the tokens that a website would have
// after a person has signed in there, so that whoever connects a website can
// try it without writing the sign-in first. The form fields are client_id, of a
// client marked Mint, and person, the oid of one of the persons. Real ESIA has
// nothing of the kind.
func (s *Server) mint(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	client, known := s.clients[r.PostFormValue("client_id")]
	if !known || !client.Mint {
		s.refuseJSON(w, "", refuse("008010"))
		return
	}
	person, known := s.persons[r.PostFormValue("person")]
	if !known {
		s.refuseJSON(w, "", refuse("007003"))
		return
	}
	now := s.config.Now()
	answer, err := s.issue(r.Context(), grant{client: client.ID, scopes: client.Scopes, person: person.OID,
		session: randomUUID(), signedIn: now}, "")
	if err != nil {
		s.refuseJSON(w, "", refuse("007007"))
		return
	}
	writeJSON(w, http.StatusOK, answer)
}
