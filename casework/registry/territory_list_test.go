package registry

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"priemnaya/casework"
)

func day(s string) casework.Date {
	d, err := casework.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestCodesOfTerritoriesAreReadAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]string{"99": "99", "99701": "99701", "01 601 000": "01601", "01601000000": "01601", "01 601 405": "01601405",
		" 01601405116 ": "01601405116", "": "", "997": "", "9970": "", "99-701": "", "9970a": "", "016014051": "", "00000": "00"} {
		got, ok := TerritoryCode(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestAListOfTerritoriesIsChangedKeptAndReturnedFrom(t *testing.T) {
	s := newShop(t)
	list := []casework.Territory{{Code: "99701", Name: "город"}, {Code: "99", Name: "область"}}
	c, err := s.ProposeTerritories(t.Context(), anna, TerritoryEdit{List: list, Seen: DigestOfTerritories(nil), Why: "закон № 5"})
	if err != nil || c.Subject != Territories || c.Routes {
		t.Fatalf("%+v %v", c, err)
	}
	_, reg, err := s.Decide(t.Context(), anna, c.ID, true, s.count)
	if err != nil || reg.TerritoryName("99701") != "город" || len(reg.Bodies()) != 2 {
		t.Fatal(reg, err)
	}
	if _, err := s.ProposeTerritories(t.Context(), ivan, TerritoryEdit{List: list, Seen: DigestOfTerritories(nil)}); messageOf(err) != "registry.changed" {
		t.Errorf("over a list that nobody has seen: %v", err)
	}
	if _, err := s.ProposeTerritories(t.Context(), ivan, TerritoryEdit{List: list, Seen: DigestOfTerritories(list)}); messageOf(err) != "registry.same" {
		t.Errorf("without a change: %v", err)
	}
	other := MergeTerritories(list, []casework.Territory{{Code: "99701", Name: "городской округ", Until: day("2026-12-31")}, {Code: "99610", Name: "район"}})
	c, err = s.ProposeTerritories(t.Context(), ivan, TerritoryEdit{List: other, Seen: DigestOfTerritories(list), Why: "объединение"})
	if err != nil {
		t.Fatal(err)
	}
	// Somebody publishes a change of a body meanwhile: the change is made anew.
	body := s.propose(t, anna, s.edit(t, "roads", phone("1")))
	if _, _, err := s.Decide(t.Context(), anna, body.ID, true, s.count); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Decide(t.Context(), ivan, c.ID, true, s.count); messageOf(err) != "registry.moved" {
		t.Errorf("over another edition: %v", err)
	}
	if c, err = s.Renew(t.Context(), ivan, c.ID); err != nil {
		t.Fatal(err)
	}
	_, reg, err = s.Decide(t.Context(), ivan, c.ID, true, s.count)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := reg.Body("roads"); b.Contacts.Phone != "1" || len(reg.Territories()) != 3 {
		t.Errorf("%+v %+v", b, reg.Territories())
	}
	for on, want := range map[string]int{"2026-12-31": 3, "2027-01-01": 2} {
		if got := reg.TerritoriesOn(day(on)); len(got) != want {
			t.Errorf("on %s: %+v", on, got)
		}
	}
	if reg.TerritoryName("99701") != "городской округ" {
		t.Error("a closed territory has lost its name")
	}
	list2, _, err := s.Changes(t.Context(), Territories, casework.Window{Limit: 10})
	if err != nil || len(list2) != 3 {
		t.Errorf("history of territories: %+v %v", list2, err)
	}
}

func TestAListWithMistakesIsRefusedEachOneNamed(t *testing.T) {
	err := CheckTerritories([]casework.Territory{{Code: "99", Name: "область"}, {Code: "99", Name: "ещё"}, {Code: "9970", Name: "x"},
		{Code: "99610"}, {Code: "99620", Name: "район", Since: day("2026-02-01"), Until: day("2026-01-01")}, {Code: "99630000", Name: "x"}})
	var e *casework.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	var got []string
	for _, f := range e.Fields {
		got = append(got, f.Field+" "+f.Key)
	}
	want := []string{"99 territory.twice", "9970 territory.code", "99610 territory.name", "99620 territory.dates", "99630000 territory.code"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestRowsOfAFileAreReadLineByLine(t *testing.T) {
	for name, file := range map[string]string{
		"comma":     "code,name,since,until\n99,Область\n99 701 000,\"город, областной\",2026-01-01,31.12.2030\n",
		"semicolon": "\ufeffКод;Название;С;По\r\n99;Область\r\n\r\n99701;город, областной;01.01.2026;31.12.2030\r\n",
		"no head":   "99;Область;;\n99701;\"город, областной\";2026-01-01;2030-12-31",
	} {
		list, mistakes := ReadTerritories([]byte(file))
		want := []casework.Territory{{Code: "99", Name: "Область"}, {Code: "99701", Name: "город, областной", Since: day("2026-01-01"), Until: day("2030-12-31")}}
		if len(mistakes) > 0 || !reflect.DeepEqual(list, want) {
			t.Errorf("%s: %+v %v", name, list, mistakes)
		}
	}
	_, mistakes := ReadTerritories([]byte("code,name\n99,Область\n99,Ещё раз\n9970,x\n99610,\n99620,район,завтра\n"))
	want := []LineMistake{{3, "territory.twice", "99"}, {4, "territory.code", "9970"}, {5, "territory.name", "99610"}, {6, "territory.dates", "99620"}}
	if !reflect.DeepEqual(mistakes, want) {
		t.Errorf("%v", mistakes)
	}
	if _, mistakes := ReadTerritories([]byte("99;\xce\xe1\xeb")); len(mistakes) != 1 || mistakes[0].Key != "territory.encoding" {
		t.Errorf("another encoding: %v", mistakes)
	}
	if _, mistakes := ReadTerritories([]byte(strings.Repeat("99,x\n", 3))); len(mistakes) != 2 {
		t.Errorf("repeated: %v", mistakes)
	}
}

func TestDatesOfTerritoriesSurviveTheirFile(t *testing.T) {
	e := Edition{Territories: []casework.Territory{{Code: "99", Name: "область"}, {Code: "99701", Name: "город", Since: day("2026-01-01"), Until: day("2030-12-31")}},
		Bodies: []casework.Body{{ID: "city", Name: "Город", Short: "Город"}}}
	text, err := Text(e)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read("r.yaml", strings.NewReader(text))
	if err != nil || !reflect.DeepEqual(e, again) {
		t.Errorf("%v\n%s\n%+v", err, text, again)
	}
	if _, err := Read("r.yaml", strings.NewReader(strings.Replace(text, "2030-12-31", "2030-13-31", 1))); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a bad date: %v", err)
	}
}
