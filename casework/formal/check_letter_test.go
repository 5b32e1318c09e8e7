package formal

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

type sample struct {
	Appeal  string   `json:"appeal"`
	Address string   `json:"address"`
	Good    []string `json:"good"`
	Formal  []string `json:"formal"`
}

func samples(t *testing.T) []sample {
	t.Helper()
	raw, err := os.ReadFile("testdata/letters.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func rules(t *testing.T) *Rules {
	t.Helper()
	r, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func signsOf(v Verdict) string {
	var out []string
	for _, s := range v.Signs {
		out = append(out, s.ID)
	}
	return strings.Join(out, " ")
}

// TestFormalLettersAreToldFromAnswers prints precision and recall (promise G7).
func TestFormalLettersAreToldFromAnswers(t *testing.T) {
	r := rules(t)
	hit, miss, wrong, letters := 0, 0, 0, 0
	for _, s := range samples(t) {
		for _, text := range s.Formal {
			letters++
			v := r.Check(Letter{Appeal: s.Appeal, Address: s.Address, Text: text})
			if v.Formal {
				hit++
				continue
			}
			miss++
			t.Logf("missed [%s]: %s", signsOf(v), text)
		}
		for _, text := range s.Good {
			letters++
			if v := r.Check(Letter{Appeal: s.Appeal, Address: s.Address, Text: text}); v.Formal {
				wrong++
				t.Logf("marked wrongly [%s]: %s", signsOf(v), text)
			}
		}
	}
	precision, recall := float64(hit)/float64(hit+wrong), float64(hit)/float64(hit+miss)
	t.Logf("%d letters: precision %.2f, recall %.2f", letters, precision, recall)
	if letters < 40 || precision < 0.9 || recall < 0.85 {
		t.Errorf("precision %.2f, recall %.2f on %d letters", precision, recall, letters)
	}
}

func TestEachSignIsNoticedForItsOwnReason(t *testing.T) {
	r := rules(t)
	appeal := "На улице Лесной у дома 12 не горит фонарь, вечером темно, дети боятся идти из школы домой."
	for _, tc := range []struct{ sign, appeal, letter string }{
		{"place", appeal, "Фонарь проверен электриками, заменена лампа, вечером темно не будет."},
		{"subject", appeal, "Начисления по квартире проверены, сумма пересчитана на 100 рублей."},
		{"stock", appeal, "Ваше обращение рассмотрено. Меры будут приняты."},
		{"fact", appeal, "Согласно статье 16 Федерального закона № 131-ФЗ освещение улицы Лесной важно."},
		{"when", appeal + " Когда починят?", "Фонарь на Лесной починят силами города."},
		{"why", appeal + " Почему не чинят?", "Фонарь на Лесной починят в мае."},
		{"amount", appeal + " Сколько стоит ремонт?", "Ремонт фонаря на Лесной проведён городом."},
		{"short", appeal, "Фонарь на Лесной горит."},
		{"away", appeal, "Вы вправе обратиться в Горсвет по поводу фонаря на Лесной."},
		{"later", appeal, "Вопрос освещения Лесной взят на контроль."},
	} {
		v := r.Check(Letter{Appeal: tc.appeal, Address: "Лесная, 12", Text: tc.letter})
		if !slices.Contains(strings.Fields(signsOf(v)), tc.sign) {
			t.Errorf("%s is not noticed, only %q", tc.sign, signsOf(v))
		}
	}
	full := "Фонарь у дома 12 на улице Лесной осмотрен 3 мая: перегорела лампа. Её заменили в тот же день, вечером свет есть, дети дойдут из школы домой не в темноте."
	if v := r.Check(Letter{Appeal: appeal, Address: "Лесная, 12", Text: full}); len(v.Signs) != 0 {
		t.Errorf("a full answer: %q", signsOf(v))
	}
	if v := r.Check(Letter{Appeal: appeal, Text: " \n"}); v.Formal || v.Signs != nil {
		t.Error("an empty letter is formal")
	}
}

func TestNumbersOfLawsAreNoFacts(t *testing.T) {
	for text, want := range map[string]bool{"согласно статье 12 федерального закона № 59-фз": false, "3 мая заменили лампу": true,
		"в соответствии с частью 3 статьи 8": false, "в квартире 15": true} {
		x := reading{Rules: rules(t)}
		if got := x.tells(text); got != want {
			t.Errorf("%q tells a fact: %v", text, got)
		}
	}
}

func FuzzNoLetterBreaksTheCheck(f *testing.F) {
	f.Add("Прошу починить", "Садовая, 5", "Починили.")
	r, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(_ *testing.T, appeal, address, text string) {
		r.Check(Letter{Appeal: appeal, Address: address, Text: text})
	})
}

func TestRulesThatAreNotSoundAreRefused(t *testing.T) {
	good := rulesJSON
	defer func() { rulesJSON = good }()
	sound := rules(t).Rules[0]
	for name, change := range map[string]func(*Rule){
		"a check nobody has written": func(r *Rule) { r.ID = "whatever" },
		"no weight":                  func(r *Rule) { r.Weight = 0 },
		"no reason in Russian":       func(r *Rule) { r.RU.Why = "" },
		"no reason in English":       func(r *Rule) { r.EN.Why = "" },
	} {
		one := sound
		change(&one)
		raw, err := json.Marshal(Rules{Rules: []Rule{one}})
		if err != nil {
			t.Fatal(err)
		}
		rulesJSON = raw
		if _, err := Load(); err == nil || !strings.Contains(err.Error(), "not sound") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheLastSentenceNeedsNoStop(t *testing.T) {
	got := sentences("Лампа заменена. Свет есть")
	if !slices.Equal(got, []string{"Лампа заменена.", "Свет есть"}) {
		t.Errorf("%q", got)
	}
	if got := sentences("Лампа заменена."); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func TestAnAppealOfFewWordsIsNoMeasureOfTheSubject(t *testing.T) {
	v := rules(t).Check(Letter{Appeal: "Яма на дороге", Text: "Начисления по квартире проверены, сумма пересчитана на 100 рублей 3 мая."})
	if slices.Contains(strings.Fields(signsOf(v)), "subject") {
		t.Errorf("three words were taken for a measure: %q", signsOf(v))
	}
}
