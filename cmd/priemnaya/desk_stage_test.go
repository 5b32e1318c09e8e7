package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"priemnaya/casework"
)

// deskStage is a desk on which a case stands in every state that its pages
// know. Cases are found by a short name of the state.
type deskStage struct {
	t  *testing.T
	a  *App
	n  int
	id map[string]string
}

// Actors of the stage. The clerk may do all; the others are the demonstration's.
var (
	stageClerk = casework.Actor{ID: "staff:registrator", Name: "Анна Львовна Соколова", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: casework.Everywhere},
		{Role: casework.RoleOfficer, Body: casework.Everywhere}, {Role: casework.RoleHead, Body: casework.Everywhere}, {Role: casework.RoleSupervisor, Body: casework.Everywhere}}}
	stageOfficer = casework.Actor{ID: "staff:dorogi", Name: "Игорь Павлович Ручьёв", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "city-roads"}}}
	stageHead    = casework.Actor{ID: "staff:dorogi-head", Name: "Виктор Андреевич Лапин", Grants: []casework.Grant{{Role: casework.RoleHead, Body: "city-roads"}}}
)

const stageText = "Здравствуйте! На улице Садовой у дома 12 провалился асфальт, яма глубиной около полуметра.\n\n" +
	"Звонил в диспетчерскую дважды: обещали приехать, никто не приехал. Прошу:\n1. Заделать яму.\n2. Поставить знак до окончания ремонта.\n\n" +
	"Мой телефон +7 900 123-45-67, почта antipova@example.ru. Антипова В. С."

// applicantOf is the citizen of the emulator, whose pages are looked at too.
func (s *deskStage) applicantOf(key string) casework.Applicant {
	return casework.Applicant{Key: key, Name: casework.PersonName{Surname: "Антипова-Константинопольская", Given: "Вера-Александрина", Patronymic: "Святославовна"},
		Assurance: casework.AssuranceConfirmed, Contact: casework.Contact{Cabinet: true, Email: "antipova@example.ru", Phone: "+7 900 123-45-67", Post: "107140, г. Зареченск, ул. Садовая, д. 12, кв. 5"}}
}

// file files an appeal and gives it to the roads' committee.
func (s *deskStage) file(name string, change func(*casework.Filing)) string {
	s.t.Helper()
	s.n++
	who := s.applicantOf(fmt.Sprintf("stage:%d", s.n))
	f := casework.Filing{Regime: casework.RegimeAppeal, AppealKind: casework.KindStatement, Channel: casework.ChannelWeb, Applicant: who, Lang: "ru", Text: stageText,
		Topic: "0003.0009.0099.0742", Territory: "99701", Address: "ул. Садовая, д. 12", Addressee: "city-roads", Key: fmt.Sprintf("stage-key-%020d", s.n)}
	if change != nil {
		change(&f)
	}
	r, err := s.a.office.File(s.t.Context(), casework.Citizen(f.Applicant), f)
	must(s.t, err)
	s.id[name] = r.Case.ID
	eventually(s.t, "the router has looked at "+name, func() bool {
		c, err := s.a.storage.Get(s.t.Context(), r.Case.ID)
		return err == nil && c.Stage != casework.StageReceived
	})
	if c := s.load(name); c.Stage == casework.StageHeld {
		s.do(name, stageClerk, casework.Routing{Body: f.Addressee})
	}
	return r.Case.ID
}

func (s *deskStage) load(name string) casework.Case {
	s.t.Helper()
	c, err := s.a.storage.Get(s.t.Context(), s.id[name])
	must(s.t, err)
	return c
}

// do performs acts on a case, one after another.
func (s *deskStage) do(name string, by casework.Actor, acts ...casework.Act) casework.Case {
	s.t.Helper()
	var c casework.Case
	var err error
	for _, act := range acts {
		if sub, ok := act.(casework.Submission); ok && sub.Revision == 0 {
			act = casework.Submission{Revision: s.load(name).Draft.Revision}
		}
		if c, err = s.a.office.Do(s.t.Context(), by, s.id[name], casework.AnyState, act); err != nil {
			s.t.Fatalf("%s: %s: %v", name, act.Kind(), err)
		}
	}
	return c
}

// working takes a case as far as an officer at work.
func (s *deskStage) working(name string, change func(*casework.Filing)) {
	s.t.Helper()
	s.file(name, change)
	s.do(name, stageClerk, casework.Registration{}, casework.Assignment{Officer: stageOfficer})
}

// byCitizen files in the name of the citizen who looks at her own pages.
func byCitizen(f *casework.Filing) { f.Applicant.Key = "esia:1000000001" }

// keep puts a file in.
func (s *deskStage) keep(name string, content []byte) casework.File {
	s.t.Helper()
	f, err := s.a.files.Put(s.t.Context(), name, bytes.NewReader(content))
	must(s.t, err)
	return f
}

func stagePicture() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 640, 400))
	for y := range 400 {
		for x := range 640 {
			img.SetNRGBA(x, y, color.NRGBA{uint8(120 + x/8), uint8(150 + y/6), 170, 255})
		}
	}
	var raw bytes.Buffer
	if err := png.Encode(&raw, img); err != nil {
		panic(err)
	}
	return raw.Bytes()
}

var stageDraft = casework.Drafting{Text: "Уважаемая Вера-Александрина Святославовна!\n\n**Яму заделают** до 1 декабря. Знак поставлен 20 ноября.\n- бригада назначена;\n- участок огорожен.",
	Outcome: casework.OutcomeExplained}

// deskCases puts a case in every state.
func deskCases(t *testing.T, a *App) *deskStage {
	t.Helper()
	s := &deskStage{t: t, a: a, id: map[string]string{}}
	s.file("routed", nil)
	s.file("registered", nil)
	s.do("registered", stageClerk, casework.Registration{})
	s.workingCases()
	s.letterCases()
	s.endedCases()
	s.complaintCases()
	s.sealedCase()
	return s
}

func (s *deskStage) workingCases() {
	ctx, t := s.t.Context(), s.t
	s.working("full", func(f *casework.Filing) {
		f.Files = []casework.File{s.keep("Фотография ямы у подъезда.png", stagePicture()),
			s.keep("заметки.txt", []byte("Антипова Вера Святославовна\nтел. +7 900 123-45-67\nЯма появилась 3 ноября.\n")),
			s.keep("очень-длинное-имя-файла-которое-прислал-заявитель-из-телефона-IMG_20261103_142233.pdf", []byte(onePagePDF))}
	})
	s.do("full", stageClerk, casework.Splitting{Questions: []casework.Question{{Topic: "0003.0009.0099.0742"}, {Topic: "0003.0009.0099.0738"}}},
		casework.DocumentRequest{To: "city-housing", What: "Акт обследования тепловой камеры у дома 12"})
	s.do("full", stageOfficer, casework.ExtensionProposal{Days: 20, Reason: "Ждём акт обследования."})
	_, err := s.a.office.AddNote(ctx, stageOfficer, s.id["full"], "Звонил подрядчик: бригада свободна со среды.\nПерезвонить 24 ноября.")
	must(t, err)
	_, err = s.a.office.DraftQuestion(ctx, stageOfficer, s.id["full"], casework.QuestionText{Question: "q1", Text: "Яму заделают до 1 декабря.", Outcome: casework.OutcomeExplained})
	must(t, err)
	c := s.load("full")
	_, err = s.a.office.RedactCaseText(ctx, stageOfficer, c.ID, casework.TextRedaction{Hide: c.PersonalStretches(c.Content.Text), Digest: c.TextsDigest(), Why: "Персональные данные"})
	must(t, err)
	s.working("asked", byCitizen)
	s.do("asked", stageOfficer, casework.Asking{Text: "Уточните, пожалуйста, с какой стороны дома яма."})
	s.working("plain", byCitizen)
	s.working("drafted", nil)
	s.do("drafted", stageOfficer, stageDraft)
}

// letterCases stand on the way of a letter from the draft to the answer.
func (s *deskStage) letterCases() {
	s.working("visas", nil)
	s.do("visas", stageOfficer, stageDraft)
	s.do("visas", stageOfficer, casework.VisaAsking{Revision: s.load("visas").Draft.Revision, Persons: []casework.Visa{
		{By: stageHead.ID, Name: stageHead.Name, Step: 1}, {By: "staff:dorogi-reg", Name: "Ольга Петровна Минаева", Step: 2, Approves: true}}})
	s.working("signing", nil)
	s.do("signing", stageClerk, casework.Splitting{Questions: []casework.Question{{Topic: "0003.0009.0099.0742"}, {Topic: "0003.0009.0099.0738"}}})
	s.do("signing", stageOfficer, stageDraft, casework.Submission{})
	s.working("returned", nil)
	s.do("returned", stageOfficer, stageDraft, casework.Submission{})
	s.do("returned", stageHead, casework.SendingBack{Remarks: "Назовите срок ремонта и ответьте про знак."})
	s.working("signed", nil)
	s.do("signed", stageOfficer, stageDraft, casework.Submission{})
	s.do("signed", stageHead, casework.Signing{})
	for _, name := range []string{"answered", "rated", "reopened", "reviewed"} {
		s.working(name, byCitizen)
		s.do(name, stageOfficer, stageDraft, casework.Submission{})
		s.do(name, stageHead, casework.Signing{})
		s.do(name, stageOfficer, casework.Answering{})
	}
	own := func(name string) casework.Actor { c := s.load(name); return casework.Citizen(c.Applicant()) }
	s.do("rated", own("rated"), casework.Rating{Mark: 5, Comment: "Спасибо, всё сделали."})
	s.do("reopened", own("reopened"), casework.Reopening{Reason: "Яма на месте, никто не приезжал."})
	s.do("reviewed", own("reviewed"), casework.Rating{Mark: 1, Comment: "Отписка."})
	s.do("reviewed", stageClerk, casework.Reviewing{Outcome: casework.ReviewRedo, Explanation: "Вы правы: в ответе нет срока.", Task: "Назвать срок."})
}

func (s *deskStage) endedCases() {
	s.file("left", nil)
	s.do("left", stageClerk, casework.Registration{}, casework.Ending{Act: casework.ActLeave, Ground: "unclear", Explanation: "Из текста не ясно, о чём вы просите."})
	s.file("withdrawn", nil)
	c := s.load("withdrawn")
	s.do("withdrawn", casework.Citizen(c.Applicant()), casework.Withdrawal{Reason: "Вопрос решился."})
	s.file("forwarded", nil)
	s.do("forwarded", stageClerk, casework.Registration{}, casework.Forwarding{Body: "city-housing", Why: "Содержание двора — не дороги."})
	s.working("copied", nil)
	s.do("copied", stageClerk, casework.Copying{Bodies: []string{"city-housing"}, Why: "Второй вопрос о дворе."})
}

func (s *deskStage) complaintCases() {
	complain := func(regime casework.Regime, ground string) func(*casework.Filing) {
		return func(f *casework.Filing) {
			f.Regime, f.AppealKind = regime, casework.KindComplaint
			f.Complaint = &casework.Complaint{Grounds: []string{ground}, Against: []casework.Against{{Body: "city-roads", Official: "staff:guilty"}},
				Decision: "Решение № 5 от 20 октября 2026 года об отказе Антиповой В. С., тел. +7 900 123-45-67", Demands: "Отменить решение и выдать разрешение."}
			f.Knew = casework.DateOf(s.a.now(), casework.Settings{}.Location()).AddDays(-5)
			if regime == casework.RegimeControl {
				f.Complaint.Register, f.Complaint.Suspend, f.Complaint.Order = "99260041000100000001", "Исполнение остановит работу.", true
			}
		}
	}
	s.working("210", complain(casework.RegimeServices, "late_service"))
	s.do("210", stageOfficer, casework.Drafting{Text: "Решение отменено.", Outcome: casework.OutcomeSatisfied, Parts: map[string]string{"1_actions": "Сделано."}})
	s.working("248", complain(casework.RegimeControl, "decision"))
}

// sealedCase is one whose applicant keeps his name closed.
func (s *deskStage) sealedCase() {
	s.file("sealed", func(f *casework.Filing) {
		f.Shield, f.Addressee, f.Topic, f.Territory = true, "prosecutor", "0004.0015.0155.0892", "99"
		f.Text = strings.Split(stageText, "Мой телефон")[0]
	})
	s.do("sealed", stageClerk, casework.Registration{})
	_, err := s.a.office.AskName(s.t.Context(), casework.Actor{ID: "staff:registrator", Name: "Анна Львовна Соколова", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: casework.Everywhere}}},
		s.id["sealed"], "Нужно вызвать заявителя для осмотра места.")
	must(s.t, err)
}

// onePagePDF is the smallest document that readers open.
const onePagePDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/MediaBox[0 0 200 200]/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
