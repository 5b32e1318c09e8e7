package registry

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"priemnaya/casework"
)

func TestTheDemonstrationRegistryReads(t *testing.T) {
	f, err := os.Open("../../cmd/priemnaya/demo/registry.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e, err := Read("registry.yaml", f)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Bodies) < 15 || len(e.Territories) != 4 {
		t.Errorf("%d bodies, %d territories", len(e.Bodies), len(e.Territories))
	}
}

func TestACSVRegistryMakesPairsOfTopicsAndTerritories(t *testing.T) {
	csv := "\ufeffid,name,level,parent,topics,territories\n" +
		"city,Администрация,municipal,,,99701\nroads,Комитет дорог,municipal,city,0003.0009.0099;0003.0009.0097,99701;99702\n"
	e, err := Read("bodies.csv", strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Bodies) != 2 || len(e.Bodies[1].Competences) != 4 || e.Bodies[1].Short != "Комитет дорог" {
		t.Errorf("%+v", e.Bodies)
	}
}

func TestMistakesInARegistryAreRefused(t *testing.T) {
	for name, x := range map[string]struct{ file, text, want string }{
		"unknown key":      {"r.yaml", "bodies:\n  - id: a\n    nmae: А\n", "nmae"},
		"not YAML":         {"r.yaml", "bodies: [", ""},
		"duplicate":        {"r.csv", "id,name\na,А\na,Б\n", "registry.duplicate"},
		"unknown parent":   {"r.csv", "id,name,parent\na,А,b\n", "registry.parent"},
		"circle":           {"r.csv", "id,name,parent\na,А,b\nb,Б,a\n", "registry.circle"},
		"unknown zone":     {"r.csv", "id,name,time_zone\na,А,Europe/Zarechye\n", "registry.timezone"},
		"no name column":   {"r.csv", "id\na\n", `"name"`},
		"other kind":       {"r.txt", "", ".yaml"},
		"no date since":    {"r.yaml", "territories:\n  - {code: '99', name: область, since: вчера, until: 2026-12-31}\n", "2026-12-31"},
		"no date until":    {"r.yaml", "territories:\n  - {code: '99', name: область, until: завтра}\n", "2026-12-31"},
		"nothing at all":   {"r.csv", "", "columns"},
		"a row too short":  {"r.csv", "id,name\na\n", "fields"},
		"everywhere as id": {"r.csv", "id,name\n*,А\n", "registry.id"},
	} {
		_, err := Read(x.file, strings.NewReader(x.text))
		if casework.CodeOf(err) != casework.Invalid || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFileThatEndsEarlyIsRefused(t *testing.T) {
	if _, err := Read("r.csv", iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("id,name\na,А\n")))); casework.CodeOf(err) != casework.Invalid || !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("%v", err)
	}
}

func TestAShortNameIsKeptAndNoCompetenceIsMadeOfNothing(t *testing.T) {
	e, err := Read("r.csv", strings.NewReader("id,name,short,topics,territories\na,Администрация,Город,,\nb,Комитет,,,99\n"))
	if err != nil || e.Bodies[0].Short != "Город" || len(e.Bodies[0].Competences) != 0 || len(e.Bodies[1].Competences) != 1 {
		t.Errorf("%+v, %v", e.Bodies, err)
	}
}
