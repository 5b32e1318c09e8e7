package officer

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	"priemnaya/intake/protected/seal"
)

// AccountsFile is the file of accounts in the folder of an agency.
const AccountsFile = "officers.json"

// Errors of accounts.
var (
	// ErrDenied: no such account, a wrong password or a wrong code: the same.
	ErrDenied = errors.New("officer: sign-in denied")
	// ErrLocked: too many tries; the account rests.
	ErrLocked = errors.New("officer: too many tries")
	// ErrExists: an account of this name is there.
	ErrExists = errors.New("officer: the account exists")
	// ErrWeak: the password is too short, or the login is none.
	ErrWeak = errors.New("officer: login of a-z, 0-9 and -, password of at least 14 characters")
)

// Account is one officer at one agency.
type Account struct {
	Login string `json:"login"`
	// Senior may hand over and shred.
	Senior bool `json:"senior,omitempty"`
	// Key is what reports are sealed to.
	Key seal.Public `json:"key"`
	// Address is where contentless notices go; empty means none.
	Address string `json:"address,omitempty"`
	// Disabled accounts cannot sign in; the key stays known for old answers.
	Disabled bool `json:"disabled,omitempty"`

	Salt []byte `json:"salt"`
	Hash []byte `json:"hash"`
	// Second is the enrolment of the second factor, as its Factor wrote it.
	Second string `json:"second"`
	// Used is the last counter of a one-time code, which is not taken again.
	Used int64 `json:"used,omitempty"`
}

// Accounts are the officers of one agency, kept in one small file that is
// replaced whole. Safe for parallel use in one process.
type Accounts struct {
	path   string
	factor Factor
	now    func() time.Time

	mu    sync.Mutex
	tries map[string]tries
}

type tries struct {
	n     int
	until time.Time
}

// Bounds of guessing: after so many wrong tries an account rests.
const (
	maxTries = 5
	restFor  = 15 * time.Minute
)

// OpenAccounts opens the accounts in the folder of an agency; the file may be
// missing.
func OpenAccounts(folder string, factor Factor, now func() time.Time) *Accounts {
	return &Accounts{path: filepath.Join(folder, AccountsFile), factor: factor, now: now, tries: map[string]tries{}}
}

// List reads all accounts.
func (a *Accounts) List() ([]Account, error) {
	raw, err := os.ReadFile(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Account
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", AccountsFile, err)
	}
	return out, nil
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)

// Add makes an account and returns what the officer needs to set up his second
// factor. Errors: ErrWeak, ErrExists.
func (a *Accounts) Add(acc Account, password string) (setup string, err error) {
	if !loginForm.MatchString(acc.Login) || len([]rune(password)) < 14 {
		return "", ErrWeak
	}
	acc.Salt = make([]byte, 16)
	rand.Read(acc.Salt)
	acc.Hash = stretch(password, acc.Salt)
	if acc.Second, setup, err = a.factor.Enrol(acc.Login); err != nil {
		return "", err
	}
	return setup, a.change(func(list []Account) ([]Account, error) {
		if slices.ContainsFunc(list, func(x Account) bool { return x.Login == acc.Login }) {
			return nil, ErrExists
		}
		return append(list, acc), nil
	})
}

// Disable shuts an officer out. Errors: ErrDenied if there is none.
func (a *Accounts) Disable(login string) error {
	return a.change(func(list []Account) ([]Account, error) {
		i := slices.IndexFunc(list, func(x Account) bool { return x.Login == login })
		if i < 0 {
			return nil, ErrDenied
		}
		list[i].Disabled = true
		return list, nil
	})
}

// change replaces the file whole, so that a crash leaves the old or the new.
func (a *Accounts) change(do func([]Account) ([]Account, error)) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	list, err := a.List()
	if err != nil {
		return err
	}
	if list, err = do(list); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(a.path, append(raw, '\n'))
}

// replaceFile writes a file beside and moves it into place.
func replaceFile(path string, data []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// stretch is argon2id as RFC 9106 asks where memory is scarce.
func stretch(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, 3, 64<<10, 2, 32)
}

// Check signs an officer in. An unknown login costs the same as a wrong
// password. Errors: ErrDenied, ErrLocked.
func (a *Accounts) Check(login, password, answer string) (Account, error) {
	a.mu.Lock()
	if t := a.tries[login]; t.n >= maxTries && a.now().Before(t.until) {
		a.mu.Unlock()
		return Account{}, ErrLocked
	}
	a.mu.Unlock()
	list, err := a.List()
	if err != nil {
		return Account{}, err
	}
	found := Account{Salt: make([]byte, 16), Hash: make([]byte, 32), Disabled: true}
	if i := slices.IndexFunc(list, func(x Account) bool { return x.Login == login }); i >= 0 {
		found = list[i]
	}
	right := subtle.ConstantTimeCompare(stretch(password, found.Salt), found.Hash) == 1
	used, second := a.factor.Verify(found.Second, answer, found.Used, a.now())
	if !right || !second || found.Disabled {
		a.failed(login)
		return Account{}, ErrDenied
	}
	err = a.change(func(list []Account) ([]Account, error) {
		i := slices.IndexFunc(list, func(x Account) bool { return x.Login == login })
		if i < 0 || list[i].Used >= used {
			// Two browsers have sent the same code at the same moment.
			return nil, ErrDenied
		}
		list[i].Used = used
		return list, nil
	})
	if err != nil {
		return Account{}, err
	}
	a.mu.Lock()
	delete(a.tries, login)
	a.mu.Unlock()
	return found, nil
}

func (a *Accounts) failed(login string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.tries) > 1000 {
		// Names that do not exist must not fill the memory.
		clear(a.tries)
	}
	t := a.tries[login]
	if t.n >= maxTries {
		t.n = 0
	}
	t.n++
	t.until = a.now().Add(restFor)
	a.tries[login] = t
}
