package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// builtIn is the folder of the built binary, empty until a test needs it.
var builtIn string

// builtProgram builds the binary once for all tests that run it as a process.
var builtProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "priemnaya-built-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "priemnaya")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	trainDemo = trainedOnce(trainDemo)
	code := m.Run()
	if builtIn != "" {
		os.RemoveAll(builtIn)
	}
	os.Exit(code)
}

// process is the program as a process of its own.
type process struct {
	t      testing.TB
	binary string
	cfg    Config
	more   []string
	cmd    *exec.Cmd
	log    bytes.Buffer
}

// newProcess prepares the program for a configuration; more are variables.
func newProcess(t testing.TB, cfg Config, more ...string) *process {
	t.Helper()
	if testing.Short() {
		t.Skip("the program as a process of its own has no race detector, and short runs go without it")
	}
	binary, err := builtProgram()
	must(t, err)
	p := &process{t: t, binary: binary, cfg: cfg, more: more}
	t.Cleanup(func() {
		if p.cmd != nil {
			p.kill()
		}
	})
	return p
}

// command is the program with other arguments on the same configuration.
func (p *process) command(args ...string) *exec.Cmd {
	c := exec.Command(p.binary, args...)
	c.Env = append(os.Environ(), append([]string{"PRIEMNAYA_DATA=" + p.cfg.Data, "PRIEMNAYA_LISTEN=" + p.cfg.Listen,
		"PRIEMNAYA_ESIASIM_LISTEN=" + p.cfg.SimListen, "PRIEMNAYA_SINK_LISTEN=" + p.cfg.SinkListen}, p.more...)...)
	return c
}

// start runs the program and returns how long it took to answer.
func (p *process) start() time.Duration {
	p.t.Helper()
	p.log.Reset()
	p.cmd = p.command("run")
	p.cmd.Stderr = &p.log
	began := time.Now()
	must(p.t, p.cmd.Start())
	eventually(p.t, "the program answers", p.answers)
	return time.Since(began)
}

func (p *process) answers() bool {
	res, err := http.Get("http://" + p.cfg.Listen + "/healthz")
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// kill ends the process as a lost machine does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	// Its exit status is that of a killed process.
	_ = p.cmd.Wait()
	p.cmd = nil
}

// stop ends the process as an administrator does.
func (p *process) stop() {
	p.t.Helper()
	must(p.t, p.cmd.Process.Signal(os.Interrupt))
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("%v\n%s", err, &p.log)
	}
	p.cmd = nil
}
