package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"priemnaya/intake/protected/seal"
)

// demoAgency is the agency whose channel the demonstration opens.
const demoAgency = "demo"

// demoOfficerSeed is where the demonstration keeps its one officer's seed. A
// real officer's seed is on his own machine and never here.
const demoOfficerSeed = "demo-officer.seed"

// startProtected starts the demonstration's channel as a process of its own,
// which knows no setting and no key of this one, and ends with it.
func (a *App) startProtected(ctx context.Context) error {
	if err := makeDemoAgency(a.cfg.path("protected/" + demoAgency)); err != nil {
		return fmt.Errorf("protected channel: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.Command(self, "protected", "--agency", demoAgency, "--data", a.cfg.Data, "--listen", a.cfg.ProtectedListen, "--with-parent")
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	a.onClose(func(context.Context) error {
		return errors.Join(in.Close(), c.Wait())
	})
	told := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		told <- strings.TrimSpace(line)
	}()
	select {
	case address := <-told:
		if address == "" {
			return errors.New("protected channel: its process ended at once")
		}
		a.ProtectedURL = address + "/"
		return nil
	case <-time.After(30 * time.Second):
		return errors.New("protected channel: its process does not listen")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// makeDemoAgency makes the folder of the demonstration's agency where it is not
// there yet.
func makeDemoAgency(folder string) error {
	path := filepath.Join(folder, agencyFile)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	officer := seal.NewIdentity()
	defer officer.Wipe()
	seed := hex.EncodeToString(officer.Seed())
	if err := os.WriteFile(filepath.Join(folder, demoOfficerSeed), []byte(seed+"\n"), 0o600); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(protectedAgency{Recipients: []seal.Public{officer.Public()},
		Names: map[string]string{"ru": "Управление собственной безопасности (демонстрация)", "en": "Internal Security Department (demonstration)"}}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o600)
}
