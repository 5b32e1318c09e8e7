package staff

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"priemnaya/casework"
)

var (
	chief = casework.Grant{Role: casework.RoleAdministrator, Body: casework.Everywhere}
	clerk = casework.Grant{Role: casework.RoleRegistrar, Body: "roads"}
)

func anything(Staff) error { return nil }

func said(err error) string {
	var e *casework.Error
	if !errors.As(err, &e) {
		return ""
	}
	if len(e.Fields) > 0 {
		return e.Fields[0].Key
	}
	return e.Message
}

func TestAccountsAreListedByPagesAndFound(t *testing.T) {
	o := newOffice(t, nil)
	for i := range 25 {
		g := clerk
		if i%5 == 0 {
			g = casework.Grant{Role: casework.RoleHead, Body: "water"}
		}
		if _, err := o.Save(t.Context(), Staff{Login: fmt.Sprintf("user%02d", i), Name: "Петрова Анна", Position: fmt.Sprint("отдел ", i), Grants: []casework.Grant{g}}); err != nil {
			t.Fatal(err)
		}
	}
	for name, x := range map[string]struct {
		q    Search
		want int
	}{"all": {Search{}, 25}, "of a body": {Search{Body: "water"}, 5}, "by role": {Search{Role: casework.RoleRegistrar}, 20},
		"by words": {Search{Words: "ПЕТР user03"}, 1}, "by position": {Search{Words: "отдел 24"}, 1}, "nobody": {Search{Words: "сидоров"}, 0},
		"a role elsewhere": {Search{Body: "water", Role: casework.RoleRegistrar}, 0}} {
		x.q.Limit = 4
		var got []string
		for range 20 {
			list, next, err := o.Page(t.Context(), x.q)
			if err != nil || len(list) > 4 {
				t.Fatal(len(list), err)
			}
			for _, s := range list {
				got = append(got, s.Login)
			}
			if x.q.After = next; next == "" {
				break
			}
		}
		seen := map[string]bool{}
		for _, l := range got {
			seen[l] = true
		}
		if len(got) != x.want || len(seen) != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAnAccountThatHasChangedIsNotOverwritten(t *testing.T) {
	o := newOffice(t, nil)
	made, err := o.Replaced(t.Context(), "", Staff{Login: "anna", Name: "Анна", Grants: []casework.Grant{clerk}}, anything)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Replaced(t.Context(), "", Staff{Login: "anna", Name: "Другая"}, anything); said(err) != "identity.staff.login_taken" {
		t.Errorf("a login twice: %v", err)
	}
	changed := made
	changed.Position = "начальник"
	if _, err := o.Replaced(t.Context(), made.Digest(), changed, anything); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Replaced(t.Context(), made.Digest(), made, anything); said(err) != "identity.staff.changed" {
		t.Errorf("over another's change: %v", err)
	}
	refused := casework.Fail(casework.Forbidden, "x", "staff.self")
	if _, err := o.Replaced(t.Context(), changed.Digest(), made, func(Staff) error { return refused }); err != error(refused) {
		t.Errorf("without the right: %v", err)
	}
	if _, err := o.Replaced(t.Context(), "", Staff{Login: "Анна", Name: "Анна"}, anything); said(err) != "identity.staff.login_form" {
		t.Errorf("a login in Russian: %v", err)
	}
	// Signing in or a new password does not make the page of an editor stale.
	if _, err := o.GivePassword(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Replaced(t.Context(), changed.Digest(), made, anything); err != nil {
		t.Error(err)
	}
	if now, _ := o.Get(t.Context(), "anna"); !now.MustChange {
		t.Error("the duty to change the password is lost")
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	o := newOffice(t, nil)
	for _, login := range []string{"first", "second"} {
		if _, err := o.Save(t.Context(), Staff{Login: login, Name: "Иван", Grants: []casework.Grant{chief}}); err != nil {
			t.Fatal(err)
		}
	}
	// Both are removed at the same moment, one by disabling, one by his roles.
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, login := range []string{"first", "second"} {
		wg.Go(func() {
			s, err := o.Get(context.Background(), login)
			if err != nil {
				errs[i] = err
				return
			}
			seen := s.Digest()
			if i == 0 {
				s.Disabled = true
			} else {
				s.Grants = []casework.Grant{clerk}
			}
			_, errs[i] = o.Replaced(context.Background(), seen, s, anything)
		})
	}
	wg.Wait()
	kept := 0
	for _, err := range errs {
		if said(err) == "identity.staff.last_administrator" {
			kept++
		} else if err != nil {
			t.Error(err)
		}
	}
	if any, err := o.anyAdministrator(t.Context(), ""); kept != 1 || !any || err != nil {
		t.Errorf("%d were refused, administrators left: %t, %v", kept, any, err)
	}
}

func TestARefusedRemovalOfTheLastAdministratorEndsNoSession(t *testing.T) {
	o := newOffice(t, nil)
	only, err := o.Save(t.Context(), Staff{Login: "only", Name: "Иван", Grants: []casework.Grant{chief}})
	if err != nil {
		t.Fatal(err)
	}
	gone := only
	gone.Disabled = true
	if _, err := o.Replaced(t.Context(), only.Digest(), gone, anything); said(err) != "identity.staff.last_administrator" {
		t.Fatal(err)
	}
	if now, _ := o.Get(t.Context(), "only"); now.Epoch != only.Epoch {
		t.Error("his sessions have ended")
	}
}

func TestAGivenPasswordOpensOnceAndMustBeChanged(t *testing.T) {
	o := newOffice(t, nil)
	o.hire(t, "petrova")
	given, err := o.GivePassword(t.Context(), "petrova")
	if err != nil || len(strings.ReplaceAll(given, "-", "")) != 16 {
		t.Fatal(given, err)
	}
	e, err := o.try(t, "petrova", given, "1")
	if err != nil {
		t.Fatal(err)
	}
	if step, _, err := o.Next(t.Context(), e); step != StepChange || err != nil {
		t.Errorf("step %s, %v", step, err)
	}
	if _, err := o.try(t, "petrova", password, "1"); err == nil {
		t.Error("the old password opens")
	}
}
