package sites

import (
	"context"
	"strings"
	"testing"

	"priemnaya/casework"
)

// quickerShelf lets somebody else act just before a record of the kind is
// saved.
type quickerShelf struct {
	casework.Shelf
	kind      string
	meanwhile func()
}

func (s *quickerShelf) Put(ctx context.Context, r casework.Record) (casework.Record, error) {
	if do := s.meanwhile; r.Kind == s.kind && do != nil {
		s.meanwhile = nil
		do()
	}
	return s.Shelf.Put(ctx, r)
}

func TestWhoFinishesAnUploadSecondLeavesTheFirstOnesFile(t *testing.T) {
	h := openFragile(t)
	path := "/api/v1/uploads/" + h.cut("abcd")
	h.sites.Shelf = &quickerShelf{h.sites.Shelf, kindUpload, func() {
		if a := h.call(h.mine, "GET", path, nil); a.text("complete") != "true" {
			t.Errorf("the quicker one: %d %s", a.Status, a.Body)
		}
	}}
	if a := h.call(h.mine, "GET", path, nil); a.Status != 200 || a.text("complete") != "true" {
		t.Errorf("the slower one: %d %s", a.Status, a.Body)
	}
	if state, strays := h.kept(); state != "site-upload фонарь.jpg at 4, taken false, dropped false фонарь.jpg" || strays > 0 {
		t.Errorf("%d blobs belong to nothing, and there is\n%s", strays, state)
	}
}

func TestWhoFinishesSecondAndLosesAStepIsToldAndAsksAgain(t *testing.T) {
	for step := 1; step <= 3; step++ {
		h := openFragile(t)
		path := "/api/v1/uploads/" + h.cut("abcd")
		h.sites.Shelf = &quickerShelf{h.sites.Shelf, kindUpload, func() {
			h.call(h.mine, "GET", path, nil)
			h.fuse.arm(step, false)
		}}
		a := h.call(h.mine, "GET", path, nil)
		what := h.fuse.disarm()
		if a.Status != 503 || what == "" {
			t.Errorf("without %q (step %d): %d %s", what, step, a.Status, a.Body)
		}
		if a := h.call(h.mine, "GET", path, nil); a.Status != 200 || a.text("complete") != "true" {
			t.Errorf("after the loss of %q: %d %s", what, a.Status, a.Body)
		}
		if state, _ := h.kept(); strings.Contains(state, "LOST") {
			t.Errorf("after the loss of %q there is\n%s", what, state)
		}
	}
}

func TestAnUploadGivenUpWhileItIsFinishedIsGone(t *testing.T) {
	h := openFragile(t)
	path := "/api/v1/uploads/" + h.cut("abcd")
	h.sites.Shelf = &quickerShelf{h.sites.Shelf, kindUpload, func() {
		if a := h.call(h.mine, "DELETE", path, nil); a.Status != 204 {
			t.Errorf("given up: %d %s", a.Status, a.Body)
		}
	}}
	if a := h.call(h.mine, "GET", path, nil); a.Status != 404 {
		t.Errorf("finished: %d %s", a.Status, a.Body)
	}
	if n := h.files.count(); n > 0 {
		t.Errorf("%d blobs are left", n)
	}
}

func TestAnUploadFinishedWhileItIsGivenUpIsGivenUpAllTheSame(t *testing.T) {
	h := openFragile(t)
	path := "/api/v1/uploads/" + h.cut("abcd")
	h.sites.Shelf = &quickerShelf{h.sites.Shelf, kindUpload, func() { h.call(h.mine, "GET", path, nil) }}
	if a := h.call(h.mine, "DELETE", path, nil); a.Status != 204 {
		t.Errorf("given up: %d %s", a.Status, a.Body)
	}
	if a := h.call(h.mine, "GET", path, nil); a.Status != 404 || h.files.count() > 0 {
		t.Errorf("afterwards: %d, %d blobs", a.Status, h.files.count())
	}
}

func TestASlowPieceGivesWayToTheOneThatCameFirst(t *testing.T) {
	for step := 0; step < 4; step++ {
		h := openFragile(t)
		up := h.upload(h.mine, 8)
		// The piece that is kept is dropped again; each step of that may fail.
		h.sites.Shelf = &quickerShelf{h.sites.Shelf, kindUpload, func() {
			h.piece(up, 0, []byte("abcd"))
			if step > 0 {
				h.fuse.arm(step, false)
			}
		}}
		a := h.piece(up, 0, []byte("xy"))
		what := h.fuse.disarm()
		if what != "" && a.Status != 503 {
			t.Errorf("without %s: %d %s", what, a.Status, a.Body)
		}
		if what == "" && (a.Status != 409 || a.text("code") != "offset" || a.text("offset") != "4") {
			t.Errorf("the slower one: %d %s", a.Status, a.Body)
		}
		if a := h.piece(up, 4, []byte("efgh")); a.text("complete") != "true" {
			t.Errorf("after %q the rest: %d %s", what, a.Status, a.Body)
		}
		if state, strays := h.kept(); state != "site-upload фонарь.jpg at 8, taken false, dropped false фонарь.jpg" || strays > 0 && what != "DropPart" && what != "Put "+kindUpload {
			t.Errorf("after %q %d blobs belong to nothing, and there is\n%s", what, strays, state)
		}
	}
}

func TestOneUploadNeverBelongsToTwoAppeals(t *testing.T) {
	for kind, finished := range map[string]bool{kindOnce: true, kindUpload: false, kindHanded: true} {
		h := openFragile(t)
		up := ""
		if finished {
			up = h.whole("abcd")
		} else {
			up = h.cut("abcd")
		}
		first, second := with(appeal("ROADS"), "uploads", []string{up}), with(appeal("ROADS"), "uploads", []string{up}, "text", "У дома 8 упало дерево.")
		if kind == kindHanded {
			second["person"] = nil
			kind = kindUpload
		}
		h.sites.Shelf = &quickerShelf{h.sites.Shelf, kind, func() {
			if a := h.call(h.mine, "POST", "/api/v1/appeals", first, "Idempotency-Key", "the-quicker-of-two"); a.Status != 201 {
				t.Errorf("the quicker one: %d %s", a.Status, a.Body)
			}
		}}
		a := h.call(h.mine, "POST", "/api/v1/appeals", second, "Idempotency-Key", "the-slower-of-two")
		if a.Status != 422 && a.Status != 409 {
			t.Errorf("at %s, finished %v, the slower one: %d %s", kind, finished, a.Status, a.Body)
		}
		// Without the upload, or with one of its own, it may come again.
		again := h.call(h.mine, "POST", "/api/v1/appeals", second, "Idempotency-Key", "the-slower-of-two")
		if again.Status != 422 || again.text("errors.0.code") != "sites.no_upload" || len(h.cases()) != 1 {
			t.Errorf("at %s, repeated: %d %s, %d cases", kind, again.Status, again.Body, len(h.cases()))
		}
	}
}
