package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"priemnaya/casework/sqlitestore"
)

// bench is what all measurements of one run share.
type bench struct {
	opt    options
	binary string
	sites  []*site
	// visitors counts those who came, each from an address of his own.
	visitors int
}

// site is an installation with a store of one size.
type site struct {
	size  int
	data  string
	addr  string
	env   []string
	shape *shape
	prog  *program
	// people is how many applicants have been invented.
	people int
	said   *Measured
}

// prepare builds the program.
func prepare(ctx context.Context, dir string, opt options) (*bench, error) {
	b := &bench{opt: opt, binary: opt.binary}
	if b.binary == "" {
		b.binary = filepath.Join(dir, "priemnaya")
		tell(opt, "building the program")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.binary, "priemnaya/cmd/priemnaya").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	for _, size := range opt.sizes {
		s := &site{size: size, data: filepath.Join(dir, fmt.Sprintf("data-%d", size)), said: &Measured{Cases: size}}
		addrs, err := freeAddrs(3)
		if err != nil {
			return nil, err
		}
		s.addr = addrs[0]
		// Each visitor comes from an address of his own, as behind a proxy.
		s.env = append(os.Environ(), "PRIEMNAYA_DATA="+s.data, "PRIEMNAYA_LISTEN="+addrs[0],
			"PRIEMNAYA_ESIASIM_LISTEN="+addrs[1], "PRIEMNAYA_SINK_LISTEN="+addrs[2], "PRIEMNAYA_TRUST_PROXY=127.0.0.1")
		b.sites = append(b.sites, s)
	}
	return b, nil
}

// install makes the demonstration's bodies and staff.
func (b *bench) install(ctx context.Context, s *site) error {
	c := exec.CommandContext(ctx, b.binary, "demo")
	c.Env = s.env
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("demo: %w\n%s", err, out)
	}
	return nil
}

func (s *site) storePath() string { return filepath.Join(s.data, "cases.db") }

// openStore opens the data of the program while it does not run.
func (s *site) openStore(ctx context.Context) (*sqlitestore.Store, error) {
	return sqlitestore.Open(ctx, s.storePath(), sqlitestore.Options{})
}

func (s *site) url(path string) string { return "http://" + s.addr + path }

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

func (b *bench) start(ctx context.Context, s *site) (*program, error) {
	p := &program{cmd: exec.CommandContext(ctx, b.binary, "run"), log: new(bytes.Buffer)}
	p.cmd.Env, p.cmd.Stderr = s.env, p.log
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if res, err := http.Get(s.url("/healthz")); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				p.ready = time.Since(began)
				return p, nil
			}
		}
		if time.Since(began) > 2*time.Minute || ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(fmt.Errorf("the program does not answer\n%s", p.log), p.stop())
}

// settle waits until the program has nothing to do of its own: the watch over
// terms warns of everything at once after the start. It gives up at the end of
// patience, and the rest of the work is then in the figures.
func (p *program) settle(ctx context.Context, patience time.Duration) error {
	const look = 2 * time.Second
	tick := time.NewTicker(look)
	defer tick.Stop()
	quiet, last := 0, p.worked()
	for end := time.Now().Add(patience); time.Now().Before(end) && quiet < 4; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now := p.worked()
		if quiet++; now-last > look/10 {
			quiet = 0
		}
		last = now
	}
	return nil
}

// worked is the processor time that the process has had; 0 where the system
// does not tell.
func (p *program) worked() time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	return ticksOf(string(raw))
}

// ticksOf adds up user and system time in a line of /proc/PID/stat, which
// counts hundredths of a second.
func ticksOf(stat string) time.Duration {
	// The name before may hold brackets itself.
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
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

// tell says on stderr what goes on.
func tell(opt options, format string, args ...any) {
	if !opt.json {
		fmt.Fprintf(os.Stderr, "· "+format+"\n", args...)
	}
}
