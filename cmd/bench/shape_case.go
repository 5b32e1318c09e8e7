package main

import (
	"fmt"
	"math"
	"slices"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/casework/storetest"
)

// The shape of a filled store: cases of a year and a half at most, of which those
// of the last month are open and some that have been left lying. Each is a copy
// of a case that went the ordinary way through casework.Perform, moved in time
// and to a place, with a person, a telephone and numbers of its own; only its
// journal is still chained as that of its original.
const (
	// million is a store of a year and a half, storeDays; smaller ones are the
	// first days of a smaller installation, youngDays at least, so that the
	// pages of its queues are as full and cost as much to be drawn.
	million, storeDays, youngDays = 1_000_000, 540, 60
	// openDays is how long a case is usually open; oldOpen is how many of a
	// thousand older ones still are.
	openDays, oldOpen = 30, 6
	// caseload is how many open cases an officer has.
	caseload = 40
	// originals is how many cases are copied of each stage; of answered ones
	// answeredOriginals.
	originals, answeredOriginals = 120, 1500
	// topicsUsed is how many topics come up, the first most often.
	topicsUsed = 150
)

// offices are the bodies among whom cases are shared out, the largest first,
// with their share in a hundred and their units.
var offices = []struct {
	body  string
	share uint64
	units []string
}{{"city-housing", 40, []string{"heat", "waste", "stock"}}, {"city-admin", 19, nil}, {"city-roads", 15, []string{"repair", "signs"}},
	{"min-health", 9, []string{"clinics", "drugs"}}, {"city-greening", 6, []string{"light", "green"}}, {"min-social", 5, nil},
	{"min-roads", 3, []string{"roads", "buses"}}, {"min-education", 2, nil}, {"min-ecology", 1, nil}}

// territories with their share in a hundred.
var territories = []struct {
	code  string
	share uint64
}{{"99701", 68}, {"99610", 17}, {"99620", 11}, {"99", 4}}

// shape makes the cases of a store of one size; it is safe for parallel use.
type shape struct {
	size     int
	days     int
	from, to time.Time
	bases    map[casework.Stage][]casework.Case
	topics   []string
}

func newShape(size int, now time.Time) *shape {
	days := max(youngDays, min(storeDays, size*storeDays/million))
	s := &shape{size: size, days: days, from: now.AddDate(0, 0, -days), to: now, bases: map[casework.Stage][]casework.Case{}}
	for i, stage := range casework.Stages()[:storetest.SampleStages] {
		n := originals
		if stage == casework.StageAnswered {
			n = answeredOriginals
		}
		for k := range n {
			c := storetest.Sample(k*storetest.SampleStages + i)
			// Notices are delivered, so that jobs have nothing old to do.
			for j := range c.Outbox {
				c.Outbox[j].State, c.Outbox[j].SentAt, c.Outbox[j].NextTry = casework.DeliverySent, c.Outbox[j].QueuedAt, time.Time{}
			}
			s.bases[stage] = append(s.bases[stage], c)
		}
	}
	tree := classifier.Official()
	var walk func(code string)
	walk = func(code string) {
		for _, t := range tree.Children(code) {
			if t.Leaf {
				s.topics = append(s.topics, t.Code)
			}
			walk(t.Code)
		}
	}
	walk("")
	step := max(1, len(s.topics)/topicsUsed)
	for i := range min(topicsUsed, len(s.topics)) {
		s.topics[i] = s.topics[i*step]
	}
	s.topics = s.topics[:min(topicsUsed, len(s.topics))]
	return s
}

// draw is a number that the n-th case always has for a purpose.
func draw(n int, purpose uint64) uint64 {
	x := uint64(n)*0x9e3779b97f4a7c15 + purpose*0xbf58476d1ce4e5b9
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// idOf is the ID of the n-th case.
func idOf(n int) string { return fmt.Sprintf("C%025d", n) }

// made is the n-th case.
func (s *shape) made(n int) casework.Case {
	received := s.from.Add(time.Duration(float64(s.to.Sub(s.from)) * (float64(n) + 0.5) / float64(s.size)))
	stage := stageAt(n, s.to.Sub(received).Hours()/24)
	bases := s.bases[stage]
	c := moved(bases[draw(n, 1)%uint64(len(bases))], received)
	c.ID, c.Receipt = idOf(n), receiptOf(n)
	c.AccessHash = fmt.Sprintf("%064x", n)
	s.place(n, &c)
	a := &c.Parties.Applicants[0]
	person := draw(n, 2) % uint64(max(10, s.size*3/4))
	a.Key, a.Name.Surname = fmt.Sprintf("esia:%010d", 1_000_000_000+person), surname(person)
	c.Content.Text += fmt.Sprintf(" Мой телефон %s.", phoneOf(n))
	if len(c.Number) > 0 {
		c.Number = numberOf(n)
		for i := range c.Journal {
			if c.Journal[i].Act == casework.ActRegister {
				c.Journal[i].Facts = map[string]string{"number": c.Number, "body": c.Place.Body}
			}
		}
	}
	if stage == casework.StageInWork {
		s.wait(n, &c)
	}
	return c
}

func receiptOf(n int) string { return fmt.Sprintf("П-%04d-%04d-%04d", n/1e8, n/1e4%1e4, n%1e4) }
func numberOf(n int) string  { return fmt.Sprintf("ОГ-%07d/2026", n) }
func phoneOf(n int) string   { return fmt.Sprintf("+7900%07d", draw(n, 9)%1e7) }

// stageAt is the stage of the n-th case, which came so many days ago.
func stageAt(n int, age float64) casework.Stage {
	x := draw(n, 3) % 1000
	switch {
	case age > openDays && x >= oldOpen:
		return casework.StageAnswered
	case age > openDays:
		return casework.StageInWork
	case age < 1 && x < 80:
		return casework.StageHeld
	case age < 2:
		return casework.StageRouted
	case age < 4 && x < 600:
		return casework.StageRegistered
	case x < 150:
		return casework.StageAnswered
	case x < 190:
		return casework.StageOnSigning
	case x < 210:
		return casework.StageSigned
	}
	return casework.StageInWork
}

// place gives the case a body, a unit, an officer, a topic and a territory.
func (s *shape) place(n int, c *casework.Case) {
	x, i := draw(n, 4)%100, 0
	for ; i < len(offices)-1 && x >= offices[i].share; i++ {
		x -= offices[i].share
	}
	office, had := offices[i], c.Place
	c.Place = casework.Placement{}
	if had.Body != "" {
		c.Place.Body = office.body
	}
	if had.Officer != "" {
		if len(office.units) > 0 {
			c.Place.Unit = office.units[draw(n, 5)%uint64(len(office.units))]
		}
		open := uint64(s.size*openDays/s.days) * office.share / 100
		who := draw(n, 6) % (1 + open/caseload)
		c.Place.Officer = fmt.Sprintf("staff:%s-%d", office.body, who)
		if who == 0 && office.body == "city-roads" {
			c.Place.Officer = "staff:dorogi"
		}
	}
	u := float64(draw(n, 7)%1e6) / 1e6
	c.Subject.Topics = []string{s.topics[int(math.Pow(u, 2.5)*float64(len(s.topics)))]}
	x, i = draw(n, 8)%100, 0
	for ; i < len(territories)-1 && x >= territories[i].share; i++ {
		x -= territories[i].share
	}
	c.Subject.Territory = territories[i].code
	for i := range c.Questions {
		c.Questions[i].Topic, c.Questions[i].Body = c.Subject.Topics[0], c.Place.Body
	}
	for i := range c.Answers {
		c.Answers[i].Body = c.Place.Body
	}
}

// wait lets some cases in work wait for somebody.
func (s *shape) wait(n int, c *casework.Case) {
	at := c.Origin.ReceivedAt.Add(30 * time.Hour)
	ask := func(to string) {
		c.Procedure.Requests = []casework.Request{{ID: "r1", To: to, Text: "Просим сообщить недостающее.", AskedAt: at, AskedOn: casework.DateOf(at, time.UTC)}}
	}
	switch x := draw(n, 10) % 100; {
	case x < 3:
		ask(casework.ToApplicant)
	case x < 6:
		ask("min-ecology")
	case x < 8 && c.Draft != nil:
		d := *c.Draft
		d.Remarks = "Дополните, пожалуйста, срок работ."
		c.Draft = &d
	}
}

var (
	surnameRoots = []string{"Бере", "Вишне", "Голо", "Доро", "Жура", "Зеле", "Ивано", "Кали", "Лопа", "Мале", "Нико", "Осо", "Пече", "Ряби", "Соко", "Тере", "Ушако", "Фило", "Хари", "Чере"}
	surnameEnds  = []string{"зин", "вский", "ленко", "довец", "мин", "пов", "ткин", "рский", "шин", "бин", "фьев", "гин", "нков", "лич", "сенко", "чук", "йкин", "цев", "щин", "хов"}
)

func surname(person uint64) string {
	return surnameRoots[person%20] + surnameEnds[person/20%20]
}

// moved is a case as if it had been received at another instant; days stay
// whole days apart.
func moved(c casework.Case, received time.Time) casework.Case {
	c = c.Clone()
	days := int(math.Round(received.Sub(c.Origin.ReceivedAt).Hours() / 24))
	at := func(t *time.Time) {
		if !t.IsZero() {
			*t = t.Add(received.Sub(c.Origin.ReceivedAt)).Truncate(time.Millisecond)
		}
	}
	on := func(d *casework.Date) {
		if !d.IsZero() {
			*d = d.AddDays(days)
		}
	}
	for i := range c.Journal {
		at(&c.Journal[i].At)
	}
	for i := range c.Terms {
		t := &c.Terms[i]
		on(&t.Start)
		on(&t.Due)
		at(&t.OpenedAt)
		at(&t.ClosedAt)
	}
	for i := range c.Outbox {
		at(&c.Outbox[i].QueuedAt)
		at(&c.Outbox[i].SentAt)
	}
	for i := range c.Answers {
		at(&c.Answers[i].SentAt)
		at(&c.Answers[i].Signature.At)
	}
	if c.Draft != nil {
		d := *c.Draft
		at(&d.SavedAt)
		c.Draft = &d
	}
	on(&c.Origin.RegisteredOn)
	c.Subject.Topics = slices.Clone(c.Subject.Topics)
	c.Origin.ReceivedAt = received.UTC().Truncate(time.Millisecond)
	return c
}
