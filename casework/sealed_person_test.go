package casework_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"priemnaya/casework"
)

// boxSealer seals persons with AES-GCM, as the program does.
type boxSealer struct{ gcm cipher.AEAD }

func newBoxSealer() boxSealer {
	block, err := aes.NewCipher([]byte(strings.Repeat("k", 32)))
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return boxSealer{gcm}
}

func (s boxSealer) SealPerson(plain, with []byte) ([]byte, error) {
	nonce := make([]byte, s.gcm.NonceSize())
	rand.Read(nonce)
	return s.gcm.Seal(nonce, nonce, plain, with), nil
}

func (s boxSealer) OpenPerson(sealed, with []byte) ([]byte, error) {
	return s.gcm.Open(nil, sealed[:s.gcm.NonceSize()], sealed[s.gcm.NonceSize():], with)
}

var (
	overseer  = staff("overseer", casework.RoleSupervisor, "roads")
	colleague = staff("colleague", casework.RoleOfficer, "roads")
)

const need = "Нужно проверить доводы с выездом к заявителю."

// newShieldBench is an office in which the committee of roads has set the
// procedure and the administration has not.
func newShieldBench(t testing.TB) *bench {
	t.Helper()
	return shieldBenchWith(t, newBoxSealer())
}

func shieldBenchWith(t testing.TB, sealer casework.PersonSealer) *bench {
	t.Helper()
	b := newBench(t, "2026-04-01 10:00:00")
	list := bodies()
	list[1].Settings.Shield = &casework.ShieldProcedure{Norm: "Приказ № 5", Hours: 24, TellDays: 3,
		Ask: []casework.Role{casework.RoleOfficer}, Allow: []casework.Role{casework.RoleHead, casework.RoleSupervisor}}
	reg, err := casework.NewRegistry("r2", list, []casework.Territory{{Code: "99701", Name: "Заречный"}})
	if err != nil {
		t.Fatal(err)
	}
	b.Office, err = casework.NewOffice(casework.OfficeConfig{Store: b.store, Numbers: b.store, Shelf: b.store,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return b.now }, Laws: honestLaws(), Registry: reg,
		Sealer: sealer,
		Sign: func(_ context.Context, _ casework.Actor, digest string) (casework.Signature, error) {
			return casework.Signature{Algorithm: "test", Digest: digest, Value: []byte("sig")}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// secretOnes are what must be found nowhere.
var secretOnes = []string{"Тайнодворов", "Аскольд", "Пересветович", "askold@example.ru", "Потайная", "+79001112233"}

func shielded() casework.Filing {
	f := filing()
	f.Addressee, f.Shield = "roads", true
	f.Applicant = casework.Applicant{Key: "esia:77", Assurance: casework.AssuranceConfirmed,
		Name:    casework.PersonName{Surname: "Тайнодворов", Given: "Аскольд", Patronymic: "Пересветович"},
		Contact: casework.Contact{Email: "askold@example.ru", Post: "ул. Потайная, 7", Phone: "+79001112233", Cabinet: true}}
	return f
}

// says reports which of the secrets a value tells, whatever it is.
func says(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range secretOnes {
		if strings.Contains(strings.ToLower(string(raw)), strings.ToLower(s)) {
			return s
		}
	}
	return ""
}

func (b *bench) shieldedInWork(t testing.TB) casework.Case {
	t.Helper()
	c := b.file(t, shielded())
	if _, err := b.Route(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	return b.do(t, head, c.ID, casework.Assignment{Officer: officer})
}

func TestASealedNameIsInNoFieldOfTheDocument(t *testing.T) {
	b := newShieldBench(t)
	if s := says(t, b.file(t, filing())); s != "" {
		t.Fatalf("the open case tells %q: the hunt finds what is not there", s)
	}
	open := shielded()
	open.Shield, open.Key = false, "0123456789abcdeX"
	if says(t, b.file(t, open)) == "" {
		t.Fatal("the hunt does not find a name that is open")
	}
	c := b.shieldedInWork(t)
	if s := says(t, c); s != "" {
		t.Errorf("the document tells %q", s)
	}
	if s := says(t, []any{casework.RowOf(&c), c.SearchText(), c.Outbox, c.Journal}); s != "" {
		t.Errorf("row, search text, outbox or journal tell %q", s)
	}
	if got := c.Applicant().Name.Full(); !strings.HasPrefix(got, casework.AliasWord+" ") || len(got) != len("Заявитель 7F3K-2M9Q") {
		t.Errorf("pseudonym %q", got)
	}
	if err := casework.VerifyJournal(&c); err != nil {
		t.Error(err)
	}
	mailed := false
	for _, n := range c.Outbox {
		mailed = mailed || n.Medium == casework.MediumEmail
	}
	if !mailed {
		t.Error("nothing is sent to an address that is sealed")
	}
}

func TestLengthsOfSealedNamesTellNothing(t *testing.T) {
	b := newShieldBench(t)
	long := shielded()
	long.Applicant.Name.Surname, long.Key = strings.Repeat("Я", 60), "0123456789abcdeL"
	one, two := b.file(t, shielded()), b.file(t, long)
	if x, y := len(one.Applicant().Shield.Sealed), len(two.Applicant().Shield.Sealed); x != y {
		t.Errorf("%d and %d bytes", x, y)
	}
}

func TestAPseudonymIsStableInABodyOnly(t *testing.T) {
	b := newShieldBench(t)
	again, other := shielded(), shielded()
	again.Key = "0123456789abcdeB"
	other.Key, other.Applicant.Key = "0123456789abcdeC", "esia:78"
	one, two, three := b.file(t, shielded()), b.file(t, again), b.file(t, other)
	if one.Applicant().Name != two.Applicant().Name {
		t.Error("two appeals of one person have two pseudonyms")
	}
	if one.Applicant().Name == three.Applicant().Name {
		t.Error("two people have one pseudonym")
	}
}

func TestAShieldThatCannotBeKeptIsRefused(t *testing.T) {
	b := newShieldBench(t)
	for name, change := range map[string]func(*casework.Filing){
		"a body without a procedure": func(f *casework.Filing) { f.Addressee = "admin" },
		"no body chosen":             func(f *casework.Filing) { f.Addressee = "" },
		"a representative": func(f *casework.Filing) {
			f.Files = []casework.File{{ID: "p"}}
			f.Representative = &casework.Representative{Name: casework.PersonName{Surname: "А", Given: "Б"}, Proof: "p"}
		},
		"nobody signed in": func(f *casework.Filing) { f.Applicant.Key = "" },
	} {
		f := shielded()
		change(&f)
		_, err := b.File(t.Context(), casework.Citizen(f.Applicant), f)
		if casework.CodeOf(err) != casework.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// jammed is a sealer that has lost its key.
type jammed struct{ casework.PersonSealer }

func (jammed) SealPerson(_, _ []byte) ([]byte, error) { return nil, errors.New("no key") }

func TestAShieldThatFailsFilesNothingOpen(t *testing.T) {
	b := shieldBenchWith(t, jammed{newBoxSealer()})
	f := shielded()
	if _, err := b.File(t.Context(), casework.Citizen(f.Applicant), f); casework.CodeOf(err) != casework.Internal || len(b.store.cases) != 0 {
		t.Errorf("%d cases stored, %v", len(b.store.cases), err)
	}
}

func TestANameOpensByTwoPersonsForALimitedTimeAndTheCitizenIsTold(t *testing.T) {
	b, ctx := newShieldBench(t), t.Context()
	c := b.shieldedInWork(t)
	if _, _, err := b.SeeName(ctx, officer, c.ID); casework.CodeOf(err) != casework.Forbidden {
		t.Fatalf("seen without asking: %v", err)
	}
	if _, err := b.AskName(ctx, officer, c.ID, "надо"); casework.CodeOf(err) != casework.Invalid {
		t.Fatalf("asked without a reason: %v", err)
	}
	if _, err := b.AskName(ctx, registrar, c.ID, need); casework.CodeOf(err) != casework.Forbidden {
		t.Fatalf("asked in a role the procedure does not name: %v", err)
	}
	if _, err := b.AskName(ctx, officer, c.ID, need); err != nil {
		t.Fatal(err)
	}
	if _, err := b.AskName(ctx, officer, c.ID, need); casework.CodeOf(err) != casework.Conflict {
		t.Fatalf("asked twice: %v", err)
	}
	if _, err := b.DecideName(ctx, colleague, c.ID, "o1", true); casework.CodeOf(err) != casework.Forbidden {
		t.Fatalf("allowed in a role the procedure does not name: %v", err)
	}
	got, err := b.DecideName(ctx, overseer, c.ID, "o1", true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.DecideName(ctx, head, c.ID, "o1", false); casework.CodeOf(err) != casework.Conflict {
		t.Fatalf("decided twice: %v", err)
	}
	told := got.Outbox[len(got.Outbox)-1]
	if want := b.now.Add(24*time.Hour + 3*24*time.Hour); told.Kind != casework.NoticeNameOpened || !told.NextTry.Equal(want) || told.Data["Reason"] != need {
		t.Errorf("the citizen is told by %+v", told)
	}
	if _, _, err := b.SeeName(ctx, colleague, c.ID); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("seen by who has not asked: %v", err)
	}
	if _, _, err := b.SeeName(ctx, overseer, c.ID); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("seen by who has allowed it: %v", err)
	}
	who, w, err := b.SeeName(ctx, officer, c.ID)
	if err != nil || who.Name != shielded().Applicant.Name || who.Contact != shielded().Applicant.Contact || w.Views != 1 {
		t.Fatalf("%+v %+v %v", who, w, err)
	}
	after, _ := b.store.Get(ctx, c.ID)
	if last := after.Journal[len(after.Journal)-1]; last.Act != casework.ActSeeName || last.Actor != officer.ID {
		t.Errorf("the view is not in the journal: %+v", last)
	}
	if s := says(t, after); s != "" {
		t.Errorf("after the view the document tells %q", s)
	}
	if len(after.ToldOf(b.now)) != 0 {
		t.Error("the citizen is told while the name is open")
	}
	b.now = b.now.Add(24 * time.Hour)
	if _, _, err := b.SeeName(ctx, officer, c.ID); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("seen after the end: %v", err)
	}
	if got := after.ToldOf(b.now.Add(72 * time.Hour)); len(got) != 1 || got[0].Views != 1 {
		t.Errorf("the citizen is told of %+v", got)
	}
	if err := casework.VerifyJournal(&after); err != nil {
		t.Error(err)
	}
}

func TestWhoHoldsBothRolesCannotAllowHisOwnRequest(t *testing.T) {
	b, ctx := newShieldBench(t), t.Context()
	c := b.shieldedInWork(t)
	both := officer
	both.Grants = append(both.Grants, casework.Grant{Role: casework.RoleHead, Body: "roads"})
	if _, err := b.AskName(ctx, both, c.ID, need); err != nil {
		t.Fatal(err)
	}
	if _, err := b.DecideName(ctx, both, c.ID, "o1", true); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("allowed his own request: %v", err)
	}
}

func TestARequestThatNobodyDecidedLapses(t *testing.T) {
	b, ctx := newShieldBench(t), t.Context()
	c := b.shieldedInWork(t)
	if _, err := b.AskName(ctx, officer, c.ID, need); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(casework.AskLife)
	if _, err := b.DecideName(ctx, head, c.ID, "o1", true); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("allowed a lapsed request: %v", err)
	}
}

func TestAForwardedNameStaysSealedWhereNoProcedureIsSet(t *testing.T) {
	b, ctx := newShieldBench(t), t.Context()
	c := b.file(t, shielded())
	if _, err := b.Route(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	b.do(t, registrar, c.ID, casework.Registration{})
	if _, err := b.AskName(ctx, officer, c.ID, need); err != nil {
		t.Fatal(err)
	}
	if _, err := b.DecideName(ctx, head, c.ID, "o1", true); err != nil {
		t.Fatal(err)
	}
	got := b.do(t, registrar, c.ID, casework.Forwarding{Body: "admin", Why: "Дорога в ведении администрации."})
	there := casework.Actor{ID: "staff:there", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "admin"},
		{Role: casework.RoleHead, Body: "admin"}}}
	if _, err := b.AskName(ctx, there, c.ID, need); casework.CodeOf(err) != casework.NotAllowed {
		t.Errorf("asked where no procedure is set: %v", err)
	}
	for _, by := range []casework.Actor{officer, there} {
		if _, _, err := b.SeeName(ctx, by, c.ID); err == nil {
			t.Errorf("%s sees the name after the forwarding", by.ID)
		}
	}
	if s := says(t, got); s != "" {
		t.Errorf("the forwarded document tells %q", s)
	}
	if _, err := b.LiftName(ctx, officer, c.ID); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("staff lifts the shield: %v", err)
	}
	lifted, err := b.LiftName(ctx, casework.Citizen(shielded().Applicant), c.ID)
	if err != nil || lifted.Applicant().Name != shielded().Applicant.Name || lifted.Shielded() {
		t.Errorf("the citizen cannot open his own name: %v", err)
	}
	if err := casework.VerifyJournal(&lifted); err != nil {
		t.Error(err)
	}
}

func TestALetterIsAddressedByTheSystemAndTheOpeningIsNoted(t *testing.T) {
	b, ctx := newShieldBench(t), t.Context()
	c := b.file(t, shielded())
	got, err := b.Addressed(ctx, c, 0)
	if err != nil || got.Applicant().Name != shielded().Applicant.Name || got.Applicant().Contact.Email != "askold@example.ru" {
		t.Fatalf("%+v %v", got.Applicant(), err)
	}
	if says(t, c) != "" {
		t.Error("the case handed in is opened too")
	}
	records, _, err := b.store.List(ctx, casework.KindAccess, c.ID, casework.Window{Limit: 10})
	if err != nil || len(records) != 1 || !strings.Contains(string(records[0].Data), "address of a letter") {
		t.Errorf("the journal of reads has %d entries: %v", len(records), err)
	}
}

func TestOpenAndSealedCasesOfOnePersonDoNotNameEachOther(t *testing.T) {
	b, ctx := newShieldBench(t), t.Context()
	open := shielded()
	open.Shield, open.Key = false, "0123456789abcdeO"
	again := shielded()
	again.Key = "0123456789abcdeA"
	var ids []string
	for _, f := range []casework.Filing{open, shielded(), again} {
		c := b.file(t, f)
		if _, err := b.Route(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	for i, want := range map[int][]string{0: nil, 1: {ids[2]}, 2: {ids[1]}} {
		rows, err := b.EarlierOf(ctx, head, ids[i])
		if err != nil || len(rows) != len(want) || len(want) > 0 && rows[0].ID != want[0] {
			t.Errorf("case %d: %d rows, %v", i, len(rows), err)
		}
	}
}

// TestNoWayOfActsTellsASealedName walks random acts by everybody and looks at
// everything that anybody can read without an opening.
func TestNoWayOfActsTellsASealedName(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, ctx := newShieldBench(t), context.Background()
		c := b.file(t, shielded())
		if _, err := b.Route(ctx, c.ID); err != nil {
			rt.Fatal(err)
		}
		b.do(t, registrar, c.ID, casework.Registration{})
		people := []casework.Actor{registrar, officer, colleague, head, overseer, central}
		asked := map[string]string{}
		for range rapid.IntRange(1, 14).Draw(rt, "steps") {
			by := people[rapid.IntRange(0, len(people)-1).Draw(rt, "who")]
			switch rapid.IntRange(0, 6).Draw(rt, "what") {
			case 0:
				b.AskName(ctx, by, c.ID, need)
			case 1:
				b.DecideName(ctx, by, c.ID, rapid.SampledFrom([]string{"o1", "o2", "o3"}).Draw(rt, "which"), rapid.Bool().Draw(rt, "allow"))
			case 2:
				who, w, err := b.SeeName(ctx, by, c.ID)
				if err != nil {
					break
				}
				if w.AskedBy != by.ID || w.DecidedBy == by.ID || !w.Allowed || !b.now.Before(w.Until) || says(t, who) == "" {
					rt.Fatalf("%s saw by %+v", by.ID, w)
				}
				asked[by.ID] = w.ID
			case 3:
				b.now = b.now.Add(time.Duration(rapid.IntRange(1, 30).Draw(rt, "hours")) * time.Hour)
			case 4:
				b.Do(ctx, by, c.ID, casework.AnyState, casework.Assignment{Officer: officer})
			case 5:
				b.Do(ctx, by, c.ID, casework.AnyState, casework.Copying{Bodies: []string{"admin"}, Why: "По вопросу земли."})
				b.MakeCopies(ctx, c.ID)
			case 6:
				b.Do(ctx, by, c.ID, casework.AnyState, casework.Forwarding{Body: "admin", Why: "Ведает администрация."})
			}
		}
		for _, by := range people {
			page, err := b.Queue(ctx, by, casework.Query{Sort: casework.SortDue, Window: casework.Window{Limit: 100}})
			if err != nil {
				rt.Fatal(err)
			}
			for _, r := range page.Rows {
				read, err := b.Read(ctx, by, r.ID, "test")
				if err != nil {
					rt.Fatal(err)
				}
				if s := says(t, []any{r, read, read.SearchText()}); s != "" {
					rt.Fatalf("%s reads %q", by.ID, s)
				}
			}
		}
	})
}
