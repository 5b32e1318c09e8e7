// Command priemnaya receives citizens' appeals, keeps each as a case, routes
// it to the body that must answer, watches the terms of law and tells the
// applicant at every stage. One program is the server and all tools of its
// administrator; `priemnaya help` lists them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	// Time zones of bodies must be known on every machine.
	_ "time/tzdata"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := rootCommand().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "priemnaya:", err)
		os.Exit(1)
	}
}
