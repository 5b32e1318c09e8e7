package sites

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestHostileJSONIsRefused(t *testing.T) {
	h := openHouse(t)
	good, err := json.Marshal(appeal("ROADS"))
	must(t, err)
	for name, body := range map[string]string{
		"nothing":                 ``,
		"half a value":            `{"text":`,
		"two values":              string(good) + `{}`,
		"a list":                  `[]`,
		"a depth of 100,000":      strings.Repeat(`{"a":`, 100_000) + `1` + strings.Repeat(`}`, 100_000),
		"deep lists":              `{"uploads":` + strings.Repeat(`[`, 50) + strings.Repeat(`]`, 50) + `}`,
		"a name twice":            strings.Replace(string(good), `"text":`, `"text":"другое","text":`, 1),
		"a name twice below":      strings.Replace(string(good), `"given":`, `"given":"Б","given":`, 1),
		"a name twice in escapes": strings.Replace(string(good), `"text":`, `"te\u0078t":"другое","text":`, 1),
		"an unknown name":         strings.Replace(string(good), `"text":`, `"assurance":"in_person","text":`, 1),
		"broken UTF-8":            strings.Replace(string(good), `Липовой`, "Липо\xff", 1),
		"a byte order mark":       "\uFEFF" + string(good),
		"a huge number":           strings.Replace(string(good), `"text":`, `"open":1`+strings.Repeat("0", 5000)+`,"text":`, 1),
		"a number for text":       strings.Replace(string(good), `"procedure":"59-FZ"`, `"procedure":59`, 1),
		"a comment":               strings.Replace(string(good), `{`, `{/* x */`, 1),
		"NaN":                     `{"text":NaN}`,
	} {
		a := h.call(h.mine, "POST", "/api/v1/appeals", body, "Idempotency-Key", "0123456789abcdef")
		if a.Status != 400 || a.text("code") != "json" {
			t.Errorf("%s: %d %.300s", name, a.Status, a.Body)
		}
		if strings.Contains(string(a.Body), "Липов") {
			t.Errorf("%s: the answer repeats what was typed", name)
		}
	}
	if n := len(h.cases()); n != 0 {
		t.Errorf("%d cases were made", n)
	}
	null := strings.Replace(string(good), `"address":`, `"topic":null,"address":`, 1)
	if a := h.call(h.mine, "POST", "/api/v1/appeals", null, "Idempotency-Key", "0123456789abcdef"); a.Status != 201 {
		t.Errorf("null for an optional field: %d %s", a.Status, a.Body)
	}
}

func TestAnErrorSpeaksTheLanguageThatWasAskedFor(t *testing.T) {
	h := openHouse(t)
	for lang, word := range map[string]string{"ru": "Не найдено", "en-GB,en;q=0.8": "Not found", "de": "Не найдено"} {
		a := h.call(h.mine, "GET", "/api/v1/appeals/x", nil, "Accept-Language", lang)
		if a.text("title") != word || a.text("type") != "urn:priemnaya:problem:not_found" {
			t.Errorf("%s: %s", lang, a.Body)
		}
	}
	for code := range statuses {
		for _, lang := range []string{"ru", "en"} {
			for _, part := range []string{"title", "detail"} {
				if id := "sites.problem." + code + "." + part; !h.sites.Kit.Set().Has(lang, id) {
					t.Errorf("no text %s in %s", id, lang)
				}
			}
		}
		if !strings.Contains(string(OpenAPI()), `"`+code+`"`) {
			t.Errorf("the code %s is not described", code)
		}
	}
}

// FuzzReadJSON checks that whatever is accepted means the same to another
// reader of JSON: no name is lost and nothing is read twice.
func FuzzReadJSON(f *testing.F) {
	for _, s := range []string{`{"text":"a"}`, `{"text":"a","text":"b"}`, `{"applicant":{"given":"x"}}`, `[1]`, `{"uploads":["a"]}`, "{\"text\":\"\xff\"}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var q appealRequest
		if readJSON(raw, &q) != nil {
			return
		}
		var loose appealRequest
		if err := json.Unmarshal(raw, &loose); err != nil {
			t.Fatalf("accepted, but not JSON: %v", err)
		}
		if q.digest("") != loose.digest("") {
			t.Errorf("two readers differ about %q", raw)
		}
		again, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		var back appealRequest
		if err := readJSON(again, &back); err != nil || back.digest("") != q.digest("") {
			t.Errorf("%q does not survive being written: %v", raw, err)
		}
	})
}
