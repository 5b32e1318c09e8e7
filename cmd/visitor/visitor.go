// Package visitor is a person at a browser without scripts: it opens pages,
// fills in forms by the names of their fields, presses buttons and follows
// redirects, with cookies of its own. Tests and benchmarks walk through the
// running program with it.
package visitor

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Visitor is one person. It is for one goroutine at a time.
type Visitor struct {
	client *http.Client
	// Page is the page that is open.
	Page Page
}

// Page is an answer of the server.
type Page struct {
	Status int
	URL    *url.URL
	Header http.Header
	Body   []byte
	// Took is the time from the request to the last byte of the answer,
	// redirects included, reading it as a page left out.
	Took time.Duration
	root *html.Node
}

// Stay makes the visitor stop at a redirect, as one who measures single
// requests does, instead of following it.
func (v *Visitor) Stay() {
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
}

// Carry gives the visitor a cookie of an address, such as a session begun
// elsewhere.
func (v *Visitor) Carry(address string, cookie *http.Cookie) error {
	u, err := url.Parse(address)
	if err == nil {
		v.client.Jar.SetCookies(u, []*http.Cookie{cookie})
	}
	return err
}

// Cookies are what the visitor sends to an address.
func (v *Visitor) Cookies(u *url.URL) []*http.Cookie { return v.client.Jar.Cookies(u) }

// New makes a visitor with an empty cookie jar. A nil transport is the usual.
func New(transport http.RoundTripper) *Visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		// New without options never fails.
		panic(err)
	}
	return &Visitor{client: &http.Client{Jar: jar, Timeout: time.Minute, Transport: transport}}
}

// Open gets an address; relative ones start from the open page.
func (v *Visitor) Open(address string) error {
	u, err := v.resolve(address)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	return v.send(req)
}

func (v *Visitor) resolve(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || v.Page.URL == nil {
		return u, err
	}
	return v.Page.URL.ResolveReference(u), nil
}

func (v *Visitor) send(req *http.Request) error {
	req.Header.Set("Accept", "text/html")
	if v.Page.URL != nil && req.Method == http.MethodPost {
		req.Header.Set("Origin", v.Page.URL.Scheme+"://"+v.Page.URL.Host)
		req.Header.Set("Referer", v.Page.URL.String())
	}
	began := time.Now()
	res, err := v.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	v.Page = Page{Status: res.StatusCode, URL: res.Request.URL, Header: res.Header, Body: body, Took: time.Since(began)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		v.Page.root, err = html.Parse(bytes.NewReader(body))
	}
	return err
}

// File is a file to attach.
type File struct {
	Field, Name string
	Content     []byte
}

// Fields are the values typed into a form by the names of its fields.
type Fields map[string]string

// Submit fills in the form whose action holds the words and sends it. Hidden
// fields and what is already filled in go with it. The button pressed is the
// one named "do" with the value fields["do"], if that is given.
func (v *Visitor) Submit(action string, fields Fields, files ...File) error {
	form := v.Page.form(action)
	if form == nil {
		return fmt.Errorf("%s: no form leads to %q (status %d)\n%s", v.Page.URL, action, v.Page.Status, v.Page.Text())
	}
	values := presetOf(form)
	for name, value := range fields {
		values.Set(name, value)
	}
	target, err := v.resolve(attr(form, "action"))
	if err != nil {
		return err
	}
	if strings.EqualFold(attr(form, "method"), "get") || attr(form, "method") == "" {
		target.RawQuery = values.Encode()
		return v.Open(target.String())
	}
	body, kind, err := encode(form, values, files)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, target.String(), body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", kind)
	return v.send(req)
}

func encode(form *html.Node, values url.Values, files []File) (io.Reader, string, error) {
	if attr(form, "enctype") != "multipart/form-data" {
		return strings.NewReader(values.Encode()), "application/x-www-form-urlencoded", nil
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, list := range values {
		for _, value := range list {
			if err := w.WriteField(name, value); err != nil {
				return nil, "", err
			}
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(f.Field, f.Name)
		if err == nil {
			_, err = part.Write(f.Content)
		}
		if err != nil {
			return nil, "", err
		}
	}
	return &b, w.FormDataContentType(), w.Close()
}

// Follow opens the first link whose text holds the words.
func (v *Visitor) Follow(words string) error {
	for n := range v.Page.nodes("a") {
		if strings.Contains(textOf(n), words) {
			return v.Open(attr(n, "href"))
		}
	}
	return fmt.Errorf("%s: no link says %q (status %d)\n%s", v.Page.URL, words, v.Page.Status, v.Page.Text())
}

// Path is the path of the open page.
func (v *Visitor) Path() string { return v.Page.URL.Path }
