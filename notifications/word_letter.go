package notifications

import (
	"strconv"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/templates"
)

// view is what the templates of letters read as .Data.
type view struct {
	// Name is how the applicant is greeted: given name and patronymic.
	Name string
	// Number is what the letter calls the case; the receipt number before
	// registration.
	Number string
	// Subject and Title are one line each; What are paragraphs, Next and Can
	// list what follows and what the applicant can do, Note is small print.
	Subject, Title string
	What           []string
	Facts          []fact
	Next, Can      []item
	Note           []string
	// Quote is a text that a person has written to the applicant, under Head.
	Head, Quote string
	CaseURL     string
	// Paper is true for a letter to print: nothing in it can be pressed, and
	// its reader may have no account.
	Paper  bool
	Answer *casework.Answer
	Files  []fileView
}

// fact is a line of the table of facts.
type fact struct{ Label, Value string }

// item is a line of a list; URL stands at its end.
type item struct{ Text, URL string }

// regimeKeys name the regimes in the ids of texts.
var regimeKeys = map[casework.Regime]string{casework.RegimeAppeal: "Appeal", casework.RegimeServices: "Services",
	casework.RegimeControl: "Control", casework.RegimeMessage: "Message", casework.RegimePlatform: "Platform"}

// nounForms are the forms of the word by which a letter calls the case.
var nounForms = []string{"Nom", "Acc", "Gen", "Dat", "CapNom", "CapAcc", "YourAcc", "YourDat", "YourGen", "It", "ItAcc"}

// dateKeys are the data of a notice that are dates; wordKeys are said as they
// are. A text may use any of both: what a notice does not have is empty.
var (
	dateKeys = []string{"Due", "RegisterDue", "RegisteredOn", "ForwardDue", "SuspendDue", "RemedyDue", "InfoDue", "Before", "After",
		"ReviewDue", "SupplementDue"}
	wordKeys = []string{"Body", "BodyPhone", "From", "Unit", "Addressee", "Bodies", "Address", "Signers", "Norm", "Stage",
		"Decision", "Outcome", "Late", "Suspend", "Part", "Review"}
	// quoteKeys are texts that somebody wrote to the applicant; the first one
	// there is quoted.
	quoteKeys = []string{"Explanation", "Question", "Why", "Reason", "What", "Summary"}
)

// viewOf words a notice. Everything comes from the notice as it was at the
// act, or from what never changes in a case, so a letter that leaves late
// says the same.
func (d *Dispatcher) viewOf(c *casework.Case, n casework.Notice) *view {
	name := c.Parties.Applicants[n.Recipient].Name
	v := &view{Name: oneLine(name.Given + " " + name.Patronymic), Number: n.Data["Number"], CaseURL: d.cfg.CaseURL(c), Paper: n.Medium == casework.MediumPaper}
	if v.Number == "" {
		v.Number = n.Data["Receipt"]
	}
	w := words{set: d.cfg.Set, lang: c.Origin.Lang, kind: "mail." + string(n.Kind), values: d.valuesOf(c, n, v.Number)}
	if !w.set.Has(w.lang, w.kind+".subject") {
		w.kind = "mail.notice"
	}
	v.Subject, v.Title = oneLine(w.slot("subject")), oneLine(w.slot("title"))
	v.What, v.Note = w.lines("what"), w.lines("note")
	v.Next, v.Can = w.items("next"), w.items("can")
	for _, line := range w.lines("facts") {
		if label, value, ok := strings.Cut(line, ": "); ok {
			v.Facts = append(v.Facts, fact{label, value})
		}
	}
	for _, key := range quoteKeys {
		if v.Quote = strings.TrimSpace(n.Data[key]); v.Quote != "" {
			v.Head = oneLine(w.slot("quote"))
			break
		}
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

// valuesOf is what the texts of a letter may say.
func (d *Dispatcher) valuesOf(c *casework.Case, n casework.Notice, number string) map[string]any {
	lang := c.Origin.Lang
	zone := casework.Settings{TimeZone: n.Data["Zone"]}.Location()
	moscow := casework.Settings{}.Location()
	out := map[string]any{"Number": number, "Receipt": n.Data["Receipt"], "Registered": n.Data["Number"] != "",
		"At": templates.FormatDateTimeZone(lang, n.QueuedAt.In(zone), moscow), "TrackURL": d.cfg.BaseURL + "/track",
		"Site": d.cfg.BaseURL, "Collective": n.Data["Signers"] != "" && n.Data["Signers"] != "1", "Paper": n.Medium == casework.MediumPaper}
	for _, key := range dateKeys {
		out[key] = ""
		if day, err := time.Parse(time.DateOnly, n.Data[key]); err == nil {
			out[key] = templates.FormatDate(lang, day)
		}
	}
	for _, key := range wordKeys {
		out[key] = oneLine(n.Data[key])
	}
	for _, key := range []string{"Ground", "Outcome"} {
		title := n.Data[key+"."+lang]
		if title == "" {
			title = n.Data[key+"."+templates.Languages[0]]
		}
		out[key+"Title"] = oneLine(title)
	}
	key := regimeKeys[c.Procedure.Regime]
	if key == "" {
		key = regimeKeys[casework.RegimeAppeal]
	}
	for _, k := range regimeKeys {
		out[k] = k == key
	}
	for _, form := range nounForms {
		out[form] = d.cfg.Set.T(lang, "mail.word."+key+"."+form, nil)
	}
	if norm, _ := out["Norm"].(string); strings.HasPrefix(norm, "ст. ") {
		out["Norm"] = d.cfg.Set.T(lang, "mail.word."+key+".Law", nil) + ", " + norm
	}
	if count, err := strconv.Atoi(n.Data["Signers"]); err == nil {
		out["SignersText"] = d.cfg.Set.T(lang, "mail.signers", nil, count)
	}
	return out
}

// words reads the slots of one kind of notice.
type words struct {
	set        *templates.Set
	lang, kind string
	values     map[string]any
}

// slot is one text of the kind; what the kind does not say of its own is the
// same in all letters, or nothing.
func (w words) slot(name string) string {
	for _, id := range []string{w.kind + "." + name, "mail.notice." + name} {
		if w.set.Has(w.lang, id) {
			return w.set.T(w.lang, id, w.values)
		}
	}
	return ""
}

// lines are the lines of a slot; a line that has nothing to say is none.
func (w words) lines(name string) []string {
	var out []string
	for line := range strings.Lines(w.slot(name)) {
		if line = oneLine(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (w words) items(name string) []item {
	var out []item
	for _, line := range w.lines(name) {
		at := strings.LastIndex(line, " ") + 1
		if last := line[at:]; strings.HasPrefix(last, "https://") || strings.HasPrefix(last, "http://") {
			out = append(out, item{strings.TrimSpace(line[:at]), last})
			continue
		}
		out = append(out, item{Text: line})
	}
	return out
}
