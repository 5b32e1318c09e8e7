//go:build unix

package main

import "syscall"

// diskSpace is how many bytes are free for us, and how many there are, where a
// folder lies.
func diskSpace(folder string) (free, all uint64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, 0, err
	}
	return st.Bavail * uint64(st.Bsize), st.Blocks * uint64(st.Bsize), nil
}
