package clienttest

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	generator = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"
	runtime   = "github.com/oapi-codegen/runtime@v1.8.0"
)

// run runs a command in a folder; the second result is what it wrote.
func run(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// generated makes a module with the generated client and the program of
// testdata, builds it and gives the path of the program.
func generated(t *testing.T, ctx context.Context) string {
	t.Helper()
	dir := t.TempDir()
	spec, err := filepath.Abs("../openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile("testdata/main.go")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), []byte("module client\n\ngo 1.26.0\n"))
	write(t, filepath.Join(dir, "main.go"), program)
	write(t, filepath.Join(dir, "api.yaml"), []byte("package: api\ngenerate: {models: true, client: true}\noutput: api/api.gen.go\n"))
	write(t, filepath.Join(dir, "api", "doc.go"), []byte("package api\n"))
	if out, err := run(ctx, dir, nil, "go", "run", generator, "-version"); err != nil {
		t.Skipf("the generator is not reachable: %v\n%s", err, out)
	}
	if out, err := run(ctx, dir, nil, "go", "run", generator, "-config", "api.yaml", spec); err != nil {
		t.Fatalf("the generator does not take openapi.json: %v\n%s", err, out)
	}
	for _, step := range [][]string{{"get", runtime}, {"mod", "tidy"}, {"vet", "./..."}, {"build", "-o", "filing", "."}} {
		if out, err := run(ctx, dir, nil, "go", step...); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(step, " "), err, out)
		}
	}
	return filepath.Join(dir, "filing")
}

func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

var keyLines = regexp.MustCompile(`key\s+(demo-site\.[0-9a-f]+)\s+secret\s+(\S+)`)

// started starts the whole program with the demonstration and gives what the
// client must know: addresses, key and secret.
func started(t *testing.T, ctx context.Context) []string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "priemnaya")
	if out, err := run(ctx, "../../..", nil, "go", "build", "-o", binary, "./cmd/priemnaya"); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	addr, esia := freeAddr(t), freeAddr(t)
	cmd := exec.CommandContext(ctx, binary, "run")
	cmd.Env = append(os.Environ(), "PRIEMNAYA_LISTEN="+addr, "PRIEMNAYA_ESIASIM_LISTEN="+esia, "PRIEMNAYA_SINK_LISTEN="+freeAddr(t),
		"PRIEMNAYA_DATA="+t.TempDir())
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	said := ""
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said += lines.Text() + "\n"
		if m := keyLines.FindStringSubmatch(said); m != nil {
			go func() {
				for lines.Scan() { // the program must not block on a full pipe
				}
			}()
			return []string{"BASE=http://" + addr, "ESIA=http://" + esia, "SITE_KEY=" + m[1], "SITE_SECRET=" + m[2]}
		}
	}
	t.Fatalf("the program printed no key:\n%s\n%s", said, log.String())
	return nil
}

func TestAGeneratedClientFilesAnAppeal(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	client := generated(t, ctx)
	out, err := run(ctx, t.TempDir(), started(t, ctx), client)
	if err != nil || !strings.HasPrefix(out, "filed П-") {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log(strings.TrimSpace(out))
}
