package templates

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"github.com/BurntSushi/toml"
)

func TestBothLanguagesHaveTheSameTexts(t *testing.T) {
	set := load(t)
	for _, pair := range [][2]string{{"ru", "en"}, {"en", "ru"}} {
		for _, key := range set.Keys(pair[0]) {
			if !set.Has(pair[1], key) {
				t.Errorf("%s (%s) has no text in %s", key, set.texts.keys[pair[0]][key], pair[1])
			}
		}
	}
}

func TestRussianPluralsAreWhole(t *testing.T) {
	err := walk(files, "locales", ".toml", func(file, body string) error {
		var tree map[string]any
		if err := toml.Unmarshal([]byte(body), &tree); err != nil {
			return err
		}
		forms := []string{"one", "other"}
		if strings.HasSuffix(file, ".ru.toml") {
			forms = []string{"one", "few", "many", "other"}
		}
		checkPlurals(t, file, "", tree, forms)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkPlurals(t *testing.T, file, prefix string, tree map[string]any, forms []string) {
	_, plural := tree["one"].(string)
	for _, form := range forms {
		if _, ok := tree[form].(string); plural && !ok {
			t.Errorf("%s: %s has no form %q", file, prefix, form)
		}
	}
	for key, value := range tree {
		if branch, ok := value.(map[string]any); ok {
			checkPlurals(t, file, prefix+"."+key, branch, forms)
		}
	}
}

// templateKeys collects the literal ids of t and tn in all templates.
func templateKeys(set *Set) map[string]string {
	found := map[string]string{}
	note := func(name string) func(parse.Node) {
		return func(node parse.Node) {
			pipe, ok := node.(*parse.PipeNode)
			if !ok {
				return
			}
			for _, command := range pipe.Cmds {
				words := command.Args
				if f, ok := words[0].(*parse.IdentifierNode); ok && len(words) > 1 && (f.Ident == "t" || f.Ident == "tn") {
					if text, ok := words[1].(*parse.StringNode); ok {
						found[text.Text] = name
					}
				}
			}
		}
	}
	for _, tmpl := range set.html.Templates() {
		if tmpl.Tree != nil {
			visit(tmpl.Tree.Root, note(tmpl.Name()))
		}
	}
	for _, tmpl := range set.text.Templates() {
		if tmpl.Tree != nil {
			visit(tmpl.Tree.Root, note(tmpl.Name()))
		}
	}
	return found
}

func TestEveryTextUsedInATemplateExists(t *testing.T) {
	set := load(t)
	used := templateKeys(set)
	if len(used) < 20 {
		t.Fatalf("only %d ids were found: the search is broken", len(used))
	}
	for key, name := range used {
		if !set.Has("ru", key) {
			t.Errorf("template %s uses text %q, which does not exist", name, key)
		}
	}
}

// goStrings collects string literals of the product's own Go code, and apart
// from them those that must be ids: arguments of T, Fail, Render and Key fields.
func goStrings(t *testing.T) (all, ids map[string]string) {
	all, ids = map[string]string{}, map[string]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Logf("%s is not read: %v", path, err)
			return nil
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
					all[text] = path
				}
			case *ast.CallExpr:
				if importsTemplates(file) {
					noteIDs(n, path, ids)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, ids
}

func importsTemplates(file *ast.File) bool {
	for _, spec := range file.Imports {
		if strings.HasPrefix(spec.Path.Value, `"priemnaya/templates`) {
			return true
		}
	}
	return false
}

func noteIDs(call *ast.CallExpr, path string, ids map[string]string) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	place, known := map[string]int{"T": 1, "Fail": 1}[ifSelector(method, ok)]
	if !known || len(call.Args) <= place {
		return
	}
	if literal, ok := call.Args[place].(*ast.BasicLit); ok && literal.Kind == token.STRING {
		if text, err := strconv.Unquote(literal.Value); err == nil && idShape.MatchString(text) {
			ids[text] = path
		}
	}
}

// ifSelector returns the method's name; functions of casework that share a name
// with ours are not ours.
func ifSelector(s *ast.SelectorExpr, ok bool) string {
	if !ok {
		return ""
	}
	if owner, isName := s.X.(*ast.Ident); isName && owner.Name == "casework" {
		return ""
	}
	return s.Sel.Name
}

var idShape = regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-zA-Z0-9_-]+)+$`)

func dynamicPrefixes(t *testing.T) []string {
	body, err := files.ReadFile("locales/dynamic.txt")
	if err != nil {
		t.Fatal(err)
	}
	var prefixes []string
	for line := range strings.Lines(string(body)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			prefixes = append(prefixes, line)
		}
	}
	return prefixes
}

func TestEveryTextIsUsedAndEveryIDInGoExists(t *testing.T) {
	if _, err := os.Stat("../go.mod"); err != nil {
		t.Skip("the package stands alone: the code that uses its texts is not here")
	}
	set := load(t)
	used, prefixes := templateKeys(set), dynamicPrefixes(t)
	all, ids := goStrings(t)
	for key, path := range ids {
		if !set.Has("ru", key) {
			t.Errorf("%s uses text %q, which does not exist", path, key)
		}
	}
	for _, literals := range templateLiterals(set) {
		all[literals] = "templates"
	}
nextKey:
	for _, key := range set.Keys("ru") {
		if used[key] != "" || all[key] != "" {
			continue
		}
		for _, prefix := range prefixes {
			if strings.HasPrefix(key, prefix) {
				continue nextKey
			}
		}
		t.Errorf("text %q of %s is used nowhere", key, set.texts.keys["ru"][key])
	}
}

// templateLiterals are all string literals of templates: an id may be handed to
// a component before it is translated.
func templateLiterals(set *Set) []string {
	var literals []string
	for _, tmpl := range set.html.Templates() {
		if tmpl.Tree != nil {
			visit(tmpl.Tree.Root, func(node parse.Node) {
				if text, ok := node.(*parse.StringNode); ok {
					literals = append(literals, text.Text)
				}
			})
		}
	}
	return literals
}

var inline = regexp.MustCompile(`(?i)<style|\sstyle\s*=|\son[a-z]+\s*=|<script(?:[^>]*)>[^<]|javascript:|\ssrc\s*=\s*"?https?:|\{\{/\*.*TODO`)

func TestNoPageHasInlineStylesOrScripts(t *testing.T) {
	err := walk(files, "html", ".html", func(file, body string) error {
		if strings.HasSuffix(file, "layout/mail.html") {
			return nil // mail programs know no stylesheets of ours
		}
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s has %q, which the security policy blocks", file, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`<p style="x">`, `<a onclick="x">`, `<script>x</script>`, `<style>`} {
		if !inline.MatchString(bad) {
			t.Errorf("the search would not find %s", bad)
		}
	}
}
