package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"priemnaya/intake/protected"
	"priemnaya/intake/protected/clean"
	"priemnaya/intake/protected/seal"
	"priemnaya/intake/protected/store"
	"priemnaya/intake/protected/web"
	"priemnaya/templates"
)

// protectedAgency is agency.json in the folder of an agency: what its process
// needs to know, none of it secret.
type protectedAgency struct {
	// Names of the agency by language.
	Names map[string]string `json:"names"`
	// Recipients are the keys of officers and of the recovery; Former are officers'
	// keys whose old answers are still shown as genuine.
	Recipients []seal.Public    `json:"recipients"`
	Former     []seal.Public    `json:"former,omitempty"`
	Origins    []string         `json:"origins,omitempty"`
	Doors      []protected.Door `json:"doors,omitempty"`
	KeepDays   int              `json:"keep_days,omitempty"`
	// Shred are the paths of the shred keys, outside of every backup.
	Shred []string `json:"shred,omitempty"`
	// Verifier is the verifier key of the agency's log of keys; with it a missing or
	// exchanged log is an error. The log itself lies in the folder keys.
	Verifier string `json:"verifier,omitempty"`
	// Secure says that the door is reached over TLS.
	Secure bool `json:"secure,omitempty"`
	// Rate is how many filings a second the queue lets through.
	Rate float64 `json:"rate,omitempty"`
}

const agencyFile = "agency.json"

// protectedFlags are shared by the commands of the channel. They read no other
// setting of the program and none of its keys.
type protectedFlags struct {
	agency, data, listen string
	withParent           bool
}

func (f *protectedFlags) folder() string { return filepath.Join(f.data, "protected", f.agency) }

// protectedCommand serves the protected channel of one agency, as a process of
// its own.
func protectedCommand() *cobra.Command {
	f := &protectedFlags{}
	c := &cobra.Command{Use: "protected --agency NAME", Args: cobra.NoArgs,
		Short: "Serve the protected anonymous channel of one agency, as a process of its own",
		Long: "Serves the protected anonymous channel of one agency. Its folder, PRIEMNAYA_DATA/protected/NAME,\n" +
			"holds agency.json and the sealed reports; docs/protected-install.md describes both.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := protected.Harden(); err != nil {
				return err
			}
			ctx := cmd.Context()
			if f.withParent {
				ctx = untilClosed(ctx, cmd.InOrStdin())
			}
			return f.serve(ctx, cmd.OutOrStdout())
		}}
	data := os.Getenv("PRIEMNAYA_DATA")
	if data == "" {
		data = "data"
	}
	c.PersistentFlags().StringVar(&f.agency, "agency", "", "identifier of the agency: a-z, 0-9 and -")
	c.PersistentFlags().StringVar(&f.data, "data", data, "folder of the installation")
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:0", "address, or unix:/path of a socket for an onion service")
	c.Flags().BoolVar(&f.withParent, "with-parent", false, "end when standard input is closed")
	c.AddCommand(protectedBackupCommand(f))
	c.AddCommand(protectedExportCommand(f))
	c.AddCommand(protectedKeyCommands()...)
	c.AddCommand(protectedOfficerCommand(f), protectedOpenCommand(), demoCodeCommand(f))
	return c
}

func protectedBackupCommand(f *protectedFlags) *cobra.Command {
	return &cobra.Command{Use: "backup FILE", Short: "Copy the sealed reports; what is shredded later stays closed in the copy",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			conf, err := f.read()
			if err != nil {
				return err
			}
			s, err := f.open(cmd.Context(), conf)
			if err != nil {
				return err
			}
			return errors.Join(s.Backup(cmd.Context(), args[0]), s.Close())
		}}
}

// read reads agency.json.
func (f *protectedFlags) read() (protectedAgency, error) {
	var a protectedAgency
	if f.agency == "" {
		return a, errors.New("--agency NAME is needed")
	}
	raw, err := os.ReadFile(filepath.Join(f.folder(), agencyFile))
	if err != nil {
		return a, fmt.Errorf("agency %s: %w", f.agency, err)
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return a, fmt.Errorf("agency %s: %s: %w", f.agency, agencyFile, err)
	}
	if len(a.Recipients) == 0 && a.Verifier == "" {
		return a, fmt.Errorf("agency %s: %s names no recipients", f.agency, agencyFile)
	}
	return a, nil
}

func (f *protectedFlags) open(ctx context.Context, a protectedAgency) (*store.Store, error) {
	return store.Open(ctx, store.Config{Folder: f.folder(), Agency: f.agency, Shred: a.Shred, KeepDays: a.KeepDays})
}

// serve opens the store, listens, says where, and answers until ctx ends.
func (f *protectedFlags) serve(ctx context.Context, out io.Writer) error {
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
	conf := a.door(f.agency, s, set)
	if err := useKeyLog(f.folder(), a.Verifier, &conf); err != nil {
		return err
	}
	door, err := protected.New(conf)
	if err != nil {
		return err
	}
	ln, err := listenAt(f.listen)
	if err != nil {
		return err
	}
	if ln.Addr().Network() == "tcp" {
		fmt.Fprintf(out, "http://%s\n", ln.Addr())
	} else {
		fmt.Fprintln(out, f.listen)
	}
	go door.KeepStore(ctx)
	go door.CleanMemory(ctx)
	return door.Serve(ctx, ln)
}

// door is the configuration of the agency's door.
func (a protectedAgency) door(agency string, s *store.Store, set *templates.Set) protected.Config {
	officers := append(slices.Clone(a.Recipients), a.Former...)
	return protected.Config{Agency: agency, Names: a.Names, Origins: a.Origins, Doors: a.Doors, Store: s, Set: set,
		Recipients: func() ([]seal.Public, error) { return a.Recipients, nil },
		Officers:   func() ([]seal.Public, error) { return officers, nil },
		Clean:      cleanProtected, AsIs: takeAsIs, KeepDays: a.KeepDays, Secure: a.Secure, Rate: a.Rate, Scripts: web.Scripts(), Log: newLogger()}
}

// cleanProtected takes metadata out of a file; its name is not looked at.
func cleanProtected(_ string, data []byte) (protected.Cleaned, error) {
	r, err := clean.File(data)
	return protected.Cleaned{Kind: r.Kind, Data: r.Data, Removed: r.Removed}, err
}

// takeAsIs takes a file that cannot be made anew, after its author was warned.
func takeAsIs(_ string, data []byte) (protected.Cleaned, error) {
	r, err := clean.AsIs(data)
	return protected.Cleaned{Kind: r.Kind, Data: r.Data, Removed: r.Removed}, err
}

// listenAt listens on a TCP address or on unix:/path, which an earlier process
// may have left behind.
func listenAt(address string) (net.Listener, error) {
	path, unix := strings.CutPrefix(address, "unix:")
	if !unix {
		return net.Listen("tcp", address)
	}
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return ln, os.Chmod(path, 0o660)
}

// untilClosed is a context that ends when in does, which is when the process
// at its other end is gone.
func untilClosed(ctx context.Context, in io.Reader) context.Context {
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer stop()
		_, _ = io.Copy(io.Discard, in)
	}()
	return ctx
}
