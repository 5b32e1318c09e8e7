package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rule says what the packages of a folder may import of ours. The first rule
// whose folder is the beginning of the package's path holds.
type rule struct {
	folder string
	may    []string
}

// The arrows of docs/architecture.md. A folder may always import itself and
// what lies below it.
var rules = []rule{
	{"casework/words", nil},
	{"casework/formal", []string{"casework/words"}},
	{"casework/suggest", []string{"casework/words"}},
	{"casework/sqlitestore", []string{"casework", "casework/words"}},
	{"casework/mongostore", []string{"casework", "casework/words"}},
	{"casework/storetest", []string{"casework"}},
	{"casework/regulation", []string{"casework"}},
	{"casework/registry", []string{"casework"}},
	{"casework/classifier", nil},
	{"casework/desk", []string{"casework", "templates", "templates/web"}},
	{"casework/report", []string{"casework", "templates"}},
	{"casework", nil},
	{"intake/portal", []string{"casework", "templates", "templates/web", "intake/"}},
	// The kit for integrators signs as our webhooks do, and as sites do.
	{"intake/sites/verify", []string{"notifications/signature", "intake/sites/sign"}},
	{"intake/protected", []string{"templates", "templates/web"}},
	{"intake/", []string{"casework", "templates", "templates/web"}},
	// Test support: an office around the bots and the scenarios they all pass.
	{"bots/bottest", []string{"bots", "casework", "casework/regulation", "casework/storetest", "templates"}},
	{"bots", []string{"casework", "templates"}},
	// Test support: a mail server and a store for the tests of letters and jobs.
	{"notifications/outboxtest", []string{"casework", "casework/regulation"}},
	{"notifications", []string{"casework", "templates", "templates/web"}},
	{"jobs", []string{"casework", "notifications"}},
	{"templates", nil},
	{"cmd/", []string{""}},
}

// owners lists who alone may import a dependency. A dependency with no owner
// here is free to all, as the standard library is.
var owners = map[string][]string{
	"modernc.org/sqlite":                              {"casework/sqlitestore", "intake/protected/store"},
	"go.mongodb.org/mongo-driver":                     {"casework/mongostore"},
	"github.com/kljensen/snowball":                    {"casework/words"},
	"github.com/goccy/go-yaml":                        {"casework/regulation", "casework/registry"},
	"github.com/gofiber/fiber":                        {"templates/web", "casework/desk", "intake/portal", "intake/identity", "intake/sites", "intake/counter", "notifications/email", "cmd/"},
	"github.com/coreos/go-oidc":                       {"intake/identity"},
	"github.com/pquerna/otp":                          {"intake/identity", "intake/protected/officer"},
	"github.com/smallstep/pkcs7":                      {"intake/identity"},
	"github.com/xuri/excelize/v2":                     {"casework/report"},
	"github.com/signintech/gopdf":                     {"casework/report"},
	"gocloud.dev":                                     {"intake/files"},
	"github.com/gabriel-vasile/mimetype":              {"intake/files"},
	"filippo.io/age":                                  {"intake/protected"},
	"github.com/cloudflare/circl":                     {"intake/protected"},
	"golang.org/x/mod":                                {"intake/protected"},
	"github.com/go-telegram-bot-api/telegram-bot-api": {"bots"},
	"github.com/wneessen/go-mail":                     {"notifications/email"},
	"github.com/emersion/go-smtp":                     {"notifications/email", "notifications/outboxtest"},
	"github.com/hibiken/asynq":                        {"jobs"},
	"github.com/alicebob/miniredis":                   {"jobs"},
	"html/template":                                   {"templates"},
	"github.com/nicksnyder/go-i18n":                   {"templates"},
	"github.com/microcosm-cc/bluemonday":              {"templates"},
	"github.com/spf13/cobra":                          {"cmd/"},
}

const module = "priemnaya"

// imports maps each package folder to what its non-test files import.
func imports(t *testing.T, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && file != root || d.Name() == "testdata" || nested(file, root)) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(rel)
		for _, spec := range f.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[folder] = append(found[folder], p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// nested reports a folder that is a Go module of its own.
func nested(dir, root string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil && dir != root
}

// breaches lists what the rules forbid.
func breaches(found map[string][]string) []string {
	var out []string
	for folder, list := range found {
		for _, p := range list {
			if ours, ok := strings.CutPrefix(p, module+"/"); ok {
				if !allowed(folder, ours) {
					out = append(out, fmt.Sprintf("%s must not import %s", folder, ours))
				}
				continue
			}
			for lib, who := range owners {
				if (p == lib || strings.HasPrefix(p, lib+"/")) && !slices.ContainsFunc(who, func(w string) bool { return within(folder, w) }) {
					out = append(out, fmt.Sprintf("%s must not import %s; %s owns it", folder, p, strings.Join(who, ", ")))
				}
			}
			if folder == "casework" && strings.Contains(strings.Split(p, "/")[0], ".") {
				out = append(out, "casework must not import "+p+": standard library only")
			}
		}
	}
	slices.Sort(out)
	return out
}

func within(folder, owner string) bool {
	return folder == strings.TrimSuffix(owner, "/") || strings.HasPrefix(folder, strings.TrimSuffix(owner, "/")+"/")
}

func allowed(folder, target string) bool {
	for _, r := range rules {
		if !within(folder, r.folder) {
			continue
		}
		// The root of the domain does not reach down to what is built on it.
		if r.folder == "casework" {
			return false
		}
		if within(target, r.folder) && strings.TrimSuffix(r.folder, "/") != "intake" {
			return true
		}
		if r.folder == "intake/" {
			own := strings.Join(strings.Split(folder, "/")[:2], "/")
			if within(target, own) {
				return true
			}
		}
		return slices.ContainsFunc(r.may, func(m string) bool {
			return m == "" || target == m || strings.HasSuffix(m, "/") && strings.HasPrefix(target, m)
		})
	}
	return false
}

func TestImportRulesHold(t *testing.T) {
	root := filepath.Join("..", "..")
	found := imports(t, root)
	if len(found) < 10 {
		t.Fatalf("only %d packages were found: the test looks in the wrong place", len(found))
	}
	for _, b := range breaches(found) {
		t.Error(b)
	}
}

func TestImportRulesCatchPlantedBreaches(t *testing.T) {
	for _, x := range []struct{ folder, imports string }{
		{"casework", "priemnaya/templates"},
		{"casework", "priemnaya/casework/words"},
		{"casework", "github.com/google/uuid"},
		{"casework/sqlitestore", "priemnaya/casework/mongostore"},
		{"casework/desk", "priemnaya/intake/files"},
		{"casework/desk", "modernc.org/sqlite"},
		{"intake/files", "priemnaya/intake/identity"},
		{"intake/protected", "priemnaya/casework"},
		{"notifications", "priemnaya/jobs"},
		{"templates", "priemnaya/casework"},
		{"jobs", "github.com/gofiber/fiber/v2"},
		{"elsewhere", "priemnaya/casework"},
	} {
		if len(breaches(map[string][]string{x.folder: {x.imports}})) == 0 {
			t.Errorf("%s importing %s was not noticed", x.folder, x.imports)
		}
	}
}

func TestTopLevelHoldsNothingElse(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{".ci", ".git", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "README.ru.md",
		"bots", "casework", "cmd", "docs", "go.mod", "go.sum", "intake", "jobs", "notifications", "templates"}
	// Made by the commands of the Makefile and not part of the repository.
	made := []string{"bin", "data"}
	for _, e := range entries {
		if !slices.Contains(want, e.Name()) && !slices.Contains(made, e.Name()) {
			t.Errorf("%s does not belong at the top level", path.Clean(e.Name()))
		}
	}
}
