package sites

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

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
