package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/intake/sites"
	"priemnaya/intake/sites/verify"
	"priemnaya/notifications/signature"
)

// verifySiteCommand lets an integrator check his own receiver of webhooks. It
// opens no store and reads no configuration, so it runs anywhere.
func verifySiteCommand() *cobra.Command {
	var cfg verify.Config
	var key, keyFile string
	var asJSON bool
	c := &cobra.Command{Use: "verify", Short: "Check an integrator's receiver of webhooks, of the cabinet outside, or his client of the API", Args: cobra.NoArgs,
		Long: "Plays our side against a receiver and prints what it does right and wrong. Every event is\n" +
			`marked "test": true in its data. The exit code is 0 only if every check has passed.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if keyFile != "" {
				raw, err := os.ReadFile(keyFile)
				if err != nil {
					return err
				}
				key = strings.TrimSpace(string(raw))
			}
			var err error
			if cfg.Key, err = signature.ParseKey(key); err != nil {
				return fmt.Errorf("--key: %w", err)
			}
			report, err := verify.Receiver(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			if err := tellReport(cmd.OutOrStdout(), report, asJSON); err != nil {
				return err
			}
			if !report.OK() {
				return fmt.Errorf("%d of %d checks failed", report.Failed, len(report.Checks))
			}
			return nil
		}}
	c.AddCommand(verifyClientCommand())
	f := c.Flags()
	f.StringVar(&cfg.URL, "url", "", "address of the receiver")
	f.StringVar(&key, "key", "", "secret of the webhook, whsec_…")
	f.StringVar(&keyFile, "key-file", "", "file that holds the secret, so that it does not stand in the list of processes")
	f.StringVar(&cfg.Site, "site", "", "ID of the site in the events")
	f.DurationVar(&cfg.Timeout, "timeout", 10*time.Second, "how long to wait for a reply")
	f.BoolVar(&asJSON, "json", false, "print the report as JSON")
	c.MarkFlagsOneRequired("key", "key-file")
	if err := c.MarkFlagRequired("url"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}

func tellReport(out io.Writer, r verify.Report, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, c := range r.Checks {
		mark := "pass"
		switch {
		case c.NotSeen:
			mark = "not seen"
		case !c.OK:
			mark = "FAIL"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", mark, c.Name, c.Title)
		if c.Reason != "" {
			fmt.Fprintf(w, "\t\t  %s\n", c.Reason)
		}
	}
	fmt.Fprintf(w, "\n%d passed, %d failed", r.Passed, r.Failed)
	if r.NotSeen > 0 {
		fmt.Fprintf(w, ", %d not seen", r.NotSeen)
	}
	fmt.Fprintln(w)
	return w.Flush()
}

// webhookCommand manages where a site is told of every stage.
func webhookCommand() *cobra.Command {
	var overlap time.Duration
	c := &cobra.Command{Use: "webhook", Short: "Where a site is told of every stage, and the secret that signs it"}
	set := &cobra.Command{Use: "set SITE [URL]", Short: "Set the address, or end the webhook if none is given; prints the new secret", Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withSites(cmd, func(_ *App, d *sites.Directory) error {
				address := strings.Join(args[1:], "")
				if err := d.SetWebhook(cmd.Context(), args[0], address); err != nil || address == "" {
					return err
				}
				return tellWebhook(cmd, d, args[0])
			})
		}}
	rotate := siteCommand("rotate SITE", "Exchange the secret; until the overlap has passed both sign", func(cmd *cobra.Command, d *sites.Directory, id string) error {
		if err := d.RotateWebhook(cmd.Context(), id, overlap); err != nil {
			return err
		}
		return tellWebhook(cmd, d, id)
	})
	rotate.Flags().DurationVar(&overlap, "overlap", 72*time.Hour, "how long the old secret signs too")
	c.AddCommand(set, rotate, siteCommand("show SITE", "Print the address and the secrets in use", tellWebhook))
	return c
}

func tellWebhook(cmd *cobra.Command, d *sites.Directory, id string) error {
	e, err := endpointOf(cmd.Context(), d, id)
	if err != nil {
		return err
	}
	if len(e.Keys) == 0 {
		return errors.New("the site has no webhook")
	}
	fmt.Fprintf(cmd.OutOrStdout(), "url    %s\n", e.URL)
	for i, k := range e.Keys {
		note := ""
		if i < len(e.Keys)-1 {
			note = "  (old, signs until the overlap has passed)"
		}
		fmt.Fprintf(cmd.OutOrStdout(), "secret %s%s\n", k.Text(), note)
	}
	return nil
}
