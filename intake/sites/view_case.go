package sites

import (
	"net/http"
	"regexp"
	"slices"
	"time"

	"priemnaya/casework"
)

// termView is a term of a case.
type termView struct {
	ID   string            `json:"id"`
	Kind casework.TermKind `json:"kind"`
	// Start is the day of the start event, Due the last day in time.
	Start casework.Date `json:"start"`
	Due   casework.Date `json:"due"`
	Norm  string        `json:"norm"`
	// Provisional dates are the latest possible ones, before registration.
	Provisional bool          `json:"provisional"`
	Fate        casework.Fate `json:"fate,omitempty"`
	// Explanation is where every day of the reckoning is shown.
	Explanation string `json:"explanation,omitempty"`
}

func viewTerms(id string, terms []casework.Term) []termView {
	out := []termView{}
	for _, t := range terms {
		v := termView{ID: t.ID, Kind: t.Kind, Start: t.Start, Due: t.Due, Norm: t.Rule.Norm, Provisional: t.Provisional, Fate: t.Fate}
		if id != "" {
			v.Explanation = Base + "/appeals/" + id + "/terms/" + t.ID
		}
		out = append(out, v)
	}
	return out
}

// fileView is a file that can be fetched.
type fileView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	// SHA256 is that of the bytes served.
	SHA256 string `json:"sha256"`
	URL    string `json:"url"`
}

func viewFiles(id string, files []casework.File) []fileView {
	out := []fileView{}
	for _, f := range files {
		out = append(out, fileView{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.WorkSize, SHA256: f.WorkSHA256,
			URL: Base + "/appeals/" + id + "/files/" + f.ID})
	}
	return out
}

// answerView is a letter that was sent.
type answerView struct {
	Number  string           `json:"number"`
	Body    string           `json:"body"`
	SentAt  time.Time        `json:"sentAt"`
	Outcome casework.Outcome `json:"outcome"`
	Text    string           `json:"text"`
	Files   []fileView       `json:"files"`
}

// questionView is what the body has asked the applicant and waits to hear.
type questionView struct {
	Text    string        `json:"text"`
	AskedOn casework.Date `json:"askedOn"`
}

// caseView is a case as the site that filed it sees it: how it stands and what
// was answered, not who works on it nor what the applicant has written.
type caseView struct {
	ID           string         `json:"id"`
	Receipt      string         `json:"receipt"`
	Number       string         `json:"number,omitempty"`
	Procedure    string         `json:"procedure"`
	Stage        casework.Stage `json:"stage"`
	StageTitle   string         `json:"stageTitle"`
	Open         bool           `json:"open"`
	Overdue      bool           `json:"overdue"`
	Body         string         `json:"body,omitempty"`
	BodyName     string         `json:"bodyName,omitempty"`
	ReceivedAt   time.Time      `json:"receivedAt"`
	RegisteredOn *casework.Date `json:"registeredOn,omitempty"`
	Terms        []termView     `json:"terms"`
	Question     *questionView  `json:"question,omitempty"`
	Answers      []answerView   `json:"answers"`
	// Events is how many things have happened; it grows with every change.
	Events int `json:"events"`
}

var caseForm = regexp.MustCompile(`^[2-9A-Z]{26}$`)

// read loads a case of the site; a foreign one is a missing one.
func (s *Sites) read(k *call, purpose string) (casework.Case, error) {
	id := k.Params("id")
	if !caseForm.MatchString(id) {
		return casework.Case{}, refuse("not_found")
	}
	return s.Office.ReadFrom(k.UserContext(), casework.ChannelSite, k.site.ID, id, purpose)
}

func (s *Sites) showAppeal(k *call) error {
	c, err := s.read(k, "site")
	if err != nil {
		return err
	}
	return reply(k, http.StatusOK, s.viewCase(k, &c))
}

func (s *Sites) viewCase(k *call, c *casework.Case) caseView {
	v := caseView{ID: c.ID, Receipt: c.Receipt, Number: c.Number, Procedure: string(c.Procedure.Regime), Stage: c.Stage,
		StageTitle: s.stageTitle(k, c.Stage), Open: c.Stage.Open(), Body: c.Place.Body,
		ReceivedAt: c.Origin.ReceivedAt.UTC(), Terms: viewTerms(c.ID, c.Terms), Answers: []answerView{}, Events: len(c.Journal)}
	settings := casework.Settings{}
	if b, err := s.Office.Registry().Body(c.Place.Body); err == nil {
		v.BodyName, settings = b.Name, b.Settings
	}
	v.Overdue = c.Overdue(casework.DateOf(s.Office.Now(), settings.Location()))
	if !c.Origin.RegisteredOn.IsZero() {
		v.RegisteredOn = &c.Origin.RegisteredOn
	}
	for _, r := range c.Procedure.Requests {
		if r.To == casework.ToApplicant && r.Waiting() {
			v.Question = &questionView{Text: r.Text, AskedOn: r.AskedOn}
		}
	}
	for _, a := range c.Answers {
		v.Answers = append(v.Answers, answerView{Number: a.Number, Body: a.Body, SentAt: a.SentAt.UTC(), Outcome: a.Outcome,
			Text: a.Text, Files: viewFiles(c.ID, a.Documents())})
	}
	return v
}

func (s *Sites) stageTitle(k *call, stage casework.Stage) string {
	if id := "stage." + string(stage); s.Kit.Set().Has(s.Kit.Lang(k.Ctx), id) {
		return s.Kit.T(k.Ctx, id)
	}
	return string(stage)
}

// explainTerm shows every day that was counted or skipped.
func (s *Sites) explainTerm(k *call) error {
	c, err := s.read(k, "site-term")
	if err != nil {
		return err
	}
	e, err := s.Office.Explain(&c, k.Params("term"))
	if err != nil {
		return err
	}
	return reply(k, http.StatusOK, struct {
		Term   termView           `json:"term"`
		Rule   casework.TermRule  `json:"rule"`
		Days   []casework.DayStep `json:"days"`
		Pauses []casework.Span    `json:"pauses"`
		// Same is false if the calendar of then is no longer loaded.
		Same bool `json:"sameCalendar"`
	}{viewTerms(c.ID, []casework.Term{e.Term})[0], e.Term.Rule, e.Reckoning.Steps,
		append([]casework.Span{}, e.Term.Pauses...), e.Same})
}

// downloadFile serves a file of an answer. What the applicant has attached is
// his and the body's.
func (s *Sites) downloadFile(k *call) error {
	c, err := s.read(k, "site-file")
	if err != nil {
		return err
	}
	for _, a := range c.Answers {
		all := a.Documents()
		i := slices.IndexFunc(all, func(f casework.File) bool { return f.ID == k.Params("file") })
		if i < 0 {
			continue
		}
		content, err := s.Files.Open(k.UserContext(), all[i])
		if err != nil {
			return err
		}
		setHeaders(k.Ctx)
		for name, value := range s.Files.DownloadHeaders(all[i]) {
			k.Set(name, value)
		}
		return k.SendStream(content, int(all[i].WorkSize))
	}
	return refuse("not_found")
}
