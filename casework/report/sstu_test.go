package report

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"priemnaya/casework"
	"priemnaya/casework/classifier"
	"priemnaya/casework/storetest"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sstu.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sstu.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func letters(_ context.Context, _ *casework.Case, a casework.Answer) (string, []byte, error) {
	return "otvet.txt", []byte(a.Text), nil
}

func assignable(code string) bool {
	topic, ok := classifier.Official().Topic(code)
	return ok && topic.Level >= 4
}

func (w *world) sstu() *SSTU {
	return &SSTU{Registry: w.Registry(), Letters: letters, Assignable: assignable}
}

// export reads an export back, file by file, and holds each to the schema.
func (w *world) export(ask Asking) ([]Appeal, Exported) {
	w.t.Helper()
	var buf bytes.Buffer
	out, err := w.sstu().Export(w.t.Context(), w.store, ask, &buf)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(buf.Bytes()), out
}

func (w *world) read(data []byte) []Appeal {
	w.t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		w.t.Fatal(err)
	}
	valid := schema(w.t)
	var all []Appeal
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			w.t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			w.t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			w.t.Fatalf("%s: %v", f.Name, err)
		}
		if err := valid.Validate(doc); err != nil {
			w.t.Errorf("%s: %v\n%s", f.Name, err, raw)
		}
		var a Appeal
		if err := json.Unmarshal(raw, &a); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

func TestEveryWayOfACaseIsExportedByTheSchema(t *testing.T) {
	w := newWorld(t)
	w.received(1, "roads")
	w.registered(2, "roads")
	w.answered(3, "roads", casework.OutcomeMeasures, 3)
	w.answered(4, "roads", casework.OutcomeSupported, 3)
	w.answered(5, "roads", casework.OutcomeNotSupported, 3)
	w.answered(6, "roads", casework.OutcomeExplained, 3)
	forwarded := w.registered(7, "roads")
	w.do(staff(casework.RoleRegistrar), forwarded.ID, casework.Forwarding{Body: "admin", Why: "Дорога не наша."})
	w.do(staff(casework.RoleRegistrar), forwarded.ID, casework.Registration{})
	gone := w.registered(8, "roads")
	w.do(casework.Citizen(gone.Applicant()), gone.ID, casework.Withdrawal{Reason: "Уже починили."})

	all, out := w.export(year())
	if len(out.Missing) != 0 || out.Appeals != len(all) {
		t.Errorf("%d appeals of %d; missing %+v", out.Appeals, len(all), out.Missing)
	}
	got := map[Status]int{}
	for _, a := range all {
		q := a.Questions[0]
		got[q.Status]++
		switch {
		case a.IsDirect != (a.CreateDate == ""):
			t.Errorf("direct %v with a covering letter of %q", a.IsDirect, a.CreateDate)
		case q.Status == StatusTransferred && (q.Transfer.DepartmentID != adminID || q.Transfer.TransferNumber != forwarded.Number):
			t.Errorf("transfer %+v", q.Transfer)
		case q.Status == StatusSupported && q.ActionsTaken == nil:
			t.Error("nothing is said of measures")
		}
	}
	want := map[Status]int{StatusNotRegistered: 1, StatusInWork: 2, StatusSupported: 2, StatusNotSupported: 1, StatusExplained: 1, StatusTransferred: 1}
	for status, n := range want {
		if got[status] != n {
			t.Errorf("%d × %s, want %d", got[status], status, n)
		}
	}
	if len(all) != 8 {
		t.Errorf("%d files, want 8: the withdrawn appeal is not reported", len(all))
	}
}

func TestAnAppealThatCameByForwardingNamesItsCoveringLetter(t *testing.T) {
	w := newWorld(t)
	c := w.registered(1, "roads")
	w.do(staff(casework.RoleRegistrar), c.ID, casework.Forwarding{Body: "admin", Why: "Дорога не наша."})
	w.do(staff(casework.RoleRegistrar), c.ID, casework.Registration{})
	ask := year()
	ask.Bodies = []string{"admin"}
	all, _ := w.export(ask)
	if len(all) != 1 || all[0].IsDirect || all[0].Number != c.Number || all[0].CreateDate != "2026-04-01" || all[0].DepartmentID != adminID {
		t.Errorf("%+v", all)
	}
}

func TestWhatIsMissingIsListedAndKeepsOnlyItselfOut(t *testing.T) {
	for name, x := range map[string]struct {
		spoil func(*casework.Case)
		body  string
		key   string
	}{
		"a body without its identifier": {func(*casework.Case) {}, "nameless", "sstu.department"},
		"no topic":                      {func(c *casework.Case) { c.Questions[0].Topic = "" }, "roads", "sstu.topic"},
		"a section for a topic":         {func(c *casework.Case) { c.Questions[0].Topic = "0003.0000.0000.0000" }, "roads", "sstu.topic_section"},
		"no name":                       {func(c *casework.Case) { c.Parties.Applicants[0].Name = casework.PersonName{} }, "roads", "sstu.name"},
		"no question":                   {func(c *casework.Case) { c.Questions = nil }, "roads", "sstu.questions"},
		"a changed journal":             {func(c *casework.Case) { c.Journal[0].Facts["channel"] = "paper" }, "roads", "sstu.corrupted"},
		"an answer beyond the limit":    {func(c *casework.Case) { c.Answers[0].Text = strings.Repeat("a", maxContent) }, "roads", "sstu.answer_large"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			good := w.answered(1, "roads", casework.OutcomeExplained, 1)
			bad := w.answered(2, x.body, casework.OutcomeExplained, 1)
			_, err := w.store.Update(t.Context(), bad.ID, func(c casework.Case) (casework.Case, error) {
				c = c.Clone()
				facts := map[string]string{}
				for k, v := range c.Journal[0].Facts {
					facts[k] = v
				}
				c.Journal[0].Facts = facts
				x.spoil(&c)
				return c, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			var buf bytes.Buffer
			sstu := w.sstu()
			if x.key != "sstu.corrupted" {
				// The spoilt field alone is what must be noticed.
				sstu.Verify = func(*casework.Case) error { return nil }
			}
			out, err := sstu.Export(t.Context(), w.store, year(), &buf)
			if err != nil {
				t.Fatal(err)
			}
			all := w.read(buf.Bytes())
			if len(all) != 1 || all[0].Number != good.Number || out.Appeals != 1 {
				t.Errorf("%d exported", len(all))
			}
			if len(out.Missing) != 1 || out.Missing[0].Key != x.key || out.Missing[0].Case != bad.ID {
				t.Errorf("missing %+v, want %s", out.Missing, x.key)
			}
		})
	}
}

func TestTheSchemaRefusesWhatTheSystemRefuses(t *testing.T) {
	valid := schema(t)
	good := `{"departmentId":"` + roadsID + `","isDirect":true,"format":"Other","number":"ОГ-1","name":"Н. Осокина","questions":[
		{"code":"` + topic + `","status":"Explained","incomingDate":"2026-04-01","registrationDate":"2026-04-02","responseDate":"2026-04-20",
		"attachment":{"name":"o.pdf","content":"QUJD"}}]}`
	for name, change := range map[string][2]string{
		"nothing changed":         {"", ""},
		"no department":           {`"departmentId":"` + roadsID + `",`, ""},
		"a department of letters": {roadsID, "roads"},
		"forwarded without date":  {`"isDirect":true`, `"isDirect":false`},
		"a date with a time":      {`"2026-04-20"`, `"2026-04-20T10:00:00"`},
		"the thirteenth month":    {"2026-04-20", "2026-13-20"},
		"a status of its own":     {"Explained", "Done"},
		"answered, no letter": {`,
		"attachment":{"name":"o.pdf","content":"QUJD"}`, ""},
		"answered, no date":      {`"responseDate":"2026-04-20",`, ""},
		"no questions":           {`"questions":[`, `"questions":[],"q":[`},
		"measures of no support": {`"status":"Explained"`, `"status":"Explained","actionsTaken":true`},
		"a code of three parts":  {topic, "0003.0009.0099"},
		"an unknown field":       {`"format"`, `"secret":1,"format"`},
	} {
		text := strings.Replace(good, change[0], change[1], 1)
		if change[0] != "" && text == good {
			t.Fatalf("%s changes nothing", name)
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := valid.Validate(doc); (err == nil) != (change[0] == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAThousandCasesAreExportedByTheSchemaAndTheBrokenOneIsListed(t *testing.T) {
	w := newWorld(t)
	bodies := []casework.Body{}
	for _, id := range []string{"zarechye-admin", "zarechye-roads", "zarechye-homes", "zarechye-health", "zarechye-buses"} {
		bodies = append(bodies, casework.Body{ID: id, Name: id, Level: casework.LevelMunicipal, Settings: casework.Settings{Department: roadsID}})
	}
	reg, err := casework.NewRegistry("r2", bodies, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.SetRegistry(reg)
	n := 0
	for i := 0; n < 1000; i++ {
		c := storetest.Sample(i)
		if c.Place.Body == "" {
			continue
		}
		n++
		if n == 500 {
			c.Journal[1].Actor = "somebody else"
		}
		if _, err := w.store.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	// The topics of the samples are made up.
	sstu := w.sstu()
	sstu.Assignable = nil
	var buf bytes.Buffer
	out, err := sstu.Export(t.Context(), w.store, year(), &buf)
	if err != nil {
		t.Fatal(err)
	}
	all := w.read(buf.Bytes())
	if len(all) != 999 || len(out.Missing) != 1 || out.Missing[0].Key != "sstu.corrupted" {
		t.Errorf("%d exported, %d missing, the first %+v", len(all), len(out.Missing), out.Missing[:min(len(out.Missing), 3)])
	}
}
