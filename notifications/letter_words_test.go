package notifications_test

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/notifications"
	"priemnaya/templates"
)

// embeddedKinds are the notices that the embedded regulations name, with the
// regimes that name them.
func embeddedKinds(t testing.TB) map[casework.NoticeKind][]casework.Regime {
	t.Helper()
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[casework.NoticeKind][]casework.Regime{}
	for i := range laws.Regulations {
		r := &laws.Regulations[i]
		for _, kind := range r.NoticeKinds() {
			if !slices.Contains(kinds[kind], r.Regime) {
				kinds[kind] = append(kinds[kind], r.Regime)
			}
		}
	}
	return kinds
}

// said is what the notices of every kind know, over what all of them know.
var said = map[casework.NoticeKind]map[string]string{
	"rejected":        {"Ground.ru": "Не обращение: поздравление, приглашение, соболезнование", "Ground.en": "No appeal: greeting, invitation or condolence", "Norm": "ст. 4", "Explanation": "Спасибо за поздравление! Вы ни о чём не просили, поэтому отвечать по закону нечего."},
	"refused":         {"Ground.ru": "Есть решение суда о том же", "Ground.en": "A court has decided on the same", "Norm": "ст. 42", "Explanation": "Арбитражный суд решил этот спор 3 марта 2026 года, дело А00-1/2026."},
	"returned":        {"Norm": "ст. 8 ч. 7", "Explanation": "Вы жалуетесь на комитет, и выше него органа нет."},
	"joined":          {"Signers": "5"},
	"copied":          {"Bodies": "Жилищная инспекция; Комитет по тарифам", "Why": "Про тариф ответит комитет по тарифам."},
	"asked":           {"Question": "Какой подъезд и с какого дня нет отопления?"},
	"extended":        {"Before": "2026-04-30", "After": "2026-05-29", "Due": "2026-05-29", "Reason": "Ждём документы от кадастровой палаты."},
	"moved":           {"Before": "2026-04-30", "After": "2026-05-04", "Due": "2026-05-04"},
	"restored":        {"Decision": "granted", "Reason": "Вы болели, это подтверждает выписка."},
	"suspended":       {"Decision": "refused", "Reason": "Вреда от исполнения вы не назвали.", "Suspend": ""},
	"oral":            {"Summary": "Яму на Садовой заделают до 20 мая.", "Outcome": "measures", "Outcome.ru": "Поддержано, меры приняты", "Outcome.en": "Supported, measures taken", "Due": ""},
	"withdrawn":       {"Due": ""},
	"reopened":        {"ReviewDue": "2026-05-14", "Due": ""},
	"reviewed":        {"Review": "redo", "Explanation": "На вопрос о сроке ремонта не ответили.", "SupplementDue": "2026-05-15", "Due": ""},
	"remedied":        {"What": "Услугу оказали, документы выдали 20 апреля 2026 года.", "Due": ""},
	"left_court":      {"Norm": "ст. 11 ч. 2", "Explanation": "Жалобу подают через суд, который вынес решение."},
	"left_abuse":      {"Norm": "ст. 11 ч. 3", "Explanation": "Во втором абзаце вы угрожаете сотруднику."},
	"left_unreadable": {"Norm": "ст. 11 ч. 4", "Explanation": "На снимке письма видны только первые две строки."},
	"left_unclear":    {"Norm": "ст. 11 ч. 4.1", "Explanation": "В письме нет ни места, ни просьбы."},
	"left_terminate":  {"Norm": "ст. 11 ч. 5", "Explanation": "Отвечали 1 февраля и 3 марта 2026 года."},
	"left_site":       {"Norm": "ст. 11 ч. 5.1", "Address": "https://roads.example.ru/answers/17"},
	"left_secret":     {"Norm": "ст. 11 ч. 6", "Explanation": "Запрошенные сведения составляют государственную тайну."},
	"left_message":    {"Ground.ru": "Не указано место проблемы", "Ground.en": "The place of the problem is not given", "Norm": "постановление № 2334", "Explanation": "Напишите улицу и дом."},
	"answered":        {"Answer": "a1", "Outcome": "satisfied", "Outcome.ru": "Жалоба удовлетворена", "Outcome.en": "The complaint is satisfied", "RemedyDue": "2026-04-22", "Due": ""},
	"forwarded":       {"From": "Комитет дорожного хозяйства", "Why": "Двором управляет жилищная инспекция."},
	"received":        {"Number": "", "Addressee": "Комитет дорожного хозяйства"},
	"routed":          {"Number": ""},
	"assigned":        {"Unit": "Отдел ремонта дорог"},
}

// ended are the kinds after which nothing is owed.
var ended = []string{"rejected", "refused", "returned", "left_", "withdrawn"}

// letterOf writes the letter of a kind in a regime as its act would.
func letterOf(t testing.TB, d *desk, kind casework.NoticeKind, regime casework.Regime, lang string, more map[string]string) notifications.Message {
	t.Helper()
	c := casework.Case{ID: "CASE", Receipt: "П-QS52-9T2H-DRJP", Number: "ОГ-2026-000123",
		Procedure: casework.Procedure{Regime: regime}, Origin: casework.Origin{Lang: lang},
		Parties: casework.Parties{Applicants: []casework.Applicant{{Name: casework.PersonName{Surname: "Соколова", Given: "Мария", Patronymic: "Петровна"},
			Contact: casework.Contact{Email: "reader@example.ru"}}}},
		Answers: []casework.Answer{{ID: "a1", Number: "ОГ-И-2026-000077", Text: "Уважаемая Мария Петровна!\n\nПриносим извинения. Решение отменено.",
			SentAt: d.Clock.Now(), Signature: casework.Signature{Name: "Орлова Вера Ильинична"}}}}
	data := map[string]string{"Receipt": c.Receipt, "Number": c.Number, "Body": "Комитет дорожного хозяйства", "BodyPhone": "+7 800 000-00-01",
		"RegisteredOn": "2026-04-01", "RegisterDue": "2026-04-03", "ForwardDue": "2026-04-08", "Due": "2026-04-30"}
	if regime == casework.RegimeControl {
		data["Suspend"], data["SuspendDue"], data["Late"] = "asked", "2026-04-03", "asked"
		if kind == "asked" {
			data["InfoDue"] = "2026-04-08"
		}
	}
	for _, end := range ended {
		if strings.HasPrefix(string(kind), end) {
			data["Due"] = ""
		}
	}
	maps.Copy(data, said[kind])
	maps.Copy(data, more)
	m, err := d.dispatcher.Compose(context.Background(), c, casework.Notice{Key: "1", Kind: kind, Medium: casework.MediumEmail,
		Data: data, QueuedAt: d.Clock.Now()})
	if err != nil {
		t.Fatalf("%s %s %s: %v", kind, regime, lang, err)
	}
	return m
}

func TestEachLetterOfEachRegimeReadsAsItsGoldenFile(t *testing.T) {
	d := newDesk(t, nil, nil)
	for kind, regimes := range embeddedKinds(t) {
		for _, regime := range regimes {
			for _, lang := range templates.Languages {
				m := letterOf(t, d, kind, regime, lang, nil)
				name := string(regime) + "/" + string(kind) + "." + lang
				golden(t, name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
				golden(t, name+".html", m.HTML)
			}
		}
	}
}

// variants are letters that say something else by their data.
var variants = []struct {
	name   string
	kind   casework.NoticeKind
	regime casework.Regime
	data   map[string]string
}{
	{"restored-refused", "restored", casework.RegimeControl, map[string]string{"Decision": "refused"}},
	{"suspended-granted", "suspended", casework.RegimeControl, map[string]string{"Decision": "granted"}},
	{"withdrawn-part", "withdrawn", casework.RegimeControl, map[string]string{"Part": "требование о штрафе", "Due": "2026-04-30"}},
	{"answered-refused", "answered", casework.RegimeServices, map[string]string{"Outcome": "refused", "Outcome.ru": "В удовлетворении жалобы отказано", "Outcome.en": "The complaint is refused", "RemedyDue": ""}},
	{"received-late", "received", casework.RegimeControl, map[string]string{"Late": "yes"}},
	{"received-anybody", "received", casework.RegimeAppeal, map[string]string{"Addressee": ""}},
	{"no-words", "unheard_of", casework.RegimeAppeal, nil},
}

func TestLettersThatDependOnTheirDataReadAsTheirGoldenFiles(t *testing.T) {
	d := newDesk(t, nil, nil)
	for _, v := range variants {
		for _, lang := range templates.Languages {
			m := letterOf(t, d, v.kind, v.regime, lang, v.data)
			golden(t, v.name+"."+lang+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
		}
	}
}

func TestEveryNoticeOfEveryRegulationHasItsOwnWordsInBothLanguages(t *testing.T) {
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := embeddedKinds(t)
	if len(kinds) < 26 {
		t.Fatalf("only %d kinds were found", len(kinds))
	}
	for kind := range kinds {
		for _, lang := range templates.Languages {
			for _, slot := range []string{"subject", "title", "what"} {
				if id := "mail." + string(kind) + "." + slot; !set.Has(lang, id) {
					t.Errorf("%s has no %s", lang, id)
				}
			}
		}
		if _, ok := said[kind]; !ok && kind != "registered" && kind != "clarified" {
			t.Errorf("the test knows no data of %s", kind)
		}
	}
}

// officialese are words that no letter of ours may hold.
var officialese = []string{"настоящим", "вышеуказанн", "нижеуказанн", "вышеизложенн", "в целях", "в связи с тем", "данное обращение", "данный вопрос",
	"надлежащ", "посредством", "уведомляем", "осуществля", "произвести", "является", "согласно ", "в соответствии", "по результатам", "вследствие",
	"компетенци", "hereby", "pursuant", "aforementioned", "in accordance with", "forthwith", "herein"}

var leftovers = regexp.MustCompile(`\{\{|\}\}|<no value>|\[[a-z]+\.[a-zA-Z._]+\]|%!|—<|\(\)|  |\.\.|: \.|, \.|<nil>`)

// broken finds what must not be in a letter; the quoted text is a person's.
func broken(text string) string {
	low := strings.ToLower(text)
	for _, word := range officialese {
		if strings.Contains(low, word) {
			return word
		}
	}
	return leftovers.FindString(text)
}

func TestNoLetterHoldsLeftoversOrOfficialeseAndEachSubjectHasTheNumber(t *testing.T) {
	d := newDesk(t, nil, nil)
	for kind, regimes := range embeddedKinds(t) {
		for _, regime := range regimes {
			for _, lang := range templates.Languages {
				for _, missing := range []bool{false, true} {
					more := map[string]string{}
					if missing {
						// Whatever a notice does not know must leave no hole.
						for _, key := range []string{"Body", "BodyPhone", "Due", "RegisterDue", "ForwardDue", "RegisteredOn", "From", "Unit", "Why", "Norm", "Explanation", "Late", "Suspend"} {
							more[key] = ""
						}
					}
					m := letterOf(t, d, kind, regime, lang, more)
					if found := broken(m.Subject + "\n" + m.Text); found != "" {
						t.Errorf("%s %s %s holds %q:\n%s", regime, kind, lang, found, m.Text)
					}
					if strings.Contains(m.HTML, "<no value>") || strings.Contains(m.HTML, "[mail.") || strings.Contains(m.HTML, "{{") {
						t.Errorf("%s %s %s: the page of the letter has a hole", regime, kind, lang)
					}
					if !strings.Contains(m.Subject, "2026-000123") && !strings.Contains(m.Subject, "П-QS52") {
						t.Errorf("%s %s %s: the subject %q has no number", regime, kind, lang, m.Subject)
					}
					if len([]rune(m.Subject)) > 78 {
						t.Errorf("%s %s %s: the subject has %d letters: %s", regime, kind, lang, len([]rune(m.Subject)), m.Subject)
					}
				}
			}
		}
	}
	for _, bad := range []string{"Настоящим сообщаем", "[mail.x.y]", "<no value>", "{{.Due}}", "до ."} {
		if bad != "до ." && broken(bad) == "" {
			t.Errorf("the search would not find %q", bad)
		}
	}
}

func TestEveryDateInALetterComesFromItsNotice(t *testing.T) {
	d := newDesk(t, nil, nil)
	days := regexp.MustCompile(`\d+ (?:рабоч|календарн|working|calendar|дн|day)`)
	for kind, regimes := range embeddedKinds(t) {
		for _, regime := range regimes {
			for _, lang := range templates.Languages {
				m := letterOf(t, d, kind, regime, lang, nil)
				if found := days.FindString(m.Text); found != "" {
					t.Errorf("%s %s %s counts days by itself: %q", regime, kind, lang, found)
				}
			}
		}
	}
}

func TestANoticeWithoutWordsOfItsOwnIsDeliveredAllTheSame(t *testing.T) {
	d := newDesk(t, nil, nil)
	m := letterOf(t, d, "kind_of_tomorrow", "regime-of-tomorrow", "xx", nil)
	if broken(m.Subject+m.Text) != "" || !strings.Contains(m.Subject, "ОГ-2026-000123") || !strings.Contains(m.Text, "/appeals/CASE") {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
}

func TestAValueWithLineBreaksAddsNoLineToALetter(t *testing.T) {
	d := newDesk(t, nil, nil)
	m := letterOf(t, d, "registered", casework.RegimeAppeal, "ru", map[string]string{"Body": "Комитет\nТелефон: 02\nX: y", "BodyPhone": "1\n2"})
	if strings.Contains(m.Text, "\nТелефон: 02") || strings.Contains(m.Text, "\nX: y") {
		t.Errorf("a name of a body has added lines:\n%s", m.Text)
	}
}
