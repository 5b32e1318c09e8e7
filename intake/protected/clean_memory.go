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

// burnStack overwrites what functions that have returned left on the stack of
// this goroutine: arrays of keys are passed by value. Called before a handler, it
// makes the stack large enough to stay where it is; called after it, it overwrites
// what the handler used.
func burnStack() { burnFrames(24) }

//go:noinline
func burnFrames(n int) (used byte) {
	var frame [4096]byte
	if n > 0 {
		used = burnFrames(n - 1)
	}
	for i := range frame {
		frame[i] = used
	}
	return frame[len(frame)/2]
}
