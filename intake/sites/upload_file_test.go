package sites

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"
	"time"

	"priemnaya/casework"
)

func (h *house) piece(id string, at int, piece []byte) answer {
	h.t.Helper()
	return h.call(h.mine, "PATCH", "/api/v1/uploads/"+id, piece, "Upload-Offset", fmt.Sprint(at))
}

func TestAnUploadGoesOnWhereItBroke(t *testing.T) {
	h := openHouse(t)
	whole := bytes.Repeat([]byte("0123456789"), 100)
	sum := sha256.Sum256(whole)
	begun := h.call(h.mine, "POST", "/api/v1/uploads", map[string]any{"name": "план.pdf", "size": len(whole), "sha256": hex.EncodeToString(sum[:])})
	id := begun.text("id")
	if begun.Header.Get("Location") != "/api/v1/uploads/"+id {
		t.Errorf("location %q", begun.Header.Get("Location"))
	}
	if a := h.piece(id, 0, whole[:300]); a.Status != 200 || a.text("offset") != "300" {
		t.Fatalf("first: %d %s", a.Status, a.Body)
	}
	// Its answer was lost: the site sends it again, and one that is not next.
	for _, at := range []int{0, 301, 1000} {
		if a := h.piece(id, at, whole[:10]); a.Status != 409 || a.text("code") != "offset" || a.text("offset") != "300" {
			t.Errorf("at %d: %d %s", at, a.Status, a.Body)
		}
	}
	h.openSites()
	if a := h.call(h.mine, "GET", "/api/v1/uploads/"+id, nil); a.text("offset") != "300" || a.text("complete") != "false" {
		t.Errorf("after a restart: %s", a.Body)
	}
	if a := h.piece(id, 300, whole[300:]); a.text("complete") != "true" {
		t.Fatalf("last: %d %s", a.Status, a.Body)
	}
	filed := h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "uploads", []string{id}), "Idempotency-Key", "0123456789abcdef")
	c, err := h.store.Get(t.Context(), filed.text("id"))
	must(t, err)
	if len(c.Content.Files) != 1 || c.Content.Files[0].SHA256 != hex.EncodeToString(sum[:]) || c.Content.Files[0].Name != "план.pdf" {
		t.Errorf("files %+v", c.Content.Files)
	}
	if n := h.files.count(); n != 1 {
		t.Errorf("%d blobs are left, the pieces with them", n)
	}
	if a := h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "uploads", []string{id}), "Idempotency-Key", "another-key-of-anna"); a.Status != 422 {
		t.Errorf("attached twice: %d %s", a.Status, a.Body)
	}
	again := h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "uploads", []string{id}), "Idempotency-Key", "0123456789abcdef")
	if !bytes.Equal(again.Body, filed.Body) {
		t.Errorf("repeated: %d %s", again.Status, again.Body)
	}
}

func TestOfTwoPiecesForOnePlaceOneIsTaken(t *testing.T) {
	h := openHouse(t)
	id := h.upload(h.mine, 40)
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[int]int{}
	for i := range 6 {
		r := h.request(h.mine, "PATCH", "/api/v1/uploads/"+id, bytes.Repeat([]byte{byte('a' + i)}, 20), "Upload-Offset", "0")
		wg.Go(func() {
			a := h.send(r)
			mu.Lock()
			defer mu.Unlock()
			got[a.Status]++
		})
	}
	wg.Wait()
	if got[200] != 1 || got[409] != 5 || h.files.count() != 1 {
		t.Errorf("answers %v, %d pieces", got, h.files.count())
	}
}

func TestAnUploadThatIsTooLargeIsRefusedBeforeItsFirstByte(t *testing.T) {
	h := openHouse(t)
	if a := h.call(h.mine, "POST", "/api/v1/uploads", map[string]any{"name": "фильм.mp4", "size": int64(4) << 30}); a.Status != 413 ||
		a.text("errors.0.code") != "file.too_large" {
		t.Errorf("4 GB: %d %s", a.Status, a.Body)
	}
	id := h.upload(h.mine, 10)
	if a := h.piece(id, 0, make([]byte, 11)); a.Status != 413 {
		t.Errorf("more than announced: %d %s", a.Status, a.Body)
	}
	big := h.upload(h.mine, PartBytes+1)
	if a := h.piece(big, 0, make([]byte, PartBytes+1)); a.Status != 413 {
		t.Errorf("a piece that is too large: %d", a.Status)
	}
}

func TestAFileThatIsNotThePromisedOneIsNotKept(t *testing.T) {
	h := openHouse(t)
	sum := sha256.Sum256([]byte("abc"))
	a := h.call(h.mine, "POST", "/api/v1/uploads", map[string]any{"name": "a.pdf", "size": 3, "sha256": hex.EncodeToString(sum[:])})
	if a := h.piece(a.text("id"), 0, []byte("abd")); a.Status != 422 || a.text("errors.0.code") != "sites.sum_other" {
		t.Errorf("another sum: %d %s", a.Status, a.Body)
	}
	b := h.upload(h.mine, 3)
	if a := h.piece(b, 0, []byte("BAD")); a.text("errors.0.code") != "file.type_not_allowed" {
		t.Errorf("a kind that is not permitted: %s", a.Body)
	}
	if n := h.files.count(); n != 0 {
		t.Errorf("%d blobs are left", n)
	}
}

func TestUploadsOfAnotherSiteDoNotExist(t *testing.T) {
	h := openHouse(t)
	id := h.upload(h.mine, 3)
	h.piece(id, 0, []byte("abc"))
	missing := h.call(h.other, "GET", "/api/v1/uploads/00000000000000000000000000000000", nil)
	for _, method := range []string{"GET", "DELETE"} {
		if a := h.call(h.other, method, "/api/v1/uploads/"+id, nil); a.Status != 404 || !bytes.Equal(a.Body, missing.Body) {
			t.Errorf("%s: %d %s", method, a.Status, a.Body)
		}
	}
	if a := h.call(h.other, "POST", "/api/v1/appeals/preview", with(appeal("HEALTH"), "uploads", []string{id})); a.Status != 422 || a.text("errors.0.code") != "sites.no_upload" {
		t.Errorf("attached: %d %s", a.Status, a.Body)
	}
}

func TestWhatNobodyAttachesIsSweptAndWhatIsAttachedStays(t *testing.T) {
	h := openHouse(t)
	kept := h.upload(h.mine, 3)
	h.piece(kept, 0, []byte("abc"))
	filed := h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "uploads", []string{kept}), "Idempotency-Key", "0123456789abcdef")
	open := h.upload(h.mine, 6)
	h.piece(open, 0, []byte("abc"))
	whole := h.upload(h.mine, 3)
	h.piece(whole, 0, []byte("abd"))
	h.pass(uploadLife + time.Second)
	if n, err := h.sites.SweepUploads(t.Context()); n != 3 || err != nil {
		t.Fatalf("swept %d: %v", n, err)
	}
	c, err := h.store.Get(t.Context(), filed.text("id"))
	must(t, err)
	if _, err := h.files.get(c.Content.Files[0].ID); err != nil || h.files.count() != 1 {
		t.Errorf("the file of the case: %v, %d blobs", err, h.files.count())
	}
	if a := h.call(h.mine, "GET", "/api/v1/uploads/"+open, nil); a.Status != 404 {
		t.Errorf("a swept upload: %d", a.Status)
	}
}

func TestADroppedUploadCannotBeTakenAndATakenOneCannotBeDropped(t *testing.T) {
	h := openHouse(t)
	id := h.upload(h.mine, 3)
	h.piece(id, 0, []byte("abc"))
	site, err := h.sites.Directory.Get(t.Context(), "roads-site")
	must(t, err)
	stale, err := h.sites.load(t.Context(), site, id)
	must(t, err)
	h.call(h.mine, "POST", "/api/v1/appeals", with(appeal("ROADS"), "uploads", []string{id}), "Idempotency-Key", "0123456789abcdef")
	// Whoever read the upload before it was taken may not delete its file.
	if err := h.sites.discard(t.Context(), site, stale); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("a stale discard: %v", err)
	}
	if a := h.call(h.mine, "DELETE", "/api/v1/uploads/"+id, nil); a.Status != 204 || h.files.count() != 1 {
		t.Errorf("dropped after it was taken: %d, %d blobs", a.Status, h.files.count())
	}
}
