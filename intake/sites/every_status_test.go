package sites

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/intake/sites/sign"
)

// example is a good request to one operation.
type example struct {
	id, method, target string
	body               any
	headers            []string
}

// examples gives one good request to every operation; cs is a case of the site.
func (h *house) examples(cs, term, file, up string) []example {
	jpeg := []byte("a piece")
	return []example{
		{"listBodies", "GET", "/api/v1/bodies", nil, nil},
		{"listTopics", "GET", "/api/v1/topics?under=0003", nil, nil},
		{"listProcedures", "GET", "/api/v1/procedures", nil, nil},
		{"previewAppeal", "POST", "/api/v1/appeals/preview", appeal("ROADS"), nil},
		{"fileAppeal", "POST", "/api/v1/appeals", appeal("ROADS"), []string{"Idempotency-Key", "0123456789abcdef"}},
		{"showAppeal", "GET", "/api/v1/appeals/" + cs, nil, nil},
		{"explainTerm", "GET", "/api/v1/appeals/" + cs + "/terms/" + term, nil, nil},
		{"downloadFile", "GET", "/api/v1/appeals/" + cs + "/files/" + file, nil, nil},
		{"clarifyAppeal", "POST", "/api/v1/appeals/" + cs + "/clarification", map[string]any{"text": "Фонарь у подъезда.",
			"person": map[string]any{"provider": "esia", "idToken": "ROADS:anna"}}, nil},
		{"listChanges", "GET", "/api/v1/changes?limit=10", nil, nil},
		{"beginUpload", "POST", "/api/v1/uploads", map[string]any{"name": "фонарь.jpg", "size": 14}, nil},
		{"showUpload", "GET", "/api/v1/uploads/" + up, nil, nil},
		{"takePart", "PATCH", "/api/v1/uploads/" + up, jpeg, []string{"Upload-Offset", "0"}},
		{"dropUpload", "DELETE", "/api/v1/uploads/" + up, nil, nil},
	}
}

// answered takes the case of a receipt through registration and a question to
// an answer with a file.
func (h *house) work(id string, acts ...casework.Act) {
	h.t.Helper()
	for _, act := range acts {
		by := casework.Actor{ID: "staff:1", Name: "Иванов", Grants: []casework.Grant{{Role: casework.RoleRegistrar, Body: "roads"},
			{Role: casework.RoleOfficer, Body: "roads"}, {Role: casework.RoleHead, Body: "roads"}}}
		if act.Kind() == casework.ActRoute {
			by = casework.SystemActor()
		}
		if _, err := h.office.Do(h.t.Context(), by, id, casework.AnyState, act); err != nil {
			h.t.Fatalf("%s: %v", act.Kind(), err)
		}
	}
}

func (h *house) ask(id string) {
	officer := casework.Actor{ID: "staff:1", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "roads"}}}
	h.work(id, casework.Routing{Body: "roads"}, casework.Registration{}, casework.Assignment{Officer: officer}, casework.Asking{Text: "Какой именно фонарь?"})
}

func (h *house) answer(id string) casework.File {
	h.t.Helper()
	f, err := h.files.Put(h.t.Context(), "ответ.pdf", strings.NewReader("%PDF-answer"))
	must(h.t, err)
	h.work(id, casework.Drafting{Text: "Фонарь заменён 19 ноября.", Outcome: casework.OutcomeMeasures, Files: []casework.File{f}, Revision: 0},
		casework.Submission{Revision: 1}, casework.Signing{}, casework.Answering{})
	return f
}

func (h *house) upload(k sign.Key, size int) string {
	h.t.Helper()
	a := h.call(k, "POST", "/api/v1/uploads", map[string]any{"name": "фонарь.jpg", "size": size})
	if a.Status != 201 {
		h.t.Fatalf("upload: %d %s", a.Status, a.Body)
	}
	return a.text("id")
}

func TestEveryDeclaredStatusOfEveryOperationIsAnswered(t *testing.T) {
	h := openHouse(t)
	cs := h.file(h.mine, "ROADS", "first-appeal-of-anna").text("id")
	h.ask(cs)
	up := h.upload(h.mine, 14)
	list := h.examples(cs, "t1", "f1", up)
	want := func(status int, a answer, what string) {
		t.Helper()
		if a.Status != status {
			t.Errorf("%s: %d instead of %d\n%s", what, a.Status, status, a.Body)
		}
	}
	h.commonStatuses(list, want)
	h.statusesOfFiling(want)
	h.statusesOfCases(cs, want)
	h.statusesOfUploads(want)
	h.conflicts(cs, want)
	for _, pair := range h.spec.declared() {
		if !h.spec.seen[pair] {
			t.Errorf("no test got %s", pair)
		}
	}
}

// commonStatuses plays what can happen to every operation alike.
func (h *house) commonStatuses(list []example, want func(int, answer, string)) {
	for _, x := range list {
		call := func(k sign.Key) answer { return h.call(k, x.method, x.target, x.body, x.headers...) }
		unsigned := h.request(h.mine, x.method, x.target, x.body, x.headers...)
		unsigned.Header.Del("Signature")
		want(401, h.send(unsigned), x.id+" without a signature")
		spoilt := h.request(h.mine, x.method, x.target, []byte("signed"), x.headers...)
		other := h.request(h.mine, x.method, x.target, []byte("siGned"), x.headers...)
		spoilt.Body = other.Body
		want(400, h.send(spoilt), x.id+" with another body")
		h.shelf.set(casework.Fail(casework.Unavailable, "test", ""))
		want(503, call(h.mine), x.id+" without a store")
		h.shelf.set(casework.Fail(casework.Corrupted, "test", ""))
		want(500, call(h.mine), x.id+" with a broken store")
		h.shelf.set(nil)
		must(h.t, h.sites.Directory.SetQuota(h.t.Context(), "poor-site", Quota{PerMinute: 1, PerDay: 1000}))
		h.pass(time.Minute)
		if a := call(h.poor); x.id != "listBodies" && x.id != "listTopics" && x.id != "listProcedures" {
			want(403, a, x.id+" without the right")
		}
		want(429, call(h.poor), x.id+" above the quota")
		if x.body != nil {
			r := h.request(h.mine, x.method, x.target, x.body, x.headers...)
			r.Header.Set("Content-Type", "text/plain")
			want(415, h.send(r), x.id+" of another kind")
			want(413, h.call(h.mine, x.method, x.target, tooLarge(x), x.headers...), x.id+" too large")
		}
	}
}

func tooLarge(x example) any {
	if x.id == "takePart" {
		return make([]byte, 15)
	}
	return `{"text":"` + strings.Repeat("a", maxJSON) + `"}`
}

func (h *house) statusesOfFiling(want func(int, answer, string)) {
	for _, x := range h.examples("", "", "", "")[:3] {
		want(200, h.call(h.mine, x.method, x.target, nil), x.id)
	}
	want(404, h.call(h.mine, "GET", "/api/v1/topics?under=9999", nil), "an unknown topic")
	want(200, h.call(h.mine, "POST", "/api/v1/appeals/preview", appeal("ROADS")), "a preview")
	want(422, h.call(h.mine, "POST", "/api/v1/appeals/preview", with(appeal("ROADS"), "text", "")), "a preview without a text")
	want(201, h.call(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", "the-second-of-anna"), "a filing")
	want(202, h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "person", nil), "Idempotency-Key", "a-draft-of-somebody"), "a draft")
	want(409, h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "text", "Другой текст обращения."), "Idempotency-Key", "the-second-of-anna"), "another appeal with the same key")
	want(422, h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "text", "?"), "Idempotency-Key", "the-third-of-anna"), "an appeal without letters")
}

func (h *house) statusesOfCases(cs string, want func(int, answer, string)) {
	const missing = "22222222222222222222222222"
	person := map[string]any{"provider": "esia", "idToken": "ROADS:anna"}
	want(200, h.call(h.mine, "GET", "/api/v1/appeals/"+cs, nil), "a case")
	want(404, h.call(h.mine, "GET", "/api/v1/appeals/"+missing, nil), "a missing case")
	want(200, h.call(h.mine, "GET", "/api/v1/appeals/"+cs+"/terms/t1", nil), "a term")
	want(404, h.call(h.mine, "GET", "/api/v1/appeals/"+cs+"/terms/t99", nil), "a missing term")
	target := "/api/v1/appeals/" + cs + "/clarification"
	want(422, h.call(h.mine, "POST", target, map[string]any{"text": "", "person": person}), "an empty clarification")
	want(404, h.call(h.mine, "POST", strings.Replace(target, cs, missing, 1), map[string]any{"text": "x", "person": person}), "a clarification of a missing case")
	want(200, h.call(h.mine, "POST", target, map[string]any{"text": "У подъезда.", "person": person}), "a clarification")
	want(409, h.call(h.mine, "POST", target, map[string]any{"text": "У подъезда.", "person": person}), "a clarification that nobody waits for")
	f := h.answer(cs)
	want(200, h.call(h.mine, "GET", "/api/v1/appeals/"+cs+"/files/"+f.ID, nil), "a file of the answer")
	want(404, h.call(h.mine, "GET", "/api/v1/appeals/"+cs+"/files/f99", nil), "a missing file")
	want(200, h.call(h.mine, "GET", "/api/v1/changes", nil), "changes")
	answered := h.call(h.mine, "GET", "/api/v1/appeals/"+cs, nil)
	if answered.text("answers.0.text") == "<nil>" || answered.text("answers.0.files.0.url") != "/api/v1/appeals/"+cs+"/files/"+f.ID {
		h.t.Errorf("the answer is not there: %s", answered.Body)
	}
}

func (h *house) statusesOfUploads(want func(int, answer, string)) {
	const missing = "00000000000000000000000000000000"
	want(422, h.call(h.mine, "POST", "/api/v1/uploads", map[string]any{"name": "", "size": 1}), "an upload without a name")
	up := h.upload(h.mine, 3)
	path := "/api/v1/uploads/" + up
	want(200, h.call(h.mine, "GET", path, nil), "an upload")
	want(404, h.call(h.mine, "GET", "/api/v1/uploads/"+missing, nil), "a missing upload")
	want(404, h.call(h.mine, "PATCH", "/api/v1/uploads/"+missing, []byte("abc"), "Upload-Offset", "0"), "a piece of a missing upload")
	want(404, h.call(h.mine, "DELETE", "/api/v1/uploads/"+missing, nil), "dropping a missing upload")
	want(409, h.call(h.mine, "PATCH", path, []byte("c"), "Upload-Offset", "2"), "a piece out of order")
	want(200, h.call(h.mine, "PATCH", path, []byte("ab"), "Upload-Offset", "0"), "the first piece")
	want(204, h.call(h.mine, "DELETE", path, nil), "dropping an upload")
	bad := h.upload(h.mine, 3)
	want(422, h.call(h.mine, "PATCH", "/api/v1/uploads/"+bad, []byte("BAD"), "Upload-Offset", "0"), "a file that is not permitted")
	h.refusedLater(want)
}

// refusedLater plays an upload whose last piece had come when the process ended.
func (h *house) refusedLater(want func(int, answer, string)) {
	id := h.upload(h.mine, 3)
	site, err := h.sites.Directory.Get(h.t.Context(), "roads-site")
	must(h.t, err)
	u, err := h.sites.load(h.t.Context(), site, id)
	must(h.t, err)
	u.Offset, u.Parts = 3, []string{id + "/0-x"}
	must(h.t, h.files.KeepPart(h.t.Context(), u.Parts[0], strings.NewReader("BAD")))
	_, err = h.sites.save(h.t.Context(), site, u)
	must(h.t, err)
	want(422, h.call(h.mine, "GET", "/api/v1/uploads/"+id, nil), "an upload refused after a crash")
	want(404, h.call(h.mine, "GET", "/api/v1/uploads/"+id, nil), "the same upload afterwards")
}

func (h *house) conflicts(cs string, want func(int, answer, string)) {
	for _, x := range []struct{ method, path string }{{"POST", "/bodies"}, {"GET", "/uploads"}, {"PUT", "/appeals/" + cs}} {
		a := h.call(h.mine, x.method, Base+x.path, nil)
		want(405, a, x.method+x.path)
		if a.Header.Get("Allow") == "" || a.text("code") != "method" {
			h.t.Errorf("%s %s: %v %s", x.method, x.path, a.Header, a.Body)
		}
	}
	want(404, h.call(h.mine, "GET", Base+"/nothing", nil), "no address")
	open, err := h.app.Test(h.request(h.mine, "GET", Base+"/openapi.json", nil))
	must(h.t, err)
	var doc map[string]any
	if err := json.NewDecoder(open.Body).Decode(&doc); err != nil || doc["openapi"] != "3.1.0" {
		h.t.Errorf("the description: %v %v", err, doc["openapi"])
	}
}

func TestEveryRouteIsDescribedAndEveryDescriptionHasARoute(t *testing.T) {
	h := openHouse(t)
	var routes, described []string
	for _, x := range h.sites.routes() {
		path := strings.NewReplacer(":id", "{id}", ":term", "{term}", ":file", "{file}").Replace(Base + x.path)
		routes = append(routes, x.method+" "+path)
	}
	paths, _ := h.spec.at("paths")
	for path, item := range asMap(paths) {
		for method := range asMap(item) {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(routes)
	slices.Sort(described)
	if fmt.Sprint(routes) != fmt.Sprint(described) {
		t.Errorf("routes\n%v\ndescribed\n%v", routes, described)
	}
}

func TestWhatIsAcceptedFitsItsDescription(t *testing.T) {
	h := openHouse(t)
	raw, err := json.Marshal(with(appeal("ROADS"), "complaint", map[string]any{"grounds": []string{"a"}}, "uploads", []string{}, "lang", "en"))
	must(t, err)
	if err := h.spec.validate("#/components/schemas/Appeal", raw); err != nil {
		t.Error(err)
	}
	for name, schema := range asMap(asMap(h.spec.doc["components"])["schemas"]) {
		for _, x := range toList(asMap(schema)["examples"]) {
			raw, err := json.Marshal(x)
			must(t, err)
			if err := h.spec.validate("#/components/schemas/"+name, raw); err != nil {
				t.Errorf("the example of %s: %v", name, err)
			}
		}
	}
}

func toList(v any) []any { l, _ := v.([]any); return l }
