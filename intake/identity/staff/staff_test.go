package staff

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"priemnaya/casework"
	"priemnaya/intake/identity/internal/shelftest"
)

const password = "кресло парус сорок лун"

type office struct {
	*Directory
	shelf *shelftest.Shelf
	now   time.Time
}

func newOffice(t *testing.T, change func(*Config)) *office {
	t.Helper()
	o := &office{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	o.shelf = shelftest.New(func() time.Time { return o.now })
	config := Config{Shelf: o.shelf, Now: func() time.Time { return o.now }, Secret: []byte("a secret for tests of thirty-two bytes"),
		Argon: Argon{Memory: 64, Time: 1, Threads: 1}}
	if change != nil {
		change(&config)
	}
	var err error
	if o.Directory, err = Open(config); err != nil {
		t.Fatal(err)
	}
	return o
}

// hire makes an account with the password.
func (o *office) hire(t *testing.T, login string, grants ...casework.Grant) {
	t.Helper()
	if _, err := o.Save(t.Context(), Staff{Login: login, Name: "Петрова Анна", Grants: grants}); err != nil {
		t.Fatal(err)
	}
	if err := o.SetPassword(t.Context(), login, password, false); err != nil {
		t.Fatal(err)
	}
}

func (o *office) try(t *testing.T, login, word, address string) (Entry, error) {
	t.Helper()
	return o.Enter(t.Context(), Credentials{Login: login, Password: word, Address: address})
}

func TestTheRightPasswordOpensAndEverythingElseGetsOneAnswer(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	o.hire(t, "gone")
	if _, err := o.Save(t.Context(), Staff{Login: "gone", Name: "Н", Disabled: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Save(t.Context(), Staff{Login: "fresh", Name: "Н"}); err != nil {
		t.Fatal(err)
	}
	e, err := o.try(t, "  Petrova ", password, "a")
	if err != nil || e.Login != "petrova" {
		t.Fatalf("%+v, %v", e, err)
	}
	for name, tc := range map[string][2]string{"a wrong password": {"petrova", password + "!"}, "an unknown login": {"nobody", password},
		"a disabled account": {"gone", password}, "an account without password": {"fresh", ""}, "no login": {"", password},
		"a login that is a path": {"../staff/petrova", password}, "the password of the stand-in hash": {"nobody", "a password that nobody has"},
		"the same for a disabled account": {"gone", "a password that nobody has"}, "a password of a megabyte": {"petrova", strings.Repeat("x", 1<<20)}} {
		if _, err := o.try(t, tc[0], tc[1], "b"); err != ErrWrong {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnUnknownLoginCostsAsMuchWorkAsAKnownOne(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.Argon = Argon{Memory: 8 << 10, Time: 2, Threads: 1} })
	o.hire(t, "petrova")
	// By turns, so that a busy machine slows both; the fastest of each counts.
	fastest := map[string]time.Duration{"petrova": time.Hour, "nobody": time.Hour}
	for i := range 12 {
		for login := range fastest {
			begun := time.Now()
			_, _ = o.try(t, login, "wrong", login+string(rune('a'+i)))
			fastest[login] = min(fastest[login], time.Since(begun))
			_ = o.Unlock(t.Context(), login)
		}
	}
	if known, unknown := fastest["petrova"], fastest["nobody"]; unknown < known/2 || known < unknown/2 {
		t.Errorf("known %v, unknown %v", known, unknown)
	}
}

func TestAfterFiveFailuresTheDelayGrowsAndAnAdministratorOrTimeLiftsIt(t *testing.T) {
	for _, login := range []string{"petrova", "nobody"} { // the same for both
		o := newOffice(t, nil)
		o.hire(t, "petrova")
		wait := func() time.Duration {
			_, err := o.try(t, login, "wrong", "somewhere")
			var locked *Locked
			if errors.As(err, &locked) {
				return locked.RetryAfter()
			}
			return 0
		}
		for i := range 5 {
			if got := wait(); got != 0 {
				t.Fatalf("%s: failure %d waits %v", login, i+1, got)
			}
		}
		for i, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute} {
			if got := wait(); got != want {
				t.Errorf("%s: delay %d is %v instead of %v", login, i+1, got, want)
			}
			if _, err := o.try(t, login, password, "elsewhere"); casework.CodeOf(err) != casework.TooMany {
				t.Errorf("%s: the right password opens during the delay: %v", login, err)
			}
			o.now = o.now.Add(want)
			_ = wait() // the next failure
		}
		if err := o.Unlock(t.Context(), login); err != nil {
			t.Fatal(err)
		}
		_, err := o.try(t, login, password, "elsewhere")
		if login == "petrova" && err != nil || login == "nobody" && err != ErrWrong {
			t.Errorf("%s after unlocking: %v", login, err)
		}
	}
}

func TestDelaysNeverExceedAnHourAndAreForgottenInADay(t *testing.T) {
	if delay(100) != time.Hour || delay(0) != 30*time.Second {
		t.Errorf("%v, %v", delay(100), delay(0))
	}
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	for range 5 {
		_, _ = o.try(t, "petrova", "wrong", "x")
	}
	o.now = o.now.Add(25 * time.Hour)
	for range 4 {
		if _, err := o.try(t, "petrova", "wrong", "x"); err != ErrWrong {
			t.Fatal(err)
		}
	}
}

func TestASuccessForgetsTheFailuresOfTheAccount(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	for range 10 {
		for range 4 {
			_, _ = o.try(t, "petrova", "wrong", "")
		}
		_ = o.shelf.Remove(t.Context(), attemptKind, o.attemptKey("address", ""))
		if _, err := o.try(t, "petrova", password, ""); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOneAddressMayNotTryManyAccounts(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	for i := range 20 {
		if _, err := o.try(t, "user"+string(rune('a'+i)), "wrong", "192.0.2.7"); err != ErrWrong {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	if _, err := o.try(t, "petrova", password, "192.0.2.7"); casework.CodeOf(err) != casework.TooMany {
		t.Errorf("got %v", err)
	}
	if _, err := o.try(t, "petrova", password, "192.0.2.8"); err != nil {
		t.Errorf("another address suffers: %v", err)
	}
	if dump := o.shelf.Dump(); strings.Contains(dump, "192.0.2") || strings.Contains(dump, "usera") {
		t.Error("the store holds addresses or logins that were typed")
	}
}

func TestAnOfficeBehindOneAddressSignsInAllDay(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	for i := range 200 {
		if _, err := o.try(t, "petrova", password, "192.0.2.7"); err != nil {
			t.Fatalf("sign-in %d: %v", i, err)
		}
	}
}

func TestParallelGuessesDoNotSlipThroughTogether(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	var wait sync.WaitGroup
	var mu sync.Mutex
	checked := 0
	for range 50 {
		wait.Go(func() {
			if _, err := o.Enter(context.Background(), Credentials{Login: "petrova", Password: "wrong", Address: "x"}); err == ErrWrong {
				mu.Lock()
				checked++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if checked > accountTries {
		t.Errorf("%d guesses were checked", checked)
	}
}

func TestAPasswordMustBeLongAndNotAboutItsOwner(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	for word, key := range map[string]string{"короткий": "identity.password.short", "восемьвосем1": "", "petrova-2026-ok": "identity.password.login",
		"Я же Петрова тут": "identity.password.login", "aaaaaaaaaaaaaaa": "identity.password.plain", "password123456": "identity.password.plain",
		"пароль-йцукен": "identity.password.plain", strings.Repeat("дом ", 65): "identity.password.long", "четыре утки и дождь": ""} {
		err := o.SetPassword(t.Context(), "petrova", word, false)
		var own *casework.Error
		errors.As(err, &own)
		if key == "" && err != nil || key != "" && (own == nil || own.Code != casework.Invalid || own.Fields[0].Key != key) {
			t.Errorf("%q: %v", word, err)
		}
	}
}

func TestOneKeyboardsLetterIsTheOthers(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	if err := o.SetPassword(t.Context(), "petrova", "трамвай чайник", false); err != nil { // й as one letter
		t.Fatal(err)
	}
	if _, err := o.try(t, "petrova", "трамвай чайник", "x"); err != nil { // й as и and a breve
		t.Error(err)
	}
}

func TestAWeakHashIsMadeAnewAtTheNextSignIn(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	before, _ := o.fetch(t.Context(), "petrova")
	o.config.Argon = Argon{Memory: 128, Time: 2, Threads: 1}
	if _, err := o.try(t, "petrova", "wrong", "x"); err != ErrWrong {
		t.Fatal(err)
	}
	if a, _ := o.fetch(t.Context(), "petrova"); a.Password != before.Password {
		t.Error("a wrong password changed the hash")
	}
	if _, err := o.try(t, "petrova", password, "x"); err != nil {
		t.Fatal(err)
	}
	after, _ := o.fetch(t.Context(), "petrova")
	if !strings.Contains(after.Password, "$m=128,t=2,p=1$") || after.Epoch != before.Epoch {
		t.Errorf("hash %s, epoch %d", after.Password, after.Epoch)
	}
	if _, err := o.try(t, "petrova", password, "x"); err != nil {
		t.Error(err)
	}
	if Minimum.Memory < 19<<10 || Minimum.Time < 2 {
		t.Error("the default is below the minimum of OWASP")
	}
}

func TestAPasswordGivenByAnAdministratorMustBeChangedFirst(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	if err := o.SetPassword(t.Context(), "petrova", "временный вход сюда", true); err != nil {
		t.Fatal(err)
	}
	e, err := o.try(t, "petrova", "временный вход сюда", "x")
	if err != nil {
		t.Fatal(err)
	}
	if step, _, _ := o.Next(t.Context(), e); step != StepChange {
		t.Fatalf("step %s", step)
	}
	if _, err := o.Replace(t.Context(), e, "временный вход сюда"); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("the same password again: %v", err)
	}
	changed, err := o.Replace(t.Context(), e, "четыре утки и дождь")
	if err != nil {
		t.Fatal(err)
	}
	if step, _, err := o.Next(t.Context(), changed); step != StepDone || err != nil {
		t.Errorf("step %s, %v", step, err)
	}
	if _, _, err := o.Next(t.Context(), e); casework.CodeOf(err) != casework.Unauthenticated {
		t.Errorf("the entry from before the change still holds: %v", err)
	}
	if _, err := o.Replace(t.Context(), changed, "ещё один длинный"); casework.CodeOf(err) != casework.NotAllowed {
		t.Errorf("a change that nobody demanded: %v", err)
	}
}

func TestAPersonChangesHisPasswordByShowingThePresentOne(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	before, _ := o.Get(t.Context(), "petrova")
	if _, err := o.ChangePassword(t.Context(), Credentials{Login: "petrova", Password: "wrong"}, "четыре утки и дождь"); err != ErrWrong {
		t.Errorf("got %v", err)
	}
	e, err := o.ChangePassword(t.Context(), Credentials{Login: "petrova", Password: password}, "четыре утки и дождь")
	if err != nil || e.Epoch == before.Epoch {
		t.Fatalf("%+v, %v", e, err)
	}
	if _, err := o.Actor(t.Context(), "petrova", before.Epoch); casework.CodeOf(err) != casework.Unauthenticated {
		t.Errorf("older sessions go on: %v", err)
	}
	if _, err := o.Actor(t.Context(), "petrova", e.Epoch); err != nil {
		t.Error(err)
	}
}

// enrol sets up a second factor and returns the entry, secret and codes.
func (o *office) enrol(t *testing.T, login string) (Entry, string, []string) {
	t.Helper()
	e, err := o.try(t, login, password, "x")
	if err != nil {
		t.Fatal(err)
	}
	shown, err := o.BeginEnrolment(t.Context(), e)
	if err != nil || !strings.Contains(shown.URI, shown.Secret) || !strings.HasPrefix(shown.URI, "otpauth://totp/") {
		t.Fatalf("%+v, %v", shown, err)
	}
	if again, _ := o.BeginEnrolment(t.Context(), e); again.Secret != shown.Secret {
		t.Error("reloading the page changes the secret")
	}
	if _, _, err := o.FinishEnrolment(t.Context(), e, "000000"); err != ErrWrong {
		t.Errorf("a wrong code: %v", err)
	}
	done, codes, err := o.FinishEnrolment(t.Context(), e, o.code(t, shown.Secret, 0))
	if err != nil || len(codes) != 10 {
		t.Fatalf("%v, %v", codes, err)
	}
	return done, shown.Secret, codes
}

func (o *office) code(t *testing.T, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, o.now.Add(time.Duration(steps)*period*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestWithASecondFactorThePasswordAloneOpensNothing(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.RequireTOTP = true })
	o.hire(t, "petrova")
	e, _ := o.try(t, "petrova", password, "x")
	if step, _, _ := o.Next(t.Context(), e); step != StepEnrol {
		t.Fatalf("step %s", step)
	}
	done, secret, _ := o.enrol(t, "petrova")
	if step, _, err := o.Next(t.Context(), done); step != StepDone || err != nil {
		t.Errorf("after enrolment %s, %v", step, err)
	}
	o.now = o.now.Add(time.Hour)
	e, err := o.try(t, "petrova", password, "x")
	if err != nil {
		t.Fatal(err)
	}
	if step, _, _ := o.Next(t.Context(), e); step != StepCode {
		t.Errorf("step %s", step)
	}
	passed, err := o.Second(t.Context(), e, o.code(t, secret, 0), "x")
	if err != nil {
		t.Fatal(err)
	}
	if step, _, _ := o.Next(t.Context(), passed); step != StepDone {
		t.Errorf("step %s", step)
	}
	if _, err := o.BeginEnrolment(t.Context(), passed); casework.CodeOf(err) != casework.NotAllowed {
		t.Errorf("a second enrolment over the first: %v", err)
	}
	if dump := o.shelf.Dump(); strings.Contains(dump, secret) {
		t.Error("the secret is readable in the store")
	}
}

func TestACodeOfTheSecondFactorWorksOnceAndOneStepEitherSide(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	_, secret, _ := o.enrol(t, "petrova")
	for name, tc := range map[string]struct {
		steps int
		want  error
	}{"two steps late": {-2, ErrWrong}, "one step late": {-1, nil}, "now": {0, nil}, "one step early": {1, nil}, "two steps early": {2, ErrWrong}} {
		o.now = o.now.Add(time.Hour)
		e, _ := o.try(t, "petrova", password, "x")
		code := o.code(t, secret, tc.steps)
		if _, err := o.Second(t.Context(), e, code, "x"); err != tc.want {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := o.Second(t.Context(), e, code, "x"); err != ErrWrong {
			t.Errorf("%s, again: %v", name, err)
		}
		_ = o.Unlock(t.Context(), "petrova")
	}
	o.now = o.now.Add(time.Hour)
	e, _ := o.try(t, "petrova", password, "x")
	if _, err := o.Second(t.Context(), e, o.code(t, secret, 1), "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Second(t.Context(), e, o.code(t, secret, 0), "x"); err != ErrWrong {
		t.Errorf("a code older than the last one taken: %v", err)
	}
}

func TestOneCodeSentTwiceAtTheSameMomentWorksOnce(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	_, secret, _ := o.enrol(t, "petrova")
	o.now = o.now.Add(time.Hour)
	e, _ := o.try(t, "petrova", password, "x")
	code := o.code(t, secret, 0)
	var wait sync.WaitGroup
	var mu sync.Mutex
	good := 0
	for range 4 {
		wait.Go(func() {
			if _, err := o.Second(context.Background(), e, code, "x"); err == nil {
				mu.Lock()
				good++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if good != 1 {
		t.Errorf("worked %d times", good)
	}
}

func TestARecoveryCodeStandsInOnce(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	_, _, codes := o.enrol(t, "petrova")
	for _, typed := range []string{codes[0], " " + strings.ToUpper(strings.ReplaceAll(codes[1], "-", "")) + " "} {
		e, err := o.try(t, "petrova", password, "x")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Second(t.Context(), e, typed, "x"); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
		if _, err := o.Second(t.Context(), e, typed, "x"); err != ErrWrong {
			t.Errorf("%q again: %v", typed, err)
		}
	}
	if strings.Contains(o.shelf.Dump(), strings.ReplaceAll(codes[2], "-", "")) {
		t.Error("recovery codes are readable in the store")
	}
}

func TestGuessingTheSecondFactorRunsIntoTheDelay(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	o.enrol(t, "petrova")
	tries := 0
	for range 20 {
		e, err := o.try(t, "petrova", password, "x")
		if err != nil {
			break
		}
		if _, err := o.Second(t.Context(), e, "000000", "x"); err != ErrWrong {
			break
		}
		tries++
	}
	if tries > accountTries {
		t.Errorf("%d codes could be tried", tries)
	}
}

func TestASealedSecretDoesNotOpenForAnotherAccount(t *testing.T) {
	o := newOffice(t, nil)
	sealed := o.seal("petrova", "SECRET")
	if got, err := o.open("petrova", sealed); err != nil || got != "SECRET" {
		t.Fatal(err)
	}
	if _, err := o.open("ivanov", sealed); casework.CodeOf(err) != casework.Corrupted {
		t.Errorf("got %v", err)
	}
}

func TestDisablingAndResettingEndWhatIsUnderWay(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	e, _ := o.try(t, "petrova", password, "x")
	s, _ := o.Get(t.Context(), "petrova")
	s.Disabled = true
	if _, err := o.Save(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Actor(t.Context(), "petrova", e.Epoch); casework.CodeOf(err) != casework.Unauthenticated {
		t.Errorf("a disabled account acts: %v", err)
	}
	s.Disabled = false
	saved, err := o.Save(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Actor(t.Context(), "petrova", e.Epoch); casework.CodeOf(err) != casework.Unauthenticated {
		t.Errorf("enabling revived an old session: %v", err)
	}
	_, secret, _ := o.enrol(t, "petrova")
	if err := o.ResetTOTP(t.Context(), "petrova"); err != nil {
		t.Fatal(err)
	}
	after, _ := o.Get(t.Context(), "petrova")
	if after.Enrolled || after.Epoch <= saved.Epoch {
		t.Errorf("after the reset %+v", after)
	}
	e, _ = o.try(t, "petrova", password, "x")
	if _, err := o.Second(t.Context(), e, o.code(t, secret, 0), "x"); err == nil {
		t.Error("the old second factor still works")
	}
}

func TestTheDirectoryListsByBodyAndOffersOfficersAndHeadsAtWork(t *testing.T) {
	o := newOffice(t, nil)
	g := func(r casework.Role, b string) casework.Grant { return casework.Grant{Role: r, Body: b} }
	o.hire(t, "ivanov", g(casework.RoleOfficer, "b1"))
	o.hire(t, "petrova", g(casework.RoleHead, "b1"))
	o.hire(t, "clerk", g(casework.RoleRegistrar, "b1"))
	o.hire(t, "sidorov", g(casework.RoleOfficer, "b2"))
	o.hire(t, "everywhere", g(casework.RoleOfficer, casework.Everywhere))
	if _, err := o.Save(t.Context(), Staff{Login: "gone", Name: "Н", Disabled: true, Grants: []casework.Grant{g(casework.RoleOfficer, "b1")}}); err != nil {
		t.Fatal(err)
	}
	list, err := o.List(t.Context(), "b1")
	if got := logins(list); err != nil || got != "clerk everywhere gone ivanov petrova" {
		t.Errorf("list %s, %v", got, err)
	}
	officers, err := o.Officers(t.Context(), "b1")
	if err != nil || len(officers) != 3 || officers[0].ID != "staff:everywhere" || officers[1].ID != "staff:ivanov" || officers[2].ID != "staff:petrova" {
		t.Errorf("officers %+v, %v", officers, err)
	}
	if all, _ := o.List(t.Context(), ""); len(all) != 6 {
		t.Errorf("all: %s", logins(all))
	}
}

func logins(list []Staff) string {
	var out []string
	for _, s := range list {
		out = append(out, s.Login)
	}
	return strings.Join(out, " ")
}

func TestAnAccountThatCannotBeRightIsRefusedFieldByField(t *testing.T) {
	o := newOffice(t, nil)
	for field, s := range map[string]Staff{
		"login":  {Login: "Петрова", Name: "П"},
		"name":   {Login: "petrova", Name: " \t"},
		"grants": {Login: "petrova", Name: "П", Grants: []casework.Grant{{Role: casework.RoleSystem, Body: casework.Everywhere}}},
	} {
		_, err := o.Save(t.Context(), s)
		var own *casework.Error
		if !errors.As(err, &own) || own.Code != casework.Invalid || len(own.Fields) != 1 || own.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := o.Get(t.Context(), "petrova"); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestSavingAProfileKeepsTheSecrets(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	s, _ := o.Get(t.Context(), "petrova")
	s.Position, s.Epoch, s.Created = "главный специалист", 99, time.Time{}
	saved, err := o.Save(t.Context(), s)
	if err != nil || saved.Epoch == 99 || saved.Created.IsZero() {
		t.Errorf("%+v, %v", saved, err)
	}
	if _, err := o.try(t, "petrova", password, "x"); err != nil {
		t.Error(err)
	}
}
