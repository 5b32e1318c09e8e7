package bots

import (
	"net/mail"
	"strconv"
	"strings"
	"unicode/utf8"

	"priemnaya/casework"
)

func (t *turn) skip() Choice { return button("bot.button.skip", "skip:"+t.tag()+":"+string(t.At)) }

func (t *turn) promptPlace() {
	r := Reply{Text: "bot.place.ask", Rows: [][]Choice{{{Text: "bot.button.location", Ask: true}}, {t.skip()}}}
	if d := t.f.Draft; d != nil && d.Address != "" {
		r.More = append(r.More, Line{Text: "bot.place.have", Data: map[string]string{"Address": d.Address}})
	}
	t.say(r)
}

// gotPlace takes a location: an address if somebody can name it, else the point.
func (t *turn) gotPlace(u Update) {
	if t.Draft == "" {
		t.begin(u)
	}
	point := strconv.FormatFloat(u.Place.Latitude, 'f', 5, 64) + ", " + strconv.FormatFloat(u.Place.Longitude, 'f', 5, 64)
	address, territory := point, ""
	if t.f.Locate != nil {
		if named, code := t.f.Locate(*u.Place); named != "" {
			address, territory = named+" ("+point+")", code
		}
	}
	t.setPlace(address, territory)
	kept := Reply{Text: "bot.place.kept", Data: map[string]string{"Address": address}}
	switch t.At {
	case AtPlace, AtCheck:
		// The next question, or the check, comes when it is kept.
	case AtWrite:
		kept.Rows = t.writeRows()
		t.say(kept)
	default:
		kept.Plain = true
		t.say(kept)
		t.prompt()
	}
}

func (t *turn) setPlace(address, territory string) {
	address = strings.Join(strings.Fields(address), " ")
	if utf8.RuneCountInString(address) > casework.MaxAddress {
		t.say(Reply{Text: "bot.place.long", Data: map[string]string{"Max": strconv.Itoa(casework.MaxAddress)}})
		return
	}
	t.ask(Errand{Job: JobSet, Draft: t.Draft, Name: "address", Value: address})
	if territory != "" {
		t.ask(Errand{Job: JobSet, Draft: t.Draft, Name: "territory", Value: territory})
	}
}

// offered shows suggestions as buttons.
func (t *turn) offered(r Result) {
	if r.Fault != nil {
		t.fault(r.Fault)
		t.prompt()
		return
	}
	at, verb := AtTopic, "topic"
	if r.Errand.Job == JobBodies {
		at, verb = AtBody, "body"
	}
	if t.At != at || r.Errand.Draft != t.Draft {
		return
	}
	say := Reply{Text: "bot." + verb + ".ask"}
	if r.Errand.Value != "" && len(r.Options) == 0 {
		say.Text = "bot." + verb + ".none"
	} else if len(r.Options) == 0 {
		say.Text = "bot." + verb + ".unknown"
	}
	for _, o := range r.Options {
		say.Rows = append(say.Rows, []Choice{{Label: o.Label, Data: verb + ":" + t.tag() + ":" + o.Value}})
		// Buttons are short: the whole name stands in the text.
		say.More = append(say.More, Line{Raw: "• " + strings.TrimSuffix(o.Label+" — "+o.Hint, " — ")})
	}
	say.More = append(say.More, Line{Text: "bot." + verb + ".type"})
	say.Rows = append(say.Rows, []Choice{button("bot.button.decide", verb+":"+t.tag()+":decide")})
	t.say(say)
}

func (t *turn) choose(name, value string) {
	at := AtTopic
	if name == "body" {
		at = AtBody
	}
	// An older list may be used as long as its draft is being written.
	t.At = at
	t.set(name, value)
}

func (t *turn) promptMail() {
	r := Reply{Text: "bot.mail.ask", Rows: rows(t.skip())}
	if d := t.f.Draft; d != nil && d.Contact.Email != "" {
		r.More = append(r.More, Line{Text: "bot.mail.have", Data: map[string]string{"Email": d.Contact.Email}})
		r.Rows = append(r.Rows, []Choice{button("bot.button.no_mail", "nomail:"+t.tag())})
	}
	t.say(r)
}

func (t *turn) setMail(text string) {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 {
		t.say(Reply{Text: "bot.mail.bad", Rows: rows(t.skip())})
		return
	}
	t.set("email", text)
}

// previewed shows everything once more, with the dates.
func (t *turn) previewed(r Result) {
	if r.Fault != nil {
		t.fault(r.Fault)
		t.leaveDraft()
		t.home()
		return
	}
	if r.Errand.Draft != t.Draft {
		return
	}
	t.f.Draft = r.Draft
	if t.Composed == "" && len(t.Parts) == 0 {
		// A draft of the site: its text is the beginning.
		t.Base, t.Composed = r.Draft.Text, digest(r.Draft.Text)
	}
	if t.At != AtCheck {
		return
	}
	if r.Moved {
		t.tell("bot.check.moved")
	}
	say := Reply{Text: "bot.check.title", More: t.summary(r)}
	tag := t.tag()
	switch {
	case len(r.Faults) > 0:
		for _, f := range r.Faults {
			say.More = append(say.More, Line{Text: f.Text, Data: f.Data})
		}
	case t.f.Person == nil:
		say.More = append(say.More, Line{Text: "bot.check.unbound"})
		say.Rows = append(say.Rows, []Choice{button("bot.button.link", "link")})
	default:
		say.More = append(say.More, Line{Text: "bot.check.dates", Data: map[string]string{"Register": r.Register, "Answer": r.Answer}})
		say.Rows = append(say.Rows, []Choice{button("bot.button.send", "send:"+tag+":"+r.Sum)})
	}
	say.Rows = append(say.Rows,
		[]Choice{button("bot.button.edit_text", "go:"+tag+":write"), button("bot.button.edit_place", "go:"+tag+":place")},
		[]Choice{button("bot.button.edit_topic", "go:"+tag+":topic"), button("bot.button.edit_body", "go:"+tag+":body")},
		[]Choice{button("bot.button.edit_mail", "go:"+tag+":mail"), button("bot.button.drop", "drop:"+tag)})
	t.say(say)
}

// summary lists what will be filed.
func (t *turn) summary(r Result) []Line {
	d := r.Draft
	line := func(text, value string) Line { return Line{Text: text, Data: map[string]string{"Value": value}} }
	body := ""
	if b, err := t.f.Registry.Body(d.Addressee); err == nil {
		body = b.Name
	}
	out := []Line{{Raw: "«" + strings.TrimSpace(shorten(d.Text, 600)) + "»"}}
	if d.Address != "" {
		out = append(out, line("bot.check.place", d.Address))
	}
	if d.Topic != "" {
		out = append(out, line("bot.check.topic", t.f.TopicName(d.Topic)))
	}
	if body != "" {
		out = append(out, line("bot.check.body", body))
	} else {
		out = append(out, Line{Text: "bot.check.body_decide"})
	}
	if len(d.Files) > 0 {
		var names []string
		for _, f := range d.Files {
			names = append(names, f.Name)
		}
		out = append(out, line("bot.check.files", strconv.Itoa(len(d.Files))+" ("+strings.Join(names, ", ")+")"))
	}
	if d.Contact.Email != "" {
		out = append(out, line("bot.check.mail", d.Contact.Email))
	}
	return out
}

func shorten(s string, runes int) string {
	if c := clip(s, runes); c != s {
		return c + "…"
	}
	return s
}

// send files what was shown, and nothing else.
func (t *turn) send(sum string, u Update) {
	t.withPerson(func() {
		t.ask(Errand{Job: JobFile, Draft: t.Draft, Value: sum, Order: u.Order})
	})
}

func (t *turn) filed(r Result) {
	switch {
	case r.Case != nil:
		t.Filed, t.FiledOrder = r.Case.PublicNumber(), r.Errand.Order
		if r.Errand.Draft == t.Draft {
			t.leaveDraft()
			t.f.Draft = nil
		}
		t.At = AtHome
		t.say(Reply{Text: "bot.filed.title", Data: map[string]string{"Number": r.Case.Receipt},
			More: []Line{{Text: "bot.filed.dates", Data: map[string]string{"Register": r.Register, "Answer": r.Answer}}, {Text: "bot.filed.next"}},
			Rows: [][]Choice{{button("bot.button.this_case", "case:"+r.Case.ID)}, {button("bot.button.new", "new"), button("bot.button.mine", "mine")}}})
	case r.Moved:
		t.At = AtCheck
		t.previewed(r)
	default:
		t.fault(r.Fault)
		t.At = AtCheck
		t.prompt()
	}
}

func (t *turn) dropped(r Result) {
	if r.Errand.Draft == t.Draft {
		t.leaveDraft()
		t.f.Draft = nil
	}
	t.tell("bot.dropped")
	t.home()
}
