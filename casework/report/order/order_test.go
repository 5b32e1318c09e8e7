package order

import (
	"bytes"
	"context"
	"io"
	"slices"
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
	if name == "" {
		return casework.Fail(casework.Invalid, "test", "")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.files, name)
	return nil
}

type bench struct {
	*Desk
	store *storetest.Memory
	parts *parts
	now   time.Time
	// read is called before each reading of a case.
	read func()
}

// slow is the store as a report reads it.
type slow struct{ *bench }

func (s slow) Page(ctx context.Context, q casework.Query) (casework.Page, error) {
	return s.store.Page(ctx, q)
}

func (s slow) Get(ctx context.Context, id string) (casework.Case, error) {
	if s.read != nil {
		s.read()
	}
	return s.store.Get(ctx, id)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{parts: &parts{files: map[string][]byte{}}, now: time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)}
	reg, err := casework.NewRegistry("r", []casework.Body{{ID: "roads", Name: "Комитет дорог"}, {ID: "water", Name: "Водоканал"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.store = storetest.NewMemory(func() time.Time { return b.now }, nil)
	b.Desk, err = New(Config{Shelf: b.store, Source: slow{b}, Parts: b.parts, Registry: func() *casework.Registry { return reg },
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

// cases puts n samples into the store and gives the bodies they lie at.
func (b *bench) cases(t *testing.T, n int) []string {
	t.Helper()
	var bodies []string
	for i := range n {
		c, err := b.store.Create(t.Context(), storetest.Sample(i))
		if err != nil {
			t.Fatal(err)
		}
		if id := c.Place.Body; id != "" && !slices.Contains(bodies, id) {
			bodies = append(bodies, id)
		}
	}
	var list []casework.Body
	for _, id := range bodies {
		list = append(list, casework.Body{ID: id, Name: "Орган " + id})
	}
	reg, err := casework.NewRegistry("r", list, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.cfg.Registry = func() *casework.Registry { return reg }
	return bodies
}

func TestAReportCountsTheBodiesAndDaysThatWereAskedForOnly(t *testing.T) {
	b := newBench(t)
	bodies := b.cases(t, 60)
	if len(bodies) < 2 {
		t.Fatalf("all samples lie at %v", bodies)
	}
	year := report.Asking{From: casework.NewDate(2026, 1, 1), To: casework.NewDate(2026, 12, 31)}
	whole, came := 0, func(ask report.Asking) (heads []string, n int) {
		table, err := b.Table(t.Context(), "monthly", ask)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table.Rows {
			heads = append(heads, row.Head)
		}
		return heads, table.Rows[len(table.Rows)-1].Cells[0].N
	}
	for _, id := range bodies {
		ask := year
		ask.Bodies = []string{id}
		heads, n := came(ask)
		if len(heads) != 2 || heads[0] != "Орган "+id || n == 0 {
			t.Errorf("%s: %d came, rows %v", id, n, heads)
		}
		whole += n
	}
	year.Bodies = bodies
	if _, n := came(year); n != whole {
		t.Errorf("all bodies have %d, each of them %d in sum", n, whole)
	}
	if heads, n := came(report.Asking{Bodies: bodies, From: casework.NewDate(2025, 1, 1), To: casework.NewDate(2025, 12, 31)}); n != 0 || len(heads) != 1 {
		t.Errorf("the year before: %d came, rows %v", n, heads)
	}
}

func TestALongReportSaysHowFarItIsAndStopsForAQuickerWorker(t *testing.T) {
	for name, taken := range map[string]bool{"left alone": false, "taken by another": true} {
		b := newBench(t)
		bodies := b.cases(t, 320)
		by := casework.Actor{ID: "staff:all", Grants: []casework.Grant{{Role: casework.RoleSupervisor, Body: casework.Everywhere}}}
		o, err := b.Ask(t.Context(), by, Order{Kind: "monthly", From: casework.NewDate(2026, 1, 1), To: casework.NewDate(2026, 12, 31), Bodies: bodies})
		if err != nil {
			t.Fatal(err)
		}
		var seen []int
		reads := 0
		b.read = func() {
			reads++
			b.now = b.now.Add(20 * time.Millisecond)
			held, err := b.Get(t.Context(), by, o.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(seen) == 0 || seen[len(seen)-1] != held.Read {
				seen = append(seen, held.Read)
			}
			if taken && held.Read == 100 && held.Lang == "" {
				held.Lang = "en"
				if err := b.save(t.Context(), &held); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := b.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		after, err := b.Get(t.Context(), by, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		if taken {
			if after.State != Running || after.Lang != "en" || reads >= 300 {
				t.Errorf("%s: %s after %d readings", name, after.State, reads)
			}
			continue
		}
		if after.State != Done || !slices.Equal(seen, []int{0, 100, 200, 300}) {
			t.Errorf("%s: %s, progress %v", name, after.State, seen)
		}
	}
}

func TestNobodyHasNoOrders(t *testing.T) {
	b := newBench(t)
	if _, err := b.Ask(t.Context(), watcher("roads"), april("form")); err != nil {
		t.Fatal(err)
	}
	if list, err := b.List(t.Context(), casework.Actor{}); casework.CodeOf(err) != casework.Unauthenticated || len(list) != 0 {
		t.Errorf("%d orders, %v", len(list), err)
	}
	if _, err := New(Config{}); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("a desk of nothing: %v", err)
	}
	if got := Formats("sstu"); !slices.Equal(got, []string{"zip"}) {
		t.Errorf("the state's export comes as %v", got)
	}
}
