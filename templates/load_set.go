package templates

import (
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"
	texttemplate "text/template"
	"time"
)

// Languages lists the supported languages, the default one first.
var Languages = []string{"ru", "en"}

// Options says how a Set is built. The zero value is what the product runs with.
type Options struct {
	// Overlay adds files of the same tree (html/pages/…, locales/…) over the
	// embedded ones; a file of the same path replaces the embedded one.
	Overlay fs.FS
	// Zone is where dates are shown when a page names no zone; nil is Moscow.
	Zone *time.Location
	// PortalNav and DeskNav are the links of the two headers; nil is the default.
	PortalNav, DeskNav []NavItem
	// Links are the addresses that layouts point to; empty fields take the default.
	Links Links
}

// Set holds all parsed templates, texts of both languages and static files.
// It is safe for use by many goroutines.
type Set struct {
	*source
	zone      *time.Location
	links     Links
	portalNav []NavItem
	deskNav   []NavItem

	free chan *executor
	mu   sync.Mutex
	made int
}

// source is what a tree of files says, whatever the options. Nothing changes it
// once it is read, so the sets of one process share that of the embedded tree.
type source struct {
	texts  *catalogue
	assets map[string]*Asset
	hashed map[string]*Asset

	html *htmltemplate.Template
	text *texttemplate.Template
}

var embedded = sync.OnceValues(func() (*source, error) { return readSource(files) })

// readSource parses a tree and checks it as a whole.
func readSource(tree fs.FS) (*source, error) {
	s := &source{}
	for _, step := range []func(fs.FS) error{s.loadTexts, s.loadAssets, s.parseHTML, s.parseText} {
		if err := step(tree); err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
	}
	if err := checkArguments(s.html); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	if err := s.escapeAll(); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return s, nil
}

// Load parses everything and fails on the first broken template, text or
// misspelt component argument, so a mistake is seen at start and not by a citizen.
func Load(options Options) (*Set, error) {
	read := embedded
	if options.Overlay != nil {
		read = func() (*source, error) { return readSource(overlay{over: options.Overlay, base: files}) }
	}
	from, err := read()
	if err != nil {
		return nil, err
	}
	set := &Set{
		source:    from,
		zone:      options.Zone,
		links:     options.Links.withDefaults(),
		portalNav: options.PortalNav,
		deskNav:   options.DeskNav,
		free:      make(chan *executor, max(4, runtime.GOMAXPROCS(0))),
	}
	if set.zone == nil {
		set.zone = moscow()
	}
	if set.portalNav == nil {
		set.portalNav = set.links.portalNav()
	}
	if set.deskNav == nil {
		set.deskNav = set.links.deskNav()
	}
	return set, nil
}

func moscow() *time.Location {
	if zone, err := time.LoadLocation("Europe/Moscow"); err == nil {
		return zone
	}
	return time.FixedZone("MSK", 3*60*60)
}

// parseHTML puts layouts ("layout/portal"), pages ("portal/home"), mails
// ("mail/registered") and components (by their own define names) into one set.
func (s *source) parseHTML(tree fs.FS) error {
	root := htmltemplate.New("").Funcs(htmltemplate.FuncMap(new(executor).functions()))
	defined := map[string]string{}
	for _, dir := range []string{"html", "mail", "letters"} {
		err := walk(tree, dir, ".html", func(file, body string) error {
			if err := claimNames(defined, file, body); err != nil {
				return err
			}
			_, err := root.New(htmlName(file)).Parse(body)
			return err
		})
		if err != nil {
			return err
		}
	}
	s.html = root
	return nil
}

func (s *source) parseText(tree fs.FS) error {
	root := texttemplate.New("").Funcs(new(executor).functions())
	defined := map[string]string{}
	for _, dir := range []string{"mail", "letters", "bot"} {
		err := walk(tree, dir, ".txt", func(file, body string) error {
			name := strings.TrimSuffix(file, ".txt")
			// Each mail defines its own subject; the names must not collide in one set.
			body = strings.ReplaceAll(body, `{{define "subject"}}`, `{{define "`+name+`#subject"}}`)
			if err := claimNames(defined, file, body); err != nil {
				return err
			}
			_, err := root.New(name).Parse(body)
			return err
		})
		if err != nil {
			return err
		}
	}
	s.text = root
	return nil
}

// htmlName turns a path into the name by which a template is called.
func htmlName(file string) string {
	name := strings.TrimSuffix(file, ".html")
	name = strings.TrimPrefix(name, "html/")
	return strings.TrimPrefix(name, "pages/")
}

// claimNames refuses a second {{define}} of one name: html/template would
// silently let the last one win.
func claimNames(defined map[string]string, file, body string) error {
	for rest := body; ; {
		_, after, found := strings.Cut(rest, `{{define "`)
		if !found {
			return nil
		}
		name, tail, _ := strings.Cut(after, `"`)
		if first, taken := defined[name]; taken {
			return fmt.Errorf("%s: template %q is already defined in %s", file, name, first)
		}
		defined[name] = file
		rest = tail
	}
}

// escapeAll runs the contextual escaper over every template, which is when
// html/template reports an unclosed attribute or an ambiguous context.
func (s *source) escapeAll() error {
	copied, err := s.html.Clone()
	if err != nil {
		return err
	}
	// The escaper goes over all that it has seen each time it is begun, so one
	// template that calls the others takes a small part of the time of many.
	var all strings.Builder
	for _, t := range copied.Templates() {
		if t.Name() != "" && t.Tree != nil {
			fmt.Fprintf(&all, "{{if .}}{{template %q .}}{{end}}", t.Name())
		}
	}
	every, err := copied.New("every template").Parse(all.String())
	if err != nil {
		return err
	}
	if err = every.Execute(io.Discard, nil); err == nil {
		return nil
	}
	return s.escapeEach()
}

// escapeEach escapes one template after the other and names the broken one.
func (s *source) escapeEach() error {
	copied, err := s.html.Clone()
	if err != nil {
		return err
	}
	for _, t := range copied.Templates() {
		// Without data most templates stop half-way; only escaping errors matter here.
		err := copied.ExecuteTemplate(io.Discard, t.Name(), nil)
		var broken *htmltemplate.Error
		if errors.As(err, &broken) {
			return fmt.Errorf("template %s: %w", t.Name(), err)
		}
	}
	return nil
}

// Pages lists the names of all pages ("portal/home"), for tests and checks.
func (s *Set) Pages() []string {
	var names []string
	for _, t := range s.html.Templates() {
		area, _, isPage := strings.Cut(t.Name(), "/")
		if isPage && area != "layout" && area != "components" && area != "mail" && area != "letters" {
			names = append(names, t.Name())
		}
	}
	return names
}

func walk(tree fs.FS, dir, suffix string, visit func(file, body string) error) error {
	return fs.WalkDir(tree, dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || path.Ext(file) != suffix {
			return nil
		}
		body, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		if err := visit(file, string(body)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		return nil
	})
}
