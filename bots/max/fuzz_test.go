package max

import (
	"testing"
	"unicode/utf8"
)

func FuzzReadUpdate(f *testing.F) {
	for _, seed := range []string{goodUpdate, `{}`, `null`, `[]`, `{"update_type":5}`, `{"update_type":"message_created"}`,
		`{"update_type":"message_created","timestamp":1,"message":{"recipient":{},"body":{"mid":"m"}}}`,
		`{"update_type":"message_edited","timestamp":9,"message":{"sender":{"user_id":1},"recipient":{"chat_id":7,"chat_type":"dialog"},"body":{"mid":"m","text":"x","attachments":[{"type":"file","payload":{"token":"t"},"size":-1}]}}}`,
		`{"update_type":"message_created","message":{"sender":{"user_id":1},"recipient":{"chat_id":7,"chat_type":"chat"},"body":{"mid":"m","text":"x"}}}`,
		`{"update_type":"message_created","message":{"sender":{"user_id":1},"recipient":{"chat_id":7,"chat_type":"dialog"},"body":{"mid":"m","attachments":[{"type":"location","latitude":1},{"type":"image","payload":[]},{}]},"link":{"type":"forward"}}}`,
		`{"update_type":"message_callback","callback":{"timestamp":1,"callback_id":"c","payload":"p","user":{"user_id":1}},"message":{"recipient":{"chat_id":1}}}`,
		`{"update_type":"bot_started","timestamp":1,"chat_id":7,"user":{"user_id":1},"payload":"x"}`, `{"update_type":"bot_stopped","chat_id":7,"user":null}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, ok, err := readUpdate(raw)
		if err != nil && ok {
			t.Fatal("an update that cannot be read must not be taken")
		}
		if !ok {
			return
		}
		if u.ID == "" || len(u.ID) > 90 || u.Chat == "" || u.User.ID == "" {
			t.Fatalf("without its head: %+v", u)
		}
		if u.Group && (u.Text != "" || len(u.Files) > 0) {
			t.Fatalf("words of a group: %+v", u)
		}
		if !utf8.ValidString(u.Text) {
			t.Fatalf("not UTF-8: %q", u.Text)
		}
		for _, f := range u.Files {
			if f.Size < 0 || f.Kind == "" || f.Ref == "" {
				t.Fatalf("file %+v", f)
			}
		}
	})
}
