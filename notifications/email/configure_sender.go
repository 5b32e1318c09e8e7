package email

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Security is how the connection to the mail server is secured.
type Security string

// The modes.
const (
	// None sends in the clear; allowed to loopback only.
	None Security = "none"
	// StartTLS upgrades a plain connection (port 587 or 25) and gives up if
	// the server cannot.
	StartTLS Security = "starttls"
	// Implicit speaks TLS from the first byte (port 465).
	Implicit Security = "implicit"
)

// Config says how to reach the mail server and who writes.
type Config struct {
	Host string
	// Port 0 is 587 for StartTLS, 465 for Implicit, 25 for None.
	Port     int
	Security Security
	// Username and Password are empty where the server asks for none.
	Username, Password string
	// From is the address of the sender, FromName what readers see.
	From, FromName string
	// ReturnPath gets bounces; empty is From.
	ReturnPath string
	// HELO is the name we greet with; empty is the domain of From.
	HELO string
	// Roots are the authorities to trust; nil is the system's.
	Roots *x509.CertPool
	// Timeout bounds connecting and sending, each; 0 is 30 seconds.
	Timeout time.Duration
	// Idle is how many connections are kept open between letters; 0 is 4.
	Idle int
	// Now is the clock of Date headers.
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	if c.Port == 0 {
		c.Port = map[Security]int{StartTLS: 587, Implicit: 465}[c.Security]
	}
	if c.Port == 0 {
		c.Port = 25
	}
	if c.ReturnPath == "" {
		c.ReturnPath = c.From
	}
	if c.HELO == "" {
		c.HELO = c.From[strings.LastIndexByte(c.From, '@')+1:]
	}
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Idle <= 0 {
		c.Idle = 4
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (c Config) check() error {
	switch c.Security {
	case StartTLS, Implicit:
	case None:
		if !loopback(c.Host) {
			return fmt.Errorf("email: %s is not this machine: letters leave it by TLS only", c.Host)
		}
		if c.Username != "" {
			return errors.New("email: a password is not sent without TLS")
		}
	default:
		return fmt.Errorf("email: unknown security %q, want none, starttls or implicit", c.Security)
	}
	if c.Host == "" || strings.ContainsAny(c.Host+c.HELO, "\r\n\t /") {
		return errors.New("email: no host, or a host or HELO name that cannot be one")
	}
	for name, address := range map[string]string{"From": c.From, "ReturnPath": c.ReturnPath} {
		if address == "" && name == "ReturnPath" {
			continue
		}
		if _, err := wireAddress(address); err != nil {
			return fmt.Errorf("email: %s is no address", name)
		}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c Config) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(c.Port), gomail.WithTimeout(c.Timeout), gomail.WithHELO(c.HELO),
		gomail.WithoutSMTPUTF8(),
		gomail.WithTLSConfig(&tls.Config{ServerName: c.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12})}
	switch c.Security {
	case None:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		options = append(options, gomail.WithSSL())
	}
	if c.Username != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(c.Username), gomail.WithPassword(c.Password))
	}
	return gomail.NewClient(c.Host, options...)
}

// fromHeader is the From header: the name beside the address.
func (c Config) fromHeader() *mail.Address { return &mail.Address{Name: c.FromName, Address: c.From} }
