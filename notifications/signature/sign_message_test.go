package signature_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"priemnaya/notifications/signature"
)

var now = time.Unix(1_780_000_000, 0)

func message(keys ...signature.Key) (http.Header, []byte) {
	h, body := http.Header{}, []byte(`{"type":"case.registered"}`)
	signature.Put(h, "msg_1", now, body, keys...)
	return h, body
}

func TestASignedMessageIsAcceptedByWhoeverKnowsOneOfItsKeys(t *testing.T) {
	old, fresh := signature.NewKey(), signature.NewKey()
	h, body := message(old, fresh)
	for _, known := range [][]signature.Key{{old}, {fresh}, {signature.NewKey(), fresh}} {
		if err := signature.Verify(h, body, now, known...); err != nil {
			t.Errorf("refused: %v", err)
		}
	}
	if err := signature.Verify(h, body, now, signature.NewKey()); err != signature.ErrSignature {
		t.Errorf("a stranger's key: %v", err)
	}
	if err := signature.Verify(h, body, now); err != signature.ErrSignature {
		t.Errorf("no key at all: %v", err)
	}
}

func TestEveryChangeOfAMessageIsRefused(t *testing.T) {
	key := signature.NewKey()
	for name, change := range map[string]func(http.Header, *[]byte){
		"another body":         func(_ http.Header, b *[]byte) { *b = append(*b, ' ') },
		"another id":           func(h http.Header, _ *[]byte) { h.Set(signature.HeaderID, "msg_2") },
		"another timestamp":    func(h http.Header, _ *[]byte) { h.Set(signature.HeaderTimestamp, "1780000001") },
		"no id":                func(h http.Header, _ *[]byte) { h.Del(signature.HeaderID) },
		"no timestamp":         func(h http.Header, _ *[]byte) { h.Del(signature.HeaderTimestamp) },
		"no signature":         func(h http.Header, _ *[]byte) { h.Del(signature.HeaderSignature) },
		"a timestamp of words": func(h http.Header, _ *[]byte) { h.Set(signature.HeaderTimestamp, "yesterday") },
		"another version": func(h http.Header, _ *[]byte) {
			h.Set(signature.HeaderSignature, strings.Replace(h.Get(signature.HeaderSignature), "v1,", "v9,", 1))
		},
		"an id that holds a dot":  func(h http.Header, _ *[]byte) { h.Set(signature.HeaderID, "msg_1.1780000000") },
		"a signature of nonsense": func(h http.Header, _ *[]byte) { h.Set(signature.HeaderSignature, "v1,!!!! v1") },
	} {
		h, body := message(key)
		change(h, &body)
		if signature.Verify(h, body, now, key) == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestAnIdentityThatCouldBeReadInTwoWaysIsRefusedThoughItIsSigned(t *testing.T) {
	key := signature.NewKey()
	for _, id := range []string{"msg_1.1780000000", "msg 1", "msg\t1", ""} {
		h, body := http.Header{}, []byte("{}")
		signature.Put(h, id, now, body, key)
		if err := signature.Verify(h, body, now, key); err != signature.ErrHeaders {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestATimestampMayBeFiveMinutesOff(t *testing.T) {
	key := signature.NewKey()
	h, body := message(key)
	for off, want := range map[time.Duration]error{
		0: nil, signature.Tolerance: nil, -signature.Tolerance: nil,
		signature.Tolerance + time.Second:  signature.ErrTimestamp,
		-signature.Tolerance - time.Second: signature.ErrTimestamp,
	} {
		if err := signature.Verify(h, body, now.Add(off), key); err != want {
			t.Errorf("%v off: %v, want %v", off, err, want)
		}
	}
}

func TestAKeyIsReadBackAndNeverPrintsItself(t *testing.T) {
	key := signature.NewKey()
	again, err := signature.ParseKey(" " + key.Text() + "\n")
	if err != nil || again.Text() != key.Text() {
		t.Fatalf("%v", err)
	}
	for _, format := range []string{"%v", "%s", "%+v", "%#v"} {
		if printed := fmt.Sprintf(format, key); strings.Contains(printed, key.Text()[10:]) || len(printed) > 12 {
			t.Errorf("%s prints %q", format, printed)
		}
	}
	for _, bad := range []string{"", "whsec_", key.Text()[6:], "whsec_c2hvcnQ=", "whsec_***", "whsec_" + strings.Repeat("QUJD", 40)} {
		if _, err := signature.ParseKey(bad); err != signature.ErrKey {
			t.Errorf("%q was taken for a key", bad)
		}
	}
}

// The signature must be the one that other programs make.
func TestOpenSSLMakesTheSameSignature(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	key, err := signature.ParseKey("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"test": 2432232314}`)
	cmd := exec.Command("sh", "-c", "openssl dgst -sha256 -hmac 01234567890123456789012345678901 -binary | openssl base64 -A")
	cmd.Stdin = bytes.NewReader(append([]byte("msg_1.1780000000."), body...))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := signature.Sign("msg_1", now, body, key); got != "v1,"+string(out) {
		t.Errorf("ours %s, openssl's v1,%s", got, out)
	}
}
