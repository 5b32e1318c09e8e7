package verify_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"priemnaya/intake/sites/sign"
	"priemnaya/intake/sites/verify"
)

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestAGoodClientPassesEveryCheck(t *testing.T) {
	for _, manner := range []string{"", "asks where an upload stands"} {
		for _, size := range []int{3500, 600} {
			report, w, err := watch(manner, size, nil)
			if err != nil || !report.OK() || report.Passed != len(report.Checks) || len(report.Checks) < 20 || !closed(w.Done()) {
				t.Errorf("%q with %d bytes: %v, %d passed, %d not seen: %v", manner, size, err, report.Passed, report.NotSeen, failures(report))
			}
		}
	}
}

func TestEveryPlantedFaultOfAClientIsCaught(t *testing.T) {
	for fault, by := range map[string]string{
		"signs with another secret": "signature", "leaves the query out of the signature": "signature",
		"leaves the key out of the signature": "signature", "changes the body after signing": "digest",
		"has a clock that is off": "time", "signs a retry with the old time": "time", "signs a retry with the old nonce": "nonce",
		"sends fields of its own": "contract", "sends no key": "key", "has one key for all": "key-shared",
		"makes a new key after a lost reply": "key-after-loss", "gives up after a lost reply": "key-after-loss",
		"makes a new key after 503": "key-after-503", "hurries after 503": "wait-503", "hurries after 429": "wait-429",
		"gives up at 429": "wait-429", "sends pieces that are too large": "piece-size", "sends the second piece first": "piece-order",
		"does not heed the offset it is told": "resume", "takes a lost piece for taken": "resume",
		"begins a file anew after a lost reply": "resume", "leaves an upload unfinished": "upload-whole",
		"keeps the first cursor": "cursor", "sends the cursor unescaped": "cursor", "reads the list from the beginning": "restart",
		"stops at an empty page": "more", "breaks on unknown fields": "unknown-field", "knows its codes only": "unknown-code",
	} {
		t.Run(fault, func(t *testing.T) {
			report, w, err := watch(fault, 3500, nil)
			if err != nil && !errors.Is(err, errGivenUp) {
				t.Fatal(err)
			}
			i := slices.IndexFunc(report.Checks, func(c verify.Result) bool { return c.Name == by })
			if i < 0 || report.Checks[i].OK || report.Checks[i].NotSeen || report.OK() {
				t.Errorf("%q went unnoticed by %q (%v): %v", fault, by, err, failures(report))
			}
			if again := w.Report("http://api"); again.Failed != report.Failed {
				t.Error("a second look at the report changes it")
			}
			for _, c := range report.Checks {
				if strings.Contains(c.Reason, string(siteKey.Secret)) {
					t.Errorf("%s tells the secret", c.Name)
				}
			}
		})
	}
}

func TestWhatAClientGaveNoOccasionForIsNeitherRightNorWrong(t *testing.T) {
	w, err := verify.NewWatch(verify.WatchConfig{Key: siteKey})
	if err != nil {
		t.Fatal(err)
	}
	if r := w.Report("http://api"); r.OK() || r.Failed != 0 || r.NotSeen != len(r.Checks) {
		t.Errorf("nothing came, and the report says %+v", r)
	}
	r, w, err := watch("hands over a draft", 3500, nil)
	if err != nil || !r.OK() || r.NotSeen != 1 || !closed(w.Done()) || failures(r)["wait-429"] == "" {
		t.Errorf("a draft has no status: %v, done %v, %v", err, closed(w.Done()), failures(r))
	}
	for _, bad := range []sign.Key{{}, {ID: "a b", Secret: []byte("x")}, {ID: "a"}} {
		if _, err := verify.NewWatch(verify.WatchConfig{Key: bad}); err == nil {
			t.Errorf("%q was taken for a key", bad.ID)
		}
	}
}

// schema is what this test needs of a schema of openapi.json.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Items      *schema           `json:"items"`
	Enum       []string          `json:"enum"`
}

// wrong tells what of a value is against a schema; fields that are deliberately
// further ones are passed over.
func (s schema) wrong(all map[string]schema, v any, at string) []string {
	if name, is := strings.CutPrefix(s.Ref, "#/components/schemas/"); is {
		s = all[name]
	}
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for _, name := range s.Required {
			if _, has := v[name]; !has {
				out = append(out, at+"."+name+" is missing")
			}
		}
		for name, x := range v {
			if p, known := s.Properties[name]; known {
				out = append(out, p.wrong(all, x, at+"."+name)...)
			} else if name != "something_new" {
				out = append(out, at+"."+name+" is unknown")
			}
		}
	case []any:
		for _, x := range v {
			if s.Items != nil {
				out = append(out, s.Items.wrong(all, x, at)...)
			}
		}
	case string:
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) && v != "planned_work" {
			out = append(out, at+" is "+v)
		}
	}
	_, object := v.(map[string]any)
	_, list := v.([]any)
	if (s.Type == "object") != object || (s.Type == "array") != list {
		out = append(out, at+" is not of the type "+s.Type)
	}
	return out
}

func TestTheServerSpeaksAsOpenAPISays(t *testing.T) {
	raw, err := os.ReadFile("../openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	all, told := doc.Components.Schemas, map[string]bool{}
	look := func(name string, raw []byte) {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		told[name] = true
		for _, x := range all[name].wrong(all, v, name) {
			t.Error(x)
		}
	}
	names := map[string]string{"POST appeals": "Filed", "POST uploads": "Upload", "GET changes": "ChangeList", "GET appeals": "Case", "PATCH uploads": "Upload",
		"GET bodies": "BodyList", "GET topics": "TopicList", "GET procedures": "ProcedureList", "POST appeals/preview": "Preview"}
	var id string
	seen := func(r *http.Request, reply *http.Response, raw []byte) {
		what := r.Method + " " + strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/")[0]
		switch {
		case reply.StatusCode >= 400:
			look("Problem", raw)
		case reply.StatusCode == http.StatusAccepted:
			look("Draft", raw)
		default:
			look(names[what], raw)
		}
		if x := strings.TrimPrefix(reply.Header.Get("Location"), "/api/v1/appeals/"); reply.StatusCode == 201 && len(x) == 26 {
			id = x
		}
	}
	_, w, err := watch("", 3500, seen)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = watch("hands over a draft", 3500, seen)
	if err != nil {
		t.Fatal(err)
	}
	line := &wire{server: w}
	line.now = watchStart
	c := &client{wire: line}
	appeal := []byte(`{"procedure":"59-FZ","text":"Яма","applicant":{"surname":"А","given":"Б"}}`)
	for target, name := range map[string]string{"GET /bodies": "BodyList", "GET /topics?under=0001": "TopicList", "GET /procedures": "ProcedureList",
		"POST /appeals/preview": "Preview", "GET /nowhere": "Problem", "GET /appeals/" + id + "/terms/t1": "Explanation", "GET /appeals/X/files/1": "Problem"} {
		method, path, _ := strings.Cut(target, " ")
		body := appeal
		if method == http.MethodGet {
			body = nil
		}
		status, _, raw, err := c.once(method, "/api/v1"+path, body, false, jsonHeader())
		if err != nil || (status == 200) != (name != "Problem") {
			t.Errorf("%s: %d %v", target, status, err)
		}
		look(name, raw)
	}
	if id == "" {
		t.Error("no case was made")
	}
	for _, name := range []string{"Filed", "Draft", "Upload", "ChangeList", "Case", "Problem", "BodyList", "TopicList", "ProcedureList", "Preview", "Explanation"} {
		if !told[name] {
			t.Errorf("%s was never told", name)
		}
	}
}
