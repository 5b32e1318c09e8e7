package protected

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// prSetDumpable of prctl(2): with 0 the process writes no core and no process of
// the same user may read its memory.
const prSetDumpable = 4

// Harden makes the process keep its memory to itself: no core dumps, no reading
// by others of the same user, and freed memory overwritten by the collector. For
// the last it starts the program again in place, once, because the collector
// reads its settings at the start. Call it before anything else.
func Harden() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("core dumps cannot be turned off: %w", err)
	}
	// A stack that shrinks would leave a copy behind.
	if settings := os.Getenv("GODEBUG"); !strings.Contains(settings, "clobberfree=1,gcshrinkstackoff=1") {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		env := append(os.Environ(), "GODEBUG="+strings.TrimPrefix(settings+",clobberfree=1,gcshrinkstackoff=1", ","))
		return syscall.Exec(self, os.Args, env)
	}
	if _, _, code := syscall.RawSyscall(syscall.SYS_PRCTL, prSetDumpable, 0, 0); code != 0 {
		return fmt.Errorf("the memory cannot be closed to others: %w", code)
	}
	return nil
}
