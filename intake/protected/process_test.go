package protected

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"priemnaya/intake/protected/seal"
)

// built is the folder of the built program, empty where no test needed it.
var built string

// builtProgram builds the program once for all tests that run it.
var builtProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "priemnaya-protected-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "priemnaya")
	if out, err := exec.Command("go", "build", "-o", path, "priemnaya/cmd/priemnaya").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(code)
}

// process is the door as a process of its own, in a folder where everything
// that it writes can be found.
type process struct {
	*bench
	root   string
	cmd    *exec.Cmd
	stderr lockedLog
	stdout lockedLog
}

// startsProcess starts `priemnaya protected` for an agency with one officer.
func startsProcess(t testing.TB, rate float64) *process {
	t.Helper()
	if testing.Short() {
		t.Skip("the whole program is not built in short runs")
	}
	p := &process{bench: &bench{t: t, officer: seal.NewIdentity()}, root: t.TempDir()}
	for _, dir := range []string{"data/protected/demo", "tmp", "home", "work"} {
		must(t, os.MkdirAll(filepath.Join(p.root, dir), 0o700))
	}
	about, err := json.Marshal(map[string]any{"names": map[string]string{"ru": "Служба"}, "recipients": []seal.Public{p.officer.Public()}, "rate": rate})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(p.root, "data/protected/demo/agency.json"), about, 0o600))
	t.Cleanup(func() { p.kill() })
	p.start()
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// start runs the process and reads from it where it listens.
func (p *process) start() {
	t := p.t
	t.Helper()
	binary, err := builtProgram()
	must(t, err)
	p.cmd = p.command(binary, "--listen", "127.0.0.1:0")
	out, err := p.cmd.StdoutPipe()
	must(t, err)
	p.cmd.Stderr = &p.stderr
	must(t, p.cmd.Start())
	line := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		first, _ := r.ReadString('\n')
		line <- strings.TrimSpace(first)
		_, _ = r.WriteTo(&p.stdout)
	}()
	select {
	case address := <-line:
		if address == "" {
			t.Fatalf("the door does not open: %s", p.stderr.String())
		}
		p.web = &httptest.Server{URL: address}
	case <-time.After(30 * time.Second):
		t.Fatal("the door does not open in time")
	}
}

func (p *process) command(binary string, more ...string) *exec.Cmd {
	c := exec.Command(binary, append([]string{"protected", "--agency", "demo", "--data", filepath.Join(p.root, "data")}, more...)...)
	c.Dir = filepath.Join(p.root, "work")
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(p.root, "home"), "TMPDIR=" + filepath.Join(p.root, "tmp")}
	return c
}

// backup runs the backup command into the folder and returns the copy.
func (p *process) backup(name string) string {
	p.t.Helper()
	binary, err := builtProgram()
	must(p.t, err)
	path := filepath.Join(p.root, name)
	if out, err := p.command(binary, "backup", path).CombinedOutput(); err != nil {
		p.t.Fatalf("backup: %v\n%s", err, bytes.TrimSpace(out))
	}
	return path
}
