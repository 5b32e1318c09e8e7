package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"priemnaya/casework"
	"priemnaya/casework/report"
	"priemnaya/cmd/priemnaya/demo"
	"priemnaya/intake/identity/signer"
	"priemnaya/templates"
)

// letterOwner is whose certificate development makes.
const letterOwner = "Приёмная, ключ для разработки"

// openLetterKey opens what signs letters: in production the key that is
// configured, in development one that is made in the data folder.
func (a *App) openLetterKey(ctx context.Context) error {
	c := a.cfg.Letters
	if c.Engine == "gost" {
		files := signer.GOSTFiles{Key: c.Key, Certificate: c.Certificate, Passphrase: c.Passphrase}
		raw, err := signer.OpenGOST(ctx, files)
		if err != nil {
			return fmt.Errorf("key for letters: %w", err)
		}
		a.letters = raw
		if a.detached, err = signer.OpenGOSTDetached(ctx, files); err != nil {
			return err
		}
		return a.rememberCertificate(ctx)
	}
	key, certificate := c.Key, c.Certificate
	if key != "" {
		if _, err := os.Stat(certificate); err != nil {
			return fmt.Errorf("certificate for letters: %w", err)
		}
	} else {
		key, certificate = a.cfg.path("keys/letters.pem"), a.cfg.path("keys/letters.crt")
	}
	soft, err := signer.OpenSoftware(key)
	if err != nil {
		return fmt.Errorf("key for letters: %w", err)
	}
	a.letters = soft
	if a.detached, err = signer.NewSoftwareDetached(soft, certificate, letterOwner, a.now()); err != nil {
		return fmt.Errorf("certificate for letters: %w", err)
	}
	return a.rememberCertificate(ctx)
}

// kindCertificate is the shelf's kind of the certificates that letters were
// ever signed by here; the ID is the fingerprint.
const kindCertificate = "letter-certificate"

// rememberCertificate keeps the certificate known when another one follows it.
func (a *App) rememberCertificate(ctx context.Context) error {
	c := a.detached.Certificate()
	if c.Test && a.cfg.Mode == production {
		return errors.New("PRIEMNAYA_LETTER_CERTIFICATE: made by development, letters signed with it have no legal force")
	}
	if c.NotAfter.Before(a.now().AddDate(0, 1, 0)) {
		a.log.Warn("the certificate for letters ends soon", "until", c.NotAfter.Format(time.DateOnly))
	}
	_, err := a.storage.Put(ctx, casework.Record{Kind: kindCertificate, ID: c.Fingerprint, Data: []byte(c.Owner)})
	if code := casework.CodeOf(err); code == casework.Exists || code == casework.Conflict {
		return nil
	}
	return err
}

// texts are the texts of the program, also for commands that serve no pages.
func (a *App) texts() (*templates.Set, error) {
	a.textsOnce.Do(func() {
		if a.set != nil {
			a.textsSet = a.set
			return
		}
		a.textsSet, a.textsErr = templates.Load(templates.Options{})
	})
	return a.textsSet, a.textsErr
}

// pressLetter prints the letter that is being signed, signs the file and keeps
// both.
func (a *App) pressLetter(ctx context.Context, o casework.PrintOrder) (casework.Paper, error) {
	var p casework.Paper
	set, err := a.texts()
	if err != nil {
		return p, pressFailed(err)
	}
	c := a.detached.Certificate()
	p.Certificate = casework.Certificate{Serial: c.Serial, Owner: c.Owner, From: c.NotBefore, To: c.NotAfter, Test: c.Test}
	if o.At.Before(c.NotBefore) && !c.Test || o.At.After(c.NotAfter) {
		return p, &casework.Error{Code: casework.Unavailable, Op: "main.pressLetter", Message: "letterform.expired"}
	}
	sheet := a.sheet(ctx, set, o.Case, o.By)
	sheet.At, sheet.Certificate = o.At, &p.Certificate
	if o.Standing.For != "" {
		sheet.Post, sheet.StandsIn = o.Standing.Post, true
	}
	pdf, err := report.PrintLetter(report.DraftLetter(&o.Case, o.Number, sheet))
	if err != nil {
		return p, pressFailed(err)
	}
	signature, err := a.detached.Detach(ctx, pdf)
	if err != nil {
		return p, pressFailed(err)
	}
	name := fileSafe(set.T("ru", "letterform.name", map[string]any{"Number": o.Number}))
	if p.Letter, err = a.files.KeepDocument(ctx, name, "application/pdf", pdf); err != nil {
		return p, err
	}
	p.Detached, err = a.files.KeepDocument(ctx, name+".sig", "application/pkcs7-signature", signature)
	return p, err
}

func pressFailed(err error) error {
	return &casework.Error{Code: casework.Unavailable, Op: "main.pressLetter", Message: "identity.signature.unavailable", Err: err}
}

func fileSafe(name string) string { return strings.NewReplacer("/", "-", "\\", "-").Replace(name) }

// sheet is what the accounts know of a letter: who signs and who prepared it.
func (a *App) sheet(ctx context.Context, set *templates.Set, c casework.Case, by casework.Actor) report.Sheet {
	s := report.Sheet{Set: set, Registry: a.office.Registry(), Signer: by.Name, Post: a.position(ctx, by.ID)}
	executor := c.Place.Officer
	if c.Draft != nil && c.Draft.AuthorFor == executor && executor != "" {
		// Who is called about the letter is who has written it.
		executor = c.Draft.Author
	}
	if name := a.staffName(ctx, executor); name != "" {
		s.Executor = []string{set.T("ru", "letterform.executor", map[string]any{"Name": name})}
	}
	return s
}

// position is the office of a member of staff, "" for others.
func (a *App) position(ctx context.Context, actorID string) string {
	login, ok := strings.CutPrefix(actorID, "staff:")
	if !ok {
		return ""
	}
	s, err := a.staff.Get(ctx, login)
	if err != nil {
		return ""
	}
	return s.Position
}

// previewLetter prints the draft as it would look, without number and stamp.
func (a *App) previewLetter(ctx context.Context, c casework.Case) ([]byte, error) {
	set, err := a.texts()
	if err != nil {
		return nil, err
	}
	sheet := a.sheet(ctx, set, c, casework.Actor{})
	sheet.At = a.now()
	return report.PrintLetter(report.DraftLetter(&c, "", sheet))
}

// largeLetter prints a letter that was sent in large letters, without a stamp.
func (a *App) largeLetter(ctx context.Context, c casework.Case, answer casework.Answer) ([]byte, error) {
	set, err := a.texts()
	if err != nil {
		return nil, err
	}
	sheet := a.sheet(ctx, set, c, casework.Actor{ID: answer.Signature.By, Name: answer.Signature.Name})
	sheet.Large = true
	return report.PrintLetter(report.AnswerLetter(&c, answer, sheet))
}

// checkSignature checks a file and its signature for the page where anybody
// may. known tells whether the certificate is the one this office signs with.
func (a *App) checkSignature(ctx context.Context, file, signature []byte) (found casework.Certificate, known bool, err error) {
	c, err := signer.CheckDetached(ctx, file, signature)
	switch {
	case errors.Is(err, signer.ErrSignature):
		return found, false, casework.Fail(casework.Invalid, "main.checkSignature", "verify.broken")
	case err != nil:
		return found, false, &casework.Error{Code: casework.Unavailable, Op: "main.checkSignature", Message: "verify.unavailable", Err: err}
	}
	found = casework.Certificate{Serial: c.Serial, Owner: c.Owner, From: c.NotBefore, To: c.NotAfter, Test: c.Test}
	_, err = a.storage.Fetch(ctx, kindCertificate, c.Fingerprint)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return found, false, err
	}
	return found, err == nil, nil
}

// letterPrints prints letters for the desk.
type letterPrints struct{ *App }

func (p letterPrints) Preview(ctx context.Context, c casework.Case) ([]byte, error) {
	return p.previewLetter(ctx, c)
}

func (p letterPrints) Large(ctx context.Context, c casework.Case, a casework.Answer) ([]byte, error) {
	return p.largeLetter(ctx, c, a)
}

// installDemoTemplates keeps the letter templates of the demonstration once;
// what has been changed since stays.
func (a *App) installDemoTemplates(ctx context.Context) error {
	for _, t := range demo.Templates() {
		_, err := a.office.SaveLetterTemplate(ctx, casework.SystemActor(), t)
		if err != nil && casework.CodeOf(err) != casework.Conflict {
			return err
		}
	}
	return nil
}
