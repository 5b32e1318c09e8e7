package sites

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

// kept tells what stands in the house: cases, drafts, and what waits; the
// second value is how many blobs nothing kept refers to. A blob that is
// referred to and is not there is told in the first.
func (h *house) kept() (state string, strays int) {
	h.t.Helper()
	lines, named := []string{}, map[string]bool{}
	files := func(list []casework.File) string {
		out := ""
		for _, f := range list {
			out += " " + f.Name
			if _, err := h.files.get(f.ID); err != nil {
				out += " LOST"
			}
			named[f.ID] = true
		}
		return out
	}
	for _, row := range h.cases() {
		c, err := h.store.Get(h.t.Context(), row.ID)
		must(h.t, err)
		line := fmt.Sprintf("case %s, %d events:%s", c.Stage, len(c.Journal), files(c.Content.Files))
		for _, r := range c.Procedure.Requests {
			line += fmt.Sprintf(" asked, waits %v:", r.Waiting()) + files(r.Files)
		}
		for _, a := range c.Answers {
			files(a.Documents())
		}
		lines = append(lines, line)
	}
	for _, who := range []casework.Applicant{anna, boris} {
		drafts, err := h.office.Drafts(h.t.Context(), casework.Citizen(who))
		must(h.t, err)
		for _, d := range drafts {
			lines = append(lines, fmt.Sprintf("draft of %s: %.20s%s", who.Key, d.Text, files(d.Files)))
		}
	}
	lines = append(lines, h.waiting(files, named)...)
	for id := range h.files.blobs {
		if !named[id] {
			strays++
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), strays
}

// waiting tells of uploads, handed-over drafts, keys used once and texts of the
// widget.
func (h *house) waiting(files func([]casework.File) string, named map[string]bool) (lines []string) {
	h.t.Helper()
	for _, kind := range []string{kindUpload, kindHanded, kindOnce, kindWidget} {
		records, _, err := h.store.List(h.t.Context(), kind, "", casework.Window{Limit: 100})
		must(h.t, err)
		for _, r := range records {
			line := kind
			if kind == kindUpload {
				u, err := uploadOf(r)
				must(h.t, err)
				line += fmt.Sprintf(" %s at %d, taken %v, dropped %v", u.Name, u.Offset, u.Taken != "", u.Dropped)
				if u.File != nil && !u.Dropped {
					line += files([]casework.File{*u.File})
				}
				for _, p := range u.Parts {
					if _, err := h.files.get("part " + p); err != nil && u.File == nil && !u.Dropped {
						line += " LOST PIECE"
					}
					named["part "+p] = true
				}
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// deed is what is done at the door while something fails.
type deed struct {
	// prepare gives what is done.
	prepare func(h *house) func() answer
	// ok is the status of success.
	ok int
	// done is the status of a repetition of what was done and whose answer
	// was lost; 0 is ok.
	done int
	// again repeats what failed; nil is the deed itself.
	again func(h *house) answer
	// bears are the calls that it does without.
	bears []string
	// free is true where a repetition begins something new, which is swept.
	free bool
	// reads is true where nothing is written.
	reads bool
	// strays is how many blobs at most a failure leaves for the sweep of files.
	strays int
}

func TestAnAPIThatLosesAnyStepAnswersSoAndARepetitionDoesItOnce(t *testing.T) {
	for name, d := range apiDeeds {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, late %v", name, late), func(t *testing.T) { d.lose(t, late, judgeAPI) })
		}
	}
}

// judgeAPI tells what is wrong with the answer to a request that failed.
func judgeAPI(a answer, what string) string {
	status, code := 503, "unavailable"
	if strings.HasPrefix(what, "box.") {
		status, code = 500, "internal"
	}
	switch {
	case a.Status != status || a.text("code") != code || a.Header.Get("Content-Type") != problemMedia:
		return fmt.Sprintf("%d %s", a.Status, a.Body)
	case status == 503 && a.Header.Get("Retry-After") != "60":
		return "it is not told when to come again"
	case a.Header.Get("Location") != "" || a.Header.Get("Idempotent-Replayed") != "":
		return fmt.Sprintf("the headers of a success: %v", a.Header)
	}
	return ""
}

// lose does the deed with each of its steps failing in turn.
func (d deed) lose(t *testing.T, late bool, judge func(a answer, what string) string) {
	sound := openFragile(t)
	if a := d.prepare(sound)(); a.Status != d.ok {
		t.Fatalf("with a sound store: %d %s", a.Status, a.Body)
	}
	want, _ := sound.kept()
	for step := 1; step < 60; step++ {
		h := openFragile(t)
		act := d.prepare(h)
		before, _ := h.kept()
		h.fuse.arm(step, late)
		a := act()
		what := h.fuse.disarm()
		if what == "" {
			if step == 1 {
				t.Error("nothing was called")
			}
			return
		}
		if slices.Contains(d.bears, what) && a.Status == d.ok {
			continue
		}
		if wrong := judge(a, what); wrong != "" && !slices.Contains(d.bears, what) {
			t.Errorf("without %s (step %d): %s", what, step, wrong)
		}
		d.repeat(h, act, fmt.Sprintf("after the loss of %s (step %d)", what, step), before, want)
	}
	t.Error("there is no end of steps")
}

// repeat does the deed again with everything sound.
func (d deed) repeat(h *house, act func() answer, when, before, want string) {
	h.t.Helper()
	half, _ := h.kept()
	if strings.Contains(half, "LOST") {
		h.t.Errorf("%s: what is kept refers to what is not:\n%s", when, half)
	}
	a := answer{}
	if d.again != nil {
		a = d.again(h)
	} else {
		a = act()
	}
	done := d.done != 0 && a.Status == d.done && half != before
	if a.Status != d.ok && !done {
		h.t.Errorf("repeated %s: %d %s", when, a.Status, a.Body)
	}
	if d.free {
		h.pass(uploadLife + time.Second)
	}
	if _, err := h.sites.SweepUploads(h.t.Context()); err != nil {
		h.t.Errorf("%s the sweep fails: %v", when, err)
	}
	got, strays := h.kept()
	if got != want && !d.free {
		h.t.Errorf("repeated %s there is\n%s\ninstead of\n%s", when, got, want)
	}
	if d.free && strings.Contains(got, kindUpload) {
		h.t.Errorf("%s there stays\n%s", when, got)
	}
	if strays > d.strays {
		h.t.Errorf("%s %d blobs belong to nothing", when, strays)
	}
}

var annaProved = map[string]any{"provider": "esia", "idToken": "ROADS:anna", "accessToken": "a"}

// whole uploads a file in one piece.
func (h *house) whole(content string) string {
	h.t.Helper()
	up := h.upload(h.mine, len(content))
	if a := h.piece(up, 0, []byte(content)); a.text("complete") != "true" {
		h.t.Fatalf("piece: %d %s", a.Status, a.Body)
	}
	return up
}

// cut makes an upload whose last piece came just before the process ended.
func (h *house) cut(content string, more ...any) string {
	h.t.Helper()
	a := h.call(h.mine, "POST", "/api/v1/uploads", with(map[string]any{"name": "фонарь.jpg", "size": len(content)}, more...))
	site, err := h.sites.Directory.Get(h.t.Context(), "roads-site")
	must(h.t, err)
	u, err := h.sites.load(h.t.Context(), site, a.text("id"))
	must(h.t, err)
	half := len(content) / 2
	for i, piece := range []string{content[:half], content[half:]} {
		u.Parts = append(u.Parts, fmt.Sprintf("%s/%d-x", u.ID, i))
		must(h.t, h.files.KeepPart(h.t.Context(), u.Parts[i], strings.NewReader(piece)))
	}
	u.Offset = u.Size
	_, err = h.sites.save(h.t.Context(), site, u)
	must(h.t, err)
	return u.ID
}

// get makes a deed of reading.
func reading(target func(h *house) string) deed {
	return deed{ok: 200, prepare: func(h *house) func() answer {
		path := target(h)
		return func() answer { return h.call(h.mine, "GET", path, nil) }
	}}
}

// asked files an appeal and has the body ask about it.
func (h *house) asked() string {
	h.t.Helper()
	id := h.file(h.mine, "ROADS", "first-appeal-of-anna").text("id")
	h.ask(id)
	return id
}

// apiDeeds is what a site does; the files are taken from uploads in pieces.
var apiDeeds = map[string]deed{
	"bodies":  reading(func(*house) string { return "/api/v1/bodies" }),
	"changes": reading(func(h *house) string { h.asked(); return "/api/v1/changes" }),
	"a case":  reading(func(h *house) string { return "/api/v1/appeals/" + h.asked() }),
	"a term":  reading(func(h *house) string { return "/api/v1/appeals/" + h.asked() + "/terms/t1" }),
	"a file of an answer": reading(func(h *house) string {
		id := h.asked()
		return "/api/v1/appeals/" + id + "/files/" + h.answer(id).ID
	}),
	"an upload": reading(func(h *house) string { return "/api/v1/uploads/" + h.whole("abc") }),
	"an upload cut short": func() deed {
		d := reading(func(h *house) string { return "/api/v1/uploads/" + h.cut("abcd") })
		d.strays = 1
		return d
	}(),
	"a preview": {ok: 200, strays: 1, prepare: func(h *house) func() answer {
		body := with(appeal("ROADS"), "uploads", []string{h.whole("abc"), h.cut("abcd")}, "text", "На Липовой\r\nулице не горит фонарь у дома 4.")
		return func() answer { return h.call(h.mine, "POST", "/api/v1/appeals/preview", body) }
	}},
	"an appeal": {ok: 201, strays: 1, prepare: func(h *house) func() answer {
		body := with(appeal("ROADS"), "uploads", []string{h.whole("abc"), h.cut("abcd")}, "text", "На Липовой\r\nулице не горит фонарь у дома 4.")
		return func() answer {
			return h.call(h.mine, "POST", "/api/v1/appeals", body, "Idempotency-Key", "0123456789abcdef")
		}
	}},
	"an appeal filed before": {ok: 201, prepare: func(h *house) func() answer {
		h.file(h.mine, "ROADS", "0123456789abcdef")
		return func() answer {
			return h.call(h.mine, "POST", "/api/v1/appeals", appeal("ROADS"), "Idempotency-Key", "0123456789abcdef")
		}
	}},
	"a draft handed over": {ok: 202, strays: 1, prepare: func(h *house) func() answer {
		body := with(appeal("ROADS"), "person", nil, "uploads", []string{h.whole("abc"), h.cut("abcd")})
		return func() answer {
			return h.call(h.mine, "POST", "/api/v1/appeals", body, "Idempotency-Key", "0123456789abcdef")
		}
	}},
	"a clarification": {ok: 200, done: 409, strays: 1, prepare: func(h *house) func() answer {
		path := "/api/v1/appeals/" + h.asked() + "/clarification"
		body := map[string]any{"text": "У подъезда.", "uploads": []string{h.whole("abc"), h.cut("abcd")}, "person": annaProved}
		return func() answer { return h.call(h.mine, "POST", path, body) }
	}},
	"an upload begun": {ok: 201, free: true, prepare: func(h *house) func() answer {
		h.cut("abcd")
		h.whole("abc")
		h.pass(uploadLife + time.Second)
		return func() answer {
			return h.call(h.mine, "POST", "/api/v1/uploads", map[string]any{"name": "фонарь.jpg", "size": 3})
		}
	}},
	"a piece": {ok: 200, strays: 1, again: goOn(2), prepare: func(h *house) func() answer {
		up := h.upload(h.mine, 4)
		return func() answer { return h.piece(up, 0, []byte("abcd")[:2]) }
	}},
	"the last piece": {ok: 200, strays: 1, again: goOn(4), prepare: func(h *house) func() answer {
		up := h.upload(h.mine, 4)
		h.piece(up, 0, []byte("ab"))
		return func() answer { return h.piece(up, 2, []byte("cd")) }
	}},
	"an upload given up": {ok: 204, done: 404, prepare: func(h *house) func() answer {
		up := h.upload(h.mine, 4)
		h.piece(up, 0, []byte("ab"))
		return func() answer { return h.call(h.mine, "DELETE", "/api/v1/uploads/"+up, nil) }
	}},
	"a whole upload given up": {ok: 204, done: 404, prepare: func(h *house) func() answer {
		up := h.whole("abc")
		return func() answer { return h.call(h.mine, "DELETE", "/api/v1/uploads/"+up, nil) }
	}},
}

// goOn goes on with the one upload there is, as a site does that lost an answer:
// it asks for the place and sends what is missing up to a place.
func goOn(to int) func(h *house) answer {
	return func(h *house) answer {
		h.t.Helper()
		records, _, err := h.store.List(h.t.Context(), kindUpload, "", casework.Window{Limit: 2})
		must(h.t, err)
		u, err := uploadOf(records[0])
		must(h.t, err)
		a := h.call(h.mine, "GET", "/api/v1/uploads/"+u.ID, nil)
		at, _ := a.value("offset").(float64)
		if a.Status != 200 || int(at) == to {
			return a
		}
		return h.piece(u.ID, int(at), []byte("abcd")[int(at):to])
	}
}

func TestASweepThatFailsTellsAndTheNextOneDoesTheRest(t *testing.T) {
	for _, late := range []bool{false, true} {
		for step := 1; ; step++ {
			h := openFragile(t)
			h.cut("abcd")
			h.whole("abc")
			h.pass(uploadLife + time.Second)
			h.fuse.arm(step, late)
			_, err := h.sites.SweepUploads(context.Background())
			what := h.fuse.disarm()
			if what == "" {
				if err != nil || step < 5 {
					t.Errorf("%d steps, then %v", step, err)
				}
				break
			}
			if casework.CodeOf(err) != casework.Unavailable {
				t.Errorf("without %s (step %d): %v", what, step, err)
			}
			if _, err := h.sites.SweepUploads(context.Background()); err != nil {
				t.Errorf("after %s (step %d): %v", what, step, err)
			}
			if state, strays := h.kept(); state != "" || strays > 0 {
				t.Errorf("after %s (step %d) there stay %d blobs and %q", what, step, strays, state)
			}
		}
	}
}
