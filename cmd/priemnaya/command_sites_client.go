package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/intake/sites"
	"priemnaya/intake/sites/verify"
)

// clientQuiet is how long the check of a client still listens after the client
// has done everything: what it does wrong then counts too.
const clientQuiet = time.Second

// verifyClientCommand lets an integrator check his client of the API. Like the
// check of a receiver it needs no store and no configuration.
func verifyClientCommand() *cobra.Command {
	cfg := verify.WatchConfig{OpenAPI: sites.OpenAPI()}
	var listen, secret, secretFile string
	var seconds int
	var asJSON bool
	c := &cobra.Command{Use: "client", Short: "Check an integrator's client of the API", Args: cobra.NoArgs,
		Long: "Starts a strict server of the API on this machine, loses a reply, is busy and out of quota once,\n" +
			"and prints what the client did right and wrong. Let the client upload a file, file an appeal with\n" +
			"tokens (any text will do), ask for its status and read the list of changes to its end. The exit\n" +
			"code is 0 only if nothing has failed.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if seconds < 1 {
				return errors.New("--seconds: at least 1")
			}
			if secretFile != "" {
				raw, err := os.ReadFile(secretFile)
				if err != nil {
					return err
				}
				secret = strings.TrimSpace(string(raw))
			}
			made := secret == ""
			if made {
				secret = rand.Text()
			}
			cfg.Key.Secret = []byte(secret)
			say := cmd.OutOrStdout()
			if asJSON {
				say = cmd.ErrOrStderr()
			}
			report, err := watchClient(cmd.Context(), cfg, listen, time.Duration(seconds)*time.Second, func(address string) {
				fmt.Fprintf(say, "address %s\nkey     %s\n", address, cfg.Key.ID)
				if made {
					fmt.Fprintf(say, "secret  %s\n", secret)
				}
			})
			if err != nil {
				return err
			}
			if err := tellReport(cmd.OutOrStdout(), report, asJSON); err != nil {
				return err
			}
			if !report.OK() {
				return fmt.Errorf("%d of %d checks failed, %d passed", report.Failed, len(report.Checks), report.Passed)
			}
			return nil
		}}
	f := c.Flags()
	f.StringVar(&listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	f.StringVar(&cfg.Key.ID, "key", "verify-site.00000000", "key the client signs with")
	f.StringVar(&secret, "secret", "", "secret of the key; a new one is made and printed if there is none")
	f.StringVar(&secretFile, "secret-file", "", "file that holds the secret, so that it does not stand in the list of processes")
	f.IntVar(&seconds, "seconds", 120, "how long to wait for the client")
	f.IntVar(&cfg.PartBytes, "part-bytes", 64<<10, "largest piece of an upload, in bytes")
	f.BoolVar(&asJSON, "json", false, "print the report as JSON, the address to the standard error")
	c.MarkFlagsMutuallyExclusive("secret", "secret-file")
	return c
}

// watchClient serves until the client has done everything, the time is out or
// ctx has ended; then it reports all the same. Errors: nothing can listen there,
// the key is none.
func watchClient(ctx context.Context, cfg verify.WatchConfig, listen string, limit time.Duration, say func(address string)) (verify.Report, error) {
	w, err := verify.NewWatch(cfg)
	if err != nil {
		return verify.Report{}, err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return verify.Report{}, err
	}
	server := &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}
	broken := make(chan error, 1)
	go func() { broken <- server.Serve(l) }()
	address := "http://" + l.Addr().String()
	say(address)
	out := time.NewTimer(limit)
	defer out.Stop()
	select {
	case err := <-broken:
		return verify.Report{}, err
	case <-ctx.Done():
	case <-out.C:
	case <-w.Done():
		quiet := time.NewTimer(clientQuiet)
		defer quiet.Stop()
		select {
		case <-quiet.C:
		case <-ctx.Done():
		}
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if server.Shutdown(end) != nil {
		_ = server.Close() // a client that hangs must not keep the report back
	}
	return w.Report(address), nil
}
