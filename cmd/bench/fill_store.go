package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/sqlitestore"
	"priemnaya/casework/storetest"
	"priemnaya/intake/identity/session"
)

// bodies are those of the demonstration among whom the samples are shared out.
var bodies = []string{"city-roads", "city-housing", "min-health", "city-admin", "city-greening"}

// sampleOf is the n-th sample as the measured installation would hold it: at a
// body of the demonstration and with its notices delivered, so that the jobs
// of the running program have nothing old to do.
func sampleOf(n int, officer string) casework.Case {
	c := storetest.Sample(n)
	if c.Place.Body != "" {
		c.Place.Body = bodies[n/storetest.SampleStages%len(bodies)]
		c.Place.Unit = ""
	}
	if c.Place.Officer != "" {
		c.Place.Officer = officer
	}
	for i := range c.Outbox {
		c.Outbox[i].State, c.Outbox[i].SentAt = casework.DeliverySent, c.Outbox[i].QueuedAt
		c.Outbox[i].NextTry = time.Time{}
	}
	return c
}

// fill adds samples up to the size and waits until all are found by words.
func (b *bench) fill(ctx context.Context, s *sqlitestore.Store, size int) error {
	var next atomic.Int64
	next.Store(int64(b.filled))
	var failure atomic.Pointer[error]
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for n := int(next.Add(1)) - 1; n < size && failure.Load() == nil; n = int(next.Add(1)) - 1 {
				if _, err := s.Create(ctx, sampleOf(n, "staff:dorogi")); err != nil {
					failure.Store(&err)
				}
			}
		})
	}
	wg.Wait()
	if err := failure.Load(); err != nil {
		return *err
	}
	b.filled = size
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		st, err := s.Stats(ctx)
		if err != nil || st.Indexing == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// openStore opens the data of the program while it does not run.
func (b *bench) openStore(ctx context.Context) (*sqlitestore.Store, error) {
	return sqlitestore.Open(ctx, filepath.Join(b.data, "cases.db"), sqlitestore.Options{})
}

// citizen is a signed-in applicant with a draft that waits to be submitted.
type citizen struct {
	cookie *http.Cookie
	draft  string
}

// prepareCitizens writes sessions and finished drafts of n invented people to
// the shelf, as the pages of the program would have.
func (b *bench) prepareCitizens(ctx context.Context, s *sqlitestore.Store, n int) ([]citizen, error) {
	sessions, err := session.New(session.Config{Shelf: s, Now: time.Now,
		Staff: func(context.Context, string, int64) (casework.Actor, error) {
			return casework.Actor{}, casework.Fail(casework.NotFound, "bench", "")
		}})
	if err != nil {
		return nil, err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/:n", func(c *fiber.Ctx) error {
		number, err := c.ParamsInt("n")
		if err != nil {
			return err
		}
		who := applicant(number)
		return sessions.Begin(c, session.Session{Applicant: &who, Method: "esia"})
	})
	office, err := draftOffice(s)
	if err != nil {
		return nil, err
	}
	out := make([]citizen, n)
	for i := range out {
		number := b.people
		b.people++
		res, err := app.Test(httptest.NewRequest(http.MethodGet, fmt.Sprintf("/%d", number), nil), -1)
		if err != nil {
			return nil, err
		}
		if cookies := res.Cookies(); len(cookies) == 1 {
			out[i].cookie = cookies[0]
		} else {
			return nil, fmt.Errorf("a session gave %d cookies", len(cookies))
		}
		if out[i].draft, err = putDraft(ctx, office, number); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func applicant(n int) casework.Applicant {
	return casework.Applicant{Key: fmt.Sprintf("esia:%d", 2_000_000_000+n), Assurance: casework.AssuranceConfirmed,
		Name:    casework.PersonName{Surname: "Замерова", Given: "Проба", Patronymic: "Скоростовна"},
		Contact: casework.Contact{Email: fmt.Sprintf("citizen%d@post.example", n), Cabinet: true}}
}

// draftOffice is an office that only keeps drafts.
func draftOffice(s *sqlitestore.Store) (*casework.Office, error) {
	laws, err := regulation.Embedded()
	if err != nil {
		return nil, err
	}
	none, err := casework.NewRegistry("bench", nil, nil)
	if err != nil {
		return nil, err
	}
	return casework.NewOffice(casework.OfficeConfig{Store: s, Numbers: s, Shelf: s, Secret: make([]byte, 32), Now: time.Now,
		Sign: func(context.Context, casework.Actor, string) (casework.Signature, error) {
			return casework.Signature{}, casework.Fail(casework.Unavailable, "bench", "")
		}, Laws: laws, Registry: none})
}

// putDraft keeps a finished draft with the text of a sample.
func putDraft(ctx context.Context, office *casework.Office, n int) (string, error) {
	who := applicant(n)
	d, err := office.NewDraft(ctx, casework.Citizen(who), casework.FilingDraft{Step: "contact", Regime: casework.RegimeAppeal,
		Topic: "0003.0009.0099.0742", Territory: "99701", Address: "улица Садовая, 12", Addressee: "city-roads", AddresseeAsked: true,
		Text: storetest.Filed(n).Content.Text, Contact: who.Contact, Lang: "ru"})
	return d.ID, err
}
