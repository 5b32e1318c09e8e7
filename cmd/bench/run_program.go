package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// bench is what all measurements of one run share.
type bench struct {
	opt    options
	binary string
	data   string
	addr   string
	env    []string
	// filled is how many samples are in the store, people how many applicants
	// have been invented.
	filled, people int
}

// prepare builds the program and installs the demonstration's bodies and staff.
func prepare(ctx context.Context, dir string, opt options) (*bench, error) {
	b := &bench{opt: opt, binary: opt.binary, data: filepath.Join(dir, "data")}
	if b.binary == "" {
		b.binary = filepath.Join(dir, "priemnaya")
		tell(opt, "building the program")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.binary, "priemnaya/cmd/priemnaya").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	addrs, err := freeAddrs(3)
	if err != nil {
		return nil, err
	}
	b.addr = addrs[0]
	// Each visitor comes from an address of his own, as behind a proxy.
	b.env = append(os.Environ(), "PRIEMNAYA_DATA="+b.data, "PRIEMNAYA_LISTEN="+addrs[0],
		"PRIEMNAYA_ESIASIM_LISTEN="+addrs[1], "PRIEMNAYA_SINK_LISTEN="+addrs[2], "PRIEMNAYA_TRUST_PROXY=127.0.0.1")
	tell(opt, "installing the demonstration")
	c := exec.CommandContext(ctx, b.binary, "demo")
	c.Env = b.env
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("demo: %w\n%s", err, out)
	}
	return b, nil
}

// freeAddrs are loopback addresses that were free a moment ago.
func freeAddrs(n int) ([]string, error) {
	var out []string
	for range n {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer ln.Close()
		out = append(out, ln.Addr().String())
	}
	return out, nil
}

// program is the measured process.
type program struct {
	cmd *exec.Cmd
	log *bytes.Buffer
	// ready is how long it took from the start to the first answer.
	ready time.Duration
}

func (b *bench) start(ctx context.Context) (*program, error) {
	p := &program{cmd: exec.CommandContext(ctx, b.binary, "run"), log: new(bytes.Buffer)}
	p.cmd.Env, p.cmd.Stderr = b.env, p.log
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if res, err := http.Get("http://" + b.addr + "/healthz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				p.ready = time.Since(began)
				return p, nil
			}
		}
		if time.Since(began) > time.Minute || ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(fmt.Errorf("the program does not answer\n%s", p.log), p.stop())
}

// stop ends the program as an administrator does.
func (p *program) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%w\n%s", err, p.log)
	}
	return nil
}

// memory is what the process holds now and held at most, in bytes; 0 where the
// system does not tell.
func (p *program) memory() (now, most int64) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	return statusField(string(raw), "VmRSS:"), statusField(string(raw), "VmHWM:")
}

// statusField reads a line such as "VmRSS:  1234 kB".
func statusField(status, name string) int64 {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err == nil {
				return n << 10
			}
		}
	}
	return 0
}

// sizeOf adds up the files of the case store.
func sizeOf(data string) (int64, error) {
	var sum int64
	found, err := filepath.Glob(filepath.Join(data, "cases.db*"))
	for _, path := range found {
		info, statErr := os.Stat(path)
		if errors.Is(statErr, fs.ErrNotExist) {
			continue
		}
		if statErr != nil {
			return 0, statErr
		}
		sum += info.Size()
	}
	return sum, err
}

// tell says on stderr what goes on.
func tell(opt options, format string, args ...any) {
	if !opt.json {
		fmt.Fprintf(os.Stderr, "· "+format+"\n", args...)
	}
}
