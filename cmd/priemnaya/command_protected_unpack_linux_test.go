package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// openHelper is set in the process that opens a bundle without a network.
const openHelper = "PRIEMNAYA_TEST_OPEN"

func TestABundleIsOpenedWithoutNetworkAndTemporaryFiles(t *testing.T) {
	if folder := os.Getenv(openHelper); folder != "" {
		os.Stdout.WriteString(needProtected(t, keyPassphrase, "unpack", filepath.Join(folder, "bundle.age"), "--key", filepath.Join(folder, "officer.key"), "--out", filepath.Join(folder, "opened")))
		os.Exit(0) // TestMain would build the program, which needs files
		return
	}
	c := newCeremony(t)
	c.bundle()
	temp := t.TempDir()
	run := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	run.Env = []string{openHelper + "=" + c.folder, "TMPDIR=" + temp, "HOME=" + temp, "PATH=" + os.Getenv("PATH")}
	run.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	out, err := run.CombinedOutput()
	if e := (*exec.ExitError)(nil); err != nil && !isExit(err, &e) {
		t.Skipf("this machine makes no process without a network: %v", err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"signed by the author", "SIGNED BY AN UNKNOWN KEY", "log of keys: priemnaya-protected-demo, 2 entries"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "текст сообщения") {
		t.Error("the text was printed to the terminal")
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("%d temporary files, %v", len(left), err)
	}
	names, err := filepath.Glob(c.at("opened/*/*"))
	if err != nil || len(names) != 3 {
		t.Fatalf("%v %v", names, err)
	}
	for _, n := range names {
		info, err := os.Stat(n)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", n, info.Mode(), err)
		}
	}
	if got, err := os.ReadFile(names[0]); err != nil || !strings.HasSuffix(names[0], "file-0.bin") || string(got) != "данные" {
		t.Errorf("%s %q %v", names[0], got, err)
	}
}

func isExit(err error, e **exec.ExitError) bool {
	x, ok := err.(*exec.ExitError)
	*e = x
	return ok
}
