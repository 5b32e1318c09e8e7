package sites

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/casework/regulation"
	"priemnaya/casework/storetest"
	"priemnaya/templates"
	"priemnaya/templates/web"
)

// fieldsOf are the field lists of GeoReport v2.
var fieldsOf = map[string][]string{
	"service":            {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"},
	"service_definition": {"service_code", "attributes"},
	"request": {"service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
		"service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url"},
	"discovery": {"changeset", "contact", "key_service", "endpoints"},
	"endpoint":  {"specification", "url", "changeset", "type", "formats"},
	"error":     {"code", "description"},
}

type sections struct{}

func (sections) Topic(code string) (Topic, bool) {
	for _, t := range (sections{}).Under("") {
		if t.Code == code {
			return t, true
		}
	}
	return Topic{}, false
}

func (sections) Under(code string) []Topic {
	if code != "" {
		return nil
	}
	return []Topic{{Code: "0003.0000.0000.0000", Name: "Экономика"}, {Code: "0005.0000.0000.0000", Name: "Жилище"}}
}

// newOpen311 opens the endpoints over forty cases; the store is on the fuse.
func newOpen311(t testing.TB, f *fuse) *fiber.App {
	t.Helper()
	now := time.Date(2026, 4, 1, 7, 0, 0, 0, time.UTC)
	store := fragile{storetest.NewMemory(func() time.Time { return now }, nil), f}
	laws, err := regulation.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := casework.NewRegistry("r", []casework.Body{
		{ID: "roads", Name: "Комитет дорог", Settings: casework.Settings{Publish: true}},
		{ID: "quiet", Name: "Комитет"}}, []casework.Territory{{Code: "99701", Name: "Заречный"}})
	if err != nil {
		t.Fatal(err)
	}
	office, err := casework.NewOffice(casework.OfficeConfig{Store: store, Numbers: store, Shelf: store, Laws: laws, Registry: reg,
		Secret: []byte(strings.Repeat("s", 32)), Now: func() time.Time { return now },
		Sign: func(context.Context, casework.Actor, string) (casework.Signature, error) {
			return casework.Signature{}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		c := casework.Case{ID: fmt.Sprintf("SECRETID%018d", i), Stage: casework.StageRegistered, Place: casework.Placement{Body: "roads"},
			Procedure: casework.Procedure{Regime: casework.RegimeAppeal}, Origin: casework.Origin{ReceivedAt: now.AddDate(0, 0, -i).Add(-11 * time.Minute)},
			Subject: casework.Subject{Summary: "Тайна", Topics: []string{"0003.0009"}, Territory: "99701", Address: "Садовая, 3"},
			Content: casework.Content{Text: "Тайна"},
			Terms:   []casework.Term{{Kind: casework.TermConsider, Due: casework.NewDate(2026, 4, 20)}},
			Parties: casework.Parties{Applicants: []casework.Applicant{{Key: "esia:1", Name: casework.PersonName{Surname: "Иванова"}}}}}
		switch {
		case i%4 == 0:
			c.Stage = casework.StageAnswered
		case i == 39:
			c.Place.Body = "quiet"
		}
		if _, err := store.Create(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	set, err := templates.Load(templates.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kit, err := web.New(web.Config{Set: set, Now: func() time.Time { return now }, Secret: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	o, err := NewOpen311(Open311Config{Office: office, Kit: kit, Topics: sections{}, BaseURL: "https://priem.example.ru", Changed: now})
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(kit.FiberConfig(1 << 20))
	o.Mount(app)
	return app
}

// get asks for an address below the base and returns status, body and Link.
func get(t testing.TB, app *fiber.App, method, path string) (int, string, string) {
	t.Helper()
	resp, err := app.Test(httptest.NewRequest(method, Open311Base+path, nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	if resp.Header.Get("Access-Control-Allow-Origin") != "*" || resp.Header.Get("Set-Cookie") != "" {
		t.Errorf("%s: headers %v", path, resp.Header)
	}
	want := "text/xml; charset=utf-8"
	if strings.Contains(path, ".json") {
		want = "application/json; charset=utf-8"
	}
	if resp.Header.Get("Content-Type") != want {
		t.Errorf("%s: %s", path, resp.Header.Get("Content-Type"))
	}
	return resp.StatusCode, string(body), resp.Header.Get("Link")
}

func requestsOf(t testing.TB, app *fiber.App, query string) []map[string]any {
	t.Helper()
	status, body, _ := get(t, app, "GET", "/requests.json"+query)
	var out []map[string]any
	if err := json.Unmarshal([]byte(body), &out); err != nil || status != 200 {
		t.Fatalf("%s: %d %v %s", query, status, err, body)
	}
	return out
}

func keysOf(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func sorted(list []string) []string { list = slices.Clone(list); slices.Sort(list); return list }

// elements lists, for each element of a document, the elements directly in it.
func elements(t testing.TB, doc string) map[string][]string {
	t.Helper()
	if !strings.HasPrefix(doc, `<?xml version="1.0" encoding="UTF-8"?>`) {
		t.Errorf("no XML declaration: %.60s", doc)
	}
	out, stack := map[string][]string{}, []string{""}
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
		switch e := token.(type) {
		case xml.StartElement:
			parent := stack[len(stack)-1]
			if !slices.Contains(out[parent], e.Name.Local) {
				out[parent] = append(out[parent], e.Name.Local)
			}
			stack = append(stack, e.Name.Local)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

func TestOpen311HasExactlyTheFieldsOfTheSpecification(t *testing.T) {
	app := newOpen311(t, &fuse{})
	id := requestsOf(t, app, "")[0]["service_request_id"].(string)
	for _, x := range []struct{ path, root, item string }{
		{"/services", "services", "service"}, {"/services/0003", "service_definition", "service_definition"},
		{"/requests", "service_requests", "request"}, {"/requests/" + id, "service_requests", "request"},
		{"/discovery", "discovery", "discovery"}, {"/nowhere", "errors", "error"},
	} {
		_, doc, _ := get(t, app, "GET", x.path+".xml")
		in := elements(t, doc)
		if !slices.Equal(in[""], []string{x.root}) || !slices.Equal(sorted(in[x.item]), sorted(fieldsOf[x.item])) {
			t.Errorf("%s.xml: root %v, %s has %v", x.path, in[""], x.item, in[x.item])
		}
		_, raw, _ := get(t, app, "GET", x.path+".json")
		var one map[string]any
		var many []map[string]any
		if err := json.Unmarshal([]byte(raw), &many); err == nil {
			one = many[0]
		} else if err := json.Unmarshal([]byte(raw), &one); err != nil || x.root != x.item {
			t.Fatalf("%s.json: %v %s", x.path, err, raw)
		}
		if !slices.Equal(keysOf(one), sorted(fieldsOf[x.item])) {
			t.Errorf("%s.json has %v", x.path, keysOf(one))
		}
	}
	_, doc, _ := get(t, app, "GET", "/discovery")
	if in := elements(t, doc); !slices.Equal(sorted(in["endpoint"]), sorted(fieldsOf["endpoint"])) || !slices.Equal(in["formats"], []string{"format"}) {
		t.Errorf("discovery: %v", in)
	}
}

func TestOpen311FiltersAsTheSpecificationSays(t *testing.T) {
	app := newOpen311(t, &fuse{})
	all := requestsOf(t, app, "")
	if len(all) != 39 {
		t.Fatalf("%d requests, want those of the publishing body", len(all))
	}
	ids := []string{all[3]["service_request_id"].(string), all[5]["service_request_id"].(string)}
	for query, want := range map[string]int{
		"?status=open": 29, "?status=closed": 10, "?status=open,closed": 39, "?service_code=0003": 39, "?service_code=0005": 0,
		"?service_code=0005,0003": 39, "?jurisdiction_id=roads": 39, "?start_date=2026-03-31T00:00:00%2B03:00": 2,
		"?end_date=2026-03-30T23:00:00%2B03:00": 37, "?start_date=2026-03-30T00:00:00Z&end_date=2026-03-31T00:00:00Z": 2,
		"?service_request_id=" + ids[0]: 1, "?service_request_id=" + strings.Join(ids, ",") + "&status=closed&start_date=2030-01-01T00:00:00Z": 2,
		"?service_request_id=unknown," + ids[1]: 1, "?start_date=2026-04-01": 1,
	} {
		if got := len(requestsOf(t, app, query)); got != want {
			t.Errorf("%s: %d requests, want %d", query, got, want)
		}
	}
	for path, want := range map[string]int{
		"/requests?status=odd": 400, "/requests?start_date=yesterday": 400, "/requests?page_size=0": 400, "/requests?page_size=1001": 400,
		"/requests?jurisdiction_id=quiet": 404, "/requests?jurisdiction_id=none": 404, "/services?jurisdiction_id=none": 404,
		"/services/0004": 404, "/services/0003.0009": 404, "/requests/unknown": 404, "/requests?service_request_id=unknown": 404, "/": 404,
		"/services/0003?jurisdiction_id=none": 404, "/requests/" + ids[0] + "?jurisdiction_id=none": 404, "/requests?page_size=7&x=%zz": 400,
		"/requests?after=nonsense": 400, "/requests/SECRETID000000000000000001": 404,
	} {
		if status, body, _ := get(t, app, "GET", path); status != want || !strings.Contains(body, fmt.Sprintf("<code>%d</code>", want)) {
			t.Errorf("%s: %d %s, want %d", path, status, body, want)
		}
	}
	if status, _, _ := get(t, app, "POST", "/requests.json"); status != 405 {
		t.Errorf("a request was taken: %d", status)
	}
}

func TestOpen311PagesLeadToEveryRequestOnce(t *testing.T) {
	app := newOpen311(t, &fuse{})
	seen := map[string]bool{}
	path := "/requests.json?page_size=7&jurisdiction_id=roads"
	for pages := 0; path != ""; pages++ {
		_, body, link := get(t, app, "GET", path)
		var list []map[string]any
		if err := json.Unmarshal([]byte(body), &list); err != nil || pages > 10 {
			t.Fatal(err, pages)
		}
		for _, r := range list {
			id := r["service_request_id"].(string)
			if seen[id] {
				t.Errorf("%s stands twice", id)
			}
			seen[id] = true
		}
		path = ""
		if link != "" {
			u, err := url.Parse(strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`))
			if err != nil || u.Host != "priem.example.ru" {
				t.Fatal(link, err)
			}
			path = strings.TrimPrefix(u.RequestURI(), Open311Base)
		}
	}
	if len(seen) != 39 {
		t.Errorf("%d of 39", len(seen))
	}
}

func TestOpen311TellsNothingOfPeople(t *testing.T) {
	app := newOpen311(t, &fuse{})
	for _, path := range []string{"/requests.json", "/requests.xml"} {
		_, body, _ := get(t, app, "GET", path)
		for _, secret := range []string{"Тайна", "Иванова", "esia", "Садовая", "SECRETID", ":49:", "T06:", "T09:"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
	}
	r := requestsOf(t, app, "?status=open")[0]
	if r["address"] != "Заречный" || r["agency_responsible"] != "Комитет дорог" || r["service_name"] != "Экономика" || r["lat"] != nil ||
		r["description"] != nil || r["requested_datetime"] != "2026-03-31T00:00:00+03:00" || r["expected_datetime"] != "2026-04-20T00:00:00+03:00" {
		t.Errorf("%v", r)
	}
	if closed := requestsOf(t, app, "?status=closed")[0]; closed["expected_datetime"] != nil || closed["status"] != "closed" {
		t.Errorf("%v", closed)
	}
}
