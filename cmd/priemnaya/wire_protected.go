package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startProtected starts the demonstration's channel and the desk of its officers,
// each as a process of its own, which knows no setting and no key of this one and
// ends with it. It returns the address of the desk.
func (a *App) startProtected(ctx context.Context) (officers string, err error) {
	folder := a.cfg.path("protected/" + demoAgency)
	if err := makeDemoAgency(folder); err != nil {
		return "", fmt.Errorf("protected channel: %w", err)
	}
	door, err := a.startBeside(ctx, "protected", "--agency", demoAgency, "--data", a.cfg.Data, "--listen", a.cfg.ProtectedListen, "--with-parent")
	if err != nil {
		return "", fmt.Errorf("protected channel: %w", err)
	}
	a.ProtectedURL = door + "/"
	if _, err := os.Stat(filepath.Join(folder, demoKeys)); err != nil {
		return "", nil // a demonstration made before there were officers
	}
	desk, err := a.startBeside(ctx, "protected", "officer", "serve", "--agency", demoAgency, "--data", a.cfg.Data, "--listen", "127.0.0.1:0", "--with-parent")
	if err != nil {
		return "", fmt.Errorf("officers' desk: %w", err)
	}
	return desk + "/", nil
}

// tellOfficers prints where the desk of the channel's officers is and how one
// signs in.
func (a *App) tellOfficers(out io.Writer, address string) {
	if address == "" {
		return
	}
	fmt.Fprintf(out, "  Officers of the protected channel: %s\n", address)
	fmt.Fprintf(out, "    login %s, password %s (of the key too), code: %s protected demo-code --data %s\n", demoOfficer, demoOfficerPassword, os.Args[0], a.cfg.Data)
	fmt.Fprintf(out, "    key, shares of the recovery key, signing key of the log: %s\n\n", a.cfg.path("protected/"+demoAgency+"/"+demoKeys))
}

// startBeside starts this program with other arguments as a process that ends
// with this one, and returns the address that it prints first.
func (a *App) startBeside(ctx context.Context, args ...string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	c := exec.Command(self, args...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return "", err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := c.Start(); err != nil {
		return "", err
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
			return "", errors.New("its process ended at once")
		}
		return address, nil
	case <-time.After(30 * time.Second):
		return "", errors.New("its process does not listen")
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
