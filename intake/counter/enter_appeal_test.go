package counter

import (
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/visitor"
)

func TestTheDoorAndTheDocumentDecideWhatAnEntryIs(t *testing.T) {
	for _, x := range []struct {
		name, who, door, document string
		channel                   casework.Channel
		assurance                 casework.Assurance
		says                      string
	}{
		{"a letter by post", "reg", "paper", "", casework.ChannelPaper, casework.AssurancePaper, "не требовался"},
		{"a letter handed over with a document", "reg", "paper", "yes", casework.ChannelPaper, casework.AssuranceInPerson, "показан"},
		{"words at the body", "reg", "oral", "yes", casework.ChannelOral, casework.AssuranceInPerson, "показан"},
		{"words at an MFC", "mfc", "oral", "yes", casework.ChannelMFC, casework.AssuranceInPerson, "показан"},
		{"a letter at an MFC with a document", "mfc", "paper", "yes", casework.ChannelMFC, casework.AssuranceInPerson, "показан"},
		{"a letter at an MFC without one", "mfc", "paper", "", casework.ChannelPaper, casework.AssurancePaper, "не требовался"},
	} {
		t.Run(x.name, func(t *testing.T) {
			h := openHouse(t)
			p := h.sign(x.who)
			c := h.enter(p, x.door, letter("document", x.document))
			p.want(200, "Документ"+x.says, c.Receipt, "Комитет дорог")
			who := c.Applicant()
			if c.Origin.Channel != x.channel || c.Origin.Assurance != x.assurance || who.Name.Full() != "Ким Пётр Олегович" ||
				c.Subject.Addressee != "roads" || c.Origin.Source != "counter:staff:"+x.who {
				t.Errorf("%+v of %+v to %s", c.Origin, who, c.Subject.Addressee)
			}
		})
	}
}

func TestAnOralAppealWithoutADocumentIsNoneAndKeepsWhatWasTyped(t *testing.T) {
	h := openHouse(t)
	p := h.sign("reg")
	p.send(p.begin("oral"), letter("email", "kim@example.ru"))
	p.want(422, "Устное обращение принимают по документу", "Без документа это не обращение")
	for name, typed := range letter("email", "kim@example.ru", "do", "", "door", "oral") {
		if got := p.Page.Input(name); name != "do" && name != "addressee" && name != "door" && got != typed {
			t.Errorf("%s holds %q, typed was %q", name, got, typed)
		}
	}
	if n := len(h.all()); n != 0 {
		t.Fatalf("%d cases", n)
	}
	// The mistake put right, the rest need not be typed again.
	p.send(p.Path(), visitor.Fields{"document": "yes", "do": "file"})
	if c := h.filed(p); c.Applicant().Contact.Email != "kim@example.ru" {
		t.Errorf("the case has %+v", c.Applicant().Contact)
	}
}

func TestTheTermOfALetterStartsOnTheDayItArrived(t *testing.T) {
	due := func(c casework.Case, kind casework.TermKind) string {
		term, ok := c.Term(kind)
		if !ok {
			t.Fatalf("no term %s: %+v", kind, c.Terms)
		}
		return term.Due.String()
	}
	h := openHouse(t)
	p := h.sign("reg")
	today := h.enter(p, "paper", letter())
	early := h.enter(p, "paper", letter("arrived", "2026-11-17"))
	if got := casework.DateOf(early.Origin.ReceivedAt, moscow).String(); got != "2026-11-17" {
		t.Errorf("received on %s", got)
	}
	if !today.Origin.ReceivedAt.Equal(h.now()) {
		t.Errorf("today's is received at %s", today.Origin.ReceivedAt)
	}
	// Three days for registration (59-FZ art. 8 p. 2), counted from each its own
	// day: Tuesday gives Friday, Friday Monday.
	if a, b := due(early, casework.TermRegister), due(today, casework.TermRegister); a != "2026-11-20" || b != "2026-11-23" {
		t.Errorf("to be registered by %s and %s", a, b)
	}
	// What was said at the counter cannot have arrived earlier.
	if c := h.enter(p, "oral", letter("document", "yes", "arrived", "2026-11-17")); !c.Origin.ReceivedAt.Equal(h.now()) {
		t.Errorf("an oral appeal is received at %s", c.Origin.ReceivedAt)
	}
}

func TestBadInputIsSaidAtItsFieldAndLosesNothing(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	entry := p.begin("paper")
	for _, x := range []struct{ name, field, value, says string }{
		{"a day to come", "arrived", "2026-11-21", "ещё не наступила"},
		{"a day too long ago", "arrived", "2024-11-20", "старше 365 дней"},
		{"no day", "arrived", "вчера", "Укажите дату поступления"},
		{"an unknown topic", "topic", "9999.9999", "Такого кода темы нет"},
		{"a foreign body", "addressee", "housing", "За этот орган вы обращения не вносите"},
		{"no text", "text", "", "текст"},
		{"no such door", "door", "window", "Выберите, как поступило обращение"},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := &person{p.Visitor, t}
			p.send(entry, letter("arrived", "", "door", "paper", x.field, x.value))
			if p.want(422); !strings.Contains(strings.ToLower(p.Page.Text()), strings.ToLower(x.says)) {
				t.Errorf("does not say %q\n%s", x.says, p.Page.Text())
			}
			if p.Page.Input("surname") != "Ким" || p.Page.Input("post") != letter()["post"] {
				t.Errorf("surname %q, post %q", p.Page.Input("surname"), p.Page.Input("post"))
			}
			if !strings.Contains(string(p.Page.Body), "f-"+x.field+"-error") {
				t.Errorf("no mistake stands at %s", x.field)
			}
		})
	}
	if n := len(h.all()); n != 0 {
		t.Errorf("%d cases were made", n)
	}
}

func TestASecondPressLeadsToTheSameCase(t *testing.T) {
	h := openHouse(t)
	p, twin := h.sign("mfc"), h.sign("mfc")
	entry := p.begin("paper")
	twin.open(entry)
	p.send(entry, letter())
	c := h.filed(p)
	twin.send(entry, letter("text", "На Липовой улице не горит уже второй фонарь."))
	if again := h.filed(twin); again.ID != c.ID || len(h.all()) != 1 {
		t.Errorf("another case %s of %d", again.ID, len(h.all()))
	}
	for _, path := range []string{entry, entry + "/save"} {
		must(t, twin.Post(address+path, letter()))
		if twin.Path() != "/counter/receipt/"+c.ID && twin.Page.Status != 410 {
			t.Errorf("%s leads to %s, status %d", path, twin.Path(), twin.Page.Status)
		}
	}
	p.open("/counter/receipt/" + c.ID)
	p.send("/counter/receipt/", visitor.Fields{"do": "done"})
	// The receipt is handed over: nothing but the list of the day is left.
	if p.open(entry); p.Path() != "/counter" || !p.Page.Says("Выдана") {
		t.Errorf("a step back leads to %s\n%s", p.Path(), p.Page.Text())
	}
}

func TestAnEntryIsKeptWhileItIsTypedAndCanBePutOffOrThrownAway(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	entry := p.begin("paper")
	must(t, p.Post(address+entry+"/save", visitor.Fields{"surname": "Ким", "text": "Про", "addressee": "roads"}))
	p.want(204)
	p.open("/counter")
	p.want(200, "Ким")
	p.open(entry)
	p.send(entry, visitor.Fields{"given": "Пётр", "do": "later"})
	if p.Path() != "/counter" {
		t.Errorf("put off, at %s", p.Path())
	}
	if p.open(entry); p.Page.Input("given") != "Пётр" || p.Page.Input("text") != "Про" {
		t.Errorf("kept is %q, %q", p.Page.Input("given"), p.Page.Input("text"))
	}
	// Nobody else sees it, not even a colleague at the same counter.
	for _, path := range []string{entry, "/counter/entry/nonsense", "/counter/entry/" + strings.Repeat("0", 32)} {
		if status := h.sign("mfc-2").open(path); status != 404 {
			t.Errorf("%s of another operator: status %d", path, status)
		}
	}
	p.send(entry+"/drop", nil)
	if p.want(200); p.Path() != "/counter" || !p.tells("Запись удалена") {
		t.Errorf("dropped, at %s", p.Path())
	}
	if status := p.open(entry); status != 404 {
		t.Errorf("a dropped entry: status %d", status)
	}
}

func TestTwoTabsOfOneEntryKeepWhatStandsOnTheScreen(t *testing.T) {
	h := openHouse(t)
	p, other := h.sign("mfc"), h.sign("mfc")
	entry := p.begin("paper")
	other.open(entry)
	p.send(entry, letter("do", "attach"), visitor.File{Field: "scan", Name: "a.pdf", Content: []byte("first")})
	other.send(entry, letter("surname", "Лим"))
	if c := h.filed(other); c.Applicant().Name.Surname != "Лим" || len(c.Content.Files) != 1 {
		t.Errorf("%s with %d files", c.Applicant().Name.Surname, len(c.Content.Files))
	}
}

func TestScansAreAttachedRemovedAndRefusedWithoutLoss(t *testing.T) {
	h := openHouse(t)
	p := h.sign("reg")
	entry := p.begin("paper")
	p.send(entry, letter(), visitor.File{Field: "scan", Name: "virus.pdf", Content: []byte("BAD")},
		visitor.File{Field: "scan", Name: "letter.pdf", Content: []byte("good")})
	p.want(422, "virus.pdf", "letter.pdf")
	p.send(entry, visitor.Fields{"do": "file"}, visitor.File{Field: "scan", Name: "huge.pdf", Content: make([]byte, 1001)})
	// The limit is said as people say it.
	p.want(422, "1000")
	if p.Page.Input("surname") != "Ким" || !p.Page.Says("letter.pdf") {
		t.Fatalf("lost: surname %q\n%s", p.Page.Input("surname"), p.Page.Text())
	}
	p.send(entry, visitor.Fields{"do": "attach"}, visitor.File{Field: "scan", Name: "second.pdf", Content: []byte("more")})
	if p.want(200, "letter.pdf", "second.pdf"); p.Page.Input("remove") == "" {
		t.Fatal("no button removes a file")
	}
	p.send(entry, visitor.Fields{"remove": p.Page.Input("remove")})
	if p.want(200, "second.pdf"); p.Page.Says("letter.pdf") {
		t.Error("the removed file is still there")
	}
	p.send(entry, visitor.Fields{"do": "file"})
	c := h.filed(p)
	if len(c.Content.Files) != 1 || c.Content.Files[0].Name != "second.pdf" {
		t.Fatalf("files %+v", c.Content.Files)
	}
	p.want(200, "second.pdf", c.Content.Files[0].SHA256)
}

func TestTopicsAreOfferedForWordsAndForTheTextItself(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	entry := p.begin("paper")
	for _, x := range []visitor.Fields{letter("topic", "", "do", "topics", "topic_words", "фонарь"), letter("topic", "", "do", "topics", "topic_words", "")} {
		p.send(entry, x)
		p.want(200, "Уличное освещение")
		if n := strings.Count(string(p.Page.Body), `value="`+lights+`"`); n != 1 || p.Page.Says("no.such.topic") {
			t.Errorf("the topic is offered %d times\n%s", n, p.Page.Text())
		}
	}
	p.send(entry, letter("topic", "", "do", "topics", "topic_words", "забор"))
	p.want(200, "По этим словам темы нет")
	p.send(entry, letter("topic", "", "topic_pick", lights))
	if c := h.filed(p); len(c.Subject.Topics) == 0 || c.Subject.Topics[0] != lights {
		t.Errorf("topics %v", c.Subject.Topics)
	}
}

func TestTheOnlyBodyOfAnOperatorNeedsNoChoice(t *testing.T) {
	h := openHouse(t)
	one, two := h.sign("mfc"), h.sign("both")
	one.begin("nonsense")
	two.begin("oral")
	if !one.chosen("roads", "paper") || two.chosen("roads") || two.chosen("housing") || !two.chosen("oral") {
		t.Errorf("one body:\n%s\ntwo bodies:\n%s", one.Page.Body, two.Page.Body)
	}
	if strings.Contains(string(two.Page.Body), `value="old"`) {
		t.Error("a closed body is offered")
	}
}

func TestWhatIsEnteredAtNightBelongsToTheDayOfTheBody(t *testing.T) {
	h := openHouse(t)
	h.pass(11*time.Hour + 30*time.Minute) // 23:30 of the same day in Moscow
	p := h.sign("reg")
	c := h.enter(p, "paper", letter("arrived", "2026-11-20"))
	if !c.Origin.ReceivedAt.Equal(h.now()) {
		t.Errorf("received at %s", c.Origin.ReceivedAt)
	}
}
