package letter

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sample() Letter {
	return Letter{
		Body:     "Комитет дорожного хозяйства города Заречный",
		Contacts: []string{"ул. Ивовая, д. 1, г. Заречный, 990000", "тел. +7 (000) 000-00-01, dorogi@zarechny.example"},
		Number:   "ОГ-17-исх", Date: "18 декабря 2026 г.", Reply: "На № ОГ-2026-000123 от 20 ноября 2026 г.",
		To: []string{"Осокиной Н. И.", "nina@example.test"}, Title: "О ремонте тротуара",
		Text:       "Уважаемая Нина Игоревна!\n\nКомитет рассмотрел ваше обращение и сообщает следующее:\n- тротуар у школы осмотрен 1 декабря;\n- покрытие заменят до 30 апреля 2027 года.\n\nТемпература укладки < 18 °C, «условия» — особые.",
		Enclosures: []string{"Акт осмотра на 2 л.", "Фотография"},
		Post:       "Председатель комитета", Signer: "Б. О. Дубравец", Executor: []string{"Исп. В. С. Клёнова", "тел. +7 (000) 000-00-02"},
		Stamp: &Stamp{Certificate: "00B1 9C33 7F21 AA04", Owner: "Дубравец Борис Олегович", Valid: "с 01.02.2026 по 01.05.2027",
			Test: "Ключ для разработки, без юридической силы"},
		Moment: time.Date(2026, 12, 18, 9, 30, 0, 0, time.UTC),
		Words: Words{Number: "№", From: "от", Enclosures: "Приложения:", Page: "", Signed: "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ",
			Certificate: "Сертификат", Owner: "Владелец", Valid: "Действителен", Draft: "проект"},
	}
}

func printed(t *testing.T, l Letter) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, l); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read gives the text of a PDF as a program of others' sees it.
func read(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed: the text of letters is not read back")
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestALetterSaysEverythingThatItIsGiven(t *testing.T) {
	l := sample()
	text := strings.Join(strings.Fields(read(t, printed(t, l))), " ")
	for _, want := range []string{l.Body, l.Contacts[1], "№ ОГ-17-исх", l.Date, l.Reply, l.To[0], l.Title, "Уважаемая Нина Игоревна!",
		"– тротуар у школы осмотрен", "< 18 °C, «условия» — особые.", "1. Акт осмотра", "2. Фотография", l.Signer, l.Executor[0],
		l.Stamp.Certificate, "Владелец:", "без юридической силы"} {
		if !strings.Contains(text, want) && !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("the letter does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "проект") {
		t.Error("a signed letter calls itself a draft")
	}
	l.Stamp = nil
	if text := read(t, printed(t, l)); !strings.Contains(text, "проект") || strings.Contains(text, "ПОДПИСАН") {
		t.Errorf("an unsigned letter does not say that it is a draft:\n%s", text)
	}
}

func TestTheSameLetterGivesTheSameBytesAndAnotherDoesNot(t *testing.T) {
	first := printed(t, sample())
	for range 5 {
		if !bytes.Equal(first, printed(t, sample())) {
			t.Fatal("two prints differ")
		}
	}
	for name, change := range map[string]func(*Letter){
		"text": func(l *Letter) { l.Text += "!" }, "number": func(l *Letter) { l.Number += "1" }, "signer": func(l *Letter) { l.Signer += "а" },
		"stamp": func(l *Letter) { l.Stamp.Certificate += "0" }, "moment": func(l *Letter) { l.Moment = l.Moment.Add(time.Second) },
		"size": func(l *Letter) { l.Large = true },
	} {
		l := sample()
		change(&l)
		if bytes.Equal(first, printed(t, l)) {
			t.Errorf("another %s gives the same file", name)
		}
	}
}

func TestALongLetterGoesOnOverPagesAndLosesNoLine(t *testing.T) {
	l := sample()
	var text strings.Builder
	for i := range 400 {
		text.WriteString("Строка " + strings.Repeat("я", i%30) + "конец" + strings.Repeat("0", i%7) + "\n")
	}
	l.Text = text.String()
	for _, large := range []bool{false, true} {
		l.Large = large
		out := read(t, printed(t, l))
		if n := strings.Count(out, "конец"); n != 400 {
			t.Errorf("large %v: %d lines of 400", large, n)
		}
		pages := strings.Count(out, "\f")
		if pages < 8 || large && pages < 12 {
			t.Errorf("large %v: %d pages", large, pages)
		}
		if !strings.Contains(out, "\f                                ") || !strings.Contains(out, " 5\n") {
			t.Errorf("large %v: pages have no numbers", large)
		}
	}
}

func TestTextsOfAnyKindAreLaidOut(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":            "",
		"one endless word":   strings.Repeat("щ", 5000),
		"only breaks":        strings.Repeat("\n", 300),
		"emoji":              "Спасибо 👍🏽 за ответ",
		"invisible signs":    "а\u200bб\u00adв\ufeffг",
		"Arabic and Chinese": "مرحبا 你好",
		"Windows breaks":     "раз\r\n\r\nдва\r\nтри",
		"broken UTF-8":       "до\xffпосле",
	} {
		l := sample()
		l.Text, l.Body, l.Signer = text, l.Body+" "+strings.Repeat("и прочее ", 30), strings.Repeat("Длинная-", 9)
		if pdf := printed(t, l); !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf[len(pdf)-32:], []byte("%%EOF")) {
			t.Errorf("%s: no whole PDF", name)
		}
	}
	l := sample()
	l.Text = "Спасибо 👍 за ответ"
	if text := read(t, printed(t, l)); !strings.Contains(text, "Спасибо □ за ответ") {
		t.Errorf("what cannot be shown vanished:\n%s", text)
	}
}
