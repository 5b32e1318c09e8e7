package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected"
	"priemnaya/intake/protected/keylog"
	"priemnaya/intake/protected/officer"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/web"
	"priemnaya/templates"
)

// protectedOfficerCommand holds what concerns the officers of an agency.
func protectedOfficerCommand(f *protectedFlags) *cobra.Command {
	c := &cobra.Command{Use: "officer", Short: "Officers of the protected channel: desk, accounts, journal, handovers"}
	c.AddCommand(officerServeCommand(f), officerAddCommand(f), officerDisableCommand(f), officerJournalCommand(f), officerImportCommand(f))
	return c
}

// officerServeCommand serves the desk, as a process of its own beside the door.
func officerServeCommand(f *protectedFlags) *cobra.Command {
	var listen, smtp, from string
	var perDay int
	var withParent bool
	c := &cobra.Command{Use: "serve", Args: cobra.NoArgs, Short: "Serve the officers' desk of one agency",
		Long: "Serves the officers' desk on its own listener. Sealed reports go out, sealed answers come in; no key\n" +
			"is ever here. Reminders leave at random minutes through --smtp, or wait in the folder notices.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := protected.Harden(); err != nil {
				return err
			}
			ctx := cmd.Context()
			if withParent {
				ctx = untilClosed(ctx, cmd.InOrStdin())
			}
			return f.serveDesk(ctx, cmd.OutOrStdout(), deskOptions{listen, smtp, from, perDay})
		}}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address, or unix:/path of a socket")
	c.Flags().StringVar(&smtp, "smtp", "", "host:port of a mail server for reminders")
	c.Flags().StringVar(&from, "from", "", "sender of reminders")
	c.Flags().IntVar(&perDay, "reminders", 1, "reminders a day, 1 to 4, at random minutes, whether anything is new or not")
	c.Flags().BoolVar(&withParent, "with-parent", false, "end when standard input is closed")
	return c
}

// deskOptions are where the desk listens and how reminders leave.
type deskOptions struct {
	listen, smtp, from string
	perDay             int
}

// serveDesk opens the store, listens, says where, and answers until ctx ends.
func (f *protectedFlags) serveDesk(ctx context.Context, out io.Writer, o deskOptions) error {
	a, err := f.read()
	if err != nil {
		return err
	}
	s, err := f.open(ctx, a)
	if err != nil {
		return err
	}
	defer s.Close()
	set, err := templates.Load(templates.Options{})
	if err != nil {
		return err
	}
	keys, err := f.keys(a)
	if err != nil {
		return err
	}
	accounts := f.accounts(time.Now)
	desk, err := officer.New(officer.Config{Folder: f.folder(), Agency: f.agency, Names: a.Names, Store: s, Set: set, Accounts: accounts,
		Recipients: keys.Recipients, Officers: keys.Officers, KeyLog: keys.KeyLog, Neighbours: f.neighbours,
		Scripts: web.Scripts(), Secure: a.Secure, Log: newLogger()})
	if err != nil {
		return err
	}
	ln, err := listenAt(o.listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "http://%s\n", ln.Addr())
	send := officer.Spool(filepath.Join(f.folder(), "notices"))
	if o.smtp != "" {
		send = officer.SMTP(o.smtp, o.from)
	}
	reminders := &officer.Notifier{Folder: f.folder(), Accounts: accounts, PerDay: o.perDay, From: 6, To: 15, Send: send, Now: time.Now,
		Subject: set.T("ru", "officer.notice.subject", nil), Text: set.T("ru", "officer.notice.text", nil)}
	go reminders.Run(ctx, func(err error) { newLogger().Error("reminders of the protected channel", "err", err) })
	return desk.Serve(ctx, ln)
}

func (f *protectedFlags) accounts(now func() time.Time) *officer.Accounts {
	return officer.OpenAccounts(f.folder(), officer.Codes{Issuer: "priemnaya " + f.agency}, now)
}

// keys are the agency's keys as its door uses them: from the log of keys where
// there is one.
func (f *protectedFlags) keys(a protectedAgency) (protected.Config, error) {
	conf := a.door(f.agency, nil, nil)
	err := useKeyLog(f.folder(), a.Verifier, &conf)
	return conf, err
}

// neighbour is an agency to which reports may be handed over, as an administrator
// describes it: its log of keys and the verifier key he knows from elsewhere.
type neighbour struct {
	Agency   string            `json:"agency"`
	Names    map[string]string `json:"names"`
	Verifier string            `json:"verifier"`
	Log      keylog.Page       `json:"log"`
}

// neighbours reads neighbours.json. An agency whose log does not check with its
// verifier is an error and not left out: somebody may have exchanged keys.
func (f *protectedFlags) neighbours() ([]officer.Neighbour, error) {
	raw, err := os.ReadFile(filepath.Join(f.folder(), "neighbours.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []neighbour
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	var out []officer.Neighbour
	for _, n := range list {
		checked, err := n.check()
		if err != nil {
			return nil, fmt.Errorf("neighbours.json: %w", err)
		}
		out = append(out, checked)
	}
	return out, nil
}

// check takes the agency's keys from its log, which must be whole, its own, and
// signed by the verifier key that is known from elsewhere.
func (n neighbour) check() (officer.Neighbour, error) {
	if n.Verifier == "" {
		return officer.Neighbour{}, fmt.Errorf("%s has no verifier key", n.Agency)
	}
	state, err := keylog.Check(n.Log, n.Verifier)
	if err != nil {
		return officer.Neighbour{}, fmt.Errorf("%s: %w", n.Agency, err)
	}
	if state.Origin != "priemnaya-protected-"+n.Agency {
		return officer.Neighbour{}, fmt.Errorf("%s: %w", n.Agency, officer.ErrOtherLog)
	}
	return officer.Neighbour{Agency: n.Agency, Names: n.Names, Recipients: state.Recipients()}, nil
}

func officerAddCommand(f *protectedFlags) *cobra.Command {
	var key, address string
	var senior bool
	c := &cobra.Command{Use: "add LOGIN", Args: cobra.ExactArgs(1), Short: "Make an officer's account; his password is read from standard input",
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := f.read()
			if err != nil {
				return err
			}
			public, err := seal.ParsePublic(key)
			if err != nil {
				return fmt.Errorf("--key: %w", err)
			}
			conf, err := f.keys(a)
			if err != nil {
				return err
			}
			to, err := conf.Recipients()
			if err != nil {
				return err
			}
			if !slices.Contains(to, public) {
				return errors.New("this key is not among the keys of the agency: reports would not open for it")
			}
			password, err := readPassphrase(cmd)
			if err != nil {
				return err
			}
			setup, err := f.accounts(time.Now).Add(officer.Account{Login: args[0], Senior: senior, Key: public, Address: address}, string(password))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "second factor: %s\n", setup)
			return nil
		}}
	c.Flags().StringVar(&key, "key", "", "the officer's public key, prk1-…")
	c.Flags().StringVar(&address, "address", "", "e-mail address for reminders without content")
	c.Flags().BoolVar(&senior, "senior", false, "may hand reports over and destroy them")
	return c
}

func officerDisableCommand(f *protectedFlags) *cobra.Command {
	return &cobra.Command{Use: "disable LOGIN", Args: cobra.ExactArgs(1), Short: "Shut an officer out; take his key out of agency.json besides",
		RunE: func(_ *cobra.Command, args []string) error { return f.accounts(time.Now).Disable(args[0]) }}
}

func officerJournalCommand(f *protectedFlags) *cobra.Command {
	return &cobra.Command{Use: "journal", Args: cobra.NoArgs, Short: "Print the journal of the officers' acts and check its chain",
		RunE: func(cmd *cobra.Command, _ []string) error {
			entries, err := officer.OpenJournal(f.folder(), time.Now).Read()
			for _, e := range entries {
				fmt.Fprintln(cmd.OutOrStdout(), strings.TrimSpace(fmt.Sprintf("%d %s %s %s %s %s", e.Seq, e.Day, e.By, e.Act, e.Report, e.To)))
			}
			return err
		}}
}

func officerImportCommand(f *protectedFlags) *cobra.Command {
	return &cobra.Command{Use: "import FILE", Args: cobra.ExactArgs(1), Short: "Take a report that another agency has handed over",
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := f.read()
			if err != nil {
				return err
			}
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			s, err := f.open(cmd.Context(), a)
			if err != nil {
				return err
			}
			defer s.Close()
			h, err := officer.Import(cmd.Context(), s, f.agency, raw)
			if err != nil {
				return err
			}
			return f.tellImport(cmd.OutOrStdout(), h, args[0]+".pub", a.Verifier != "")
		}}
}

// tellImport says what is left to do after a handover was taken: its author must
// be found, and the key of the officer who sealed it anew be known.
func (f *protectedFlags) tellImport(out io.Writer, h officer.Handover, path string, logged bool) error {
	fmt.Fprintf(out, "taken from %s. In %s: add %q to origins, so that its author finds it.\n", h.From, agencyFile, h.From)
	if !logged {
		fmt.Fprintf(out, "Add %s to former, after checking the key by the log of %s.\n", h.By, h.From)
		return nil
	}
	pub, err := json.Marshal(publicKey{Agency: f.agency, Role: seal.RoleOfficer, Key: h.By})
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, append(pub, '\n'), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(out, "Its officer's key %s is in %s: check it by the log of %s, then `priemnaya protected log former keys %s --signer signer`.\n",
		h.By.Fingerprint(), path, h.From, path)
	return nil
}
