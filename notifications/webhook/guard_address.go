package webhook

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"syscall"
)

// errPrivate is why a connection is not made.
var errPrivate = errors.New("webhook: the address is not a public one")

// CheckURL tells whether events may be sent to an address: an absolute https
// address without a password and a fragment. private allows plain http and
// addresses of this machine, for development. It does not resolve names: the
// connection itself is guarded. Errors say what is wrong.
func CheckURL(text string, private bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return errors.New("webhook: no absolute address")
	case u.Scheme != "https" && !(private && u.Scheme == "http"):
		return errors.New("webhook: the address must begin with https://")
	case u.User != nil:
		return errors.New("webhook: a password does not belong into the address")
	case u.Fragment != "":
		return errors.New("webhook: a fragment never reaches the server")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !private && !public(ip) {
		return errPrivate
	}
	return nil
}

// guard refuses a connection after its name was resolved and before the first
// byte, so that a name that changes its mind gains nothing.
func guard(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return err
	}
	if !public(ip) {
		return fmt.Errorf("%w", errPrivate)
	}
	return nil
}

// reserved are networks that are not the public Internet and that netip's own
// questions leave out (IANA registries of special-purpose addresses).
var reserved = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// public reports whether an address belongs to the public Internet.
func public(ip netip.Addr) bool {
	if ip.Zone() != "" {
		return false
	}
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
