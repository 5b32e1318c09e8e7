package staff_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"priemnaya/casework"
	"priemnaya/notifications"
	"priemnaya/notifications/staff"
	"priemnaya/templates"
)

var update = flag.Bool("update", false, "write the golden files anew")

// room is a carrier over accounts and a mail server of the test's own.
type room struct {
	carrier *staff.Carrier
	// people by role; asked are the questions that the carrier has put.
	people map[casework.Role][]staff.Recipient
	asked  []string
	lost   error
	// fail is asked for every letter; sent are those that went.
	fail func(m notifications.Message) error
	sent []notifications.Message
}

func (r *room) Deliver(_ context.Context, m notifications.Message) (string, error) {
	if r.fail != nil {
		if err := r.fail(m); err != nil {
			return "", err
		}
	}
	r.sent = append(r.sent, m)
	return "<" + m.ID + "> 250 ok", nil
}

func newRoom(t testing.TB, lang string) *room {
	t.Helper()
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	registry, err := casework.NewRegistry("r1", []casework.Body{
		{ID: "roads", Name: "Комитет дорожного хозяйства", Short: "Комитет дорог", Level: casework.LevelMunicipal, Parent: "city"},
		{ID: "city", Name: "Администрация города", Short: "Администрация", Level: casework.LevelMunicipal},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &room{people: map[casework.Role][]staff.Recipient{
		casework.RoleOfficer:    {{Login: "petrova", Name: "Петрова", Email: "petrova@roads.example.ru"}},
		casework.RoleHead:       {{Login: "orlova", Email: "orlova@roads.example.ru"}, {Login: "belov", Email: "belov@roads.example.ru"}},
		casework.RoleSupervisor: {{Login: "control", Email: "control@city.example.ru"}},
		casework.RoleRegistrar:  {{Login: "nomail"}},
	}}
	r.carrier, err = staff.New(staff.Config{Mail: r, Set: set, Registry: func() *casework.Registry { return registry }, Domain: "priem.example.ru", Lang: lang,
		CaseURL: func(id string) string { return "https://priem.example.ru/desk/case/" + id },
		Recipients: func(_ context.Context, body, unit, officer string, role casework.Role) ([]staff.Recipient, error) {
			r.asked = append(r.asked, strings.Join([]string{body, unit, officer, string(role)}, "|"))
			return r.people[role], r.lost
		}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// overdue is a case with everything that a letter to staff must not say.
func overdue(role casework.Role) (casework.Case, casework.Notice) {
	c := casework.Case{ID: "CASE", Number: "ОГ-2026-000123", Receipt: "П-QS52-9T2H-DRJP",
		Parties: casework.Parties{Applicants: []casework.Applicant{{Name: casework.PersonName{Surname: "Соколова", Given: "Мария"},
			Contact: casework.Contact{Email: "reader@example.ru", Phone: "+7 900 000-00-00", Post: "Садовая, 1"}}}},
		Subject: casework.Subject{Summary: "Провалился асфальт", Address: "Садовая, 1"}, Content: casework.Content{Text: "Провалился асфальт"},
		Place: casework.Placement{Body: "roads", Unit: "repair", Officer: "staff:petrova"}}
	return c, casework.Notice{Key: "warn-t1-overdue-" + string(role), Kind: casework.NoticeWarn, Medium: casework.MediumStaff, Staff: role,
		Data: map[string]string{"Number": c.Number, "Term": "consider", "Due": "2026-04-30", "Level": "overdue", "Days": "-2"}}
}

func TestEveryRecipientOfARoleGetsOneLetterAndItsRepeatIsTheSameLetter(t *testing.T) {
	r := newRoom(t, "")
	c, n := overdue(casework.RoleHead)
	for range 2 {
		evidence, err := r.carrier.Carry(context.Background(), c, n)
		if err != nil || strings.Count(evidence, "250 ok") != 2 || strings.Contains(evidence, "orlova@") {
			t.Fatalf("%q, %v", evidence, err)
		}
	}
	ids := map[string]string{}
	for _, m := range r.sent {
		ids[m.ID] = m.To
	}
	if len(r.sent) != 4 || len(ids) != 2 {
		t.Errorf("%d letters, %d different", len(r.sent), len(ids))
	}
}

func TestWhoIsAskedFor(t *testing.T) {
	for role, want := range map[casework.Role][]string{
		casework.RoleOfficer:    {"roads|repair|staff:petrova|officer"},
		casework.RoleHead:       {"roads|repair|staff:petrova|head"},
		casework.RoleSupervisor: {"roads|repair|staff:petrova|supervisor"},
		// The superior body's supervisors, not the body's own.
		casework.RoleSuperior: {"city|||supervisor"},
	} {
		r := newRoom(t, "")
		c, n := overdue(role)
		if _, err := r.carrier.Carry(context.Background(), c, n); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.asked, want) {
			t.Errorf("%s: %v", role, r.asked)
		}
	}
}

func TestWhatNobodyCanGetIsLeftToTheDesk(t *testing.T) {
	bad := &notifications.Failure{Reason: notifications.BadAddress, Permanent: true}
	for name, tune := range map[string]func(*room, *casework.Case, *casework.Notice){
		"a role that nobody holds": func(r *room, _ *casework.Case, _ *casework.Notice) { r.people = nil },
		"staff without an address": func(_ *room, _ *casework.Case, n *casework.Notice) { n.Staff = casework.RoleRegistrar },
		"no body yet":              func(_ *room, c *casework.Case, _ *casework.Notice) { c.Place = casework.Placement{} },
		"no officer": func(_ *room, c *casework.Case, n *casework.Notice) {
			c.Place.Officer, n.Staff = "", casework.RoleOfficer
		},
		"no superior body": func(_ *room, c *casework.Case, n *casework.Notice) {
			c.Place.Body, n.Staff = "city", casework.RoleSuperior
		},
		"a body that is gone": func(_ *room, c *casework.Case, n *casework.Notice) {
			c.Place.Body, n.Staff = "gone", casework.RoleSuperior
		},
		"addresses that cannot be": func(r *room, _ *casework.Case, _ *casework.Notice) {
			r.fail = func(notifications.Message) error { return bad }
		},
		"the officer has no address": func(r *room, _ *casework.Case, n *casework.Notice) {
			n.Staff, r.people[casework.RoleOfficer] = casework.RoleOfficer, []staff.Recipient{{Login: "x"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, "")
			c, n := overdue(casework.RoleHead)
			tune(r, &c, &n)
			evidence, err := r.carrier.Carry(context.Background(), c, n)
			if err != nil || evidence != notifications.DeskEvidence || len(r.sent) != 0 {
				t.Errorf("%q, %v, %d letters", evidence, err, len(r.sent))
			}
		})
	}
}

func TestOneBadAddressKeepsNobodyElseFromHearing(t *testing.T) {
	for _, row := range []struct {
		fail *notifications.Failure
		err  bool
		sent int
	}{
		{&notifications.Failure{Reason: notifications.BadAddress, Permanent: true}, false, 1},
		{&notifications.Failure{Reason: notifications.Deferred}, true, 1},
		{&notifications.Failure{Reason: notifications.Unavailable, Service: true}, true, 0},
	} {
		r := newRoom(t, "")
		r.fail = func(m notifications.Message) error {
			if strings.HasPrefix(m.To, "belov") {
				return row.fail
			}
			return nil
		}
		c, n := overdue(casework.RoleHead)
		_, err := r.carrier.Carry(context.Background(), c, n)
		if (err != nil) != row.err || len(r.sent) != row.sent {
			t.Errorf("%s: %v, %d letters", row.fail.Reason, err, len(r.sent))
		}
		if f := notifications.FailureOf(err); f != nil && f.Service != row.fail.Service {
			t.Errorf("%s became %+v", row.fail.Reason, f)
		}
	}
}

func TestAccountsThatCannotBeReadNowAreAskedAgainLater(t *testing.T) {
	r := newRoom(t, "")
	r.lost = errors.New("the store is down")
	c, n := overdue(casework.RoleHead)
	_, err := r.carrier.Carry(context.Background(), c, n)
	if f := notifications.FailureOf(err); f == nil || f.Permanent || !f.Service {
		t.Errorf("%+v", f)
	}
}

func TestLettersToStaffReadAsTheirGoldenFilesAndTellNothingOfTheApplicant(t *testing.T) {
	for _, lang := range templates.Languages {
		for name, tune := range map[string]func(*casework.Case, *casework.Notice){
			"officer-3-days": func(_ *casework.Case, n *casework.Notice) {
				n.Staff, n.Data["Level"], n.Data["Days"] = casework.RoleOfficer, "3_days", "3"
			},
			"officer-today": func(_ *casework.Case, n *casework.Notice) {
				n.Staff, n.Data["Level"], n.Data["Days"] = casework.RoleOfficer, "today", "0"
			},
			"head-overdue": func(*casework.Case, *casework.Notice) {},
			"head-nobody":  func(c *casework.Case, n *casework.Notice) { c.Place.Officer, n.Data["Term"] = "", "docs#r1" },
			"superior": func(_ *casework.Case, n *casework.Notice) {
				n.Staff, n.Data["Level"], n.Data["Days"] = casework.RoleSuperior, "superior", "-5"
			},
		} {
			r := newRoom(t, lang)
			c, n := overdue(casework.RoleHead)
			tune(&c, &n)
			if _, err := r.carrier.Carry(context.Background(), c, n); err != nil {
				t.Fatal(err)
			}
			m := r.sent[0]
			golden(t, name+"."+lang+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			golden(t, name+"."+lang+".html", m.HTML)
			whole := m.Subject + m.Text + m.HTML
			for _, secret := range []string{"Соколова", "Мария", "reader@", "900 000", "Садовая", "асфальт", "П-QS52"} {
				if strings.Contains(whole, secret) {
					t.Errorf("%s %s holds %q", name, lang, secret)
				}
			}
			if found := regexp.MustCompile(`\{\{|<no value>|\[[a-z]+\.[a-z._]+\]`).FindString(whole); found != "" {
				t.Errorf("%s %s holds %q", name, lang, found)
			}
			for _, said := range []string{"ОГ-2026-000123", "/desk/case/CASE"} {
				if !strings.Contains(m.Text, said) || !strings.Contains(m.Subject, "000123") {
					t.Errorf("%s %s does not say %q", name, lang, said)
				}
			}
		}
	}
}

func TestNobodyIsToldOfATermThatWasKeptMeanwhile(t *testing.T) {
	r := newRoom(t, "")
	c, n := overdue(casework.RoleHead)
	c.Terms = []casework.Term{{ID: "t1", Kind: casework.TermConsider}}
	if evidence, err := r.carrier.Carry(context.Background(), c, n); err != nil || len(r.sent) != 2 {
		t.Errorf("running: %q, %v", evidence, err)
	}
	c.Terms[0].Fate = casework.FateMet
	evidence, err := r.carrier.Carry(context.Background(), c, n)
	if err != nil || evidence != staff.ClosedEvidence || len(r.sent) != 2 {
		t.Errorf("kept: %q, %v, %d letters", evidence, err, len(r.sent))
	}
}

func TestACarrierWithoutWhatItNeedsIsRefused(t *testing.T) {
	if _, err := staff.New(staff.Config{}); casework.CodeOf(err) != casework.Invalid {
		t.Error(err)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has changed; look at it and run with -update. Now:\n%s", file, got)
	}
}
