package bots

import (
	"slices"
	"strconv"
	"strings"

	"priemnaya/casework"
)

func (t *turn) askMine() {
	t.withPerson(func() {
		t.At = AtMine
		t.ask(Errand{Job: JobMine})
	})
	if t.f.Person == nil && t.At == AtMine {
		t.At = AtHome
	}
}

func (t *turn) askCase(id string) {
	t.withPerson(func() {
		t.At, t.Case = AtCase, id
		t.ask(Errand{Job: JobCase, Case: id})
	})
	if t.f.Person == nil {
		t.At, t.Case = AtHome, ""
	}
}

// listed shows appeals and drafts as buttons.
func (t *turn) listed(r Result) {
	if r.Fault != nil {
		t.fault(r.Fault)
		t.home()
		return
	}
	say := Reply{Text: "bot.mine.title"}
	if len(r.Options) == 0 {
		say.Text = "bot.mine.none"
		say.Rows = rows(button("bot.button.new", "new"))
	}
	for _, o := range r.Options {
		say.Rows = append(say.Rows, []Choice{{Label: o.Label, Data: o.Value}})
		say.More = append(say.More, Line{Raw: "• " + o.Label + " — " + o.Hint})
	}
	if r.More {
		say.More = append(say.More, Line{Text: "bot.mine.more", Data: map[string]string{"Site": t.f.Site}})
	}
	t.say(say)
}

// shown tells where an appeal stands and what can be done.
func (t *turn) shown(r Result) {
	if r.Fault != nil || r.Case == nil {
		t.fault(r.Fault)
		t.home()
		return
	}
	c := r.Case
	say := Reply{Text: "bot.case.title", Data: map[string]string{"Number": c.PublicNumber(), "Summary": c.Subject.Summary}}
	say.More = append(say.More, Line{Text: "stage." + string(c.Stage)})
	if b, err := t.f.Registry.Body(c.Place.Body); err == nil {
		say.More = append(say.More, Line{Text: "bot.case.body", Data: map[string]string{"Body": b.Name}})
	}
	if r.Answer != "" && c.Stage.Open() {
		say.More = append(say.More, Line{Text: "bot.case.due", Data: map[string]string{"Due": r.Answer}})
	}
	if r.Question != "" {
		say.More = append(say.More, Line{Text: "bot.case.asked", Data: map[string]string{"Question": shorten(r.Question, 1500)}})
	}
	say.Rows = t.caseRows(r)
	t.say(say)
}

func (t *turn) caseRows(r Result) [][]Choice {
	id := r.Case.ID
	var out [][]Choice
	if r.Question != "" {
		out = append(out, []Choice{button("bot.button.clarify", "clarify:"+id)})
	}
	if len(r.Case.Answers) > 0 {
		out = append(out, []Choice{button("bot.button.answer", "answer:"+id)})
	}
	if slices.Contains(r.Acts, casework.ActRate) && !r.Rated {
		out = append(out, []Choice{button("bot.button.rate", "rate:"+id)})
	}
	return append(out, []Choice{{Text: "bot.button.case_site", URL: t.f.Site + "/case/" + id}})
}

// answered sends the letter and each of its files.
func (t *turn) answered(r Result) {
	if r.Fault != nil || r.Case == nil {
		t.fault(r.Fault)
		t.home()
		return
	}
	for _, a := range r.Case.Answers {
		letter := a.Text
		for _, name := range sortedKeys(a.Parts) {
			letter += "\n\n" + a.Parts[name]
		}
		t.say(Reply{Text: "bot.answer.head", Data: map[string]string{"Number": a.Number, "Signed": a.Signature.Name,
			"Date": templatesDate(t.Lang, a.SentAt)}, Raw: strings.TrimSpace(letter), Plain: true})
		for _, f := range a.Documents() {
			t.say(Reply{File: &f, Raw: f.Name, Plain: true})
		}
	}
	t.say(Reply{Text: "bot.answer.end", Rows: t.caseRows(r)})
}

func (t *turn) beginClarify(id string) {
	t.withPerson(func() {
		t.leaveDraft()
		t.At, t.Case, t.Files = AtClarify, id, nil
		t.promptClarify("")
	})
}

func (t *turn) promptClarify(text string) {
	say := Reply{Text: "bot.clarify.ask"}
	if n := len([]rune(compose("", t.Parts))); n > 0 || len(t.Files) > 0 {
		say = Reply{Text: "bot.clarify.kept", N: &n, Slot: "files", Data: map[string]string{"Files": strconv.Itoa(len(t.Files))},
			Rows: rows(button("bot.button.tell", "tell:"+t.Case))}
	}
	if text != "" {
		say.Text = text
	}
	t.say(say)
}

func (t *turn) addClarification(u Update) {
	t.Parts = append(t.Parts, Part{Message: u.Message, Order: u.Order, Text: u.Text})
	if len([]rune(compose("", t.Parts))) > casework.MaxText {
		t.Parts = t.Parts[:len(t.Parts)-1]
		t.say(Reply{Text: "bot.write.long", Data: map[string]string{"Max": strconv.Itoa(casework.MaxText)}})
		return
	}
	t.promptClarify("")
}

func (t *turn) attachedToClarification(r Result) {
	if r.Fault != nil {
		t.fault(r.Fault)
	}
	if r.Errand.Case != t.Case || t.At != AtClarify {
		t.prompt()
		return
	}
	if r.File != nil && !slices.ContainsFunc(t.Files, func(f casework.File) bool { return f.SHA256 == r.File.SHA256 }) {
		t.Files = append(t.Files, *r.File)
	}
	t.promptClarify("")
}

func (t *turn) sendClarification(id string) {
	t.withPerson(func() {
		switch {
		case t.At != AtClarify || id != t.Case:
			t.tell("bot.old_button")
			t.prompt()
		case trim(compose("", t.Parts)) == "":
			t.promptClarify("bot.clarify.empty")
		default:
			t.ask(Errand{Job: JobClarify, Case: id, Value: compose("", t.Parts)})
		}
	})
}

func (t *turn) clarified(r Result) {
	if r.Fault != nil {
		t.fault(r.Fault)
		t.Parts, t.Files = nil, nil
		t.At, t.Case = AtCase, r.Errand.Case
		t.prompt()
		return
	}
	t.Parts, t.Files = nil, nil
	t.tell("bot.clarify.done")
	t.askCase(r.Errand.Case)
}

func (t *turn) beginRate(id string) {
	t.withPerson(func() {
		t.At, t.Case = AtRate, id
		t.promptRate()
	})
}

func (t *turn) promptRate() {
	var marks []Choice
	for n := 1; n <= 5; n++ {
		marks = append(marks, Choice{Label: strconv.Itoa(n), Data: "mark:" + strconv.Itoa(n)})
	}
	t.say(Reply{Text: "bot.rate.ask", Rows: [][]Choice{marks}})
}

func (t *turn) marked(value string) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 5 || t.Case == "" || t.At != AtRate && t.At != AtRemark {
		t.tell("bot.old_button")
		t.prompt()
		return
	}
	t.Mark, t.At = n, AtRemark
	t.promptRemark()
}

func (t *turn) promptRemark() {
	t.say(Reply{Text: "bot.rate.remark", Data: map[string]string{"Mark": strconv.Itoa(t.Mark)},
		Rows: rows(button("bot.button.no_remark", "unmarked"))})
}

func (t *turn) rate(remark string) {
	if t.Mark == 0 || t.Case == "" || t.At != AtRemark {
		t.tell("bot.old_button")
		t.prompt()
		return
	}
	t.withPerson(func() { t.ask(Errand{Job: JobRate, Case: t.Case, N: t.Mark, Value: remark}) })
}

func (t *turn) rated(r Result) {
	t.Mark = 0
	if r.Fault != nil {
		t.fault(r.Fault)
	} else {
		t.tell("bot.rate.done")
	}
	t.askCase(r.Errand.Case)
}
