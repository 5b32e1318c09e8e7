package casework

import (
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what may be filed.
const (
	// MaxText is the longest text of an appeal in characters.
	MaxText = 50_000
	// MinLetters is how many letters a text needs to have any substance.
	MinLetters = 5
	// MaxName is the longest part of a name in characters.
	MaxName = 120
	// MaxAddress is the longest postal address or place in characters.
	MaxAddress = 500
	// MaxFiles is the most attachments of one submission.
	MaxFiles = 10
)

// Filing (подача) is the act by which an appeal becomes a case.
type Filing struct {
	Regime Regime
	// AppealKind is proposal, statement or complaint, if the applicant said.
	AppealKind Kind
	Channel    Channel
	Source     string
	Applicant  Applicant
	Lang       string
	// Text is cleaned of controls; OriginalSHA256 and Original are the text as
	// it came in, Original only where cleaning changed it.
	Text           string
	OriginalSHA256 string
	Original       []byte
	Files          []File
	// ArrivedOn is the day a letter on paper arrived at the body, if that is
	// before the day it is entered; only staff at a counter may say so.
	ArrivedOn Date
	Topic     string
	Territory string
	Address   string
	// Addressee is the body the applicant chose; empty: "you decide".
	Addressee string
	// Complaint is what a complaint has beyond an appeal; nil for an appeal.
	Complaint *Complaint
	// Knew is the day the applicant knew of what he complains of (248-FZ art.
	// 40 p. 5); for a предписание, the day he received it.
	Knew Date
	// Representative acts for the applicant.
	Representative *Representative
	// About is the case whose answer is complained of, one of the same
	// applicant; Office.File checks that. Empty for any other filing.
	About string
	// Shield seals the name and contacts of the applicant, where the body he
	// writes to has set a procedure for that (promise B4).
	Shield bool
	// Key is the idempotency key of the submission: the same key of the same
	// applicant is the same case (promise A7).
	Key string
}

// Kind implements Act.
func (Filing) Kind() ActKind { return ActFile }

func (f Filing) apply(env *Env, c *Case, by Actor) (Effect, error) {
	if err := f.Validate(env.Registry, env.Regulation); err != nil {
		return Effect{}, err
	}
	if err := f.mayShield(env); err != nil {
		return Effect{}, err
	}
	c.Procedure = Procedure{Regime: env.Regulation.Regime, Version: env.Regulation.Version, Kind: f.AppealKind}
	c.Origin = Origin{Channel: f.Channel, Source: f.Source, Assurance: f.Applicant.Assurance,
		ReceivedAt: env.Now, Lang: f.Lang}
	who := f.Applicant
	if f.Shield {
		var err error
		if who, err = env.Shield(f.Applicant, f.Addressee); err != nil {
			return Effect{}, err
		}
	}
	c.Parties = Parties{Applicants: []Applicant{who}, Representative: f.Representative}
	c.Subject = Subject{Summary: Summarise(f.Text), Territory: f.Territory, Address: f.Address, Addressee: f.Addressee}
	if f.Topic != "" {
		c.Subject.Topics = []string{f.Topic}
	}
	c.Questions = []Question{{ID: "q1", Topic: f.Topic}}
	original := f.OriginalSHA256
	if original == "" {
		original = textDigest(f.Text)
	}
	c.Content = Content{Text: f.Text, OriginalSHA256: original, Original: f.Original, Files: f.Files}
	if f.About != "" {
		c.Links = []Link{{Kind: LinkComplaint, Case: f.About}}
	}
	if err := f.complain(env, c); err != nil {
		return Effect{}, err
	}
	c.enqueue(env, NoticeWake, MediumJob, nil)
	facts := map[string]string{
		"channel": string(f.Channel), "assurance": string(f.Applicant.Assurance),
		"regulation": env.Regulation.Version, "text": textDigest(f.Text), "original": original,
		"files": filesDigest(f.Files), "addressee": f.Addressee, "topic": f.Topic, "territory": f.Territory,
	}
	if f.Shield {
		facts["shield"] = f.Addressee
	}
	for i, file := range f.Files {
		facts["file"+strconv.Itoa(i+1)] = file.SHA256
	}
	var err error
	if c.Origin.ReceivedAt, err = f.receivedAt(env, by); err != nil {
		return Effect{}, err
	}
	if !f.ArrivedOn.IsZero() {
		facts["arrived"] = f.ArrivedOn.String()
	}
	return Effect{Facts: facts}, nil
}

// complain takes over what a complaint has beyond an appeal: the variant its
// grounds lead to and whether the filing term had passed.
func (f Filing) complain(env *Env, c *Case) error {
	if f.Complaint == nil {
		return nil
	}
	complaint := *f.Complaint
	c.Procedure.Complaint = &complaint
	for _, g := range env.Regulation.Complaints {
		if g.Variant != "" && slices.Contains(complaint.Grounds, g.Key) {
			c.Procedure.Variant = g.Variant
		}
	}
	kind := TermFile
	event := StartKnew
	if complaint.Order {
		kind, event = TermFileOrder, StartOrdered
	}
	rule, ok := env.Regulation.Rule(kind, "")
	if !ok || f.Knew.IsZero() {
		return nil
	}
	c.happened(event, f.Knew)
	r, err := Reckon(rule, f.Knew, env.calendarOf(c.clockBody()))
	if err != nil {
		return err
	}
	complaint.LateFiled = env.today(c.clockBody()).After(r.Due)
	return nil
}

// Validate checks a filing against the law's required fields (59-FZ art. 7)
// and our limits. Errors: Invalid with one FieldError for each mistake, named
// as the form's fields: text, surname, given, email, contact, addressee, …
func (f Filing) Validate(reg *Registry, law *Regulation) error {
	e := &Error{Code: Invalid, Op: "casework.Filing", Message: "filing.invalid"}
	bad := func(field, key string, data map[string]any) {
		e.Fields = append(e.Fields, FieldError{Field: field, Key: key, Data: data})
	}
	if !LegalEffect(f.Channel, f.Applicant.Assurance) {
		return &Error{Code: Forbidden, Op: "casework.Filing", Message: "filing.not_identified", Norm: "59-ФЗ ст. 4, 7"}
	}
	f.validateText(bad)
	f.validatePerson(bad)
	if f.Addressee != "" {
		if b, err := reg.Body(f.Addressee); err != nil || b.Closed {
			bad("addressee", "filing.addressee_unknown", nil)
		}
	}
	f.validateRequired(law, bad)
	if n := len(f.Files); n > MaxFiles {
		bad("files", "filing.files_many", map[string]any{"Max": MaxFiles})
	}
	if !oneLine(f.Address) || utf8.RuneCountInString(f.Address) > MaxAddress {
		bad("address", "filing.address", map[string]any{"Max": MaxAddress})
	}
	if len(f.Key) < 16 || len(f.Key) > 128 || !oneLine(f.Key) {
		bad("key", "filing.key", nil)
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

func (f Filing) validateText(bad func(string, string, map[string]any)) {
	n := utf8.RuneCountInString(f.Text)
	switch {
	case strings.TrimSpace(f.Text) == "":
		bad("text", "filing.text_empty", nil)
	case !utf8.ValidString(f.Text) || strings.ContainsFunc(f.Text, forbiddenControl):
		bad("text", "filing.text_controls", nil)
	case n > MaxText:
		bad("text", "filing.text_long", map[string]any{"Max": MaxText, "Length": n})
	case letters(f.Text) < MinLetters:
		bad("text", "filing.text_short", map[string]any{"Min": MinLetters})
	}
}

func (f Filing) validatePerson(bad func(string, string, map[string]any)) {
	part := func(field, value string, required bool) {
		switch {
		case required && strings.TrimSpace(value) == "":
			bad(field, "filing."+field+"_empty", nil)
		case !oneLine(value) || utf8.RuneCountInString(value) > MaxName:
			bad(field, "filing."+field+"_bad", map[string]any{"Max": MaxName})
		}
	}
	// A letter on paper is registered whatever it lacks; then it may be left
	// without an answer (59-FZ art. 11 p. 1).
	named := f.Channel != ChannelPaper
	part("surname", f.Applicant.Name.Surname, named)
	part("given", f.Applicant.Name.Given, named)
	part("patronymic", f.Applicant.Name.Patronymic, false)
	ct := f.Applicant.Contact
	if ct.Email != "" && !validEmail(ct.Email) {
		bad("email", "filing.email_bad", nil)
	}
	if !oneLine(ct.Post) || utf8.RuneCountInString(ct.Post) > MaxAddress {
		bad("post", "filing.post_bad", map[string]any{"Max": MaxAddress})
	}
	if ct.Email == "" && ct.Post == "" && !ct.Cabinet && named {
		bad("contact", "filing.contact_empty", nil)
	}
}

// validateRequired checks the fields that the regime asks for beyond those of
// an appeal, by the names the regulation lists them under.
func (f Filing) validateRequired(law *Regulation, bad func(string, string, map[string]any)) {
	p := f.Complaint
	if p == nil {
		p = &Complaint{}
	}
	for _, field := range law.Required {
		there := true
		switch field {
		case "phone":
			there = f.Applicant.Contact.Phone != ""
		case "post":
			there = f.Applicant.Contact.Post != ""
		case "grounds":
			there = len(p.Grounds) > 0
		case "against":
			there = len(p.Against) > 0
		case "decision":
			there = strings.TrimSpace(p.Decision) != ""
		case "demands":
			there = strings.TrimSpace(p.Demands) != ""
		case "knew":
			there = !f.Knew.IsZero()
		case "place":
			there = f.Address != "" || f.Territory != ""
		}
		if !there {
			bad(field, "filing."+field+"_needed", nil)
		}
	}
	for _, g := range p.Grounds {
		if !slices.ContainsFunc(law.Complaints, func(k ComplaintGround) bool { return k.Key == g }) {
			bad("grounds", "filing.grounds_unknown", nil)
		}
	}
	for name, value := range map[string]string{"decision": p.Decision, "demands": p.Demands, "register": p.Register,
		"restore": p.Restore, "suspend": p.Suspend} {
		if utf8.RuneCountInString(value) > MaxText || !utf8.ValidString(value) || strings.ContainsFunc(value, forbiddenControl) {
			bad(name, "filing.text_long", map[string]any{"Max": MaxText})
		}
	}
	if f.Representative != nil {
		if f.Representative.Name.Surname == "" || f.Representative.Name.Given == "" {
			bad("representative", "filing.representative_name", nil)
		}
		if !slices.ContainsFunc(f.Files, func(x File) bool { return x.ID == f.Representative.Proof }) {
			bad("proof", "filing.proof_needed", nil)
		}
	}
}

// Fields lists the names a regulation may require of a filing.
func Fields() []string {
	return []string{"phone", "post", "grounds", "against", "decision", "demands", "knew", "place"}
}

// Summarise makes the one line by which a case is listed.
func Summarise(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	const limit = 120
	if utf8.RuneCountInString(line) <= limit {
		return line
	}
	r := []rune(line)[:limit]
	if i := strings.LastIndexByte(string(r), ' '); i > len(string(r))/2 {
		return string(r)[:i] + "…"
	}
	return string(r) + "…"
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// forbiddenControl are characters that no cleaned text holds.
func forbiddenControl(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r == utf8.RuneError
}

func oneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && oneLine(s)
}

// receiptOf makes the receipt number from the case ID: the same submission
// has the same receipt however often it is retried. The last sign is a check
// sign, so that a slip of the pen is noticed.
func receiptOf(id string) string {
	return "П-" + id[:4] + "-" + id[4:8] + "-" + id[8:11] + checkSign(id[:11])
}

func checkSign(s string) string {
	n := 0
	for i, r := range s {
		n += (i + 1) * strings.IndexRune(idAlphabet, r)
	}
	return string(idAlphabet[n%len(idAlphabet)])
}

// ReceiptWellFormed reports whether s can be a receipt number; a registration
// number is never well formed in this sense.
func ReceiptWellFormed(s string) bool {
	p := strings.Split(s, "-")
	if len(p) != 4 || p[0] != "П" || len(p[1]) != 4 || len(p[2]) != 4 || len(p[3]) != 4 {
		return false
	}
	id := p[1] + p[2] + p[3]
	for _, r := range id {
		if !strings.ContainsRune(idAlphabet, r) {
			return false
		}
	}
	return checkSign(id[:11]) == id[11:]
}

// NumberOf renders a registration number: "ОГ-2026-000123".
func NumberOf(prefix string, year int, n int64) string {
	return fmt.Sprintf("%s-%d-%06d", prefix, year, n)
}
