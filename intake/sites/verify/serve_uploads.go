package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// piecework is one upload.
type piecework struct {
	id, name, sum string
	size, offset  int64
	hash          hash.Hash
	// lost: the reply to the piece at lostAt was lost, and nothing came since.
	lost   bool
	lostAt int64
	// told is where the client was told to go on; -1 if it was not.
	told             int64
	touched, dropped bool
}

func (w *Watch) view(u *piecework) map[string]any {
	return map[string]any{"id": u.id, "size": u.size, "offset": u.offset, "partBytes": w.PartBytes, "complete": u.offset == u.size,
		"expiresAt": w.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339), "something_new": map[string]any{}}
}

var (
	hexForm    = regexp.MustCompile(`^[0-9a-f]{64}$`)
	offsetForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,17})$`)
)

func (w *Watch) beginUpload(k *call) {
	var q struct {
		Name   string `json:"name"`
		Size   int64  `json:"size"`
		SHA256 string `json:"sha256"`
	}
	if !w.read(k, &q) {
		return
	}
	if q.Name == "" || len([]rune(q.Name)) > 255 || q.Size < 1 || q.SHA256 != "" && !hexForm.MatchString(q.SHA256) {
		w.wrongForm(k, http.StatusUnprocessableEntity, "invalid", "wanted: name, size in bytes, and sha256 in small hex if at all")
		return
	}
	for _, u := range w.uploads {
		if u.name == q.Name && u.size == q.Size && u.lost {
			w.findings.fail(checkResume, "the reply to a piece was lost, and the same file was begun anew; send the piece again or ask for the upload, and go on at offset")
			u.dropped = true
		}
	}
	u := &piecework{id: random(), name: q.Name, size: q.Size, sum: q.SHA256, hash: sha256.New(), told: -1}
	w.uploads[u.id] = u
	k.out.Header().Set("Location", base+"/uploads/"+u.id)
	k.reply(http.StatusCreated, w.view(u))
}

// upload finds the upload of the address.
func (w *Watch) upload(k *call) *piecework {
	u := w.uploads[k.parts[1]]
	if u == nil || u.dropped {
		w.wrongForm(k, http.StatusNotFound, "not_found", "no upload has this ID")
		return nil
	}
	u.touched = true
	w.findings.pass(checkField)
	return u
}

func (w *Watch) showUpload(k *call) {
	if u := w.upload(k); u != nil {
		if u.lost {
			w.tell(u)
		}
		k.reply(http.StatusOK, w.view(u))
	}
}

func (w *Watch) dropUpload(k *call) {
	if u := w.upload(k); u != nil {
		u.dropped = true
		k.out.WriteHeader(http.StatusNoContent)
	}
}

// tell notes that the client learns where to go on. For a whole file that is
// all there is to do.
func (w *Watch) tell(u *piecework) {
	u.lost, u.told = false, u.offset
	if u.offset == u.size {
		w.findings.pass(checkResume)
	}
}

// takePiece loses the reply to the first piece of all.
func (w *Watch) takePiece(k *call) {
	u := w.upload(k)
	if u == nil {
		return
	}
	at := k.Header.Get("Upload-Offset")
	switch {
	case strings.ToLower(k.Header.Get("Content-Type")) != "application/octet-stream":
		w.wrongForm(k, http.StatusUnsupportedMediaType, "media_type", "Content-Type must be application/octet-stream")
		return
	case !offsetForm.MatchString(at) || len(k.body) == 0:
		w.wrongForm(k, http.StatusUnprocessableEntity, "invalid", "a piece has bytes and an Upload-Offset")
		return
	case len(k.body) > w.PartBytes:
		w.findings.fail(checkPiece, "a piece of %d bytes or more came, partBytes of the upload is %d", len(k.body), w.PartBytes)
		k.refuse(http.StatusRequestEntityTooLarge, "too_large")
		return
	}
	w.findings.pass(checkPiece)
	offset, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		k.refuse(http.StatusUnprocessableEntity, "invalid")
		return
	}
	if !w.inPlace(k, u, offset) {
		return
	}
	if u.offset+int64(len(k.body)) > u.size {
		w.wrongForm(k, http.StatusRequestEntityTooLarge, "too_large", "more bytes came than the upload was begun with")
		return
	}
	u.hash.Write(k.body)
	u.offset += int64(len(k.body))
	whole := w.whole(u)
	if !w.pieceCut {
		w.pieceCut, u.lost, u.lostAt = true, true, offset
		panic(http.ErrAbortHandler)
	}
	if !whole {
		k.refuse(http.StatusUnprocessableEntity, "invalid")
		return
	}
	k.reply(http.StatusOK, w.view(u))
}

// inPlace judges where a piece belongs; false means it was refused.
func (w *Watch) inPlace(k *call, u *piecework, offset int64) bool {
	repeated := u.lost && offset == u.lostAt
	switch {
	case u.told >= 0 && offset != u.told:
		w.findings.fail(checkResume, "the upload was told to go on at %d and went on at %d", u.told, offset)
	case u.told >= 0 && u.told < u.size:
		w.findings.pass(checkResume)
	case u.lost && !repeated:
		w.findings.fail(checkResume, "the reply to the piece at %d was lost, and the next came for %d without a question; whether a piece was taken only we know", u.lostAt, offset)
	case offset != u.offset && !repeated:
		w.findings.fail(checkSequence, "a piece came for %d, the next byte wanted is %d", offset, u.offset)
	}
	if offset == u.offset && u.offset < u.size {
		u.told, u.lost = -1, false
		w.findings.pass(checkSequence)
		return true
	}
	w.tell(u)
	k.refuse(http.StatusConflict, "offset", "offset", u.offset)
	return false
}

// whole judges a file whose last piece has come; any other has time.
func (w *Watch) whole(u *piecework) bool {
	if u.offset < u.size {
		return true
	}
	if got := hex.EncodeToString(u.hash.Sum(nil)); u.sum != "" && got != u.sum {
		w.findings.fail(checkWhole, "the bytes that came have not the sha256 announced; after a resume go on with the bytes at offset")
		return false
	}
	w.findings.pass(checkWhole)
	return true
}
