package protected

import (
	"context"
	"runtime/debug"
	"time"
)

// The program wipes what it can reach. What it cannot (strings that net/http and
// the templates made, buffers they have let go) lies in memory that nobody
// overwrites until it is used again. Harden makes the collector overwrite what it
// frees, and CleanMemory makes it do so soon after a request with secrets.

// calmAfter is how soon after such a request memory is cleaned.
const calmAfter = 500 * time.Millisecond

// soothe asks CleanMemory to clean soon.
func (s *Server) soothe() {
	select {
	case s.calm <- struct{}{}:
	default:
	}
}

// CleanMemory runs until ctx ends. After requests it
// collects twice (pools of buffers let go at the second time) and gives free pages
// back to the system, which hands them out zeroed.
func (s *Server) CleanMemory(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.calm:
		}
		pause := time.NewTimer(calmAfter)
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
		debug.FreeOSMemory()
		debug.FreeOSMemory()
	}
}
