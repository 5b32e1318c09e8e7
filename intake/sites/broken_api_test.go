package sites

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"priemnaya/casework"
)

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
