package files

import (
	"bytes"
	"strings"
	"testing"
)

// honest is one good file of every kind with the words that its working copy
// must still hold.
func honest(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"pdf": makePDF("Прошу"), "docx": makeDOCX(t), "xlsx": makeXLSX(t), "odt": makeODT(t),
		"rtf": []byte(`{\rtf1\ansi{\info{\author ` + secret + `}}{\*\generator ` + secret + `;}{\b Complaint} text\par}`),
		"txt": []byte("Прошу починить крышу.\r\n"), "jpg": hostileJPEG(t), "png": hostilePNG(t),
		"heic": makeHEIC(), "mp3": makeMP3(), "mp4": makeMP4(),
		"zip": makeZIP(t, entry{"акт.docx", string(makeDOCX(t)), 8}, entry{"фото/крыша.jpg", string(hostileJPEG(t)), 0}),
	}
}

func TestEveryAllowedTypeIsStoredAndItsWorkingCopyHoldsNoSecret(t *testing.T) {
	for name, content := range honest(t) {
		t.Run(name, func(t *testing.T) {
			s, _ := testStore(t, nil)
			f := put(t, s, "документ.exe", content)
			if !strings.HasSuffix(f.Name, "."+name) {
				t.Errorf("name is %q, want extension %q", f.Name, name)
			}
			if got := read(t, s, f, Original); !bytes.Equal(got, content) {
				t.Error("original is not byte for byte what was uploaded")
			}
			work := read(t, s, f, Working)
			if bytes.Contains(work, []byte(secret)) {
				t.Error("working copy still holds the secret")
			}
			if name != "pdf" && name != "txt" && len(f.Cleaned) == 0 {
				t.Error("nothing is recorded as removed")
			}
			again := put(t, s, "again", work)
			if again.Type != f.Type {
				t.Errorf("working copy is of type %s, original %s", again.Type, f.Type)
			}
		})
	}
}
