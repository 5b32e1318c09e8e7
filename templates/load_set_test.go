package templates

import (
	"bytes"
	"testing"
	"time"
)

var noon = time.Date(2026, 12, 6, 9, 0, 0, 0, time.UTC)

func load(t testing.TB) *Set {
	t.Helper()
	set, err := Load(Options{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestEveryEmbeddedTemplateLoads(t *testing.T) {
	set := load(t)
	var out bytes.Buffer
	err := set.Page(&out, "web/csrf", Page{Title: "x", Now: noon, Data: struct {
		Action, Request string
		Fields          []struct{ Name, Value string }
		Files           bool
	}{Action: "/x"}})
	if err != nil {
		t.Fatal(err)
	}
}
