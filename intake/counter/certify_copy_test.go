package counter

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/cmd/visitor"
)

var serial = regexp.MustCompile(`№ ([0-9A-Z]{5}-[0-9A-Z]{5})`)

// coded is the receipt and the access code on the open page of a receipt.
func (p *person) coded(c casework.Case) (number, code string) {
	return c.Receipt, regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(strings.ReplaceAll(p.Page.Text(), c.Receipt, ""))
}

func TestAnOperatorCertifiesACopyByNumberAndCode(t *testing.T) {
	h := openHouse(t)
	p := h.sign("mfc")
	c := h.enter(p, "paper", letter())
	number, code := p.coded(c)
	ask := func(number, code string) {
		p.open("/counter/copy")
		p.send("/counter/copy", visitor.Fields{"number": number, "code": code})
	}
	// There is no answer yet.
	ask(number, code)
	if p.want(422, "Ответа с таким номером и кодом нет"); p.Page.Input("number") != number {
		t.Errorf("the number is %q", p.Page.Input("number"))
	}
	c = h.answered(c.ID, "Фонарь у дома 4 заменили 19 ноября, он горит.")
	for _, x := range [][2]string{{"", ""}, {number, ""}, {"", code}, {number, "AAAA-BBBB-CCCC"}, {"П-0000-0000-0000", code}} {
		ask(x[0], x[1])
		p.want(422)
	}
	h.pass(time.Minute)
	ask(" "+number+" ", " "+code+" ")
	answer := c.Answers[len(c.Answers)-1]
	p.want(200, "Фонарь у дома 4 заменили", answer.Number, answer.Signature.Digest, "ABCD", "Сотрудник head", "Сотрудник mfc", "Ким Пётр Олегович", "Комитет дорог")
	if serial.FindString(p.Page.Text()) == "" {
		t.Errorf("the copy has no number\n%s", p.Page.Text())
	}
}

func TestARepeatedOrderIsTheSameCopyAndANewOneAnother(t *testing.T) {
	h := openHouse(t)
	c := h.enter(h.sign("mfc"), "paper", letter())
	c = h.answered(c.ID, "Фонарь у дома 4 заменили 19 ноября, он горит.")
	made := func(p *person) string {
		p.send("/counter/copy", nil)
		p.want(200, "Копия верна")
		return serial.FindString(p.Page.Text())
	}
	one, twin, other := h.sign("officer"), h.sign("officer"), h.sign("officer")
	one.open("/counter/copy?case=" + c.ID)
	if one.Page.Input("case") != c.ID || one.tells(`name="code"`) {
		t.Errorf("staff is asked for the code\n%s", one.Page.Text())
	}
	key := one.Page.Input("key")
	first := made(one)
	twin.open("/counter/copy?case=" + c.ID)
	twin.send("/counter/copy", visitor.Fields{"key": key})
	other.open("/counter/copy?case=" + c.ID)
	if second, third := serial.FindString(twin.Page.Text()), made(other); second != first || third == first || first == "" {
		t.Errorf("copies %s, %s and %s", first, second, third)
	}
	// Whoever does not read the case gets no copy of it.
	far := h.sign("far-reg")
	far.open("/counter/copy?case=" + c.ID)
	far.send("/counter/copy", nil)
	if far.want(422, "Ответа с таким номером и кодом нет"); far.Page.Says("Фонарь") || far.Page.Input("case") != c.ID {
		t.Errorf("somebody else's case\n%s", far.Page.Text())
	}
}

func TestNobodyTriesManyCodes(t *testing.T) {
	h := openHouse(t)
	for _, x := range []struct{ page, action string }{{"/counter/copy", "/counter/copy"}, {"/counter", "/counter/call"}} {
		p := h.sign("mfc")
		h.pass(10 * time.Minute)
		refused := 0
		for range 12 {
			if p.open(x.page); p.Page.Status == 429 {
				refused++
				continue
			}
			if p.send(x.action, visitor.Fields{"number": "П-1", "code": "AAAA-BBBB-CCCC"}); p.Page.Status == 429 {
				refused++
			}
		}
		if refused == 0 {
			t.Errorf("%s answers twelve tries at once", x.action)
		}
	}
}
