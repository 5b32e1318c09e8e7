package web

import (
	"strings"
	"testing"
	"time"
)

func TestSignedAndSealedValuesLiveForTheirPurposeAndTime(t *testing.T) {
	b := newBench(t)
	k := b.kit
	signed, sealed := k.Sign("draft", "ид-1", time.Minute), k.Seal("draft", []byte("тайна"), time.Minute)
	if got, ok := k.Verify("draft", signed); !ok || got != "ид-1" {
		t.Errorf("signed: %q %v", got, ok)
	}
	if got, ok := k.Open("draft", sealed); !ok || string(got) != "тайна" {
		t.Errorf("sealed: %q %v", got, ok)
	}
	if raw, _ := coding.DecodeString(sealed); strings.Contains(string(raw), "тайна") {
		t.Error("the sealed value can be read")
	}
	if k.Seal("draft", []byte("тайна"), time.Minute) == sealed {
		t.Error("the same value seals the same way twice")
	}
	refuse := func(name, purpose, signed, sealed string) {
		t.Helper()
		if _, ok := k.Verify(purpose, signed); ok {
			t.Errorf("%s: signature accepted", name)
		}
		if _, ok := k.Open(purpose, sealed); ok {
			t.Errorf("%s: seal accepted", name)
		}
	}
	refuse("another purpose", "session", signed, sealed)
	refuse("one for the other", "draft", sealed, signed)
	refuse("nothing", "draft", "", "")
	refuse("garbage", "draft", "!!!", "AAAA")
	for i := range signed {
		flip := func(s string) string {
			if i >= len(s) {
				return "x"
			}
			c := byte('A')
			if s[i] == 'A' {
				c = 'Q'
			}
			return s[:i] + string(c) + s[i+1:]
		}
		// The last letter of base64 holds spare bits; all the others must matter.
		if i < len(signed)-1 {
			refuse("a changed letter", "draft", flip(signed), flip(sealed))
		}
	}
	b.now = b.now.Add(time.Minute)
	refuse("the last second is over", "draft", signed, sealed)
}

func TestAPurposeCannotBorrowFromTheValue(t *testing.T) {
	k := newBench(t).kit
	if string(mac(k.signKey, "ab", []byte("c"))) == string(mac(k.signKey, "a", []byte("bc"))) {
		t.Error("purpose and value run together")
	}
}
