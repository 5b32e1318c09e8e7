package casework

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// TextPart is something besides the text of an appeal that the applicant wrote
// in words, and that goes out in a copy: the place, and what a complaint says
// in fields of its own (210-FZ art. 11.2 p. 5, 248-FZ art. 41 p. 1).
type TextPart struct {
	// Name is one of the Part names.
	Name string `json:"name"`
	Text string `json:"text"`
}

// The names of parts that may be redacted besides the text.
const (
	PartAddress   = "address"
	PartDecision  = "decision"
	PartDemands   = "demands"
	PartRegister  = "register"
	PartRestore   = "restore"
	PartSuspend   = "suspend"
	PartWithdrawn = "withdrawn"
)

// TextParts lists the parts of the case that hold anything, in the order of
// its page.
func (c *Case) TextParts() []TextPart {
	var out []TextPart
	for name, field := range partFields(&c.Subject, c.Procedure.Complaint) {
		if strings.TrimSpace(*field) != "" {
			out = append(out, TextPart{name, *field})
		}
	}
	return out
}

// partFields walks the fields of the parts in their order.
func partFields(s *Subject, p *Complaint) func(yield func(string, *string) bool) {
	return func(yield func(string, *string) bool) {
		if !yield(PartAddress, &s.Address) || p == nil {
			return
		}
		for _, f := range []struct {
			name string
			at   *string
		}{{PartDecision, &p.Decision}, {PartDemands, &p.Demands}, {PartRegister, &p.Register}, {PartRestore, &p.Restore},
			{PartSuspend, &p.Suspend}, {PartWithdrawn, &p.Withdrawn}} {
			if !yield(f.name, f.at) {
				return
			}
		}
	}
}

// TextsDigest is the hex SHA-256 of the text and its parts as they are now; a
// redaction is refused if they were others when they were shown.
func (c *Case) TextsDigest() string {
	all := c.Content.Text
	for _, p := range c.TextParts() {
		all += "\x00" + p.Name + "\x00" + p.Text
	}
	return textDigest(all)
}

// redactParts hides stretches of parts; a part with nothing to hide is left
// out. It reports how many blots there are. Errors: Invalid for a part that the
// case has not.
func (c *Case) redactParts(hide map[string][]Stretch) (parts []TextPart, blots int, err error) {
	have := c.TextParts()
	for name := range hide {
		if !slices.ContainsFunc(have, func(p TextPart) bool { return p.Name == name }) {
			return nil, 0, badField("words", "redact.nothing", nil)
		}
	}
	for _, p := range have {
		if text, n := RedactText(p.Text, hide[p.Name]); n > 0 {
			parts, blots = append(parts, TextPart{p.Name, text}), blots+n
		}
	}
	return parts, blots, nil
}

// partsFor are the subject and the complaint of a copy whose parts were
// redacted; the complaint is one of its own, so that the case keeps its words.
func partsFor(parts []TextPart, s Subject, p *Complaint) (Subject, *Complaint) {
	if p != nil {
		own := *p
		p = &own
	}
	for name, field := range partFields(&s, p) {
		for _, r := range parts {
			if r.Name == name {
				*field = r.Text
			}
		}
	}
	return s, p
}

// RedactName hides who the applicant is in the name of a file, which tells it
// as readily as its content: «Иванова_паспорт.png».
func (c *Case) RedactName(name string, fragments []string) string {
	// A word of a file's name may end at an underscore or a hyphen.
	apart := strings.NewReplacer("_", " ", "-", " ").Replace(name)
	if utf8.RuneCountInString(apart) != utf8.RuneCountInString(name) {
		return name
	}
	hide := c.PersonalStretches(apart)
	for _, f := range fragments {
		hide = append(hide, StretchesOf(apart, f)...)
	}
	out, _ := RedactText(name, hide)
	return out
}
