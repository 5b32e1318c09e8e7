package verify_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"priemnaya/intake/sites/sign"
	"priemnaya/intake/sites/verify"
)

var watchStart = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

var siteKey = sign.Key{ID: "roads-site.0a1b2c3d", Secret: []byte("a secret that both sides know")}

// client is a client of the API as docs/sites-api.md describes it; its faults
// are planted by name.
type client struct {
	fault string
	wire  *wire
	// nonce and created are those of the last request.
	nonce   string
	created time.Time
	keys    int
}

func (c *client) is(fault string) bool { return c.fault == fault }

var errGivenUp = errors.New("the client gives up")

// once makes one attempt.
func (c *client) once(method, target string, body []byte, again bool, header http.Header) (int, http.Header, []byte, error) {
	r, err := http.NewRequest(method, "http://api"+target, nil)
	if err != nil {
		return 0, nil, nil, err
	}
	r.Header = header.Clone()
	if !again || !c.is("signs a retry with the old nonce") {
		c.nonce = sign.NewNonce()
	}
	if !again || !c.is("signs a retry with the old time") {
		c.created = c.wire.now
	}
	at := c.created
	if c.is("has a clock that is off") {
		at = at.Add(-10 * time.Minute)
	}
	if len(body) > 0 {
		r.Header.Set(sign.HeaderDigest, sign.Digest(body))
	}
	key := siteKey
	if c.is("signs with another secret") {
		key.Secret = []byte("another")
	}
	query := r.URL.RawQuery
	if c.is("leaves the query out of the signature") {
		r.URL.RawQuery = ""
	}
	if c.is("leaves the key out of the signature") {
		once := r.Header.Get("Idempotency-Key")
		r.Header.Del("Idempotency-Key")
		err = sign.WithNonce(r, key, c.nonce, at)
		if once != "" {
			r.Header.Set("Idempotency-Key", once)
		}
	} else {
		err = sign.WithNonce(r, key, c.nonce, at)
	}
	r.URL.RawQuery = query
	if err != nil {
		return 0, nil, nil, err
	}
	if c.is("changes the body after signing") && len(body) > 0 && r.Header.Get("Upload-Offset") == "" {
		body = append(bytes.Clone(body), ' ')
	}
	return c.wire.do(r, body)
}

// send repeats a request until there is a reply that says something; remake
// changes the headers of a retry.
func (c *client) send(method, target string, body []byte, header http.Header, remake func(http.Header)) (int, map[string]any, error) {
	for attempt := range 6 {
		status, h, raw, err := c.once(method, target, body, attempt > 0, header)
		if err != nil && method == http.MethodPatch {
			return 0, nil, err
		}
		var reply map[string]any
		switch {
		case err != nil && c.is("gives up after a lost reply"):
			return 0, nil, errGivenUp
		case err != nil:
			if c.is("makes a new key after a lost reply") {
				remake(header)
			}
			continue
		case json.Unmarshal(raw, &reply) != nil:
			return 0, nil, errGivenUp
		}
		if _, extra := reply["something_new"]; extra && c.is("breaks on unknown fields") {
			return 0, nil, errGivenUp
		}
		if status != 429 && status != 503 {
			return status, reply, nil
		}
		if err := c.wait(status, h, reply, func() { remake(header) }); err != nil {
			return 0, nil, err
		}
	}
	return 0, nil, errGivenUp
}

// wait does what a 429 or 503 asks for.
func (c *client) wait(status int, h http.Header, reply map[string]any, remake func()) error {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil {
		return err
	}
	switch {
	case c.is("knows its codes only") && reply["code"] != "unavailable" && reply["code"] != "quota",
		c.is("gives up at 429") && status == 429:
		return errGivenUp
	case c.is("makes a new key after 503") && status == 503:
		remake()
	case c.is("hurries after 429") && status == 429, c.is("hurries after 503") && status == 503:
		seconds = 1
	}
	c.wire.now = c.wire.now.Add(time.Duration(seconds) * time.Second)
	return nil
}

func (c *client) newKey(h http.Header) {
	if h.Get("Idempotency-Key") != "" {
		c.keys++
		h.Set("Idempotency-Key", fmt.Sprintf("key-of-an-appeal-%04d", c.keys))
	}
}

func jsonHeader() http.Header { return http.Header{"Content-Type": {"application/json"}} }

// upload sends a file in pieces.
func (c *client) upload(file []byte) (string, error) {
	sum := sha256.Sum256(file)
	begin := []byte(fmt.Sprintf(`{"name":"фонарь.png","size":%d,"sha256":%q}`, len(file), hex.EncodeToString(sum[:])))
	_, reply, err := c.send("POST", "/api/v1/uploads", begin, jsonHeader(), c.newKey)
	if err != nil {
		return "", err
	}
	id, _ := reply["id"].(string)
	part, _ := reply["partBytes"].(float64)
	if c.is("sends pieces that are too large") {
		part = 1e6
	}
	offset := 0
	if c.is("sends the second piece first") {
		offset = int(part)
	}
	for tries := 0; offset < len(file) && tries < 20; tries++ {
		end := min(offset+int(part), len(file))
		h := http.Header{"Content-Type": {"application/octet-stream"}, "Upload-Offset": {strconv.Itoa(offset)}}
		status, reply, err := c.send("PATCH", "/api/v1/uploads/"+id, file[offset:end], h, c.newKey)
		switch told, _ := reply["offset"].(float64); {
		case err == errGivenUp:
			return "", err
		case err != nil && c.is("takes a lost piece for taken"):
			offset = end
		case err != nil && c.is("begins a file anew after a lost reply"):
			c.fault = "begun anew"
			return c.upload(file)
		case err != nil && c.is("asks where an upload stands"):
			_, reply, err = c.send("GET", "/api/v1/uploads/"+id, nil, http.Header{}, c.newKey)
			if err != nil {
				return "", err
			}
			at, _ := reply["offset"].(float64)
			offset = int(at)
		case err != nil && c.is("leaves an upload unfinished"):
			return "", nil
		case err != nil:
		case status == 409 && c.is("does not heed the offset it is told"):
			offset = int(told) + 7
		case status == 200 || status == 409:
			offset = int(told)
		default:
			return "", errGivenUp
		}
	}
	return id, nil
}

// run does everything a client does: a file, an appeal, its status, the list.
func (c *client) run(file []byte) error {
	upload, err := c.upload(file)
	if err != nil {
		return err
	}
	uploads := "[]"
	if upload != "" && !c.is("sends pieces that are too large") {
		uploads = fmt.Sprintf("[%q]", upload)
	}
	person := `,"person":{"provider":"esia","idToken":"any","accessToken":"any"}`
	if c.is("hands over a draft") {
		person = ""
	}
	extra := ""
	if c.is("sends fields of its own") {
		extra = `,"priority":1`
	}
	text := func(s string) []byte {
		return []byte(fmt.Sprintf(`{"procedure":"59-FZ","text":%q,"applicant":{"surname":"Вербицкая","given":"Таисия"},"uploads":%s%s%s}`, s, uploads, person, extra))
	}
	h := jsonHeader()
	if h.Set("Idempotency-Key", "key-of-an-appeal-0000"); c.is("sends no key") {
		h.Del("Idempotency-Key")
	}
	_, receipt, err := c.send("POST", "/api/v1/appeals", text("Не горит фонарь."), h, c.newKey)
	if err != nil {
		return err
	}
	if c.is("has one key for all") {
		_, _, _ = c.send("POST", "/api/v1/appeals", text("Яма на дороге."), h, c.newKey)
	}
	if id, _ := receipt["id"].(string); id != "" {
		if _, _, err := c.send("GET", "/api/v1/appeals/"+id, nil, http.Header{}, c.newKey); err != nil {
			return err
		}
	}
	return c.changes()
}

func (c *client) changes() error {
	after := ""
	for range 5 {
		q := url.Values{"limit": {"50"}}
		if after != "" && !c.is("reads the list from the beginning") {
			q.Set("after", after)
		}
		target := "/api/v1/changes?" + q.Encode()
		if c.is("sends the cursor unescaped") {
			target = "/api/v1/changes?limit=50&after=" + after
		}
		_, page, err := c.send("GET", target, nil, http.Header{}, c.newKey)
		if err != nil {
			return err
		}
		list, _ := page["changes"].([]any)
		if page["more"] != true || c.is("stops at an empty page") && len(list) == 0 {
			return nil
		}
		if next, _ := page["next"].(string); !c.is("keeps the first cursor") || after == "" {
			after = next
		}
	}
	return nil
}

// watch runs a client against the server in this process.
func watch(fault string, size int, seen func(*http.Request, *http.Response, []byte)) (verify.Report, *verify.Watch, error) {
	line := &wire{now: watchStart, seen: seen}
	w, err := verify.NewWatch(verify.WatchConfig{Key: siteKey, PartBytes: 1000, Now: func() time.Time { return line.now }})
	if err != nil {
		return verify.Report{}, nil, err
	}
	line.server = w
	err = (&client{fault: fault, wire: line}).run([]byte(strings.Repeat("свет", size/8+1)[:size]))
	return w.Report("http://api"), w, err
}
