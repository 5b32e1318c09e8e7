package notifications

import (
	"context"
	"io"
	"strings"
	"time"

	"priemnaya/casework"
)

// The most that travels inside a letter, in bytes; what is larger is linked.
// Base64 makes it a third longer, and many servers take no more than 10 MB.
const maxAttached = 5 << 20

// fileTries is from which attempt on a letter leaves without the files that
// cannot be read: the answer is due, and the files are in the cabinet.
const fileTries = 4

// view is what the templates of letters read as .Data.
type view struct {
	// Name is how the applicant is greeted: given name and patronymic.
	Name string
	// Number is what the letter calls the case; Registered is false while
	// that is the receipt number.
	Number, Receipt string
	Registered      bool
	// Facts of the notice, as they were at the act.
	Body, BodyPhone, From, Why, Unit, Addressee string
	// Dates as "2026-12-18", empty if unknown.
	Due, RegisterDue, RegisteredOn string
	At                             time.Time
	CaseURL, TrackURL              string
	Answer                         *casework.Answer
	Files                          []fileView
}

// fileView is a file of an answer in a letter.
type fileView struct {
	Name, URL string
	Size      int64
	// Attached files travel with the letter, the others are only linked.
	Attached bool
}

// Compose writes the letter of a notice. Errors: *Failure: Template for a
// defect of ours, Files if an attachment cannot be read now.
func (d *Dispatcher) Compose(ctx context.Context, c casework.Case, n casework.Notice) (Message, error) {
	v := d.viewOf(&c, n)
	m := Message{ID: MessageID(c.ID, n.Key, d.cfg.Domain), Thread: idOf("case", c.ID) + "@" + d.cfg.Domain,
		To: c.Parties.Applicants[n.Recipient].Contact.Email, Lang: c.Origin.Lang}
	if v.Answer != nil {
		attached, err := d.attach(ctx, &c, v, n.Attempts)
		if err != nil {
			return Message{}, err
		}
		m.Attachments = attached
	}
	if n.Kind == casework.NoticeAnswered && v.Answer == nil {
		return Message{}, &Failure{Reason: Template, Permanent: true}
	}
	letter, err := d.cfg.Set.Mail(string(n.Kind), c.Origin.Lang, v)
	if err != nil {
		return Message{}, &Failure{Reason: Template, Permanent: true, Err: err}
	}
	m.Subject, m.Text, m.HTML = letter.Subject, letter.Text, letter.HTML
	return m, nil
}

func (d *Dispatcher) viewOf(c *casework.Case, n casework.Notice) *view {
	name := c.Parties.Applicants[n.Recipient].Name
	v := &view{Name: strings.Join(strings.Fields(name.Given+" "+name.Patronymic), " "),
		Number: n.Data["Number"], Receipt: n.Data["Receipt"], Registered: n.Data["Number"] != "",
		Body: n.Data["Body"], BodyPhone: n.Data["BodyPhone"], From: n.Data["From"], Why: n.Data["Why"],
		Unit: n.Data["Unit"], Addressee: n.Data["Addressee"], Due: n.Data["Due"], RegisterDue: n.Data["RegisterDue"],
		RegisteredOn: n.Data["RegisteredOn"], At: n.QueuedAt,
		CaseURL: d.cfg.CaseURL(c), TrackURL: d.cfg.BaseURL + "/track"}
	if !v.Registered {
		v.Number = v.Receipt
	}
	if n.Kind == casework.NoticeAnswered {
		for i := range c.Answers {
			if c.Answers[i].ID == n.Data["Answer"] {
				v.Answer = &c.Answers[i]
			}
		}
	}
	return v
}

// attach reads the files of the answer that are small enough, in their order,
// while they fit together.
func (d *Dispatcher) attach(ctx context.Context, c *casework.Case, v *view, attempt int) ([]Attachment, error) {
	var out []Attachment
	left := int64(maxAttached)
	for _, f := range v.Answer.Files {
		shown := fileView{Name: f.Name, URL: d.cfg.FileURL(c, f), Size: f.WorkSize}
		if d.cfg.Open != nil && f.WorkSize <= left {
			data, err := d.read(ctx, f)
			switch {
			case err == nil:
				left -= f.WorkSize
				shown.Attached = true
				out = append(out, Attachment{Name: f.Name, Type: f.Type, Data: data})
			case attempt < fileTries:
				return nil, &Failure{Reason: Files, Err: err}
			}
		}
		v.Files = append(v.Files, shown)
	}
	return out, nil
}

func (d *Dispatcher) read(ctx context.Context, f casework.File) ([]byte, error) {
	r, err := d.cfg.Open(ctx, f)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	// One byte more than recorded: a longer file is not the one that was signed.
	data, err := io.ReadAll(io.LimitReader(r, f.WorkSize+1))
	if err == nil && int64(len(data)) != f.WorkSize {
		err = io.ErrUnexpectedEOF
	}
	return data, err
}
