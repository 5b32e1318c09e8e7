package esiasim

import (
	"net/http"
	"slices"
	"strings"
)

// opened finds the grant of the access token and checks that it is about the
// person asked for and covers the scope; it has answered if ok is false.
func (s *Server) opened(w http.ResponseWriter, r *http.Request, scopes ...string) (grant, Person, bool) {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	g, known := s.desk.get("access", token, s.config.Now())
	if !bearer || !known {
		writeJSON(w, http.StatusUnauthorized, map[string]any{"code": "ESIA-005001", "message": "no valid token"})
		return g, Person{}, false
	}
	allowed := slices.ContainsFunc(scopes, func(scope string) bool { return slices.Contains(g.scopes, scope) })
	person, exists := s.persons[g.person]
	if !allowed || !exists || r.PathValue("oid") != g.person {
		writeJSON(w, http.StatusForbidden, map[string]any{"code": "ESIA-005002", "message": "the token does not open this"})
		return g, person, false
	}
	return g, person, true
}

// readPerson is GET /rs/prns/{oid}: the fields the scopes open.
func (s *Server) readPerson(w http.ResponseWriter, r *http.Request) {
	g, p, ok := s.opened(w, r, "fullname", "birthdate", "gender")
	if !ok {
		return
	}
	body := map[string]any{"stateFacts": []string{"EntityRoot"}, "trusted": p.Trusted, "status": "REGISTERED",
		"verifying": false, "containsUpCfmCode": false, "updatedOn": 1700000000, "eTag": eTag("person" + p.OID)}
	if slices.Contains(g.scopes, "fullname") {
		for name, value := range map[string]string{"firstName": p.Given, "lastName": p.Surname, "middleName": p.Patronymic} {
			if value != "" {
				body[name] = value
			}
		}
	}
	if slices.Contains(g.scopes, "birthdate") {
		body["birthDate"] = p.Birth
	}
	if slices.Contains(g.scopes, "gender") {
		body["gender"] = p.Gender
	}
	if slices.Contains(embedded(r), "contacts.elements") {
		body["contacts"] = s.contacts(p, visible(g, p), true)
	}
	writeJSON(w, http.StatusOK, body)
}

// listContacts is GET /rs/prns/{oid}/ctts: links, or objects with
// embed=(elements).
func (s *Server) listContacts(w http.ResponseWriter, r *http.Request) {
	g, p, ok := s.opened(w, r, "email", "mobile", "contacts")
	if ok {
		writeJSON(w, http.StatusOK, s.contacts(p, visible(g, p), slices.Contains(embedded(r), "elements")))
	}
}

// readContact is GET /rs/prns/{oid}/ctts/{id}.
func (s *Server) readContact(w http.ResponseWriter, r *http.Request) {
	g, p, ok := s.opened(w, r, "email", "mobile", "contacts")
	if !ok {
		return
	}
	for _, c := range visible(g, p) {
		if c.ID == r.PathValue("id") {
			writeJSON(w, http.StatusOK, contactBody(c))
			return
		}
	}
	writeJSON(w, http.StatusNotFound, map[string]any{"code": "ESIA-005003", "message": "no such contact"})
}

func (s *Server) contacts(p Person, list []Contact, full bool) map[string]any {
	elements := []any{}
	for _, c := range list {
		if full {
			elements = append(elements, contactBody(c))
		} else {
			elements = append(elements, s.config.BaseURL+"/rs/prns/"+p.OID+"/ctts/"+c.ID)
		}
	}
	return map[string]any{"stateFacts": []string{"hasSize"}, "size": len(list), "eTag": eTag("ctts" + p.OID), "elements": elements}
}

func contactBody(c Contact) map[string]any {
	status := "NOT_VERIFIED"
	if c.Verified {
		status = "VERIFIED"
	}
	return map[string]any{"stateFacts": []string{"Identifiable"}, "id": c.ID, "type": c.Type, "vrfStu": status,
		"value": c.Value, "eTag": eTag("ctt" + c.ID)}
}

// visible are the contacts that the scopes of the token open.
func visible(g grant, p Person) []Contact {
	var out []Contact
	for _, c := range p.Contacts {
		scope := map[string]string{"EML": "email", "MBT": "mobile"}[c.Type]
		if slices.Contains(g.scopes, "contacts") || slices.Contains(g.scopes, scope) {
			out = append(out, c)
		}
	}
	return out
}

// embedded reads embed=(a,b,c).
func embedded(r *http.Request) []string {
	list := r.URL.Query().Get("embed")
	if !strings.HasPrefix(list, "(") || !strings.HasSuffix(list, ")") {
		return nil
	}
	return strings.Split(list[1:len(list)-1], ",")
}
