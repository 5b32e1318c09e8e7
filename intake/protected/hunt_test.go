package protected

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/words"
)

// canary is something that must be found nowhere outside of ciphertext.
type canary struct {
	what string
	data []byte
}

// hunt looks for canaries in all the forms a leak could take. Every form is cut
// to its middle, which no alignment of base64 changes, and found by its first
// eight bytes in one pass over a place.
type hunt struct {
	forms map[[8]byte][]form8
	hits  []string
}

type form8 struct {
	what string
	form []byte
}

func newHunt(canaries []canary) *hunt {
	h := &hunt{forms: map[[8]byte][]form8{}}
	for _, c := range canaries {
		for name, form := range formsOf(c.data) {
			if len(form) >= 8 {
				h.forms[[8]byte(form)] = append(h.forms[[8]byte(form)], form8{c.what + " as " + name, form})
			}
		}
	}
	return h
}

// formsOf are the encodings of a canary.
func formsOf(data []byte) map[string][]byte {
	out := map[string][]byte{"bytes": data, "hex": []byte(hex.EncodeToString(data)), "HEX": bytes.ToUpper([]byte(hex.EncodeToString(data)))}
	if text := string(data); bytes.Equal([]byte(text), bytes.ToValidUTF8(data, nil)) {
		out["query"] = []byte(url.QueryEscape(text))
		out["path"] = []byte(url.PathEscape(text))
		if quoted := fmt.Sprintf("%+q", text); quoted != `"`+text+`"` {
			out["escapes"] = []byte(strings.Trim(quoted, `"`))
		}
		if raw, err := json.Marshal(text); err == nil {
			out["JSON"] = bytes.Trim(raw, `"`)
		}
		units := utf16.Encode([]rune(text))
		for name, order := range map[string]binary.AppendByteOrder{"UTF-16LE": binary.LittleEndian, "UTF-16BE": binary.BigEndian} {
			var wide []byte
			for _, u := range units {
				wide = order.AppendUint16(wide, u)
			}
			out[name] = wide
		}
	}
	for shift := range 3 {
		if len(data) < shift+9 {
			continue
		}
		whole := (len(data) - shift) / 3 * 3
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			out[fmt.Sprint(name, shift)] = []byte(enc.EncodeToString(data[shift : shift+whole]))
		}
	}
	return out
}

// search reads one place.
func (h *hunt) search(place string, data []byte) {
	for i := 0; i+8 <= len(data); i++ {
		list, ok := h.forms[[8]byte(data[i:])]
		if !ok {
			continue
		}
		for _, f := range list {
			if bytes.HasPrefix(data[i:], f.form) {
				h.hits = append(h.hits, fmt.Sprintf("%s: %s, after %q", place, f.what, data[max(0, i-24):i]))
			}
		}
	}
}

// searchFolder reads every file below a folder.
func (h *hunt) searchFolder(t testing.TB, folder string) (files int) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(folder, path)
		h.search(rel, raw)
		h.search("the name of "+rel, []byte(rel))
		files++
		return err
	}))
	return files
}

// searchMemory reads all writable memory of a process; false where the system
// does not let us.
func (h *hunt) searchMemory(t testing.TB, pid int) bool {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return false
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return false
	}
	defer mem.Close()
	read := 0
	for line := range strings.Lines(string(maps)) {
		var from, to uint64
		var mode string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); n != 3 || !strings.HasPrefix(mode, "rw") {
			continue
		}
		const piece, overlap = 8 << 20, 4096
		for at := from; at < to; at += piece - overlap {
			buf := make([]byte, min(piece, to-at))
			n, err := mem.ReadAt(buf, int64(at))
			read += n
			h.search(fmt.Sprintf("memory %x (%s)", at, strings.Join(strings.Fields(line)[5:], " ")), buf[:n])
			if err != nil || to-at <= piece {
				break
			}
		}
	}
	return read > 1<<20
}

// secrets are the canaries of one person.
type secrets struct {
	agent, address, text, answer, file, gps string
	words                                   []string
}

func secretsOf(i int) secrets {
	id := fmt.Sprintf("%04d", i)
	return secrets{agent: "Канарейка-браузер-" + id + "/7.7", address: fmt.Sprintf("203.0.113.%d-адрес-%s", i%250, id),
		text: "Канарейка текста номер " + id + ": брал деньги в марте", answer: "Канарейка ответа номер " + id + ": это было утром",
		file: "Канарейка-имя-файла-" + id + ".jpg", gps: "GPS-55.7558-37.6173-канарейка-" + id}
}

// picture is a JPEG whose metadata hold a canary.
func picture(t testing.TB, secret string) []byte {
	t.Helper()
	var plain bytes.Buffer
	must(t, jpeg.Encode(&plain, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil))
	note := append([]byte("Exif\x00\x00"), secret...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1, byte((len(note) + 2) >> 8), byte(len(note) + 2)}, note...)
	return append(out, plain.Bytes()[2:]...)
}

// agentTransport puts a canary into the headers of every request.
type agentTransport struct {
	s    secrets
	next http.RoundTripper
}

func (a agentTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", a.s.agent)
	r.Header.Set("X-Forwarded-For", a.s.address)
	r.Header.Set("Accept-Language", a.s.agent+", ru")
	return a.next.RoundTrip(r)
}

// live does all that a person can do, with canaries everywhere.
func (s *secrets) live(t testing.TB, b *bench, i int) []canary {
	t.Helper()
	p := b.person()
	wire := &http.Transport{}
	p.http.Transport = agentTransport{*s, wire}
	defer wire.CloseIdleConnections()
	s.words = p.getWords()
	p.confirm(s.words)
	p.write("/write", s.text, namedFile{s.file, picture(t, s.gps)}).wants(200, "/sent")
	p.comeBack(s.words).wants(200, "/box", s.text)
	p.open("/file/0").wants(200, "/file/0")
	p.open("/box").write("/box", s.answer).wants(200, "/box", s.answer)
	if i%5 == 4 {
		p.open("/erase").send("/erase", nil).wants(200, "/erase")
	}
	line := strings.Join(s.words, " ")
	canonical, err := words.Canonical([]byte(line))
	must(t, err)
	stretched, err := seal.Stretch(canonical)
	must(t, err)
	author, err := stretched.Author("demo")
	must(t, err)
	seed := author.Seed()
	return []canary{{"words", []byte(line)}, {"words in a list", []byte(strings.Join(s.words, "</li><li>"))}, {"the canonical words", canonical},
		{"the stretched words", stretched[:]}, {"the tag", author.Tag[:]}, {"the secret", author.Secret[:]}, {"the seed", seed},
		{"text", []byte(s.text)}, {"answer", []byte(s.answer)}, {"agent", []byte(s.agent)}, {"address", []byte(s.address)},
		{"name of a file", []byte(s.file)}, {"place of a picture", []byte(s.gps)}}
}

// TestNothingLeaksOutsideOfCiphertext is promise L7: people live through the
// whole journey with canaries in everything they send, and then every file, log,
// backup and the memory of the process are searched for all of them.
func TestNothingLeaksOutsideOfCiphertext(t *testing.T) {
	n := 15
	switch os.Getenv("PRIEMNAYA_TEST_ALL") {
	case "":
	case "full":
		n = 500
	default:
		n = 100
	}
	p := startsProcess(t, 1000)
	var all []canary
	for i := range n {
		s := secretsOf(i)
		all = append(all, s.live(t, p.bench, i)...)
	}
	p.backup("backup.db")
	h := newHunt(all)
	if files := h.searchFolder(t, p.root); files < 4 {
		t.Errorf("only %d files were searched", files)
	}
	h.search("standard error", []byte(p.stderr.String()))
	h.search("standard output", []byte(p.stdout.String()))
	report(t, h, "files and logs")
	if p.stderr.String() != "" {
		t.Errorf("the process wrote to its log: %s", p.stderr.String())
	}
	huntMemory(t, p, all)
	huntCores(t, p, all)
}

func report(t testing.TB, h *hunt, where string) {
	t.Helper()
	for i, hit := range h.hits {
		if i == 10 {
			t.Errorf("and %d more", len(h.hits)-10)
			break
		}
		t.Error(hit)
	}
	t.Logf("%s: %d forms searched, %d hits", where, len(h.forms), len(h.hits))
}

// huntMemory waits for the collector to have cleaned up and reads all memory.
func huntMemory(t *testing.T, p *process, all []canary) {
	if runtime.GOOS != "linux" {
		t.Log("memory is read on Linux only")
		return
	}
	var h *hunt
	for deadline := time.Now().Add(20 * time.Second); ; {
		h = newHunt(all)
		if !h.searchMemory(t, p.cmd.Process.Pid) {
			t.Log("the system lets nobody but root read the memory of the process, which is what Harden is for")
			return
		}
		if len(h.hits) == 0 || time.Now().After(deadline) {
			break
		}
		<-time.After(time.Second)
	}
	report(t, h, "memory")
}

// huntCores has the system write a core, as root can, and lets the process
// crash, which must leave none.
func huntCores(t *testing.T, p *process, all []canary) {
	core := filepath.Join(t.TempDir(), "core")
	if gcore, err := exec.LookPath("gcore"); err == nil && os.Getuid() == 0 && os.Getenv("PRIEMNAYA_TEST_ALL") != "" {
		if out, err := exec.Command(gcore, "-o", core, fmt.Sprint(p.cmd.Process.Pid)).CombinedOutput(); err != nil {
			t.Logf("gcore: %v %s", err, out)
		} else {
			h := newHunt(all)
			h.searchFolder(t, filepath.Dir(core))
			report(t, h, "core")
		}
	}
	must(t, p.cmd.Process.Signal(syscall.SIGABRT))
	_ = p.cmd.Wait() // its status is that of a crash
	h := newHunt(all)
	h.search("the last words of a crash", []byte(p.stderr.String()))
	h.searchFolder(t, p.root)
	report(t, h, "crash")
	must(t, filepath.WalkDir(p.root, func(path string, d fs.DirEntry, err error) error {
		if strings.HasPrefix(d.Name(), "core") {
			t.Errorf("the crash left %s", path)
		}
		return err
	}))
}

// A hunt that cannot find is worth nothing: canaries are planted in each place
// and each form, and all must be found.
func TestTheHuntFindsWhatIsPlanted(t *testing.T) {
	s := secretsOf(7)
	c := canary{"text", []byte(s.text)}
	for name, form := range formsOf(c.data) {
		h := newHunt([]canary{c})
		h.search("here", append([]byte("noise before "), form...))
		if len(h.hits) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	p := startsProcess(t, 1000)
	b := p.bench
	b.report("кто-то пишет")
	folder := filepath.Join(p.root, "tmp", "left")
	must(t, os.WriteFile(folder, []byte("x"+base64.StdEncoding.EncodeToString([]byte("ab"+s.text))), 0o600))
	h := newHunt([]canary{c})
	h.searchFolder(t, p.root)
	if len(h.hits) == 0 {
		t.Error("a planted file is not found")
	}
	// A request in progress is in memory: half of one, with a canary in a header.
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.web.URL, "http://"))
	must(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nX-Planted: %s\r\n", s.text)
	must(t, err)
	found := false
	for deadline := time.Now().Add(10 * time.Second); !found && time.Now().Before(deadline); {
		h = newHunt([]canary{c})
		if !h.searchMemory(t, p.cmd.Process.Pid) {
			t.Skip("the memory of the process cannot be read here")
		}
		found = len(h.hits) > 0
	}
	if !found {
		t.Error("a canary planted in memory is not found")
	}
}
