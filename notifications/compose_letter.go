package notifications

import (
	"context"
	"io"
	"strings"

	"priemnaya/casework"
)

// The most that travels inside a letter, in bytes; what is larger is linked.
// Base64 makes it a third longer, and many servers take no more than 10 MB.
const maxAttached = 5 << 20

// fileTries is from which attempt on a letter leaves without the files that
// cannot be read: the answer is due, and the files are in the cabinet.
const fileTries = 4

// fileView is a file of an answer in a letter.
type fileView struct {
	Name, URL string
	Size      int64
	// Attached files travel with the letter, the others are only linked.
	Attached bool
}

// Compose writes the letter of a notice. A kind without words of its own gets
// the general letter, so that no kind can stop the delivery. Errors: *Failure:
// Template for a defect of ours, Files if an attachment cannot be read now.
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
	// An installation may lay a template of its own over the common one.
	name := "letter"
	if d.cfg.Set.HasMail(string(n.Kind)) {
		name = string(n.Kind)
	}
	letter, err := d.cfg.Set.Mail(name, c.Origin.Lang, v)
	if err != nil && name != "letter" {
		d.log.Error("a template of letters is broken, the common one is used", "kind", n.Kind)
		letter, err = d.cfg.Set.Mail("letter", c.Origin.Lang, v)
	}
	if err != nil {
		return Message{}, &Failure{Reason: Template, Permanent: true, Err: err}
	}
	m.Subject, m.Text, m.HTML = letter.Subject, letter.Text, letter.HTML
	return m, nil
}

// attach reads the files of the answer that are small enough, in their order,
// while they fit together.
func (d *Dispatcher) attach(ctx context.Context, c *casework.Case, v *view, attempt int) ([]Attachment, error) {
	var out []Attachment
	left := int64(maxAttached)
	for _, f := range v.Answer.Documents() {
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

// oneLine keeps a value from breaking a text into more lines than it has.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
