package demo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"priemnaya/casework"
)

// Seed files n demonstration appeals over the last weeks and takes each as far
// as its turn says, so that every stage has some and a few terms have passed.
// officeAt gives an office whose clock stands at an instant. Seeding twice
// changes nothing: the submissions carry fixed idempotency keys.
func Seed(ctx context.Context, n int, now time.Time, officeAt func(time.Time) (*casework.Office, error)) error {
	appeals, err := Appeals(n)
	if err != nil {
		return err
	}
	const workers = 16
	next := make(chan int)
	errs := make(chan error, workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				if err := seedOne(ctx, i, appeals[i], now, officeAt); err != nil {
					select {
					case errs <- fmt.Errorf("demonstration appeal %d: %w", i, err):
					default:
					}
				}
			}
		})
	}
	for i := range appeals {
		next <- i
	}
	close(next)
	wg.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// seeding is one appeal on its way.
type seeding struct {
	ctx      context.Context
	officeAt func(time.Time) (*casework.Office, error)
	at       time.Time
	id       string
}

func seedOne(ctx context.Context, i int, a Appeal, now time.Time, officeAt func(time.Time) (*casework.Office, error)) error {
	age := time.Duration(ageInDays(i)) * 24 * time.Hour
	s := &seeding{ctx: ctx, officeAt: officeAt, at: now.Add(-age).Add(time.Duration(i%9) * time.Hour)}
	applicant := casework.Applicant{Key: fmt.Sprintf("demo:%d", i), Name: a.Applicant,
		Assurance: casework.AssuranceConfirmed, Contact: casework.Contact{Cabinet: true}}
	f := casework.Filing{Regime: casework.RegimeAppeal, AppealKind: a.Kind, Channel: casework.ChannelWeb,
		Applicant: applicant, Lang: "ru", Text: a.Text, Topic: a.Topic, Territory: a.Territory,
		Key: fmt.Sprintf("demonstration-%06d", i)}
	office, err := officeAt(s.at)
	if err != nil {
		return err
	}
	r, err := office.File(ctx, casework.Citizen(applicant), f)
	if err != nil || r.Again {
		return err
	}
	s.id = r.Case.ID
	return s.walk(i)
}

// walk takes the case along the way of an appeal; the further, the older.
func (s *seeding) walk(i int) error {
	if i%12 == 0 {
		// Left for the router of the running program.
		return nil
	}
	office, err := s.officeAt(s.at.Add(time.Minute))
	if err != nil {
		return err
	}
	c, err := office.Route(s.ctx, s.id)
	if err != nil || c.Stage != casework.StageRouted {
		return err
	}
	body := c.Place.Body
	registrar, head := s.person(casework.RoleRegistrar, body), s.person(casework.RoleHead, body)
	officer := s.person(casework.RoleOfficer, body)
	steps := []step{
		{registrar, 26 * time.Hour, casework.Registration{}},
		{head, 20 * time.Hour, casework.Assignment{Officer: officer}},
		{officer, 90 * time.Hour, casework.Drafting{Text: answerTo(c), Outcome: casework.Outcomes()[i%4]}},
		{officer, time.Hour, casework.Submission{Revision: 1}},
		{head, 30 * time.Hour, casework.Signing{}},
		{officer, time.Hour, casework.Answering{}},
	}
	taken := steps[:stepsTaken(i, len(steps))]
	if end, ok := s.ending(i, c, registrar); ok {
		taken = append(steps[:1:1], end)
	}
	at := s.at
	for _, x := range taken {
		at = at.Add(x.after)
		office, err := s.officeAt(at)
		if err != nil {
			return err
		}
		if _, err := office.Do(s.ctx, x.by, s.id, casework.AnyState, x.act); err != nil {
			return fmt.Errorf("%s: %w", x.act.Kind(), err)
		}
	}
	return nil
}

// step is one act on the way, some time after the one before.
type step struct {
	by    casework.Actor
	after time.Duration
	act   casework.Act
}

// ending lets a few older appeals end otherwise than by an answer.
func (s *seeding) ending(i int, c casework.Case, registrar casework.Actor) (step, bool) {
	if ageInDays(i) < 6 {
		return step{}, false
	}
	soon := 30 * time.Hour
	switch i % 20 {
	case 3:
		return step{casework.Citizen(c.Applicant()), soon, casework.Withdrawal{Reason: "Вопрос решился сам."}}, true
	case 7:
		return step{registrar, soon, casework.Ending{Act: casework.ActLeave, Ground: "unclear",
			Explanation: "Из текста не удалось понять, о чём вы просите. Напишите, пожалуйста, что случилось и где."}}, true
	case 11:
		return step{registrar, soon, casework.Ending{Act: casework.ActLeave, Ground: "court",
			Explanation: "Судебное решение можно обжаловать только в суде вышестоящей инстанции."}}, true
	case 15:
		return step{registrar, soon, casework.Ending{Act: casework.ActReject, Ground: "not_appeal_information",
			Explanation: "Вы прислали сведения без просьбы или жалобы. Мы приняли их к сведению."}}, true
	}
	return step{}, false
}

// ageInDays spreads the appeals over the last forty days.
func ageInDays(i int) int { return 1 + i*37%40 }

// stepsTaken is how far an appeal of its age has come; every eleventh old one
// has been forgotten, so that the demonstration has overdue cases to show.
func stepsTaken(i, all int) int {
	switch age := ageInDays(i); {
	case age < 3:
		return 0
	case age < 6:
		return 1
	case age < 12 || i%11 == 5:
		return 2 + i%2
	case age < 18:
		return 4
	case age < 24:
		return 5
	}
	return all
}

// person is the member of staff in the role at the body, or an invented one
// where the demonstration has no account for it.
func (s *seeding) person(role casework.Role, body string) casework.Actor {
	for _, p := range append(Staff(), Colleagues()...) {
		for _, g := range p.Grants {
			if g.Role == role && g.Body == body {
				return casework.Actor{ID: "staff:" + p.Login, Name: p.Name, Grants: p.Grants}
			}
		}
	}
	return casework.Actor{ID: "staff:" + body + "-" + string(role), Name: "Сотрудник органа",
		Grants: []casework.Grant{{Role: role, Body: body}}}
}

func answerTo(casework.Case) string {
	return "Здравствуйте!\n\nВаше обращение рассмотрено. Специалисты выехали на место и подтвердили то, о чём вы написали. " +
		"Работы включены в план ближайшего месяца; о ходе работ можно узнать по телефону органа.\n\n" +
		"Если вы не согласны с ответом, его можно обжаловать в вышестоящий орган или в суд."
}
