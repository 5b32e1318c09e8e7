package casework_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
)

// bench is an office over a memory store at a fixed instant.
type bench struct {
	*casework.Office
	store *memory
	now   time.Time
}

var moscow = casework.Settings{}.Location()

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, moscow)
	if err != nil {
		panic(err)
	}
	return t
}

func bodies() []casework.Body {
	return []casework.Body{
		{ID: "admin", Name: "Администрация города Заречный", Short: "Администрация", Level: casework.LevelMunicipal,
			Competences: []casework.Competence{{Territory: "99701"}}},
		{ID: "roads", Name: "Комитет дорожного хозяйства", Short: "Комитет дорог", Level: casework.LevelMunicipal, Parent: "admin",
			Competences: []casework.Competence{{Topic: "0003.0009.0099", Territory: "99701"}},
			Units:       []casework.BodyUnit{{ID: "repair", Name: "Отдел ремонта", Topics: []string{"0003.0009.0099.0742"}}, {ID: "signs", Name: "Отдел знаков"}}},
		{ID: "prosecutor", Name: "Прокуратура", Short: "Прокуратура", Level: casework.LevelFederal,
			Settings: casework.Settings{Roll: casework.RollFollowing, TimeZone: "Asia/Kamchatka", NumberPrefix: "ПР"}},
		{ID: "closed", Name: "Упразднённый комитет", Short: "Комитет", Closed: true},
	}
}

func newBench(t testing.TB, instant string) *bench {
	t.Helper()
	laws := honestLaws()
	reg, err := casework.NewRegistry("r1", bodies(), []casework.Territory{{Code: "99701", Name: "Заречный"}})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{store: newMemory(), now: at(instant)}
	b.Office, err = casework.NewOffice(casework.OfficeConfig{Store: b.store, Numbers: b.store, Shelf: b.store,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return b.now }, Laws: laws, Registry: reg,
		Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("sig")}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ivanova() casework.Applicant {
	return casework.Applicant{Key: "esia:1", Name: casework.PersonName{Surname: "Иванова", Given: "Мария"},
		Assurance: casework.AssuranceConfirmed, Contact: casework.Contact{Email: "m@example.ru", Cabinet: true}}
}

func filing() casework.Filing {
	return casework.Filing{Regime: casework.RegimeAppeal, Channel: casework.ChannelWeb, Applicant: ivanova(), Lang: "ru",
		Text: "На улице Садовой провалился асфальт, прошу отремонтировать.", Topic: "0003.0009.0099.0742",
		Territory: "99701", Key: "0123456789abcdef"}
}

func staff(id string, role casework.Role, body string) casework.Actor {
	return casework.Actor{ID: "staff:" + id, Name: id, Grants: []casework.Grant{{Role: role, Body: body}}}
}

var (
	citizen   = casework.Citizen(ivanova())
	registrar = staff("registrar", casework.RoleRegistrar, "roads")
	officer   = staff("officer", casework.RoleOfficer, "roads")
	head      = staff("head", casework.RoleHead, "roads")
	central   = staff("central", casework.RoleRegistrar, casework.Everywhere)
)

func (b *bench) file(t testing.TB, f casework.Filing) casework.Case {
	t.Helper()
	r, err := b.File(context.Background(), casework.Citizen(f.Applicant), f)
	if err != nil {
		t.Fatal(err)
	}
	return r.Case
}

func (b *bench) do(t testing.TB, by casework.Actor, id string, act casework.Act) casework.Case {
	t.Helper()
	c, err := b.Do(context.Background(), by, id, casework.AnyState, act)
	if err != nil {
		t.Fatalf("%s: %v", act.Kind(), err)
	}
	return c
}

// answered walks a case through every stage.
func (b *bench) answered(t testing.TB) casework.Case {
	c := b.file(t, filing())
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.do(t, officer, c.ID, casework.Drafting{Text: "Асфальт восстановлен.", Outcome: casework.OutcomeMeasures})
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	b.do(t, head, c.ID, casework.Signing{})
	return b.do(t, officer, c.ID, casework.Answering{})
}

func due(t testing.TB, c casework.Case, kind casework.TermKind) string {
	t.Helper()
	term, ok := c.Term(kind)
	if !ok {
		t.Fatalf("no running term %s", kind)
	}
	return term.Due.String()
}

func TestAnAppealGoesAllTheWayAndItsJournalVerifies(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	if c.Stage != casework.StageAnswered || len(c.Answers) != 1 || c.Number != "ОГ-2026-000001" {
		t.Fatalf("stage %s, %d answers, number %s", c.Stage, len(c.Answers), c.Number)
	}
	if c.Place.Body != "roads" || c.Place.Unit != "repair" {
		t.Errorf("placed at %+v", c.Place)
	}
	if _, running := c.NextTerm(); running {
		t.Error("a term still runs after the answer")
	}
	if err := casework.VerifyJournal(&c); err != nil {
		t.Error(err)
	}
	var acts []string
	for _, e := range c.Journal {
		acts = append(acts, string(e.Act))
	}
	if got := strings.Join(acts, " "); got != "file route register assign draft submit sign answer" {
		t.Errorf("journal: %s", got)
	}
	var told []string
	for _, n := range c.Outbox {
		if n.Medium == casework.MediumEmail {
			told = append(told, string(n.Kind))
		}
	}
	if got := strings.Join(told, " "); got != "received routed registered assigned answered" {
		t.Errorf("e-mails: %s", got)
	}
}

func TestTermsFollowTheCheckTableOfTheLaw(t *testing.T) {
	for _, x := range []struct{ registered, consider, forward string }{
		{"2025-04-03", "2025-04-30", "2025-04-10"},
		{"2025-10-02", "2025-11-01", "2025-10-09"},
		{"2025-12-02", "2025-12-30", "2025-12-09"},
		{"2026-01-30", "2026-02-27", "2026-02-06"},
		{"2026-04-01", "2026-04-30", "2026-04-08"},
		{"2026-04-09", "2026-05-08", "2026-04-16"},
	} {
		b := newBench(t, x.registered+" 12:00:00")
		c := b.file(t, filing())
		if _, err := b.Route(context.Background(), c.ID); err != nil {
			t.Fatal(err)
		}
		c = b.do(t, registrar, c.ID, casework.Registration{})
		if d := due(t, c, casework.TermConsider); d != x.consider {
			t.Errorf("registered %s: answer due %s, want %s", x.registered, d, x.consider)
		}
		if d := due(t, c, casework.TermForward); d != x.forward {
			t.Errorf("registered %s: forward due %s, want %s", x.registered, d, x.forward)
		}
	}
}

func TestARetriedSubmissionIsTheSameCase(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	var wg sync.WaitGroup
	receipts := make([]casework.Receipt, 50)
	for i := range receipts {
		wg.Go(func() {
			r, err := b.File(context.Background(), citizen, filing())
			if err != nil {
				t.Error(err)
			}
			receipts[i] = r
		})
	}
	wg.Wait()
	for _, r := range receipts {
		if r.Case.Receipt != receipts[0].Case.Receipt || r.AccessCode != receipts[0].AccessCode {
			t.Fatalf("two receipts: %+v and %+v", r.Case.Receipt, receipts[0].Case.Receipt)
		}
	}
	if len(b.store.cases) != 1 {
		t.Errorf("%d cases stored", len(b.store.cases))
	}
	if !casework.ReceiptWellFormed(receipts[0].Case.Receipt) {
		t.Errorf("receipt %q is not well formed", receipts[0].Case.Receipt)
	}
}

func TestShownBeforeSubmittingIsWhatIsStored(t *testing.T) {
	days := []string{"2025-12-31 23:59:59", "2026-01-01 00:00:00", "2026-04-30 23:59:59", "2024-02-29 12:00:00", "2025-11-01 09:00:00"}
	rapid.Check(t, func(rt *rapid.T) {
		instant := at(rapid.SampledFrom(days).Draw(rt, "day")).Add(time.Duration(rapid.IntRange(0, 300*24*3600).Draw(rt, "s")) * time.Second)
		b := newBench(t, instant.Format("2006-01-02 15:04:05"))
		f := filing()
		f.Addressee = rapid.SampledFrom([]string{"", "roads", "prosecutor"}).Draw(rt, "to")
		shown, err := b.Preview(citizen, f)
		if err != nil {
			rt.Fatal(err)
		}
		c := b.file(t, f)
		for _, k := range []casework.TermKind{casework.TermRegister, casework.TermConsider} {
			if due(t, shown, k) != due(t, c, k) {
				rt.Fatalf("%s: shown %s, stored %s", k, due(t, shown, k), due(t, c, k))
			}
		}
		if f.Addressee == "" {
			return
		}
		routed, err := b.Route(context.Background(), c.ID)
		if err != nil {
			rt.Fatal(err)
		}
		if due(t, routed, casework.TermConsider) != due(t, shown, casework.TermConsider) {
			rt.Fatalf("routing moved the promised date from %s to %s", due(t, shown, casework.TermConsider), due(t, routed, casework.TermConsider))
		}
	})
}

func TestEachActIsRefusedOutOfOrderAndToTheWrongRole(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.file(t, filing())
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name string
		by   casework.Actor
		act  casework.Act
		want casework.Code
	}{
		{"a citizen cannot register", citizen, casework.Registration{}, casework.Forbidden},
		{"an officer cannot register", officer, casework.Registration{}, casework.Forbidden},
		{"a registrar of another body does not see the case", staff("x", casework.RoleRegistrar, "admin"), casework.Registration{}, casework.NotFound},
		{"a security officer does not see the case", staff("s", casework.RoleSecurity, casework.Everywhere), casework.Registration{}, casework.NotFound},
		{"an administrator does not see the case", staff("a", casework.RoleAdministrator, casework.Everywhere), casework.Registration{}, casework.NotFound},
		{"a draft before assignment is out of order", head, casework.Drafting{Text: "…"}, casework.NotAllowed},
		{"an answer before a signature is out of order", head, casework.Answering{}, casework.NotAllowed},
		{"a signature before a draft is out of order", head, casework.Signing{}, casework.NotAllowed},
		{"forwarding before registration is out of order", registrar, casework.Forwarding{Body: "admin", Why: "не наше"}, casework.NotAllowed},
		{"routing to a closed body is a mistake in the form", registrar, casework.Routing{Body: "closed"}, casework.Invalid},
		{"routing to where it is changes nothing", registrar, casework.Routing{Body: "roads"}, casework.Conflict},
	} {
		_, err := b.Do(context.Background(), x.by, c.ID, casework.AnyState, x.act)
		if casework.CodeOf(err) != x.want {
			t.Errorf("%s: got %v, want %s", x.name, err, x.want)
		}
	}
	after, _ := b.store.Get(context.Background(), c.ID)
	if len(after.Journal) != 2 || len(b.store.series) != 0 {
		t.Errorf("refused acts left %d events, %d series", len(after.Journal), len(b.store.series))
	}
}

func TestWhoIsAddressedMustRegisterBeforeForwarding(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	f := filing()
	f.Addressee = "roads"
	c := b.file(t, f)
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	_, err := b.Do(context.Background(), registrar, c.ID, casework.AnyState, casework.Routing{Body: "admin"})
	var e *casework.Error
	if !errors.As(err, &e) || e.Code != casework.NotAllowed || e.Norm == "" {
		t.Errorf("re-routing the addressee's case: %v", err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	b.now = at("2026-04-08 23:59:59")
	c = b.do(t, registrar, c.ID, casework.Forwarding{Body: "prosecutor", Why: "Относится к надзору."})
	if c.Stage != casework.StageRouted || c.Place.Body != "prosecutor" || c.Route.Hops != 1 {
		t.Errorf("forwarded to %+v at %s", c.Place, c.Stage)
	}
	// 23:59:59 on the 8th in Moscow is the 9th on Kamchatka: registration
	// there is due on the 12th, a Sunday, and the prosecutor rolls forward.
	if d := due(t, c, casework.TermRegister); d != "2026-04-13" {
		t.Errorf("registration at the new body due %s", d)
	}
	for _, term := range c.Terms {
		if term.Kind == casework.TermForward && term.Fate != casework.FateMet {
			t.Errorf("forwarding on the last day is %s", term.Fate)
		}
	}
	old := c.Number
	c = b.do(t, central, c.ID, casework.Registration{})
	if c.Number != "ПР-2026-000001" {
		t.Errorf("number at the new body: %s", c.Number)
	}
	if found, _ := b.store.Find(context.Background(), old); len(found) != 1 {
		t.Error("the case is not found by its old number")
	}
	if d := due(t, c, casework.TermConsider); d != "2026-05-12" {
		t.Errorf("the answer is due %s: the clock restarts in the competent body", d)
	}
}

func TestAStalePageIsRefusedAndNothingIsLost(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.file(t, filing())
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	_, err := b.Do(context.Background(), registrar, c.ID, 2, casework.Assignment{Officer: officer})
	if casework.CodeOf(err) != casework.Conflict {
		t.Errorf("stale act: %v", err)
	}
	b.do(t, registrar, c.ID, casework.Assignment{Officer: officer})
	b.do(t, officer, c.ID, casework.Drafting{Text: "Первый", Outcome: casework.OutcomeExplained})
	_, err = b.Do(context.Background(), head, c.ID, casework.AnyState, casework.Drafting{Text: "Второй", Revision: 0})
	if casework.CodeOf(err) != casework.Conflict {
		t.Errorf("a draft over another revision: %v", err)
	}
	got, _ := b.store.Get(context.Background(), c.ID)
	if got.Draft.Text != "Первый" {
		t.Errorf("the draft was overwritten with %q", got.Draft.Text)
	}
}

func TestASignatureHoldsForTheSignedTextOnly(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.file(t, filing())
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	b.do(t, head, c.ID, casework.Assignment{Officer: officer})
	b.do(t, officer, c.ID, casework.Drafting{Text: "Один", Outcome: casework.OutcomeExplained})
	b.do(t, officer, c.ID, casework.Submission{Revision: 1})
	b.do(t, head, c.ID, casework.Signing{})
	if _, err := b.store.Update(context.Background(), c.ID, func(c casework.Case) (casework.Case, error) {
		c.Draft.Text = "Другой"
		return c, nil
	}); err != nil {
		t.Fatal(err)
	}
	_, err := b.Do(context.Background(), officer, c.ID, casework.AnyState, casework.Answering{})
	if casework.CodeOf(err) != casework.Conflict {
		t.Errorf("an altered letter was sent: %v", err)
	}
	c = b.do(t, head, c.ID, casework.SendingBack{Remarks: "Текст изменён."})
	if c.Draft.Signature != nil || c.Stage != casework.StageInWork {
		t.Error("sending back keeps a signature")
	}
}

func TestAnyChangedByteOfTheJournalIsFound(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	good := b.answered(t)
	for name, spoil := range map[string]func(*casework.Case){
		"actor":         func(c *casework.Case) { c.Journal[3].Actor = "staff:nobody" },
		"time":          func(c *casework.Case) { c.Journal[2].At = c.Journal[2].At.Add(time.Millisecond) },
		"fact":          func(c *casework.Case) { c.Journal[2].Facts = map[string]string{"number": "ОГ-2026-000002"} },
		"event removed": func(c *casework.Case) { c.Journal = append(c.Journal[:2:2], c.Journal[3:]...) },
		"tail cut":      func(c *casework.Case) { c.Journal = c.Journal[:len(c.Journal)-1] },
		"all removed":   func(c *casework.Case) { c.Journal = nil },
		"text":          func(c *casework.Case) { c.Content.Text += "." },
		"file added":    func(c *casework.Case) { c.Content.Files = []casework.File{{ID: "x"}} },
		"answer":        func(c *casework.Case) { c.Answers[0].Text = "Отказано." },
		"case id":       func(c *casework.Case) { c.ID = "OTHER" },
	} {
		c := good.Clone()
		spoil(&c)
		if casework.CodeOf(casework.VerifyJournal(&c)) != casework.Corrupted {
			t.Errorf("%s: not noticed", name)
		}
	}
}

func TestTrackingNeedsNumberAndCodeTogether(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	r, err := b.File(context.Background(), citizen, filing())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name, number, code string
		found              bool
	}{
		{"as printed", r.Case.Receipt, r.AccessCode, true},
		{"small letters and spaces", strings.ToLower(r.Case.Receipt), strings.ReplaceAll(strings.ToLower(r.AccessCode), "-", " "), true},
		{"wrong code", r.Case.Receipt, "ABCD-ABCD-ABCD", false},
		{"no code", r.Case.Receipt, "", false},
		{"unknown number", "П-2222-2222-2222", r.AccessCode, false},
		{"decoy", "none", "none", false},
	} {
		c, err := b.Track(context.Background(), x.number, x.code)
		if x.found != (err == nil && c.ID == r.Case.ID) {
			t.Errorf("%s: %v", x.name, err)
		}
		if !x.found && casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}

func TestEveryReadIsJournalledAndForeignCasesDoNotExist(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.answered(t)
	other := casework.Citizen(casework.Applicant{Key: "esia:2", Assurance: casework.AssuranceConfirmed})
	_, foreign := b.Read(context.Background(), other, c.ID, "case page")
	_, missing := b.Read(context.Background(), other, "NOPE", "case page")
	if casework.CodeOf(foreign) != casework.NotFound || casework.CodeOf(missing) != casework.NotFound {
		t.Errorf("foreign %v, missing %v", foreign, missing)
	}
	if _, err := b.Read(context.Background(), officer, c.ID, "case page"); err != nil {
		t.Error(err)
	}
	records, _, _ := b.store.List(context.Background(), casework.KindAccess, c.ID, casework.Window{Limit: 10})
	if len(records) != 1 || !strings.Contains(string(records[0].Data), officer.ID) {
		t.Errorf("%d reads journalled", len(records))
	}
}

func TestAFilingIsCheckedFieldByField(t *testing.T) {
	reg, _ := casework.NewRegistry("r", bodies(), nil)
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	law, err := laws.InForce(casework.RegimeAppeal, casework.NewDate(2026, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name   string
		change func(*casework.Filing)
		field  string
	}{
		{"no text", func(f *casework.Filing) { f.Text = " \n" }, "text"},
		{"no letters", func(f *casework.Filing) { f.Text = "1234567890 !!!" }, "text"},
		{"NUL", func(f *casework.Filing) { f.Text += "\x00" }, "text"},
		{"broken UTF-8", func(f *casework.Filing) { f.Text += "\xff" }, "text"},
		{"1 MB", func(f *casework.Filing) { f.Text = strings.Repeat("длинно ", 1<<17) }, "text"},
		{"no surname", func(f *casework.Filing) { f.Applicant.Name.Surname = " " }, "surname"},
		{"no given name", func(f *casework.Filing) { f.Applicant.Name.Given = "" }, "given"},
		{"name of two lines", func(f *casework.Filing) { f.Applicant.Name.Surname = "Иванова\nBcc: x" }, "surname"},
		{"bad e-mail", func(f *casework.Filing) { f.Applicant.Contact.Email = "m@" }, "email"},
		{"e-mail with a header", func(f *casework.Filing) { f.Applicant.Contact.Email = "m@a.ru\r\nBcc: b@b.ru" }, "email"},
		{"nowhere to answer", func(f *casework.Filing) { f.Applicant.Contact = casework.Contact{} }, "contact"},
		{"unknown addressee", func(f *casework.Filing) { f.Addressee = "nobody" }, "addressee"},
		{"closed addressee", func(f *casework.Filing) { f.Addressee = "closed" }, "addressee"},
		{"eleven files", func(f *casework.Filing) { f.Files = make([]casework.File, 11) }, "files"},
		{"short key", func(f *casework.Filing) { f.Key = "k" }, "key"},
	} {
		f := filing()
		x.change(&f)
		var e *casework.Error
		if err := f.Validate(reg, law); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != x.field {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	if err := filing().Validate(reg, law); err != nil {
		t.Errorf("a good filing: %v", err)
	}
}

func TestLegalEffectNeedsAnIdentifiedPerson(t *testing.T) {
	want := map[string]bool{
		"web openid": true, "web esia_simplified": true, "web esia_confirmed": true,
		"bot openid": true, "bot esia_simplified": true, "bot esia_confirmed": true,
		"site openid": true, "site esia_simplified": true, "site esia_confirmed": true,
		"mfc in_person": true, "mfc esia_simplified": true, "mfc esia_confirmed": true,
		"paper paper": true, "paper in_person": true, "oral in_person": true,
	}
	for _, ch := range []casework.Channel{"web", "bot", "site", "mfc", "paper", "oral"} {
		for _, a := range []casework.Assurance{"none", "messenger", "openid", "esia_simplified", "esia_confirmed", "in_person", "paper", ""} {
			cell := fmt.Sprintf("%s %s", ch, a)
			if casework.LegalEffect(ch, a) != want[cell] {
				t.Errorf("%s: %v", cell, !want[cell])
			}
		}
	}
}

func TestANoticeIsClaimedOnceAndComesBackAfterACrash(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.file(t, filing())
	key := ""
	for _, n := range c.Outbox {
		if n.Medium == casework.MediumEmail {
			key = n.Key
		}
	}
	c, err := casework.ClaimNotice(c, key, b.now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := casework.ClaimNotice(c, key, b.now.Add(59*time.Second), time.Minute); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("claimed twice: %v", err)
	}
	c, err = casework.ClaimNotice(c, key, b.now.Add(time.Minute), time.Minute)
	if err != nil {
		t.Fatalf("after the lease: %v", err)
	}
	failed, err := casework.SettleNotice(c, key, casework.Attempt{At: b.now, Failure: "timeout"})
	if err != nil || !failed.NextOutbox().Equal(b.now) {
		// The router's wake-up still waits and is due at once.
		t.Errorf("next attempt %v, %v", failed.NextOutbox(), err)
	}
	sent, err := casework.SettleNotice(c, key, casework.Attempt{At: b.now, Evidence: "250 ok"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := casework.ClaimNotice(sent, key, b.now.Add(time.Hour), time.Minute); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("sent twice: %v", err)
	}
}

func TestTheOriginalIsProvedByTheJournal(t *testing.T) {
	b := newBench(t, "2026-04-01 10:00:00")
	c := b.file(t, filing())
	sum := sha256.Sum256([]byte(filing().Text))
	if c.Journal[0].Facts["original"] != hex.EncodeToString(sum[:]) {
		t.Error("the journal does not hold the hash of the text as received")
	}
}
