package storetest

import (
	"time"

	"priemnaya/casework"
)

// The words of the samples are made up for this file.
var (
	sampleSurnames = []string{"Полынина", "Журавец", "Клёнова", "Ольхович", "Рябинкин", "Осокина", "Ветлугин", "Черёмухина", "Дубравец"}
	sampleNames    = []string{"Вера", "Антон", "Лидия", "Глеб", "Нина", "Фёдор", "Алла"}
	sampleFathers  = []string{"Игоревна", "Львович", "Петровна", "Ильич", "Олеговна"}
	sampleStreets  = []string{"улица Ивовая", "проезд Кузнечный", "переулок Тихий", "набережная Лодочная", "улица Пасечная",
		"бульвар Ткачей", "улица Озёрная", "проспект Каменщиков", "улица Гончарная", "тупик Мельничный", "улица Садовников"}
	sampleSince = []string{"Вторую неделю", "С прошлой осени", "После ремонта", "Каждое утро", "Со вторника", "Почти месяц",
		"После ливня", "С начала зимы", "Третий день"}
	sampleThings = []string{"тротуар у школы", "дорога к поликлинике", "лифт в третьем подъезде", "контейнер во дворе",
		"фонарь над переходом", "автобус номер сорок", "крыша над лестницей", "детская горка", "труба отопления",
		"светофор на перекрёстке", "ливневая решётка", "мост через ручей", "вода в кране"}
	sampleTroubles = []string{"стоит разбитой", "не работает вовсе", "течёт без остановки", "завалена мусором", "шатается под ногами",
		"гудит по ночам", "покрыта льдом", "едет мимо остановки", "пахнет гарью", "погасла и не загорается", "проваливается"}
	sampleHarms = []string{"пожилым людям не пройти", "дети возвращаются в темноте", "коляску приходится нести", "подвал залило",
		"соседи уже падали", "машины выезжают на газон", "в квартире двенадцать градусов", "скорая не смогла подъехать",
		"жильцы жалуются без толку", "на работу приходим с опозданием"}
	sampleWishes = []string{"Прошу прислать мастера и ответить письменно.", "Прошу назвать день, когда это исправят.",
		"Прошу проверить подрядчика.", "Прошу объяснить, кто за это отвечает.", "Прошу внести двор в план ремонта."}
	sampleTopics = []string{"0005.0005.0055.1126", "0003.0009.0097.0689", "0005.0005.0056.1147", "0002.0014.0143.0420",
		"0004.0015.0156.0917", "0005.0006.0063.1170"}
)

var sampleBodies = []casework.Body{
	{ID: "zarechye-admin", Name: "Администрация Заречья", Level: casework.LevelMunicipal},
	{ID: "zarechye-roads", Name: "Комитет дорог Заречья", Level: casework.LevelMunicipal},
	{ID: "zarechye-homes", Name: "Комитет жилья Заречья", Level: casework.LevelMunicipal},
	{ID: "zarechye-health", Name: "Управление здоровья Заречья", Level: casework.LevelRegional},
	{ID: "zarechye-buses", Name: "Управление перевозок Заречья", Level: casework.LevelRegional},
}

var sampleStaff = casework.Actor{ID: "staff:sample", Name: "Образцова О. О.", Grants: []casework.Grant{
	{Role: casework.RoleRegistrar, Body: casework.Everywhere}, {Role: casework.RoleOfficer, Body: casework.Everywhere},
	{Role: casework.RoleHead, Body: casework.Everywhere}, {Role: casework.RoleSystem, Body: casework.Everywhere}}}

// sampleEnv is a small law of its own: the suite tests stores, not terms.
func sampleEnv(now time.Time) *casework.Env {
	return &casework.Env{Now: now, Regulation: sampleRegulation, Laws: sampleLaws, Registry: sampleRegistry}
}

var (
	sampleRegulation = makeRegulation()
	sampleLaws       = &casework.Laws{Regulations: []casework.Regulation{*sampleRegulation},
		Calendars: map[string]*casework.Calendar{casework.FederalCalendar: makeCalendar()}}
	sampleRegistry = makeRegistry()
)

func makeRegistry() *casework.Registry {
	r, err := casework.NewRegistry("образец-1", sampleBodies, nil)
	if err != nil {
		panic(err)
	}
	return r
}

// makeCalendar has weekends and no holidays.
func makeCalendar() *casework.Calendar {
	var years []casework.CalendarYear
	for y := 2026; y <= 2030; y++ {
		days := map[casework.Date]casework.DayKind{}
		for d := casework.NewDate(y, 1, 1); d.Year == y; d = d.AddDays(1) {
			days[d] = casework.Workday
			if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday {
				days[d] = casework.Weekend
			}
		}
		years = append(years, casework.CalendarYear{Year: y, Source: "образец", Days: days})
	}
	c, err := casework.NewCalendar(casework.FederalCalendar, "образец-1", years...)
	if err != nil {
		panic(err)
	}
	return c
}

func makeRegulation() *casework.Regulation {
	staff := []casework.Role{casework.RoleRegistrar, casework.RoleOfficer, casework.RoleHead, casework.RoleSystem}
	all := casework.Stages()
	act := func(to casework.Stage) casework.ActRule { return casework.ActRule{From: all, By: staff, To: to} }
	with := func(r casework.ActRule, change func(*casework.ActRule)) casework.ActRule { change(&r); return r }
	term := func(id string, n int, start string) casework.TermRule {
		return casework.TermRule{ID: id, N: n, Unit: casework.CalendarDays, Start: start, Roll: casework.RollPreceding, Norm: "образец"}
	}
	return &casework.Regulation{Regime: casework.RegimeAppeal, Version: "образец-1", InForceFrom: casework.NewDate(2020, 1, 1),
		Number:  "ОГ",
		Results: map[casework.Outcome]casework.Result{casework.OutcomeExplained: {Outcome: casework.OutcomeExplained}},
		Terms: map[casework.TermKind]casework.TermRule{
			casework.TermRegister: term("s.register", 3, casework.StartReceived),
			casework.TermConsider: term("s.consider", 30, casework.StartRegistered)},
		Acts: map[casework.ActKind]casework.ActRule{
			casework.ActFile: {From: []casework.Stage{""}, By: []casework.Role{casework.RoleCitizen}, To: casework.StageReceived,
				Opens:   []casework.TermKind{casework.TermRegister},
				Notices: []casework.NoticeKind{casework.NoticeReceived}},
			casework.ActHold:  act(casework.StageHeld),
			casework.ActRoute: with(act(casework.StageRouted), func(r *casework.ActRule) { r.Notices = []casework.NoticeKind{casework.NoticeRouted} }),
			casework.ActRegister: with(act(casework.StageRegistered), func(r *casework.ActRule) {
				r.Meets, r.Opens = []casework.TermKind{casework.TermRegister}, []casework.TermKind{casework.TermConsider}
				r.Notices = []casework.NoticeKind{casework.NoticeRegistered}
			}),
			casework.ActAssign: act(casework.StageInWork), casework.ActDraft: act(""),
			casework.ActSubmit: act(casework.StageOnSigning), casework.ActSign: act(casework.StageSigned),
			casework.ActAnswer: with(act(casework.StageAnswered), func(r *casework.ActRule) {
				r.Meets = []casework.TermKind{casework.TermConsider}
				r.Notices = []casework.NoticeKind{casework.NoticeAnswered}
			})}}
}
