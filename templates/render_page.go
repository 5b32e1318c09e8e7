package templates

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"io"
	texttemplate "text/template"
)

// executor is one private copy of all templates whose functions read the page
// being rendered. That lets a page say {{csrf}}, {{t "…"}} or {{date .Due}}
// anywhere, without carrying language, token and zone through every component.
// An executor serves one render at a time; a Set keeps a few and hands them round.
type executor struct {
	set     *Set
	html    *htmltemplate.Template
	text    *texttemplate.Template
	page    *Page
	content htmltemplate.HTML
}

// Letter is one mail in two forms.
type Letter struct {
	Subject string
	Text    string
	HTML    string
}

// Page renders the named page ("portal/home") inside its layout. Nothing is
// written when rendering fails, so a reader never gets half a page.
func (s *Set) Page(w io.Writer, name string, page Page) error {
	if page.Layout == "" {
		page.Layout = "portal"
	}
	e, err := s.begin(&page)
	if err != nil {
		return err
	}
	defer s.release(e)
	var body, whole bytes.Buffer
	if err := e.html.ExecuteTemplate(&body, name, &page); err != nil {
		return fmt.Errorf("templates: page %s: %w", name, err)
	}
	// The page was escaped by its own execution, so the layout may take it as it is.
	e.content = htmltemplate.HTML(body.String())
	if err := e.html.ExecuteTemplate(&whole, "layout/"+page.Layout, &page); err != nil {
		return fmt.Errorf("templates: layout %s: %w", page.Layout, err)
	}
	_, err = w.Write(whole.Bytes())
	return err
}

// Mail renders mail/<name>.txt (which defines "subject") and mail/<name>.html.
// In both, the dot is a Page, as on the web: values are read as .Data.
func (s *Set) Mail(name, lang string, data any) (Letter, error) {
	page := &Page{Lang: lang, Data: data}
	e, err := s.begin(page)
	if err != nil {
		return Letter{}, err
	}
	defer s.release(e)
	var subject, text, body, whole bytes.Buffer
	name = "mail/" + name
	if err := e.text.ExecuteTemplate(&subject, name+"#subject", page); err != nil {
		return Letter{}, fmt.Errorf("templates: subject of %s: %w", name, err)
	}
	if err := e.text.ExecuteTemplate(&text, name, page); err != nil {
		return Letter{}, fmt.Errorf("templates: text of %s: %w", name, err)
	}
	if err := e.html.ExecuteTemplate(&body, name, page); err != nil {
		return Letter{}, fmt.Errorf("templates: html of %s: %w", name, err)
	}
	e.content = htmltemplate.HTML(body.String())
	page.Title, _ = CleanLine(subject.String(), 0)
	if err := e.html.ExecuteTemplate(&whole, "layout/mail", page); err != nil {
		return Letter{}, fmt.Errorf("templates: mail layout: %w", err)
	}
	return Letter{Subject: page.Title, Text: trimLines(text.String()), HTML: whole.String()}, nil
}

// HasMail reports whether mail/<name> exists in both forms.
func (s *Set) HasMail(name string) bool {
	return s.text.Lookup("mail/"+name) != nil && s.html.Lookup("mail/"+name) != nil
}

// Text renders a plain text of bot/ or letters/, for example "bot/greeting".
func (s *Set) Text(name, lang string, data any) (string, error) {
	page := &Page{Lang: lang, Data: data}
	e, err := s.begin(page)
	if err != nil {
		return "", err
	}
	defer s.release(e)
	var out bytes.Buffer
	if err := e.text.ExecuteTemplate(&out, name, page); err != nil {
		return "", fmt.Errorf("templates: text %s: %w", name, err)
	}
	return trimLines(out.String()), nil
}

func (s *Set) begin(page *Page) (*executor, error) {
	page.Lang = s.texts.language(page.Lang)
	if page.Zone == nil {
		page.Zone = s.zone
	}
	e, err := s.acquire()
	if err != nil {
		return nil, err
	}
	e.page = page
	return e, nil
}

// acquire takes a free executor, makes one while there are few, or waits.
// Rendering is pure computation, so more copies than processors gain nothing.
func (s *Set) acquire() (*executor, error) {
	select {
	case e := <-s.free:
		return e, nil
	default:
	}
	s.mu.Lock()
	if s.made >= cap(s.free) {
		s.mu.Unlock()
		return <-s.free, nil
	}
	defer s.mu.Unlock()
	e := &executor{set: s}
	var err error
	if e.html, err = s.html.Clone(); err != nil {
		return nil, err
	}
	if e.text, err = s.text.Clone(); err != nil {
		return nil, err
	}
	e.html.Funcs(htmltemplate.FuncMap(e.functions()))
	e.text.Funcs(e.functions())
	s.made++
	return e, nil
}

func (s *Set) release(e *executor) {
	e.page, e.content = nil, ""
	s.free <- e
}
