package order

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report"
	"priemnaya/casework/storetest"
)

// parts keeps files in memory and fails while it is told to.
type parts struct {
	mu    sync.Mutex
	files map[string][]byte
	fail  bool
}

func (p *parts) KeepPart(_ context.Context, name string, content io.Reader) error {
	data, err := io.ReadAll(content)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail {
		return casework.Fail(casework.Unavailable, "test", "")
	}
	if err == nil {
		p.files[name] = data
	}
	return err
}

func (p *parts) OpenPart(_ context.Context, name string) (io.ReadCloser, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return io.NopCloser(bytes.NewReader(p.files[name])), nil
}

func (p *parts) DropPart(_ context.Context, name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.files, name)
	return nil
}

type bench struct {
	*Desk
	parts *parts
	now   time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{parts: &parts{files: map[string][]byte{}}, now: time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)}
	reg, err := casework.NewRegistry("r", []casework.Body{{ID: "roads", Name: "Комитет дорог"}, {ID: "water", Name: "Водоканал"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	store := storetest.NewMemory(func() time.Time { return b.now }, nil)
	b.Desk, err = New(Config{Shelf: store, Source: store, Parts: b.parts, Registry: func() *casework.Registry { return reg },
		Now:   func() time.Time { return b.now },
		SSTU:  func(context.Context) (*report.SSTU, error) { return &report.SSTU{Registry: reg}, nil },
		Words: func(string) report.Words { return func(id string) string { return id } }, Grounds: func() []string { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func watcher(body string) casework.Actor {
	return casework.Actor{ID: "staff:" + body, Grants: []casework.Grant{{Role: casework.RoleSupervisor, Body: body}}}
}

func april(kind string) Order {
	return Order{Kind: kind, From: casework.NewDate(2026, 4, 1), To: casework.NewDate(2026, 4, 30)}
}

func TestAnOrderIsMadeInTheBackgroundAndGivenToItsOwnerOnly(t *testing.T) {
	b := newBench(t)
	for _, kind := range Kinds() {
		o, err := b.Ask(t.Context(), watcher("roads"), april(kind))
		if err != nil || o.State != Waiting || len(o.Bodies) != 1 || o.Bodies[0] != "roads" || o.Format != Formats(kind)[0] {
			t.Fatalf("%s: %+v, %v", kind, o, err)
		}
		if _, _, err := b.Open(t.Context(), watcher("roads"), o.ID); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("an order that waits is opened: %v", err)
		}
		if err := b.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		done, file, err := b.Open(t.Context(), watcher("roads"), o.ID)
		if err != nil || done.State != Done {
			t.Fatalf("%s: %+v, %v", kind, done, err)
		}
		if data, _ := io.ReadAll(file); len(data) == 0 {
			t.Errorf("%s: the file is empty", kind)
		}
		if _, err := b.Get(t.Context(), watcher("water"), o.ID); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("another supervisor has it: %v", err)
		}
		gone := watcher("roads")
		gone.Grants[0].Body = "water"
		if _, err := b.Get(t.Context(), gone, o.ID); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("who lost the right has it: %v", err)
		}
	}
}

func TestWhatIsOrderedWronglyIsRefusedAtItsField(t *testing.T) {
	b := newBench(t)
	for field, change := range map[string]func(*Order){
		"kind": func(o *Order) { o.Kind = "other" }, "from": func(o *Order) { o.From = casework.Date{} },
		"to": func(o *Order) { o.To = casework.NewDate(2026, 3, 1) }, "body": func(o *Order) { o.Bodies = []string{"water"} },
	} {
		o := april("form")
		change(&o)
		_, err := b.Ask(t.Context(), watcher("roads"), o)
		var e *casework.Error
		if casework.CodeOf(err) != casework.Invalid || !asError(err, &e) || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	officer := casework.Actor{ID: "staff:o", Grants: []casework.Grant{{Role: casework.RoleOfficer, Body: "roads"}}}
	if _, err := b.Ask(t.Context(), officer, april("form")); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("an officer: %v", err)
	}
	for range MostOpen {
		if _, err := b.Ask(t.Context(), watcher("roads"), april("form")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Ask(t.Context(), watcher("roads"), april("form")); casework.CodeOf(err) != casework.TooMany {
		t.Errorf("one too many: %v", err)
	}
}

func asError(err error, into **casework.Error) bool {
	e, ok := err.(*casework.Error)
	*into = e
	return ok
}

func TestAnOrderOfAWorkerThatDiedIsMadeAgainAfterItsHold(t *testing.T) {
	b := newBench(t)
	o, err := b.Ask(t.Context(), watcher("roads"), april("monthly"))
	if err != nil {
		t.Fatal(err)
	}
	// A worker took it, left half a file and died.
	o.State, o.Until, o.Part = Running, b.now.Add(lease), "report/half"
	b.parts.files["report/half"] = []byte("half")
	if err := b.save(t.Context(), &o); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if held, _ := b.Get(t.Context(), watcher("roads"), o.ID); held.State != Running {
		t.Errorf("taken while it is held: %s", held.State)
	}
	b.now = b.now.Add(lease + time.Second)
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if done, _ := b.Get(t.Context(), watcher("roads"), o.ID); done.State != Done || len(b.parts.files) != 1 || b.parts.files[done.Part] == nil {
		t.Errorf("%+v, files %d", done, len(b.parts.files))
	}
	b.now = b.now.Add(Life)
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list, _ := b.List(t.Context(), watcher("roads")); len(list) != 0 || len(b.parts.files) != 0 {
		t.Errorf("after its time: %d orders, %d files", len(list), len(b.parts.files))
	}
}

func TestAnOrderThatCannotBeMadeSaysSo(t *testing.T) {
	b := newBench(t)
	b.parts.fail = true
	o, err := b.Ask(t.Context(), watcher("roads"), april("form"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o, _ = b.Get(t.Context(), watcher("roads"), o.ID); o.State != Failed || o.Finished.IsZero() {
		t.Errorf("%+v", o)
	}
}

func TestTablesAreWrittenInEveryFormatAndNoOther(t *testing.T) {
	for _, format := range Formats("form") {
		var out strings.Builder
		if err := WriteTable(&out, report.Table{Name: "x", Title: "X"}, format, func(id string) string { return id }); err != nil || out.Len() == 0 {
			t.Errorf("%s: %v", format, err)
		}
	}
	if err := WriteTable(io.Discard, report.Table{}, "exe", nil); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("exe: %v", err)
	}
}
