package sites

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract holds answers against openapi.json: an answer to an operation must
// have a declared status, media type, headers and shape.
type contract struct {
	doc      map[string]any
	compiler *jsonschema.Compiler

	mu sync.Mutex
	// seen are the pairs of operation and status that were answered.
	seen map[string]bool
}

const specName = "openapi.json"

func readContract(t testing.TB) *contract {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(OpenAPI()))
	must(t, err)
	c := &contract{doc: doc.(map[string]any), compiler: jsonschema.NewCompiler(), seen: map[string]bool{}}
	c.compiler.AssertFormat()
	must(t, c.compiler.AddResource(specName, doc))
	return c
}

// at finds a part of the document by names; it follows references.
func (c *contract) at(names ...string) (any, string) {
	var v any = c.doc
	pointer := ""
	for _, name := range names {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, pointer
		}
		v = m[name]
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		if m, ok := v.(map[string]any); ok {
			if ref, ok := m["$ref"].(string); ok {
				v, pointer = c.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
			}
		}
	}
	return v, pointer
}

// operation finds the path template and the operation of a request; ok is
// false for an address or a method that is not described.
func (c *contract) operation(method, path string) (template, id string, ok bool) {
	paths, _ := c.at("paths")
	for candidate, item := range paths.(map[string]any) {
		if !fits(candidate, path) {
			continue
		}
		op, found := item.(map[string]any)[strings.ToLower(method)].(map[string]any)
		// A path without parameters goes before one with them.
		if found && (!strings.Contains(candidate, "{") || template == "") {
			template, id, ok = candidate, op["operationId"].(string), true
		}
	}
	return template, id, ok
}

func fits(template, path string) bool {
	a, b := strings.Split(template, "/"), strings.Split(path, "/")
	return len(a) == len(b) && func() bool {
		for i := range a {
			if a[i] != b[i] && !strings.HasPrefix(a[i], "{") {
				return false
			}
		}
		return true
	}()
}

// hold fails the test if the answer is not one the description allows.
func (c *contract) hold(t testing.TB, r *http.Request, a answer) {
	t.Helper()
	for _, fault := range c.faults(r, a) {
		t.Errorf("%s %s: %d: %s\n%s", r.Method, r.URL.Path, a.Status, fault, a.Body)
	}
}

func (c *contract) faults(r *http.Request, a answer) (out []string) {
	template, id, ok := c.operation(r.Method, r.URL.Path)
	if !ok {
		return nil
	}
	status := fmt.Sprint(a.Status)
	method := strings.ToLower(r.Method)
	c.mu.Lock()
	c.seen[id+" "+status] = true
	c.mu.Unlock()
	found, pointer := c.at("paths", template, method, "responses", status)
	response, ok := found.(map[string]any)
	if !ok {
		return []string{"the status is not declared"}
	}
	for name := range asMap(response["headers"]) {
		if name != "Idempotent-Replayed" && a.Header.Get(name) == "" {
			out = append(out, "no header "+name)
		}
	}
	content := asMap(response["content"])
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if len(content) == 0 {
		if len(a.Body) > 0 {
			out = append(out, "a body where none is declared")
		}
		return out
	}
	if content[kind] == nil {
		return append(out, "the media type "+kind+" is not declared")
	}
	if !strings.HasSuffix(kind, "json") {
		return out
	}
	schema := "#" + pointer + "/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema"
	if err := c.validate(schema, a.Body); err != nil {
		out = append(out, err.Error())
	}
	return out
}

func (c *contract) validate(pointer string, body []byte) error {
	c.mu.Lock()
	schema, err := c.compiler.Compile(specName + pointer)
	c.mu.Unlock()
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func asMap(v any) map[string]any { m, _ := v.(map[string]any); return m }

// declared lists every pair of operation and status of the description.
func (c *contract) declared() []string {
	var out []string
	paths, _ := c.at("paths")
	for _, item := range paths.(map[string]any) {
		for _, op := range item.(map[string]any) {
			for status := range asMap(op.(map[string]any)["responses"]) {
				out = append(out, op.(map[string]any)["operationId"].(string)+" "+status)
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestTheContractNoticesAnAnswerThatIsNotDeclared(t *testing.T) {
	c := readContract(t)
	r, _ := http.NewRequest("GET", "/api/v1/bodies", nil)
	quota := http.Header{"Ratelimit": {"x"}, "Ratelimit-Policy": {"x"}}
	jsonHeader := quota.Clone()
	jsonHeader.Set("Content-Type", "application/json")
	good, _ := json.Marshal(map[string]any{"bodies": []any{}, "territories": []any{}})
	for name, a := range map[string]answer{
		"another status":     {418, jsonHeader, good},
		"another media type": {200, quota, good},
		"a missing header":   {200, http.Header{"Content-Type": {"application/json"}}, good},
		"a missing field":    {200, jsonHeader, []byte(`{"bodies":[]}`)},
		"a further field":    {200, jsonHeader, []byte(`{"bodies":[],"territories":[],"more":1}`)},
		"a wrong type":       {200, jsonHeader, []byte(`{"bodies":{},"territories":[]}`)},
	} {
		if len(c.faults(r, a)) == 0 {
			t.Errorf("%s was not noticed", name)
		}
	}
	if faults := c.faults(r, answer{200, jsonHeader, good}); len(faults) > 0 {
		t.Errorf("a good answer was refused: %v", faults)
	}
}
