package sites

import (
	"net/http"

	"priemnaya/casework"
	"priemnaya/templates"
)

// clarifyRequest is the applicant's answer to a question of the body.
type clarifyRequest struct {
	Text    string   `json:"text"`
	Uploads []string `json:"uploads"`
	// Person proves that the applicant himself answers.
	Person *Tokens `json:"person"`
}

// clarifyAppeal passes the applicant's answer on. A site cannot answer for him:
// his token is needed, and he must be a party of the case.
func (s *Sites) clarifyAppeal(k *call) error {
	var q clarifyRequest
	if err := readBody(k, &q); err != nil {
		return err
	}
	c, err := s.read(k, "site-clarify")
	if err != nil {
		return err
	}
	if q.Person == nil {
		return refuse("person_token")
	}
	client, known := k.site.ClientAt(q.Person.Provider)
	if !known {
		return refuse("person_token")
	}
	who, err := s.Identify(k.UserContext(), *q.Person, client)
	switch casework.CodeOf(err) {
	case "":
	case casework.Unavailable:
		return err
	default:
		return &refusal{code: "person_token", err: err}
	}
	if !c.Parties.Includes(who.Key) {
		return refuse("person_other")
	}
	question := openQuestion(&c)
	if question == "" {
		// Before the uploads: a repeated answer has taken them already.
		return casework.Fail(casework.Conflict, "sites.clarify", "request.none")
	}
	// An upload belongs to one answer; the request is named by its question.
	taker := c.ID + " clarification " + question
	files, err := s.uploaded(k, q.Uploads, taker)
	if err != nil {
		return err
	}
	if err := s.take(k, q.Uploads, taker); err != nil {
		return err
	}
	text, _ := templates.CleanText(q.Text, 0)
	done, err := s.Office.Do(k.UserContext(), casework.Citizen(who), c.ID, casework.AnyState, casework.Clarification{Text: text, Files: files})
	if err != nil {
		return err
	}
	return reply(k, http.StatusOK, s.viewCase(k, &done))
}

// openQuestion is the ID of the question that waits, "" if none does.
func openQuestion(c *casework.Case) string {
	for _, r := range c.Procedure.Requests {
		if r.To == casework.ToApplicant && r.Waiting() {
			return r.ID
		}
	}
	return ""
}
