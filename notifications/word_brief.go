package notifications

import "priemnaya/casework"

// Brief is a notice in the few words of a messenger.
type Brief struct {
	// Title is one line, Lines the paragraphs below it.
	Title string
	Lines []string
	// CaseURL is the page of the case in the cabinet.
	CaseURL string
}

// Brief words a notice for a messenger, from the same texts as the letter. Like
// the letter it never holds the access code.
func (d *Dispatcher) Brief(c casework.Case, n casework.Notice) Brief {
	if n.Recipient < 0 || n.Recipient >= len(c.Parties.Applicants) {
		n.Recipient = 0
	}
	v := d.viewOf(&c, n)
	b := Brief{Title: v.Title, CaseURL: v.CaseURL}
	for _, f := range v.Facts {
		b.Lines = append(b.Lines, "• "+f.Label+": "+f.Value)
	}
	b.Lines = append(b.Lines, v.What...)
	if v.Quote != "" {
		b.Lines = append(b.Lines, v.Head+"\n"+v.Quote)
	}
	return b
}
