package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Promise L13: only the program's commands know the protected channel, and it
// knows nothing of the rest but templates.
func TestTheProtectedChannelIsApart(t *testing.T) {
	const channel = "intake/protected"
	found := imports(t, filepath.Join("..", ".."))
	seen := 0
	for folder, list := range found {
		for _, p := range list {
			ours, isOurs := strings.CutPrefix(p, module+"/")
			switch {
			case !isOurs:
			case within(folder, channel):
				seen++
				if !within(ours, channel) && !within(ours, "templates") {
					t.Errorf("%s imports %s", folder, ours)
				}
			case within(ours, channel) && !within(folder, "cmd"):
				t.Errorf("%s imports %s: nothing of the channel may appear elsewhere", folder, ours)
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d imports of the channel were looked at", seen)
	}
}
