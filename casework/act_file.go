package casework

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
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

// Summarise makes the one line by which a case is listed.
func Summarise(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	const limit = 120
	if utf8.RuneCountInString(line) <= limit {
		return line
	}
	r := []rune(line)[:limit]
	if i := strings.LastIndexByte(string(r), ' '); i > len(string(r))/2 {
		return strings.TrimRight(string(r)[:i], ".,:;—– ") + "…"
	}
	return string(r) + "…"
}
