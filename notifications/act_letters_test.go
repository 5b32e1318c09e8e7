package notifications_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/notifications/outboxtest"
)

// filingOf is a filing with what its regime asks for.
func filingOf(regime casework.Regime) casework.Filing {
	f := outboxtest.Filing(1)
	f.Regime, f.Address = regime, "улица Садовая, 1"
	f.Applicant.Contact.Phone = "+7 900 000-00-00"
	switch regime {
	case casework.RegimeServices:
		f.Complaint = &casework.Complaint{Grounds: []string{"late_service"}, Against: []casework.Against{{Body: "housing"}}, Decision: "Отказ № 5"}
	case casework.RegimeControl:
		f.Complaint = &casework.Complaint{Grounds: []string{"order"}, Against: []casework.Against{{Body: "housing"}}, Decision: "Предписание № 7",
			Demands: "Отменить", Suspend: "Приостановить", Restore: "Болел"}
		f.Knew = casework.NewDate(2026, 1, 12)
	}
	return f
}

// way takes a case of a regime to an officer, through the channel.
func (d *desk) way(t testing.TB, regime casework.Regime, channel casework.Channel) casework.Case {
	t.Helper()
	f := filingOf(regime)
	by := casework.Citizen(f.Applicant)
	if channel == casework.ChannelOral {
		f.Channel, f.Applicant.Assurance = channel, casework.AssuranceInPerson
		by = outboxtest.Staff("reception", casework.RoleRegistrar, casework.Everywhere)
	}
	r, err := d.Office.File(context.Background(), by, f)
	if err != nil {
		t.Fatalf("%s: %v", regime, err)
	}
	if _, err := d.Route(context.Background(), r.Case.ID); err != nil {
		t.Fatal(err)
	}
	d.Act(t, central, r.Case.ID, casework.Registration{})
	return d.Act(t, head, r.Case.ID, casework.Assignment{Officer: officer})
}

func TestLettersOfActsSayWhatTheActsHaveDecided(t *testing.T) {
	citizen := casework.Citizen(outboxtest.Filing(1).Applicant)
	platform, appeal, services, control, message := casework.RegimePlatform, casework.RegimeAppeal, casework.RegimeServices, casework.RegimeControl, casework.RegimeMessage
	for _, row := range []struct {
		regime casework.Regime
		by     casework.Actor
		act    casework.Act
		kind   casework.NoticeKind
		// say are words of the letter, split by bars.
		say string
	}{
		{appeal, officer, casework.Asking{Text: "Какой это подъезд?"}, "asked", "Какой это подъезд?|Срок рассмотрения идёт дальше: ответят не позднее 30 апреля"},
		{control, officer, casework.Asking{Text: "Какой это подъезд?"}, "asked", "Ответьте не позднее: 8 апреля|срок рассмотрения стоит|отказать из-за этого нельзя"},
		{appeal, head, casework.Extension{Days: 30, Reason: "Ждём документы."}, "extended", "до 30 апреля|не позднее 29 мая 2026 года|Ждём документы."},
		{appeal, head, casework.Copying{Bodies: []string{"housing"}, Why: "Дом её."}, "copied", "Жилищная инспекция города Заречный|Дом её."},
		{appeal, head, casework.Ending{Act: casework.ActLeave, Ground: "court", Explanation: "Через суд."}, "left_court", "решение суда пересматривает только суд|59-ФЗ, ст. 11 ч. 2|Через суд."},
		{appeal, head, casework.Ending{Act: casework.ActLeave, Ground: "abuse", Explanation: "Угрозы."}, "left_abuse", "Злоупотреблять правом на обращение недопустимо|Новое обращение рассмотрят"},
		{appeal, head, casework.Ending{Act: casework.ActLeave, Ground: "site", Address: "https://x.example.ru/a?b=1&c=2"}, "left_site", "Прочитать ответ: https://x.example.ru/a?b=1&c=2|ст. 11 ч. 5.1"},
		{appeal, head, casework.Ending{Act: casework.ActLeave, Ground: "secret", Explanation: "Тайна."}, "left_secret", "раскрыть государственную или другую охраняемую|Если причина отпадёт"},
		{appeal, head, casework.Ending{Act: casework.ActLeave, Ground: "unclear", Explanation: "Нет просьбы."}, "left_unclear", "в другой орган не перешлют|Нет просьбы."},
		{appeal, citizen, casework.Withdrawal{}, "withdrawn", "Вы отозвали обращение|подайте новое обращение"},
		{platform, head, casework.Extension{Days: 10, Reason: "Ждём."}, "extended", "Ждём.|Продлить срок ещё раз нельзя"},
		{services, head, casework.Ending{Act: casework.ActLeave, Ground: "judgment", Explanation: "Решение суда."}, "refused", "Есть вступившее в силу решение суда|постановление № 840, п. 20|орган обязан объяснить"},
		{control, head, casework.Suspension{Granted: true, Reason: "Убедили."}, "suspended", "приостановили|Убедили.|Решение примут не позднее 22 апреля"},
		{control, head, casework.Restoration{Reason: "Выписки нет."}, "restored", "не восстановили|откажут|Выписки нет."},
		{control, head, casework.Ending{Act: casework.ActLeave, Ground: "same", Explanation: "Уже подана."}, "refused", "Жалоба того же лица|248-ФЗ, ст. 42|248-ФЗ, ст. 39"},
		{control, citizen, casework.Withdrawal{Part: "о штрафе"}, "withdrawn", "Эту часть рассматривать не будут: о штрафе|Остальное рассматривают дальше"},
		{message, head, casework.Ending{Act: casework.ActLeave, Ground: "no_place", Explanation: "Нет улицы."}, "left_message", "Не указано место проблемы|обращение по закону 59-ФЗ"},
		{message, officer, casework.Asking{Text: "Где это?"}, "asked", "ответят не позднее 10 апреля 2026 года"},
	} {
		t.Run(string(row.regime)+" "+string(row.kind), func(t *testing.T) {
			d := newDesk(t, nil, nil)
			c := d.way(t, row.regime, casework.ChannelWeb)
			c = d.Act(t, row.by, c.ID, row.act)
			d.says(t, c, row.kind, strings.Split(row.say, "|"))
		})
	}
}

// says composes the letter of a kind and looks for words in both forms.
func (d *desk) says(t testing.TB, c casework.Case, kind casework.NoticeKind, words []string) {
	t.Helper()
	m, err := d.dispatcher.Compose(context.Background(), c, outboxtest.Notice(t, c, kind, casework.MediumEmail))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ToLower(m.Text)
	for _, word := range words {
		if !strings.Contains(text, strings.ToLower(word)) {
			t.Errorf("the letter does not say %q:\n%s", word, m.Text)
		}
	}
	if found := broken(m.Subject + m.Text); found != "" {
		t.Errorf("the letter holds %q:\n%s", found, m.Text)
	}
}

func TestTheClarificationOfAnApplicantGivesTheNewDate(t *testing.T) {
	d := newDesk(t, nil, nil)
	c := d.way(t, casework.RegimeControl, casework.ChannelWeb)
	d.Act(t, officer, c.ID, casework.Asking{Text: "Какой это подъезд?"})
	d.Clock.Advance(24 * time.Hour)
	c = d.Act(t, casework.Citizen(outboxtest.Filing(1).Applicant), c.ID, casework.Clarification{Text: "Второй."})
	term, _ := c.Term(casework.TermConsider)
	if term.Due != casework.NewDate(2026, 4, 23) {
		t.Fatalf("due %v", term.Due)
	}
	d.says(t, c, "clarified", []string{"Решение примут не позднее 23 апреля 2026 года"})
}

func TestAnOralAnswerIsConfirmedInWriting(t *testing.T) {
	d := newDesk(t, nil, nil)
	c := d.way(t, casework.RegimeAppeal, casework.ChannelOral)
	c = d.Act(t, officer, c.ID, casework.OralAnswer{Summary: "Яму заделают до 20 мая.", Consent: true, Outcome: casework.OutcomeMeasures})
	d.says(t, c, "oral", []string{"Яму заделают до 20 мая.", "Итог: Поддержано, меры приняты", "новое обращение"})
}

func TestASatisfiedComplaintNamesTheDayOfTheRemedy(t *testing.T) {
	d := newDesk(t, nil, nil)
	c := d.way(t, casework.RegimeServices, casework.ChannelWeb)
	d.Act(t, officer, c.ID, casework.Drafting{Outcome: casework.OutcomeSatisfied, Text: "Жалоба удовлетворена.",
		Parts: map[string]string{"1_actions": "Услугу оказали.", "2_apology": "Приносим извинения.", "3_next": "Заберите документы.", "4_appeal": "В суд."}})
	d.Act(t, officer, c.ID, casework.Submission{Revision: 1})
	d.Act(t, head, c.ID, casework.Signing{})
	c = d.Act(t, officer, c.ID, casework.Answering{})
	d.says(t, c, "answered", []string{"Итог: Жалоба удовлетворена", "устранить не позднее 8 апреля 2026 года", "Приносим извинения", "порядок написан в самом решении"})
	c = d.Act(t, officer, c.ID, casework.Remedy{What: "Документы выданы."})
	d.says(t, c, "remedied", []string{"Документы выданы."})
}

func TestEveryRegimeIsSpokenToInItsOwnWords(t *testing.T) {
	for regime, words := range map[casework.Regime][]string{
		casework.RegimeAppeal:   {"обращение|Ответят не позднее 30 апреля 2026 года", "жалоб"},
		casework.RegimeServices: {"жалобу|Решение примут не позднее 22 апреля 2026 года|не позднее следующего дня", "обращени"},
		casework.RegimeControl:  {"жалобу|Решение примут не позднее 22 апреля 2026 года|решат не позднее 3 апреля|решит руководитель", "обращени"},
		casework.RegimeMessage:  {"сообщение|Ответят не позднее 10 апреля 2026 года", "обращени"},
		casework.RegimePlatform: {"обращение|Ответят не позднее 30 апреля 2026 года", "жалоб"},
	} {
		t.Run(string(regime), func(t *testing.T) {
			d := newDesk(t, nil, nil)
			c := d.way(t, regime, casework.ChannelWeb)
			d.says(t, c, "registered", strings.Split(words[0], "|"))
			m, err := d.dispatcher.Compose(context.Background(), c, outboxtest.Notice(t, c, "registered", casework.MediumEmail))
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(words[1:], func(w string) bool { return strings.Contains(strings.ToLower(m.Text), w) }) {
				t.Errorf("the letter speaks of another regime:\n%s", m.Text)
			}
		})
	}
}
