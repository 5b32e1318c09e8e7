package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"priemnaya/intake/sites"
	"priemnaya/intake/sites/sign"
)

func sitesCommand() *cobra.Command {
	c := &cobra.Command{Use: "sites", Short: "Websites of departments: registration, keys, quotas"}
	c.AddCommand(addSiteCommand(), listSitesCommand(), quotaCommand(),
		siteCommand("key SITE", "Make a further key for a site", func(cmd *cobra.Command, d *sites.Directory, id string) error {
			key, err := d.NewKey(cmd.Context(), id)
			if err == nil {
				tellKey(cmd.OutOrStdout(), key)
			}
			return err
		}),
		siteCommand("revoke KEY", "End a key at once", func(cmd *cobra.Command, d *sites.Directory, id string) error {
			return d.RevokeKey(cmd.Context(), id)
		}),
		siteCommand("close SITE", "End everything a site could do; its cases stay", func(cmd *cobra.Command, d *sites.Directory, id string) error {
			return d.Close(cmd.Context(), id)
		}))
	c.AddCommand(webhookCommand(), verifySiteCommand())
	return c
}

// siteCommand is a command with one argument over the registry of sites.
func siteCommand(use, short string, do func(*cobra.Command, *sites.Directory, string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return withSites(cmd, func(_ *App, d *sites.Directory) error { return do(cmd, d, args[0]) })
	}}
}

func withSites(cmd *cobra.Command, do func(*App, *sites.Directory) error) error {
	return withApp(cmd.Context(), func(a *App) error {
		d, err := a.siteDirectory()
		if err != nil {
			return err
		}
		return do(a, d)
	})
}

func addSiteCommand() *cobra.Command {
	var s sites.Site
	var rights, audiences []string
	c := &cobra.Command{Use: "add SITE", Short: "Register the website of a body and print its first key", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.ID = args[0]
			for _, r := range rights {
				s.Rights = append(s.Rights, sites.Right(r))
			}
			for _, text := range audiences {
				provider, client, _ := strings.Cut(text, "=")
				s.Audiences = append(s.Audiences, sites.Audience{Provider: provider, Client: client})
			}
			return withSites(cmd, func(a *App, d *sites.Directory) error {
				if _, err := a.office.Registry().Body(s.Body); err != nil {
					return fmt.Errorf("--body %q: no such body in the registry", s.Body)
				}
				if _, err := d.Add(cmd.Context(), s); err != nil {
					return err
				}
				key, err := d.NewKey(cmd.Context(), s.ID)
				if err != nil {
					return err
				}
				tellKey(cmd.OutOrStdout(), key)
				if s.Webhook.URL == "" {
					return nil
				}
				return tellWebhook(cmd, d, s.ID)
			})
		}}
	f := c.Flags()
	f.StringVar(&s.Name, "name", "", "name of the site, shown to people")
	f.StringVar(&s.Body, "body", "", "ID of the body whose site it is")
	f.StringArrayVar(&s.Origins, "origin", nil, "origin the widget may be shown on, https://example.ru; may be repeated")
	f.StringArrayVar(&rights, "right", []string{string(sites.RightFile), string(sites.RightWidget)}, "file, widget or anywhere; may be repeated")
	f.StringArrayVar(&audiences, "audience", nil, "provider=client: the name of the site at ESIA (esia=MNEMONIC) or at an OpenID provider; may be repeated")
	f.StringVar(&s.Webhook.URL, "webhook", "", "address that is told of every stage")
	return c
}

func listSitesCommand() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the sites and their keys", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return withSites(cmd, func(_ *App, d *sites.Directory) error {
			all, err := d.List(cmd.Context(), "")
			out := cmd.OutOrStdout()
			for _, s := range all {
				state := "open"
				if !s.ClosedAt.IsZero() {
					state = "closed " + s.ClosedAt.Format("2006-01-02")
				}
				fmt.Fprintf(out, "%-24s %-16s %s  %d/min %d/day  %v\n", s.ID, s.Body, state, s.Quota.PerMinute, s.Quota.PerDay, s.Rights)
				for _, k := range s.Keys {
					life := "live"
					if !k.Live() {
						life = "revoked " + k.RevokedAt.Format("2006-01-02")
					}
					fmt.Fprintf(out, "  key %-30s since %s  %s\n", k.ID, k.CreatedAt.Format("2006-01-02"), life)
				}
			}
			return err
		})
	}}
}

func quotaCommand() *cobra.Command {
	q := sites.DefaultQuota
	c := siteCommand("quota SITE", "Set how many requests a site may make", func(cmd *cobra.Command, d *sites.Directory, id string) error {
		return d.SetQuota(cmd.Context(), id, q)
	})
	c.Flags().IntVar(&q.PerMinute, "minute", q.PerMinute, "requests a minute")
	c.Flags().IntVar(&q.PerDay, "day", q.PerDay, "requests a day")
	return c
}

// tellKey shows a key the way a site's owner needs it.
func tellKey(out io.Writer, k sign.Key) {
	fmt.Fprintf(out, "key    %s\nsecret %s\n", k.ID, k.Secret)
}
