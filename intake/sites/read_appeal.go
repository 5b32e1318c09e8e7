package sites

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"priemnaya/casework"
	"priemnaya/templates"
)

// appealRequest is an appeal as a site sends it.
type appealRequest struct {
	Procedure casework.Regime  `json:"procedure"`
	Kind      casework.Kind    `json:"kind"`
	Body      string           `json:"body"`
	Applicant applicantRequest `json:"applicant"`
	Text      string           `json:"text"`
	Topic     string           `json:"topic"`
	Territory string           `json:"territory"`
	Address   string           `json:"address"`
	// Uploads are the IDs of complete uploads of the site.
	Uploads   []string          `json:"uploads"`
	Complaint *complaintRequest `json:"complaint"`
	Lang      string            `json:"lang"`
	// Open is the person's separate consent to file in the open what sounds
	// like a matter for the protected channel.
	Open bool `json:"open"`
	// Person proves who the applicant is; without it there is only a draft.
	Person *Tokens `json:"person"`
}

// applicantRequest names the applicant and where the answer goes.
type applicantRequest struct {
	Surname    string `json:"surname"`
	Given      string `json:"given"`
	Patronymic string `json:"patronymic"`
	Email      string `json:"email"`
	Post       string `json:"post"`
	Phone      string `json:"phone"`
}

// complaintRequest is what a complaint has beyond an appeal.
type complaintRequest struct {
	Grounds  []string           `json:"grounds"`
	Against  []casework.Against `json:"against"`
	Decision string             `json:"decision"`
	Register string             `json:"register"`
	Demands  string             `json:"demands"`
	Restore  string             `json:"restore"`
	Suspend  string             `json:"suspend"`
	Order    bool               `json:"order"`
	Knew     string             `json:"knew"`
}

const (
	// maxKept is the longest text that is looked at in characters; what is
	// longer than an appeal may be is refused with a reason.
	maxKept = 2 * casework.MaxText
	// maxLine is the longest one-line field that is looked at.
	maxLine = 4 * casework.MaxAddress
	// maxListed is the most entries of any list in a request.
	maxListed = 50
)

// filing makes the act of filing from a request, for the applicant given.
func (s *Sites) filing(k *call, q *appealRequest, who casework.Applicant) (casework.Filing, error) {
	if err := s.checkShape(q); err != nil {
		return casework.Filing{}, err
	}
	body, err := s.addressee(k.site, q.Body)
	if err != nil {
		return casework.Filing{}, err
	}
	line := func(x string) string { x, _ = templates.CleanLine(x, 0); return x }
	who.Contact = casework.Contact{Email: line(q.Applicant.Email), Post: line(q.Applicant.Post), Phone: line(q.Applicant.Phone), Cabinet: true}
	f := casework.Filing{Regime: q.Procedure, AppealKind: q.Kind, Channel: casework.ChannelSite, Source: k.site.ID, Applicant: who,
		Lang: s.langOf(k, q), Topic: q.Topic, Territory: q.Territory, Address: line(q.Address), Addressee: body}
	f.Text, _ = templates.CleanText(q.Text, 0)
	if f.Text != q.Text {
		sum := sha256.Sum256([]byte(q.Text))
		f.OriginalSHA256 = hex.EncodeToString(sum[:])
		if f.Original, err = s.Seal([]byte(q.Text)); err != nil {
			return casework.Filing{}, err
		}
	}
	if q.Complaint != nil {
		if err := q.Complaint.fill(&f); err != nil {
			return casework.Filing{}, err
		}
	}
	if !q.Open && casework.GuessRegime(f.Text).Protected {
		return casework.Filing{}, refuse("protected")
	}
	return f, nil
}

func (p *complaintRequest) fill(f *casework.Filing) error {
	text := func(x string) string { x, _ = templates.CleanText(strings.TrimSpace(x), 0); return x }
	f.Complaint = &casework.Complaint{Grounds: p.Grounds, Against: p.Against, Decision: text(p.Decision), Register: text(p.Register),
		Demands: text(p.Demands), Restore: text(p.Restore), Suspend: text(p.Suspend), Order: p.Order}
	f.AppealKind, f.Topic = casework.KindComplaint, ""
	if p.Knew == "" {
		return nil
	}
	day, err := casework.ParseDate(p.Knew)
	if err != nil {
		return wrong("complaint.knew", "sites.field_date")
	}
	f.Knew = day
	return nil
}

// checkShape refuses what no field takes, before anything is made of it.
func (s *Sites) checkShape(q *appealRequest) error {
	for field, x := range map[string]string{"procedure": string(q.Procedure), "body": q.Body, "topic": q.Topic, "territory": q.Territory,
		"address": q.Address, "applicant.surname": q.Applicant.Surname, "applicant.given": q.Applicant.Given,
		"applicant.patronymic": q.Applicant.Patronymic, "applicant.email": q.Applicant.Email,
		"applicant.post": q.Applicant.Post, "applicant.phone": q.Applicant.Phone} {
		if utf8.RuneCountInString(x) > maxLine {
			return wrong(field, "sites.field_long")
		}
	}
	switch {
	case utf8.RuneCountInString(q.Text) > maxKept:
		return &refusal{code: "invalid", faults: []casework.FieldError{{Field: "text", Key: "filing.text_long", Data: map[string]any{"Max": casework.MaxText}}}}
	case len(q.Uploads) > casework.MaxFiles:
		return &refusal{code: "invalid", faults: []casework.FieldError{{Field: "uploads", Key: "filing.files_many", Data: map[string]any{"Max": casework.MaxFiles}}}}
	case q.Complaint != nil && (len(q.Complaint.Grounds) > maxListed || len(q.Complaint.Against) > maxListed):
		return wrong("complaint", "sites.field_long")
	case q.Kind != "" && !slices.Contains([]casework.Kind{casework.KindProposal, casework.KindStatement, casework.KindComplaint}, q.Kind):
		return wrong("kind", "sites.field_value")
	case q.Lang != "" && !slices.Contains(templates.Languages, q.Lang):
		return wrong("lang", "sites.field_value")
	}
	if q.Topic != "" {
		if _, ok := s.Topics.Topic(q.Topic); !ok {
			return wrong("topic", "sites.field_value")
		}
	}
	territories := s.Office.OfferedTerritories()
	if q.Territory != "" && !slices.ContainsFunc(territories, func(t casework.Territory) bool { return t.Code == q.Territory }) {
		return wrong("territory", "sites.field_value")
	}
	return nil
}

// addressee is the body an appeal goes to: the site's own, unless the site may
// choose another.
func (s *Sites) addressee(site Site, chosen string) (string, error) {
	if chosen == "" || chosen == site.Body {
		return site.Body, nil
	}
	if !site.May(RightAnywhere) {
		return "", wrong("body", "sites.body_other")
	}
	return chosen, nil
}

// langOf is the language in which the applicant is spoken to.
func (s *Sites) langOf(k *call, q *appealRequest) string {
	if q.Lang != "" {
		return q.Lang
	}
	return templates.Languages[0]
}

// named is the applicant as the request names him, for a preview.
func (q *appealRequest) named() casework.Applicant {
	line := func(x string) string { x, _ = templates.CleanLine(x, 0); return x }
	return casework.Applicant{Key: "preview", Assurance: casework.AssuranceConfirmed,
		Name: casework.PersonName{Surname: line(q.Applicant.Surname), Given: line(q.Applicant.Given), Patronymic: line(q.Applicant.Patronymic)}}
}

// digest tells requests apart: everything but the tokens, which may be fresh
// ones in a retry, and the person they prove.
func (q appealRequest) digest(who string) string {
	q.Person = nil
	raw, err := json.Marshal(q)
	if err != nil {
		// A struct of strings and booleans always encodes.
		panic(err)
	}
	sum := sha256.Sum256(bytes.Join([][]byte{[]byte(who), raw}, []byte{0}))
	return hex.EncodeToString(sum[:])
}

// identify finds out who the applicant is. The person must be the one whom the
// request names. Errors: person_token, person_other.
func (s *Sites) identify(ctx context.Context, site Site, q *appealRequest) (casework.Applicant, error) {
	client, known := site.ClientAt(q.Person.Provider)
	if !known {
		return casework.Applicant{}, &refusal{code: "person_token", faults: []casework.FieldError{{Field: "person.provider", Key: "sites.no_audience"}}}
	}
	who, err := s.Identify(ctx, *q.Person, client)
	switch casework.CodeOf(err) {
	case "":
	case casework.Unavailable:
		return casework.Applicant{}, err
	default:
		return casework.Applicant{}, &refusal{code: "person_token", err: err}
	}
	named := q.named().Name
	if !sameName(who.Name.Surname, named.Surname) || !sameName(who.Name.Given, named.Given) ||
		named.Patronymic != "" && !sameName(who.Name.Patronymic, named.Patronymic) {
		return casework.Applicant{}, refuse("person_other")
	}
	return who, nil
}

// sameName compares parts of names as people write them.
func sameName(a, b string) bool {
	plain := func(s string) string {
		s, _ = templates.CleanLine(s, 0)
		return strings.NewReplacer("ё", "е", "’", "'", "ʼ", "'").Replace(strings.ToLower(s))
	}
	return plain(a) == plain(b)
}
