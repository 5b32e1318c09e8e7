package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/report/flow"
	"priemnaya/casework/sqlitestore"
	"priemnaya/casework/storetest"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/intake/identity/session"
)

// filledMark is the file that says that a store was filled to its end, and when.
const filledMark = "filled"

// fill makes the store of a site, unless an earlier run has left one, and
// counts its figures, as the running program would have done by and by.
func (b *bench) fill(ctx context.Context, s *site) error {
	mark := filepath.Join(s.data, filledMark)
	if made, err := os.ReadFile(mark); err == nil {
		tell(b.opt, "%d cases: found the store of an earlier run", s.size)
		now, err := time.Parse(time.RFC3339, string(made))
		s.shape = newShape(s.size, now)
		return errors.Join(err, s.weigh())
	}
	if err := os.RemoveAll(s.data); err != nil {
		return err
	}
	if err := b.install(ctx, s); err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	s.shape = newShape(s.size, now)
	tell(b.opt, "%d cases: filling the store", s.size)
	began := time.Now()
	if err := sqlitestore.Fill(ctx, s.storePath(), s.size, s.shape.made); err != nil {
		return err
	}
	s.said.Filled = time.Since(began)
	tell(b.opt, "%d cases: counting figures", s.size)
	began = time.Now()
	if err := s.countFigures(ctx); err != nil {
		return err
	}
	s.said.Counted = time.Since(began)
	return errors.Join(os.WriteFile(mark, []byte(now.Format(time.RFC3339)), 0o600), s.weigh())
}

// countFigures keeps the books of a supervisor's sheets over the whole store. The
// books are written in memory first and then all at once to the shelf.
func (s *site) countFigures(ctx context.Context) error {
	store, err := s.openStore(ctx)
	if err != nil {
		return err
	}
	edition, err := demo.Registry()
	if err != nil {
		return errors.Join(err, store.Close())
	}
	reg, err := casework.NewRegistry("bench", edition.Bodies, edition.Territories)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	books := &notebook{kept: map[[2]string]casework.Record{}}
	book, err := flow.New(flow.Config{Source: source{store, s.shape}, Shelf: books, Registry: func() *casework.Registry { return reg }, Now: time.Now})
	if err == nil {
		err = book.Follow(ctx, nil)
	}
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	return sqlitestore.FillShelf(ctx, s.storePath(), maps.Values(books.kept))
}

// source gives the cases of a shape without reading them back.
type source struct {
	*sqlitestore.Store
	shape *shape
}

// Get makes the case anew, or reads it if it is one of the demonstration's.
func (s source) Get(ctx context.Context, id string) (casework.Case, error) {
	var n int
	if _, err := fmt.Sscanf(id, "C%025d", &n); err == nil && idOf(n) == id {
		return s.shape.made(n), nil
	}
	return s.Store.Get(ctx, id)
}

// notebook is a shelf in memory for one writer.
type notebook struct {
	casework.Shelf
	mu   sync.Mutex
	kept map[[2]string]casework.Record
}

// Fetch implements casework.Shelf.
func (n *notebook) Fetch(_ context.Context, kind, id string) (casework.Record, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r, ok := n.kept[[2]string{kind, id}]; ok {
		return r, nil
	}
	return casework.Record{}, casework.Fail(casework.NotFound, "bench", "")
}

// Put implements casework.Shelf.
func (n *notebook) Put(_ context.Context, r casework.Record) (casework.Record, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	r.Version++
	n.kept[[2]string{r.Kind, r.ID}] = r
	return r, nil
}

// Remove implements casework.Shelf.
func (n *notebook) Remove(_ context.Context, kind, id string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.kept, [2]string{kind, id})
	return nil
}

// List implements casework.Shelf for as much as the books ask of it.
func (n *notebook) List(_ context.Context, kind, owner string, page casework.Window) ([]casework.Record, string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []casework.Record
	for k, r := range n.kept {
		if k[0] == kind && (owner == "" || r.Owner == owner) {
			out = append(out, r)
		}
	}
	return out, "", nil
}

// weigh adds up the files of the case store.
func (s *site) weigh() error {
	found, err := filepath.Glob(s.storePath() + "*")
	s.said.StoreBytes = 0
	for _, path := range found {
		if info, err := os.Stat(path); err == nil {
			s.said.StoreBytes += info.Size()
		}
	}
	return err
}

// citizen is a signed-in applicant with a draft that waits to be submitted.
type citizen struct {
	cookie *http.Cookie
	draft  string
}

// prepareCitizens writes sessions and finished drafts of n invented people to
// the shelf, as the pages of the program would have.
func (s *site) prepareCitizens(ctx context.Context, store *sqlitestore.Store, n int) ([]citizen, error) {
	sessions, err := session.New(session.Config{Shelf: store, Now: time.Now,
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
	office, err := draftOffice(store)
	if err != nil {
		return nil, err
	}
	out := make([]citizen, n)
	for i := range out {
		number := s.people
		s.people++
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
