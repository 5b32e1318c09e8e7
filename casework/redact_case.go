package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ActRedact (обезличивание копии) makes a redacted copy of a text or a file.
const ActRedact ActKind = "redact"

// Redaction is a redacted copy (promise C8). The original stays as it was; the
// copy goes out where somebody chooses so.
type Redaction struct {
	ID string `json:"id"`
	// File is the ID of the attachment, "" for the text of the appeal.
	File string `json:"file,omitempty"`
	// Original is the hex SHA-256 of what was redacted, as it was then.
	Original string    `json:"original"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Why      string    `json:"why"`
	Blots    int       `json:"blots"`
	// Text is the redacted text, if the text was redacted, and Parts are those
	// of its parts in which something was hidden.
	Text  string     `json:"text,omitempty"`
	Parts []TextPart `json:"parts,omitempty"`
	// Copy is the redacted file, if a file was.
	Copy *File `json:"copy,omitempty"`
}

// TextRedaction is what somebody wants hidden in the text of an appeal.
type TextRedaction struct {
	Hide []Stretch
	// Parts are what to hide in the parts, by their names.
	Parts map[string][]Stretch
	// Digest is Case.TextsDigest of what was shown.
	Digest string
	Why    string
}

// RedactCaseText makes a redacted copy of the text of an appeal and its parts; a
// later copy takes the place of an earlier one. Errors: NotFound, Forbidden;
// Invalid if nothing is hidden or no reason given; Conflict if the text shown
// was another.
func (o *Office) RedactCaseText(ctx context.Context, by Actor, id string, r TextRedaction) (Case, error) {
	return o.onInside(ctx, by, id, insideWork{ActRedact, working, func(env *Env, c *Case) (map[string]string, error) {
		if r.Digest != c.TextsDigest() {
			return nil, Fail(Conflict, "casework.RedactCaseText", "case.changed")
		}
		text, blots := RedactText(c.Content.Text, r.Hide)
		parts, more, err := c.redactParts(r.Parts)
		if err != nil {
			return nil, err
		}
		if blots+more == 0 {
			return nil, badField("words", "redact.nothing", nil)
		}
		return c.addRedaction(env, by, Redaction{Original: r.Digest, Text: text, Parts: parts, Blots: blots + more, Why: r.Why})
	}})
}

// FileRedaction is a redacted copy of an attachment that has been kept.
type FileRedaction struct {
	File  string
	Copy  File
	Blots int
	Why   string
}

// NoteRedactedFile writes a redacted copy of an attachment of the appeal down.
// Errors: NotFound, Forbidden, Invalid.
func (o *Office) NoteRedactedFile(ctx context.Context, by Actor, id string, r FileRedaction) (Case, error) {
	return o.onInside(ctx, by, id, insideWork{ActRedact, working, func(env *Env, c *Case) (map[string]string, error) {
		f, ok := c.attachment(r.File)
		if !ok || r.Copy.ID == "" || r.Copy.ID == f.ID || r.Copy.SHA256 == f.SHA256 {
			return nil, Fail(NotFound, "casework.NoteRedactedFile", "case.none")
		}
		return c.addRedaction(env, by, Redaction{File: f.ID, Original: f.SHA256, Copy: &r.Copy, Blots: r.Blots, Why: r.Why})
	}})
}

// attachment is a file that the applicant has sent, not one of the body's own.
func (c *Case) attachment(id string) (File, bool) {
	i := slices.IndexFunc(c.Content.Files, func(f File) bool { return f.ID == id })
	if i < 0 {
		return File{}, false
	}
	return c.Content.Files[i], true
}

func (c *Case) addRedaction(env *Env, by Actor, r Redaction) (map[string]string, error) {
	r.Why = strings.TrimSpace(r.Why)
	if err := needText("why", r.Why, 500); err != nil {
		return nil, err
	}
	in := c.inside()
	if len(in.Redactions) >= 200 {
		return nil, Fail(TooLarge, "casework.Redact", "redact.full")
	}
	r.ID, r.By, r.At = nextID("x", len(in.Redactions)), by.ID, env.Now
	in.Redactions = append(in.Redactions, r)
	facts := map[string]string{"redaction": r.ID, "original": r.Original, "blots": strconv.Itoa(r.Blots), "why": textDigest(r.Why)}
	if r.Copy != nil {
		facts["file"], facts["copy"] = r.File, r.Copy.SHA256
	} else {
		facts["copy"] = textDigest(r.Text)
		for _, p := range r.Parts {
			facts["copy_"+p.Name] = textDigest(p.Text)
		}
	}
	return facts, nil
}

// RedactedText is the latest redacted copy of the text; false if there is none.
func (c *Case) RedactedText() (Redaction, bool) { return c.redactionOf("") }

// RedactedFile is the latest redacted copy of an attachment.
func (c *Case) RedactedFile(file string) (Redaction, bool) {
	if file == "" {
		return Redaction{}, false
	}
	return c.redactionOf(file)
}

func (c *Case) redactionOf(file string) (Redaction, bool) {
	if c.Inside != nil {
		for _, r := range slices.Backward(c.Inside.Redactions) {
			if r.File == file {
				return r, true
			}
		}
	}
	return Redaction{}, false
}

// CanRedact reports whether a copy of the case can go out redacted: something
// has been redacted.
func (c *Case) CanRedact() bool { return c.Inside != nil && len(c.Inside.Redactions) > 0 }

// RedactedFor reports whether the copy for a body is made from redacted
// contents.
func (c *Case) RedactedFor(body string) bool {
	return c.Inside != nil && slices.Contains(c.Inside.Redacted, body)
}

// contentsFor are the contents, the subject and the complaint of the copy for a
// body. Where that is to be redacted, nothing but the redacted copies goes out
// in place of what they were made from: neither the text nor the line made from
// it nor the sealed text as received nor the fields of a complaint.
func (c *Case) contentsFor(body string) (Content, Subject, *Complaint) {
	content, subject, complaint := c.Content, c.Subject, c.Procedure.Complaint
	if !c.RedactedFor(body) {
		return content, subject, complaint
	}
	if r, ok := c.RedactedText(); ok {
		content.Text, content.Original, content.OriginalSHA256 = r.Text, nil, textDigest(r.Text)
		subject, complaint = partsFor(r.Parts, subject, complaint)
		subject.Summary = Summarise(r.Text)
	}
	content.Files = slices.Clone(content.Files)
	for i, f := range content.Files {
		if r, ok := c.RedactedFile(f.ID); ok {
			content.Files[i] = *r.Copy
		}
	}
	return content, subject, complaint
}
