package casework_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// guard is one precondition in the code of an act: an if that refuses.
type guard struct {
	file string
	line int
	// text is the condition; it names the guard in reports.
	text string
}

// guardedFiles are the files whose preconditions are taken away.
func guardedFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("act_*.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") || f == "act_kinds.go" })
}

// guardsOf finds the ifs of functions that return an error and whose body is
// one return of something other than an error handed on.
func guardsOf(t *testing.T, file string) []guard {
	t.Helper()
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var out []guard
	ast.Inspect(tree, func(n ast.Node) bool {
		if g, ok := n.(*ast.IfStmt); ok && refuses(g) {
			var text bytes.Buffer
			if g.Init != nil {
				printer.Fprint(&text, set, g.Init)
				text.WriteString("; ")
			}
			printer.Fprint(&text, set, g.Cond)
			out = append(out, guard{file, set.Position(g.Pos()).Line, strings.Join(strings.Fields(text.String()), " ")})
		}
		return true
	})
	return out
}

// refuses reports whether an if returns a refusal made here.
func refuses(g *ast.IfStmt) bool {
	if len(g.Body.List) == 0 {
		return false
	}
	ret, ok := g.Body.List[len(g.Body.List)-1].(*ast.ReturnStmt)
	if !ok || len(ret.Results) == 0 {
		return false
	}
	made := false
	ast.Inspect(ret.Results[len(ret.Results)-1], func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.Ident:
			made = made || slices.Contains([]string{"Fail", "badField", "Error", "no", "missing", "err"}, x.Name)
		}
		return true
	})
	return made
}

// switchable writes the file with every guard made switchable: the n-th one of
// all is never taken if the variable guardOut is n.
func switchable(t *testing.T, from, to string, guards []guard) {
	t.Helper()
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, from, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		g, ok := n.(*ast.IfStmt)
		if !ok || !refuses(g) {
			return true
		}
		i := slices.IndexFunc(guards, func(x guard) bool { return x.file == from && x.line == set.Position(g.Pos()).Line })
		on := &ast.BinaryExpr{X: ast.NewIdent("guardOut"), Op: token.NEQ, Y: ast.NewIdent(fmt.Sprint(i + 1))}
		g.Cond = &ast.BinaryExpr{X: &ast.ParenExpr{X: g.Cond}, Op: token.LAND, Y: on}
		return true
	})
	var code bytes.Buffer
	if err := printer.Fprint(&code, set, tree); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, code.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// guardsExplained are guards that no test can catch, and why.
var guardsExplained = map[string]string{
	"act_place.go err := c.heldTo(env, TermForward); err != nil":                           handsOn,
	"act_end.go err := c.openTerm(env, g.Term, c.startOf(env, g.Term), false); err != nil": handsOn,
	"act_parties.go err := c.heldTo(env, TermCopies); err != nil":                          handsOn,
	"act_parties.go err := c.replaceTerm(env, t); err != nil":                              handsOn,
	"act_request.go err := c.openTerm(env, TermInfo, r.AskedOn, false); err != nil":        "the pause that follows needs the same year and fails too",
	"act_system.go err := c.replaceTerm(env, m.term); err != nil":                          "Moves has reckoned the same term without error just before",
}

// guardTime is how long all of them may take together: what is left then was
// not tried, and the test fails.
const guardTime = 7 * time.Minute

const handsOn = "hands on a missing year, which the registration of the same case has needed before"

// TestEveryPreconditionInCodeIsCaughtByATest takes one refusal at a time out
// of the acts and runs the tests of acts against what is left. All refusals
// are made switchable in an overlay and compiled once.
func TestEveryPreconditionInCodeIsCaughtByATest(t *testing.T) {
	if os.Getenv("PRIEMNAYA_TEST_ALL") != "1" {
		t.Skip("set PRIEMNAYA_TEST_ALL=1 to take every precondition out in turn")
	}
	var guards []guard
	files := guardedFiles(t)
	for _, file := range files {
		guards = append(guards, guardsOf(t, file)...)
	}
	if len(guards) < 60 {
		t.Errorf("only %d preconditions found", len(guards))
	}
	binary := buildSwitchable(t, files, guards)
	if out, err := runWithout(t, binary, 0); err != nil {
		t.Fatalf("the tests fail with all preconditions in place: %s", out)
	}
	var tried atomic.Int32
	var group sync.WaitGroup
	turns := make(chan int)
	for range 2 {
		group.Go(func() {
			for i := range turns {
				tried.Add(1)
				name := guards[i].file + " " + guards[i].text
				if _, err := runWithout(t, binary, i+1); err == nil && guardsExplained[name] == "" {
					t.Errorf("%s:%d: nobody misses %q", guards[i].file, guards[i].line, guards[i].text)
				}
			}
		})
	}
	ends := time.After(guardTime)
hand:
	for i := range guards {
		select {
		case turns <- i:
		case <-ends:
			break hand
		}
	}
	close(turns)
	group.Wait()
	t.Logf("%d of %d preconditions taken out", tried.Load(), len(guards))
	if int(tried.Load()) < len(guards) {
		t.Errorf("%s were not enough for the last %d of them", guardTime, len(guards)-int(tried.Load()))
	}
}

// buildSwitchable compiles the tests over switchable files.
func buildSwitchable(t *testing.T, files []string, guards []guard) string {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out.go")
	code := "package casework\n\nimport (\n\"os\"\n\"strconv\"\n)\n\nvar guardOut, _ = strconv.Atoi(os.Getenv(\"PRIEMNAYA_GUARD\"))\n"
	if err := os.WriteFile(out, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{filepath.Join(here, "guard_out.go"): out}
	for _, file := range files {
		replace[filepath.Join(here, file)] = filepath.Join(dir, file)
		switchable(t, file, filepath.Join(dir, file), guards)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "acts.test")
	build := exec.Command("go", "test", "-c", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, ".")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return binary
}

// runWithout runs the tests of acts without the n-th precondition.
func runWithout(t *testing.T, binary string, n int) ([]byte, error) {
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	run := exec.CommandContext(ctx, binary, "-test.failfast", "-test.run", guardTests)
	run.Env = append(os.Environ(), fmt.Sprint("PRIEMNAYA_GUARD=", n), "PRIEMNAYA_TEST_ALL=")
	return run.CombinedOutput()
}

// guardTests are the quick tests that see refusals, by the beginnings of
// their names.
const guardTests = "^Test(EachAct|AFiling|AStale|ASignature|WhoIs|AnAppeal|AComplaint|AUnit|Forwarding|Copies|Migration|Several" +
	"|AClarification|AnExtension|EachQuestion|Correspondence|AGround|ALetter|Links|TheTen|ADecision|Signs|OneEarlier|Documents" +
	"|ALate|ACoSigner|ASuspension|AQuestion|Decisions|Refusal|ThePlatform|EveryActOf|EveryRefusal" +
	// Marks, second looks, visas, redacted copies, sealed names and deputies.
	"|OnlyAnAnswer|AnUnsolved|TheWindow|OneAnswer|ASecondLook|WithoutAnAnswer|ADraftIs|AChangedDraft|Remarks|NobodyIs|ACopyIs|AShield|ADeputy)"
