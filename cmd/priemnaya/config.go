package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"priemnaya/intake/identity/staff"
)

// Config is everything an administrator sets, read from the environment. Each
// field's variable is in the table of the README.
type Config struct {
	// Mode is "development" or "production". Development starts the ESIA
	// emulator, the letter sink and the demonstration, on loopback only.
	Mode string
	// Listen is the address of the portal and the desk.
	Listen string
	// BaseURL is the address people use; letters and redirects hold it.
	BaseURL string
	// Data is the folder of everything that is kept on this machine.
	Data string

	MongoURI string
	RedisURL string
	BlobURL  string
	Clamd    string
	// Backups is the folder of backups, watched by the page of health; empty is
	// backups below Data.
	Backups string
	// AcceptUnscanned stores uploads, marked, while clamd does not answer.
	AcceptUnscanned bool
	// PauseSearch leaves the full-text index of the embedded store alone, for
	// a machine in need; what is filed meanwhile is indexed once it is off.
	PauseSearch bool
	// Laws is a folder laid over the regulations that come with the program.
	Laws string
	// ReadingRules is a file laid over what marks an unusual reader.
	ReadingRules string

	SMTP SMTPConfig
	ESIA ESIAConfig
	OIDC OIDCConfig
	// Letters is the key that signs letters; empty makes a development key.
	Letters LetterKeyConfig
	// Telegram and Max are the bots; Phone is shown where no body is chosen.
	Telegram, Max BotConfig
	Phone         string
	// BindingLife is how long an account of a messenger stays bound.
	BindingLife time.Duration
	// Cabinet is told of the states of appeals.
	Cabinet CabinetConfig
	// SiteListen is the address of development's page of a department.
	SiteListen string
	// SimListen and SinkListen are the addresses of the ESIA emulator and of
	// the built-in mail server of development.
	SimListen, SinkListen string
	// ProtectedListen is where development's protected channel listens.
	ProtectedListen string
	// TrustProxy is the address of the reverse proxy whose X-Forwarded-For is
	// believed; empty believes nobody.
	TrustProxy string
	// Passwords is the cost of the hashes of staff passwords. No variable sets it:
	// zero is the least that package staff allows, and tests ask for less.
	Passwords staff.Argon
}

// SMTPConfig is the mail server that letters leave by.
type SMTPConfig struct {
	Addr, User, Password, From, TLS string
}

// ESIAConfig is the connection to Gosuslugi (law.md section 8).
type ESIAConfig struct {
	URL, ClientID, CertHash, PublicKey string
	// Key and Certificate are files; Engine is "software" or "gost".
	Key, Certificate, Engine string
}

// LetterKeyConfig are the files of the key and the certificate that letters
// are signed by; Engine is "software" or "gost".
type LetterKeyConfig struct {
	Key, Certificate, Engine string
	// Passphrase is a file whose first line opens the key.
	Passphrase string
}

// OIDCConfig is one further provider of identities.
type OIDCConfig struct {
	Issuer, ClientID, ClientSecret, Name string
}

// Modes of operation.
const (
	development = "development"
	production  = "production"
)

// readConfig reads the environment. Secrets may be given as NAME_FILE, the
// path of a file that holds the value. Errors name the variable.
func readConfig(getenv func(string) string) (Config, error) {
	e := environment{get: getenv}
	c := Config{
		Mode:            e.text("MODE", development),
		Listen:          e.text("LISTEN", "127.0.0.1:8080"),
		Data:            e.text("DATA", "data"),
		MongoURI:        e.secret("MONGO_URI"),
		RedisURL:        e.secret("REDIS_URL"),
		BlobURL:         e.text("BLOB_URL", ""),
		Clamd:           e.text("CLAMD", ""),
		Backups:         e.text("BACKUPS", ""),
		Laws:            e.text("LAWS", ""),
		ReadingRules:    e.text("READING_RULES", ""),
		SimListen:       e.text("ESIASIM_LISTEN", "127.0.0.1:8081"),
		SinkListen:      e.text("SINK_LISTEN", "127.0.0.1:2525"),
		ProtectedListen: e.text("PROTECTED_LISTEN", "127.0.0.1:0"),
		TrustProxy:      e.text("TRUST_PROXY", ""),
		SMTP: SMTPConfig{Addr: e.text("SMTP_ADDR", ""), User: e.text("SMTP_USER", ""), Password: e.secret("SMTP_PASSWORD"),
			From: e.text("SMTP_FROM", ""), TLS: e.text("SMTP_TLS", "starttls")},
		ESIA: ESIAConfig{URL: e.text("ESIA_URL", ""), ClientID: e.text("ESIA_CLIENT_ID", ""), CertHash: e.text("ESIA_CERT_HASH", ""),
			PublicKey: e.text("ESIA_PUBLIC_KEY", ""), Key: e.text("ESIA_KEY", ""), Certificate: e.text("ESIA_CERTIFICATE", ""),
			Engine: e.text("ESIA_ENGINE", "gost")},
		OIDC: OIDCConfig{Issuer: e.text("OIDC_ISSUER", ""), ClientID: e.text("OIDC_CLIENT_ID", ""),
			ClientSecret: e.secret("OIDC_CLIENT_SECRET"), Name: e.text("OIDC_NAME", "")},
		Letters: LetterKeyConfig{Key: e.text("LETTER_KEY", ""), Certificate: e.text("LETTER_CERTIFICATE", ""),
			Passphrase: e.text("LETTER_PASSPHRASE_FILE", ""), Engine: e.text("LETTER_ENGINE", "software")},
		Cabinet:         CabinetConfig{URL: e.text("CABINET_URL", ""), Secret: e.secret("CABINET_SECRET")},
		SiteListen:      e.text("SITE_LISTEN", "127.0.0.1:8090"),
		AcceptUnscanned: e.flag("CLAMD_ACCEPT_UNSCANNED"),
		PauseSearch:     e.flag("PAUSE_SEARCH"),
	}
	c.BaseURL = e.text("BASE_URL", "http://"+c.Listen)
	if c.BlobURL == "" {
		c.BlobURL = filepath.Join(c.Data, "files")
	}
	e.readBots(&c)
	return c, errors.Join(append(e.errs, c.check())...)
}

// check refuses combinations that would be unsafe or could not work.
func (c Config) check() error {
	var errs []error
	bad := func(name, format string, args ...any) {
		errs = append(errs, fmt.Errorf("PRIEMNAYA_%s: %s", name, fmt.Sprintf(format, args...)))
	}
	if c.Mode != development && c.Mode != production {
		bad("MODE", "%q is neither development nor production", c.Mode)
	}
	if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		bad("BASE_URL", "want an address like https://priem.example.ru")
	}
	if c.Mode == development {
		for name, addr := range map[string]string{"LISTEN": c.Listen, "ESIASIM_LISTEN": c.SimListen, "SINK_LISTEN": c.SinkListen, "PROTECTED_LISTEN": c.ProtectedListen, "SITE_LISTEN": c.SiteListen} {
			if !loopback(addr) {
				bad(name, "development identities may only listen on loopback, not on %s", addr)
			}
		}
	}
	if l := c.Letters; (l.Key == "") != (l.Certificate == "") || l.Engine != "software" && l.Engine != "gost" || l.Engine == "gost" && l.Key == "" {
		bad("LETTER_KEY", "want LETTER_KEY and LETTER_CERTIFICATE together, with LETTER_ENGINE software or gost")
	}
	if c.Mode == production {
		if !strings.HasPrefix(c.BaseURL, "https://") {
			bad("BASE_URL", "production needs https")
		}
		if c.SMTP.Addr == "" || c.SMTP.From == "" {
			bad("SMTP_ADDR", "production needs SMTP_ADDR and SMTP_FROM")
		}
		if c.ESIA.URL == "" && c.OIDC.Issuer == "" {
			bad("ESIA_URL", "production needs ESIA_URL or OIDC_ISSUER to identify applicants")
		}
		if c.Letters.Key == "" {
			bad("LETTER_KEY", "production needs LETTER_KEY and LETTER_CERTIFICATE to sign letters")
		}
	}
	return errors.Join(append(errs, c.Cabinet.check(c.Mode == development), c.checkBots())...)
}

func (c Config) secure() bool { return strings.HasPrefix(c.BaseURL, "https://") }

// loopback reports whether an address can be reached from this machine only.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// environment reads variables with the prefix PRIEMNAYA_ and collects errors.
type environment struct {
	get  func(string) string
	errs []error
}

func (e *environment) text(name, fallback string) string {
	if v := e.get("PRIEMNAYA_" + name); v != "" {
		return v
	}
	return fallback
}

// secret reads NAME or the file named by NAME_FILE.
func (e *environment) secret(name string) string {
	if v := e.get("PRIEMNAYA_" + name); v != "" {
		return v
	}
	path := e.get("PRIEMNAYA_" + name + "_FILE")
	if path == "" {
		return ""
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		e.errs = append(e.errs, fmt.Errorf("PRIEMNAYA_%s_FILE: %w", name, err))
	}
	return strings.TrimSpace(string(raw))
}

func (e *environment) flag(name string) bool {
	v := e.get("PRIEMNAYA_" + name)
	if v == "" {
		return false
	}
	on, err := strconv.ParseBool(v)
	if err != nil {
		e.errs = append(e.errs, fmt.Errorf("PRIEMNAYA_%s: want true or false", name))
	}
	return on
}
