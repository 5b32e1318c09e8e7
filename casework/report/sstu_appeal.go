package report

import (
	"context"
	"encoding/base64"
	"regexp"
	"slices"

	"priemnaya/casework"
)

// Appeal is one appeal as ССТУ.РФ takes it (law.md section 7.1).
type Appeal struct {
	DepartmentID string `json:"departmentId"`
	// IsDirect is true for an appeal straight from the applicant.
	IsDirect bool `json:"isDirect"`
	// Format is "Electronic" for an appeal that came by МЭДО, else "Other".
	Format string `json:"format"`
	// Number is the body's own registration number of a direct appeal, else
	// that of the covering letter.
	Number string `json:"number"`
	// CreateDate is the day of the covering letter.
	CreateDate string     `json:"createDate,omitempty"`
	Name       string     `json:"name"`
	Address    string     `json:"address,omitempty"`
	Email      string     `json:"email,omitempty"`
	Questions  []Question `json:"questions"`
}

// Question is the unit that is reported.
type Question struct {
	Code             string      `json:"code"`
	Status           Status      `json:"status"`
	IncomingDate     string      `json:"incomingDate,omitempty"`
	RegistrationDate string      `json:"registrationDate,omitempty"`
	ResponseDate     string      `json:"responseDate,omitempty"`
	IsExtend         bool        `json:"isExtend,omitempty"`
	ActionsTaken     *bool       `json:"actionsTaken,omitempty"`
	Transfer         *Transfer   `json:"transfer,omitempty"`
	Attachment       *Attachment `json:"attachment,omitempty"`
}

// Transfer says where a question was sent on.
type Transfer struct {
	DepartmentID   string `json:"departmentId"`
	TransferDate   string `json:"transferDate"`
	TransferNumber string `json:"transferNumber"`
}

// Attachment is the answer, in base64.
type Attachment struct {
	Name    string `json:"name"`
	Content string `json:"content"`
}

// Status is where a question stands.
type Status string

// The statuses that this program reports; the other two of the system,
// NotReceived and InWorkExtended, belong to appeals that it does not hold.
const (
	StatusNotRegistered Status = "NotRegistered"
	StatusInWork        Status = "InWork"
	StatusExplained     Status = "Explained"
	StatusSupported     Status = "Supported"
	StatusNotSupported  Status = "NotSupported"
	StatusTransferred   Status = "Transferred"
	StatusAnswered      Status = "Answered"
	StatusLeft          Status = "LeftWithoutAnswer"
)

// maxContent bounds Attachment.Content: fewer than ten million ASCII bytes.
const maxContent = 10_000_000

// Missing is why something cannot be exported. Key is a text id
// ("sstu.department"), What the field of the format.
type Missing struct {
	Case, Number, Body string
	What, Key          string
}

// Letters gives an answer as a file. Errors: Unavailable.
type Letters func(ctx context.Context, c *casework.Case, a casework.Answer) (name string, content []byte, err error)

// SSTU makes the appeals of ССТУ.РФ out of cases.
type SSTU struct {
	Registry *casework.Registry
	// Letters is asked for the answers.
	Letters Letters
	// Assignable reports whether a code of the classifier may be given to a
	// question: one of four or five groups that the classifier knows.
	Assignable func(code string) bool
	// Verify checks that the case is whole; nil is casework.VerifyJournal.
	Verify func(*casework.Case) error
}

// reported are the regimes of which ССТУ.РФ is told: Указ 171 speaks of
// appeals, not of pre-trial complaints.
var reported = []casework.Regime{casework.RegimeAppeal, casework.RegimePlatform}

// Appeal makes the export of one stay. Nothing is made of a stay that is not
// reported: of another regime, withdrawn, or found to be no appeal. A stay
// that lacks something gives what it lacks and no appeal.
// Errors: those of Letters.
func (x *SSTU) Appeal(ctx context.Context, c *casework.Case, s *Stay) (*Appeal, []Missing, error) {
	if !slices.Contains(reported, s.Regime) || s.End == EndWithdrawn || s.End == EndRejected {
		return nil, nil, nil
	}
	m := &maker{x: x, c: c, s: s}
	verify := x.Verify
	if verify == nil {
		verify = casework.VerifyJournal
	}
	if verify(c) != nil {
		m.lacks("case", "sstu.corrupted")
		return nil, m.missing, nil
	}
	a, err := m.appeal(ctx)
	if err != nil || len(m.missing) > 0 {
		return nil, m.missing, err
	}
	return a, nil, nil
}

// maker makes one appeal and notes what is missing.
type maker struct {
	x       *SSTU
	c       *casework.Case
	s       *Stay
	missing []Missing
}

func (m *maker) lacks(what, key string) {
	m.missing = append(m.missing, Missing{Case: m.s.Case, Number: m.s.Number, Body: m.s.Body, What: what, Key: key})
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// department is the identifier of a body in ССТУ.РФ.
func (m *maker) department(body, what string) string {
	b, err := m.x.Registry.Body(body)
	if err != nil || !guid.MatchString(b.Settings.Department) {
		m.lacks(what, "sstu.department")
		return ""
	}
	return b.Settings.Department
}

func (m *maker) appeal(ctx context.Context) (*Appeal, error) {
	who := m.c.Applicant()
	a := &Appeal{DepartmentID: m.department(m.s.Body, "departmentId"), IsDirect: m.s.From == "", Format: "Other",
		Number: m.s.Number, CreateDate: day(m.s.CoverDate), Name: who.Name.Full(), Address: who.Contact.Post, Email: who.Contact.Email}
	if !a.IsDirect {
		a.Number = m.s.Cover
	}
	if a.Number == "" && m.s.Number == "" {
		// Not registered yet: the number given on filing stands for it.
		a.Number = m.c.Receipt
	}
	if a.Name == "" {
		m.lacks("name", "sstu.name")
	}
	if len(m.s.Questions) == 0 {
		m.lacks("questions", "sstu.questions")
	}
	m.checkDays()
	for _, asked := range m.s.Questions {
		q, err := m.question(ctx, asked)
		if err != nil {
			return nil, err
		}
		a.Questions = append(a.Questions, q)
	}
	return a, nil
}

// checkDays holds the days to the order that the system demands.
func (m *maker) checkDays() {
	s := m.s
	if s.Received.IsZero() {
		m.lacks("incomingDate", "sstu.received")
	}
	if !s.Registered.IsZero() && s.Registered.Before(s.Received) {
		m.lacks("registrationDate", "sstu.registered_early")
	}
	if !s.EndedOn.IsZero() && s.EndedOn.Before(s.Registered) {
		m.lacks("responseDate", "sstu.ended_early")
	}
	if s.From != "" && s.Received.Before(s.CoverDate) {
		m.lacks("createDate", "sstu.cover_late")
	}
}

func day(d casework.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func (m *maker) question(ctx context.Context, asked Asked) (Question, error) {
	s := m.s
	q := Question{Code: asked.Topic, Status: m.status(asked.Outcome), IncomingDate: day(s.Received)}
	if q.Code == "" {
		m.lacks("code", "sstu.topic")
	} else if m.x.Assignable != nil && !m.x.Assignable(q.Code) {
		m.lacks("code", "sstu.topic_section")
	}
	if q.Status == StatusNotRegistered {
		return q, nil
	}
	q.RegistrationDate, q.IsExtend = day(s.Registered), s.Extended && q.Status == StatusInWork
	switch q.Status {
	case StatusInWork:
	case StatusTransferred:
		q.Transfer = &Transfer{DepartmentID: m.department(s.To, "transfer.departmentId"), TransferDate: day(s.EndedOn), TransferNumber: s.Number}
	case StatusLeft:
		q.ResponseDate = day(s.EndedOn)
	default:
		q.ResponseDate = day(s.EndedOn)
		if q.Status == StatusSupported {
			taken := asked.Outcome != casework.OutcomeSupported
			q.ActionsTaken = &taken
		}
		return q, m.attach(ctx, &q)
	}
	return q, nil
}

// status is where a question stands. A return with an explanation (59-FZ art.
// 8 p. 7, art. 11 p. 2) has no status of its own and counts as left without
// an answer on the merits.
func (m *maker) status(o casework.Outcome) Status {
	switch m.s.End {
	case EndForwarded:
		return StatusTransferred
	case EndLeft, EndReturned:
		return StatusLeft
	case EndAnswered:
		return statusOf(o)
	}
	if m.s.Number == "" {
		return StatusNotRegistered
	}
	return StatusInWork
}

func statusOf(o casework.Outcome) Status {
	switch o {
	case casework.OutcomeSupported, casework.OutcomeMeasures, casework.OutcomeSatisfied, casework.OutcomeCancelled,
		casework.OutcomeNewDecision, casework.OutcomeUnlawful:
		return StatusSupported
	case casework.OutcomeExplained:
		return StatusExplained
	case casework.OutcomeNotSupported, casework.OutcomeRefused:
		return StatusNotSupported
	}
	return StatusAnswered
}

// attach adds the answer. An oral answer has no letter: the card of the
// reception is the answer, and the case must name it some other way.
func (m *maker) attach(ctx context.Context, q *Question) error {
	if m.s.Answer < 0 || m.s.Answer >= len(m.c.Answers) {
		m.lacks("attachment", "sstu.answer")
		return nil
	}
	name, content, err := m.x.Letters(ctx, m.c, m.c.Answers[m.s.Answer])
	if err != nil {
		return err
	}
	if base64.StdEncoding.EncodedLen(len(content)) >= maxContent {
		m.lacks("attachment", "sstu.answer_large")
		return nil
	}
	q.Attachment = &Attachment{Name: name, Content: base64.StdEncoding.EncodeToString(content)}
	return nil
}
