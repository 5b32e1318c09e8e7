package verify

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// filing is one appeal, by its key.
type filing struct {
	// sum is that of the appeal without the tokens, which a retry may renew.
	sum [32]byte
	// lost: the reply was lost and the appeal has not come again.
	lost bool
	// id is empty until the receipt has left, and for a draft.
	id    string
	done  bool
	tries int
}

// route finds the operation of a request; nil is none.
func (w *Watch) route(k *call) func(*call) {
	if !strings.HasPrefix(k.URL.Path, base+"/") {
		return nil
	}
	shape := slices.Clone(k.parts)
	for i := 1; i < len(shape); i += 2 {
		if shape[i] != "preview" && shape[i] != "clarification" {
			shape[i] = "*"
		}
	}
	return map[string]func(*call){
		"GET bodies":                   w.listBodies,
		"GET topics":                   w.listTopics,
		"GET procedures":               w.listProcedures,
		"POST appeals/preview":         w.previewAppeal,
		"POST appeals":                 w.fileAppeal,
		"GET appeals/*":                w.showAppeal,
		"GET appeals/*/terms/*":        w.explainTerm,
		"GET appeals/*/files/*":        func(k *call) { k.refuse(http.StatusNotFound, "not_found") },
		"POST appeals/*/clarification": func(k *call) { k.refuse(http.StatusConflict, "conflict") },
		"GET changes":                  w.listChanges,
		"POST uploads":                 w.beginUpload,
		"GET uploads/*":                w.showUpload,
		"PATCH uploads/*":              w.takePiece,
		"DELETE uploads/*":             w.dropUpload,
	}[k.Method+" "+strings.Join(shape, "/")]
}

// wrongForm refuses a request that openapi.json does not allow.
func (w *Watch) wrongForm(k *call, status int, code, format string, args ...any) {
	w.findings.fail(checkForm, "%s %s: %s", k.Method, k.URL.Path, fmt.Sprintf(format, args...))
	k.refuse(status, code)
}

// read takes the JSON of a request; false means it was refused.
func (w *Watch) read(k *call, into any) bool {
	if kind, _, _ := strings.Cut(strings.ToLower(k.Header.Get("Content-Type")), ";"); strings.TrimSpace(kind) != "application/json" {
		w.wrongForm(k, http.StatusUnsupportedMediaType, "media_type", "Content-Type must be application/json")
		return false
	}
	d := json.NewDecoder(bytes.NewReader(k.body))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.Decode(&struct{}{}) != io.EOF {
		err = fmt.Errorf("more than one value")
	}
	if err != nil {
		w.wrongForm(k, http.StatusBadRequest, "json", "the body is not what the schema says: %s", strings.TrimPrefix(err.Error(), "json: "))
		return false
	}
	return true
}

// appeal has the fields of the schema Appeal.
type appeal struct {
	Procedure string          `json:"procedure"`
	Kind      string          `json:"kind"`
	Body      string          `json:"body"`
	Applicant *applicant      `json:"applicant"`
	Text      string          `json:"text"`
	Topic     string          `json:"topic"`
	Territory string          `json:"territory"`
	Address   string          `json:"address"`
	Uploads   []string        `json:"uploads"`
	Complaint json.RawMessage `json:"complaint"`
	Lang      string          `json:"lang"`
	Open      bool            `json:"open"`
	Person    *struct {
		Provider    string `json:"provider"`
		IDToken     string `json:"idToken"`
		AccessToken string `json:"accessToken"`
	} `json:"person"`
}

type applicant struct {
	Surname    string `json:"surname"`
	Given      string `json:"given"`
	Patronymic string `json:"patronymic"`
	Email      string `json:"email"`
	Post       string `json:"post"`
	Phone      string `json:"phone"`
}

// readAppeal takes an appeal whose form is right.
func (w *Watch) readAppeal(k *call) (appeal, bool) {
	var a appeal
	if !w.read(k, &a) {
		return a, false
	}
	lacks := ""
	switch {
	case a.Procedure == "":
		lacks = "procedure"
	case strings.TrimSpace(a.Text) == "":
		lacks = "text"
	case a.Applicant == nil || a.Applicant.Surname == "" || a.Applicant.Given == "":
		lacks = "applicant with surname and given"
	case a.Person != nil && (a.Person.Provider == "" || a.Person.IDToken == ""):
		lacks = "provider and idToken of the person"
	case !slices.Contains([]string{"", "proposal", "statement", "complaint"}, a.Kind):
		lacks = "kind proposal, statement or complaint"
	case !slices.Contains([]string{"", "ru", "en"}, a.Lang):
		lacks = "lang ru or en"
	case len(a.Uploads) > 10:
		lacks = "at most ten uploads"
	}
	for _, id := range a.Uploads {
		if u := w.uploads[id]; u == nil || u.offset < u.size || u.dropped {
			lacks = "uploads that are complete"
		}
	}
	if lacks != "" {
		w.wrongForm(k, http.StatusUnprocessableEntity, "invalid", "wanted: %s", lacks)
	}
	return a, lacks == ""
}

var onceForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)

// fileAppeal loses the reply to the first appeal, is busy at its second coming
// and takes it at the third.
func (w *Watch) fileAppeal(k *call) {
	key := k.Header.Get("Idempotency-Key")
	if !onceForm.MatchString(key) {
		w.findings.fail(checkOnce, "an appeal came with the Idempotency-Key %q; make one of 16 to 64 signs A-Za-z0-9_- for each appeal and keep it", key)
		k.refuse(http.StatusUnprocessableEntity, "invalid")
		return
	}
	a, ok := w.readAppeal(k)
	if !ok {
		return
	}
	draft := a.Person == nil
	a.Person = nil
	raw, err := json.Marshal(a)
	if err != nil {
		panic(err) // it was JSON a moment ago
	}
	f := w.claim(key, sha256.Sum256(raw))
	if f == nil {
		k.refuse(http.StatusConflict, "idempotency")
		return
	}
	f.tries++
	if !w.replyCut {
		w.replyCut, f.lost = true, true
		panic(http.ErrAbortHandler)
	}
	if !w.busyTold {
		w.busyTold = true
		w.postpone(k, hold{status: http.StatusServiceUnavailable, code: "unavailable", early: checkWaitBusy, again: checkBusy})
		return
	}
	w.receipt(k, f, draft)
}

// claim finds or makes the filing of a key; nil is a key of another appeal.
func (w *Watch) claim(key string, sum [32]byte) *filing {
	w.findings.pass(checkOnce)
	f, known := w.filings[key]
	if known && f.sum != sum {
		w.findings.fail(checkShared, "one Idempotency-Key came with two different appeals; make a key for each appeal, and repeat an appeal as it was")
		return nil
	}
	w.findings.pass(checkShared)
	if known {
		if f.lost {
			w.findings.pass(checkLost)
		}
		f.lost = false
		return f
	}
	for _, other := range w.filings {
		if other.sum != sum || other.done {
			continue
		}
		if other.lost {
			w.findings.fail(checkLost, "an appeal whose reply was lost came again under another key: it would have been filed twice; make the key once and keep it until there is a reply")
		} else {
			w.findings.fail(checkBusy, "an appeal that was answered by 503 came again under another key; keep the key until there is a reply")
		}
		other.lost, other.done = false, true
	}
	f = &filing{sum: sum}
	w.filings[key] = f
	return f
}

// receipt answers with a receipt, or with the address of a draft.
func (w *Watch) receipt(k *call, f *filing, draft bool) {
	f.done = true
	if f.tries > 1 {
		k.out.Header().Set("Idempotent-Replayed", "true")
	}
	if draft {
		w.filed, w.followed, w.shown = "draft", true, true
		k.reply(http.StatusAccepted, map[string]any{"draftUrl": "http://" + k.Host + "/draft/" + rand.Text(), "expiresAt": k.now.Add(24 * time.Hour).UTC().Format(time.RFC3339), "something_new": []int{1}})
		return
	}
	if f.id == "" {
		f.id = strings.NewReplacer("0", "8", "1", "9").Replace(rand.Text()[:26])
		w.byID[f.id] = f
	}
	w.filed = f.id
	k.out.Header().Set("Location", base+"/appeals/"+f.id)
	k.reply(http.StatusCreated, map[string]any{"id": f.id, "receipt": receiptOf(f.id), "accessCode": "TEST-TEST-TEST",
		"receivedAt": k.now.UTC().Format(time.RFC3339), "terms": terms(k.now, f.id), "caseUrl": "http://" + k.Host + "/case/" + f.id,
		"something_new": map[string]any{"deep": []int{1, 2}}})
}

func receiptOf(id string) string { return "П-" + id[:4] + "-" + id[4:8] + "-" + id[8:12] }

func terms(now time.Time, id string) []any {
	t := map[string]any{"id": "t1", "kind": "register", "start": now.Format(time.DateOnly), "due": now.AddDate(0, 0, 3).Format(time.DateOnly), "norm": "ст. 8 ч. 2", "provisional": false}
	if id != "" {
		t["explanation"] = base + "/appeals/" + id + "/terms/t1"
	}
	return []any{t}
}
