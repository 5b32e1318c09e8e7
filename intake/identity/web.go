package identity

import (
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/intake/identity/esia"
	"priemnaya/intake/identity/oidc"
	"priemnaya/intake/identity/session"
	"priemnaya/intake/identity/staff"
	"priemnaya/templates/web"
)

// Addresses of the pages.
const (
	// SignInPath is where a citizen signs in; next= names the way back.
	SignInPath = "/login"
	// ESIACallbackPath is what to register at ESIA as redirect_uri.
	ESIACallbackPath = "/login/esia/callback"
	// SignOutPath takes a POST; a GET is the page shown afterwards.
	SignOutPath = "/logout"
	// StaffSignInPath is where staff sign in.
	StaffSignInPath = "/staff/login"
	// StaffPasswordPath is where signed-in staff choose a new password.
	StaffPasswordPath = "/staff/password"
)

// OpenIDCallbackPath is the redirect address of a provider by its ID.
func OpenIDCallbackPath(id string) string { return "/login/openid/" + id + "/callback" }

// Config is what the pages need; Kit, Sessions and Shelf are required.
type Config struct {
	Kit      *web.Kit
	Sessions *session.Sessions
	// Shelf remembers states that have come back.
	Shelf casework.Shelf
	// ESIA is nil where ESIA is not connected.
	ESIA *esia.Client
	// OpenID are further providers, in the order of their buttons.
	OpenID []*oidc.Provider
	// Staff is nil on a listener without staff pages.
	Staff *staff.Directory
	// BaseURL is our own address, for the return from a logout at ESIA.
	BaseURL string
	// CitizenHome and StaffHome are where a sign-in without a way back leads;
	// empty is "/appeals" and "/desk".
	CitizenHome, StaffHome string
	// Development is true with the emulator or accounts without a second
	// factor; Listen is then checked to be loopback.
	Development bool
	// Listen is the address we listen on, "127.0.0.1:8080".
	Listen string
	Log    *slog.Logger
}

// Web is the pages of identity. Safe for parallel use.
type Web struct {
	config Config
	kit    *web.Kit
	log    *slog.Logger
}

// New checks the configuration. Errors: ErrPublic if identities of development
// would be reachable from outside.
func New(config Config) (*Web, error) {
	if config.Kit == nil || config.Sessions == nil || config.Shelf == nil {
		return nil, errors.New("identity: web kit, sessions and shelf are required")
	}
	if config.Development {
		if err := CheckLoopback(config.Listen); err != nil {
			return nil, err
		}
	}
	if config.CitizenHome == "" {
		config.CitizenHome = "/appeals"
	}
	if config.StaffHome == "" {
		config.StaffHome = "/desk"
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	return &Web{config: config, kit: config.Kit, log: config.Log}, nil
}

// ErrPublic means that invented persons or accounts with known passwords would
// be reachable from outside.
var ErrPublic = errors.New("identity: the emulator of ESIA and demonstration accounts run on loopback only")

// CheckLoopback refuses a listening address that others can reach; an empty
// host means every address of the machine. Errors: ErrPublic.
func CheckLoopback(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("identity: listening address: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return ErrPublic
	}
	return nil
}

type route struct {
	method, path string
	limit        int // requests a minute from one address
	serve        fiber.Handler
}

// Mount puts the pages on a router, after the kit's middleware.
func (w *Web) Mount(r fiber.Router) {
	routes := []route{
		{fiber.MethodGet, SignInPath, 120, w.showSignIn},
		{fiber.MethodGet, failurePath, 120, w.showFailure},
		{fiber.MethodPost, SignOutPath, 60, w.signOut},
		{fiber.MethodGet, SignOutPath, 120, w.showSignedOut},
	}
	if w.config.ESIA != nil {
		routes = append(routes, route{fiber.MethodGet, "/login/esia", 30, w.departESIA},
			route{fiber.MethodGet, ESIACallbackPath, 60, w.returnESIA})
	}
	for _, provider := range w.config.OpenID {
		routes = append(routes, route{fiber.MethodGet, "/login/openid/" + provider.ID(), 30, w.departOpenID(provider)},
			route{fiber.MethodGet, OpenIDCallbackPath(provider.ID()), 60, w.returnOpenID(provider)})
	}
	if w.config.Staff != nil {
		routes = append(routes, w.staffRoutes()...)
	}
	for _, r2 := range routes {
		r.Add(r2.method, r2.path, w.kit.Limit("identity", r2.limit, r2.limit, nil), r2.serve)
	}
}

func (w *Web) staffRoutes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, StaffSignInPath, 120, w.showStaff}, {post, StaffSignInPath, 30, w.enterStaff},
		{get, staffCodePath, 120, w.showCode}, {post, staffCodePath, 30, w.enterCode},
		{get, staffChangePath, 120, w.showChange}, {post, staffChangePath, 30, w.enterChange},
		{get, staffEnrolPath, 120, w.showEnrol}, {post, staffEnrolPath, 30, w.enterEnrol},
		{get, StaffPasswordPath, 120, w.showPassword}, {post, StaffPasswordPath, 30, w.enterPassword},
	}
}
