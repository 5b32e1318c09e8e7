package casework_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const recompute = "../docs/vectors/recompute.py"

// python finds an interpreter that works, or skips.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "python"} {
		if exec.Command(name, "-c", "import sys; sys.exit(sys.version_info < (3, 7))").Run() == nil {
			return name
		}
	}
	t.Skip("no Python 3 here: docs/vectors/recompute.py is not run")
	return ""
}

func TestTheListOfDaysAloneGivesTheDateOutsideTheProgram(t *testing.T) {
	interpreter := python(t)
	script, err := os.ReadFile(recompute)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(script, []byte("\n")); n > 30 {
		t.Errorf("the script has %d lines, not 30", n)
	}
	path := filepath.Join(t.TempDir(), "explanations.jsonl")
	want := explanations(t, path, 10_000)
	out, err := exec.Command(interpreter, recompute, path).Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(string(out))
	if len(got) != len(want) {
		t.Fatalf("%d dates for %d explanations", len(got), len(want))
	}
	bad := 0
	for i := range want {
		if got[i] != want[i] {
			if bad++; bad == 1 {
				t.Errorf("explanation %d: the list gives %s, the program %s", i, got[i], want[i])
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d differ", bad, len(want))
	}
}

func TestAListThatWasTamperedWithGivesNoDate(t *testing.T) {
	interpreter := python(t)
	good := filepath.Join(t.TempDir(), "good.jsonl")
	explanations(t, good, 200)
	raw, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ name, old, new string }{
		{"a day skipped for no reason", `"why":"counted"`, `"why":"day_off"`},
		{"a day counted twice", `"counted":2,`, `"counted":1,`},
		{"a day off that counted", `"why":"start_day"`, `"why":"paused"`},
	} {
		path := filepath.Join(t.TempDir(), "bad.jsonl")
		if err := os.WriteFile(path, bytes.ReplaceAll(raw, []byte(x.old), []byte(x.new)), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(interpreter, recompute, path).Output()
		if err != nil || !strings.Contains(string(out), "wrong") {
			t.Errorf("%s: %q, %v", x.name, out[:min(len(out), 60)], err)
		}
	}
}
