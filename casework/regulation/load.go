// Package regulation reads the dated data of the law, regulations in YAML and
// production calendars in CSV, into values of casework. The files of this
// folder are embedded; an installation may lay files of its own over them.
package regulation

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"priemnaya/casework"
)

//go:embed data/*.yaml calendar/*.csv
var embedded embed.FS

// Embedded loads the regulations and calendars that come with the program.
func Embedded() (*casework.Laws, error) { return Load(embedded) }

// Load reads data/*.yaml and calendar/*.csv of a file system. Every mistake is
// reported with file and line, joined into one error of code Invalid.
func Load(files fs.FS) (*casework.Laws, error) {
	laws := &casework.Laws{Calendars: map[string]*casework.Calendar{}}
	var mistakes []error
	names, err := fs.Glob(files, "data/*.yaml")
	if err != nil {
		return nil, invalid(err)
	}
	for _, name := range names {
		r, err := readRegulation(files, name)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		laws.Regulations = append(laws.Regulations, r)
	}
	calendars, err := readCalendars(files)
	if err != nil {
		mistakes = append(mistakes, err)
	}
	for _, c := range calendars {
		laws.Calendars[c.Name()] = c
	}
	if len(names) == 0 || len(calendars) == 0 {
		mistakes = append(mistakes, errors.New("no regulation or no calendar found"))
	}
	if len(mistakes) > 0 {
		return nil, invalid(errors.Join(mistakes...))
	}
	return laws, nil
}

func invalid(err error) error {
	return &casework.Error{Code: casework.Invalid, Op: "regulation.Load", Message: "regulation.invalid", Err: err}
}

// The shapes of the YAML file. Unknown keys are mistakes.
type fileTerm struct {
	ID           string `yaml:"id"`
	N            *int   `yaml:"n"`
	Unit         string `yaml:"unit"`
	Start        string `yaml:"start"`
	Roll         string `yaml:"roll"`
	IncludeStart bool   `yaml:"include_start"`
	Norm         string `yaml:"norm"`
	Confidence   string `yaml:"confidence"`
}

type fileAct struct {
	From     []string            `yaml:"from"`
	By       []string            `yaml:"by"`
	To       string              `yaml:"to"`
	Opens    []string            `yaml:"opens"`
	OpensFor map[string][]string `yaml:"opens_for"`
	Promises []string            `yaml:"promises"`
	Meets    []string            `yaml:"meets"`
	Drops    []string            `yaml:"drops"`
	Notices  []string            `yaml:"notices"`
	Norm     string              `yaml:"norm"`
}

type fileGround struct {
	Acts   []string          `yaml:"acts"`
	To     string            `yaml:"to"`
	Term   string            `yaml:"term"`
	Needs  []string          `yaml:"needs"`
	Notice string            `yaml:"notice"`
	Title  map[string]string `yaml:"title"`
	Norm   string            `yaml:"norm"`
}

type fileResult struct {
	Parts []string          `yaml:"parts"`
	Opens []string          `yaml:"opens"`
	Title map[string]string `yaml:"title"`
	Norm  string            `yaml:"norm"`
}

type fileComplaint struct {
	Key     string            `yaml:"key"`
	Variant string            `yaml:"variant"`
	Title   map[string]string `yaml:"title"`
	Norm    string            `yaml:"norm"`
}

type fileRegulation struct {
	Regime      string                `yaml:"regime"`
	Version     string                `yaml:"version"`
	InForceFrom string                `yaml:"in_force_from"`
	Title       map[string]string     `yaml:"title"`
	Suits       map[string]string     `yaml:"suits"`
	Number      string                `yaml:"number"`
	Required    []string              `yaml:"required"`
	Complaints  []fileComplaint       `yaml:"complaint_grounds"`
	Terms       map[string]fileTerm   `yaml:"terms"`
	Acts        map[string]fileAct    `yaml:"acts"`
	Grounds     map[string]fileGround `yaml:"grounds"`
	Results     map[string]fileResult `yaml:"results"`
}

func readRegulation(files fs.FS, name string) (casework.Regulation, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return casework.Regulation{}, err
	}
	var f fileRegulation
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return casework.Regulation{}, fmt.Errorf("%s: %s", path.Base(name), yaml.FormatError(err, false, false))
	}
	c := checker{file: path.Base(name), lines: strings.Split(string(raw), "\n")}
	r := c.regulation(f)
	return r, errors.Join(c.mistakes...)
}

// checker turns the file's shape into a regulation and collects mistakes.
type checker struct {
	file     string
	lines    []string
	mistakes []error
}

// bad notes a mistake at the first line that holds all the words in order of
// the path, so that a lawyer finds the place.
func (c *checker) bad(where []string, format string, args ...any) {
	line := 0
	for _, w := range where {
		for i := line; i < len(c.lines); i++ {
			if strings.HasPrefix(strings.TrimSpace(c.lines[i]), w+":") {
				line = i
				break
			}
		}
	}
	c.mistakes = append(c.mistakes, fmt.Errorf("%s:%d: %s: %s", c.file, line+1,
		strings.Join(where, "."), fmt.Sprintf(format, args...)))
}

func (c *checker) regulation(f fileRegulation) casework.Regulation {
	r := casework.Regulation{Regime: casework.Regime(f.Regime), Version: f.Version, Title: f.Title, Number: f.Number,
		Suits: f.Suits, Required: f.Required, Grounds: map[string]casework.Ground{}, Results: map[casework.Outcome]casework.Result{},
		Terms: map[casework.TermKind]casework.TermRule{}, Acts: map[casework.ActKind]casework.ActRule{}}
	if f.Regime == "" || f.Version == "" || f.Number == "" {
		c.bad([]string{"regime"}, "regime, version and number are needed")
	}
	from, err := casework.ParseDate(f.InForceFrom)
	if err != nil {
		c.bad([]string{"in_force_from"}, "%q is not a date like 2025-03-30", f.InForceFrom)
	}
	r.InForceFrom = from
	for kind, t := range f.Terms {
		r.Terms[casework.TermKind(kind)] = c.term(kind, t)
	}
	for kind, a := range f.Acts {
		if !slices.Contains(casework.ActKinds(), casework.ActKind(kind)) {
			c.bad([]string{"acts", kind}, "unknown act")
		}
		r.Acts[casework.ActKind(kind)] = c.act(kind, a, r.Terms)
	}
	c.more(&r, f)
	return r
}

func (c *checker) term(kind string, t fileTerm) casework.TermRule {
	at := []string{"terms", kind}
	oneOf := func(field, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			c.bad(append(at, field), "%q is none of %s", value, strings.Join(allowed, ", "))
		}
	}
	n := 0
	if t.N == nil || *t.N < 0 || *t.N > 2000 {
		c.bad(append(at, "n"), "a number of days from 0 to 2000 is needed")
	} else {
		n = *t.N
	}
	oneOf("unit", t.Unit, string(casework.CalendarDays), string(casework.WorkingDays))
	oneOf("start", t.Start, casework.StartEvents()...)
	oneOf("roll", t.Roll, string(casework.RollNone), string(casework.RollPreceding), string(casework.RollPrecedingOrStart), string(casework.RollFollowing))
	oneOf("confidence", t.Confidence, "found", "known", "verify")
	if t.Norm == "" || t.ID == "" {
		c.bad(at, "norm and id are needed")
	}
	return casework.TermRule{ID: t.ID, N: n, Unit: casework.Unit(t.Unit), Start: t.Start, Roll: casework.Roll(t.Roll),
		IncludeStart: t.IncludeStart, Norm: t.Norm, Confidence: t.Confidence}
}

func (c *checker) act(kind string, a fileAct, terms map[casework.TermKind]casework.TermRule) casework.ActRule {
	at := []string{"acts", kind}
	rule := casework.ActRule{To: casework.Stage(a.To), Norm: a.Norm}
	stages := append(casework.Stages(), "")
	for _, s := range a.From {
		if !slices.Contains(stages, casework.Stage(s)) {
			c.bad(append(at, "from"), "unknown stage %q", s)
		}
		rule.From = append(rule.From, casework.Stage(s))
	}
	if !slices.Contains(stages, rule.To) {
		c.bad(append(at, "to"), "unknown stage %q", a.To)
	}
	for _, r := range a.By {
		if !slices.Contains(casework.Roles(), casework.Role(r)) {
			c.bad(append(at, "by"), "unknown role %q", r)
		}
		rule.By = append(rule.By, casework.Role(r))
	}
	if len(a.From) == 0 || len(a.By) == 0 {
		c.bad(at, "from and by are needed")
	}
	list := func(field string, kinds []string) []casework.TermKind {
		return c.termKinds(append(at, field), kinds, terms)
	}
	for channel, kinds := range a.OpensFor {
		if rule.OpensFor == nil {
			rule.OpensFor = map[casework.Channel][]casework.TermKind{}
		}
		rule.OpensFor[casework.Channel(channel)] = list("opens_for", kinds)
	}
	rule.Opens, rule.Promises = list("opens", a.Opens), list("promises", a.Promises)
	rule.Meets, rule.Drops = list("meets", a.Meets), list("drops", a.Drops)
	for _, n := range a.Notices {
		rule.Notices = append(rule.Notices, casework.NoticeKind(n))
	}
	return rule
}

// LoadFolder loads the embedded files with those of a folder laid over them:
// a file of the same name replaces the embedded one, a new name is added.
func LoadFolder(folder string) (*casework.Laws, error) {
	merged := overlay{}
	for _, source := range []fs.FS{embedded, os.DirFS(folder)} {
		if err := merged.add(source); err != nil {
			return nil, err
		}
	}
	return Load(merged)
}
