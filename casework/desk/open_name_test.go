package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

// mirror stands for encryption: what it has sealed is not to be found.
type mirror struct{}

func (mirror) SealPerson(plain, _ []byte) ([]byte, error) {
	out := slices.Clone(plain)
	for i := range out {
		out[i] ^= 0x5a
	}
	return out, nil
}

func (m mirror) OpenPerson(sealed, with []byte) ([]byte, error) { return m.SealPerson(sealed, with) }

// shieldedCase is a case in work whose applicant has his name sealed.
func shieldedCase(t *testing.T, b *bench) casework.Case {
	t.Helper()
	list := b.Registry().Bodies()
	for i := range list {
		if list[i].ID == "roads" {
			list[i].Settings.Shield = &casework.ShieldProcedure{Norm: "Приказ № 5", Ask: []casework.Role{casework.RoleOfficer},
				Allow: []casework.Role{casework.RoleHead, casework.RoleSupervisor}, Hours: 24, TellDays: 3}
		}
	}
	registry, err := casework.NewRegistry("r2", list, b.Registry().Territories())
	if err != nil {
		t.Fatal(err)
	}
	b.SetRegistry(registry)
	b.change = func(f *casework.Filing) {
		f.Addressee, f.Shield = "roads", true
		f.Applicant.Name = casework.PersonName{Surname: "Тайнодворов", Given: "Аскольд"}
		f.Applicant.Contact.Post = "ул. Потайная, 7"
	}
	defer func() { b.change = nil }()
	return b.at(t, casework.StageOnSigning)
}

func TestNoPageOfTheDeskTellsASealedName(t *testing.T) {
	b := newBench(t)
	c := shieldedCase(t, b)
	for _, by := range slices.Concat(people, visitors) {
		for _, below := range []string{"", "/name", "/draft", "/sign", "/answer", "/terms", "/forward", "/act/link", "/act/extend"} {
			r := b.get(t, by, path(c, below))
			for _, secret := range []string{"Тайнодворов", "Аскольд", "m@example.ru", "Потайная", "900 000"} {
				if strings.Contains(r.body, secret) {
					t.Errorf("%s reads %q at %q", by.ID, secret, below)
				}
			}
		}
		for _, page := range []string{"/desk", "/desk/search?q=%D0%A2%D0%B0%D0%B9%D0%BD%D0%BE%D0%B4%D0%B2%D0%BE%D1%80%D0%BE%D0%B2", "/desk/board"} {
			body := strings.ReplaceAll(b.get(t, by, page).body, `value="Тайнодворов"`, "")
			if strings.Contains(body, "Аскольд") {
				t.Errorf("%s reads the name at %s", by.ID, page)
			}
		}
	}
	if !strings.Contains(b.get(t, head, path(c, "")).body, casework.AliasWord+" ") {
		t.Error("the head does not see the pseudonym")
	}
}

func TestTheNameOpensOverTheDeskByTwoPeopleAndClosesAgain(t *testing.T) {
	b := newBench(t)
	c := shieldedCase(t, b)
	asking := b.get(t, officer, path(c, "/name"))
	if r := b.submit(t, officer, asking.formTo(t, "/name/ask"), "reason", "надо"); r.status != 422 || !strings.Contains(r.body, "надо") {
		t.Errorf("a short reason: %d", r.status)
	}
	if r := b.submit(t, officer, asking.formTo(t, "/name/ask"), "reason", "Нужно проверить доводы с выездом на место."); r.status != 303 {
		t.Fatalf("ask: %d\n%s", r.status, r.body)
	}
	if strings.Contains(b.get(t, officer, path(c, "/name")).body, "/name/decide") {
		t.Error("who has asked is offered to decide")
	}
	decide := b.get(t, head, path(c, "/name"))
	if !strings.Contains(b.get(t, head, path(c, "")).body, "ждёт вашего решения") {
		t.Error("the head is not told of the request")
	}
	if r := b.submit(t, head, decide.formTo(t, "/name/decide"), "decision", "allow"); r.status != 303 {
		t.Fatalf("decide: %d\n%s", r.status, r.body)
	}
	open := b.get(t, officer, path(c, "/name"))
	if strings.Contains(open.body, "Тайнодворов") || !strings.Contains(open.body, "осталось 24 ч 0 мин") {
		t.Error("the page shows the name by itself, or no time that is left")
	}
	seen := b.submit(t, officer, open.formTo(t, "/name/see"))
	if seen.status != 200 || !strings.Contains(seen.body, "Тайнодворов Аскольд") || !strings.Contains(seen.body, "Потайная") {
		t.Errorf("see: %d", seen.status)
	}
	if strings.Contains(b.get(t, head, path(c, "/name")).body, "Тайнодворов") {
		t.Error("who allowed sees the name")
	}
	b.now = b.now.Add(25 * time.Hour)
	if r := b.submit(t, officer, open.formTo(t, "/name/see")); strings.Contains(r.body, "Тайнодворов") {
		t.Error("the name is shown after its time")
	}
	after := b.load(t, c.ID)
	views := 0
	for _, e := range after.Journal {
		if e.Act == casework.ActSeeName {
			views++
		}
	}
	if views != 1 {
		t.Errorf("%d views in the journal", views)
	}
}
