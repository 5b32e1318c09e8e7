package portal

import (
	"strings"
	"testing"

	"priemnaya/casework"
)

// xorSealer stands for encryption: what it has sealed is not to be found.
type xorSealer struct{}

func (xorSealer) SealPerson(plain, _ []byte) ([]byte, error) {
	out := append([]byte(nil), plain...)
	for i := range out {
		out[i] ^= 0x5a
	}
	return out, nil
}

func (s xorSealer) OpenPerson(sealed, with []byte) ([]byte, error) { return s.SealPerson(sealed, with) }

// allowShields gives one body the procedure.
func (h *house) allowShields(body string) {
	h.t.Helper()
	list := h.office.Registry().Bodies()
	for i := range list {
		if list[i].ID == body {
			list[i].Settings.Shield = &casework.ShieldProcedure{Norm: "Приказ № 5", Ask: []casework.Role{casework.RoleOfficer},
				Allow: []casework.Role{casework.RoleHead}, Hours: 24, TellDays: 3}
		}
	}
	reg, err := casework.NewRegistry("r2", list, h.office.Registry().Territories())
	must(h.t, err)
	h.office.SetRegistry(reg)
}

func TestANameCanBeSealedWhereTheBodyAllowsItAndOpenedByItsOwner(t *testing.T) {
	h := openHouse(t)
	body := bodies[0].ID
	other := bodies[1].ID
	h.allowShields(body)
	r := h.reader("anna", "ru")
	id := r.begin()
	text := "Во дворе второй месяц не горит фонарь, прошу починить."
	r.fill(id, text, other)
	if strings.Contains(r.get("/file/"+id+"/contact").Body, "shield") {
		t.Error("the choice is offered where the body has set no procedure")
	}
	r.fill(id, text, body)
	if page := r.get("/file/" + id + "/contact").Body; !strings.Contains(page, "Закрыть моё имя") || !strings.Contains(page, "Чего это не даёт") {
		t.Error("the choice is not offered with its limits")
	}
	if a := r.post("/file/"+id+"/contact", "email", "anna@example.ru", "post", "", "phone", "", "shield_asked", "yes", "shield", "yes"); a.Status != 303 {
		t.Fatalf("contacts: %d\n%s", a.Status, a.Body)
	}
	if !strings.Contains(r.get("/file/"+id+"/check").Body, "сотрудники не увидят") {
		t.Error("the check page does not say that the name is closed")
	}
	// Another addressee: the choice is refused with a way to mend it, not dropped.
	r.post("/file/"+id+"/to", "addressee", other)
	if page := r.get("/file/" + id + "/check").Body; !strings.Contains(page, "не установил порядка") {
		t.Error("a choice that cannot be kept is not told")
	}
	r.post("/file/"+id+"/to", "addressee", body)
	a := r.post("/file/"+id+"/submit", "dates", r.shown(id))
	if a.Status != 303 {
		t.Fatalf("submit: %d\n%s", a.Status, a.Body)
	}
	filed := strings.TrimPrefix(a.Location, "/file/done/")
	c, err := h.store.Get(t.Context(), filed)
	must(t, err)
	if !c.Shielded() || strings.Contains(c.Applicant().Name.Full(), anna.Name.Surname) || c.Applicant().Contact.Email != "" {
		t.Fatalf("stored open: %+v", c.Applicant())
	}
	page := r.get("/case/" + filed).Body
	if !strings.Contains(page, "Ваше имя закрыто") || !strings.Contains(page, "/open-name") {
		t.Error("the page of the case does not tell")
	}
	if a := r.post("/case/" + filed + "/open-name"); a.Status != 303 {
		t.Errorf("opening one's own name: %d", a.Status)
	}
	c, err = h.store.Get(t.Context(), filed)
	must(t, err)
	if c.Applicant().Name != anna.Name {
		t.Errorf("the name is %q", c.Applicant().Name.Full())
	}
	if a := h.reader("boris", "ru").post("/case/" + filed + "/open-name"); a.Status != 404 {
		t.Errorf("somebody else opens it: %d", a.Status)
	}
}
