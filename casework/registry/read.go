// Package registry reads the registry of bodies (реестр органов) from the
// files an administrator keeps, YAML or CSV, and keeps its editions on the
// shelf, so that every process of an installation works by the same one.
package registry

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"priemnaya/casework"
)

// Edition is the contents of a registry file.
type Edition struct {
	Territories []casework.Territory `json:"territories"`
	Bodies      []casework.Body      `json:"bodies"`
}

// The shapes of the YAML file; an unknown key is a mistake.
type fileEdition struct {
	Territories []fileTerritory `yaml:"territories,omitempty"`
	Bodies      []fileBody      `yaml:"bodies,omitempty"`
}

type fileTerritory struct {
	Code  string `yaml:"code,omitempty"`
	Name  string `yaml:"name,omitempty"`
	Since string `yaml:"since,omitempty"`
	Until string `yaml:"until,omitempty"`
}

// territory reads the dates.
func (f fileTerritory) territory() (casework.Territory, error) {
	t := casework.Territory{Code: f.Code, Name: f.Name}
	var err error
	if t.Since, err = dateOrNone(f.Since); err == nil {
		t.Until, err = dateOrNone(f.Until)
	}
	return t, err
}

// dateOrNone reads "2026-12-31", or nothing.
func dateOrNone(s string) (casework.Date, error) {
	if s == "" {
		return casework.Date{}, nil
	}
	return casework.ParseDate(s)
}

type fileBody struct {
	ID          string           `yaml:"id,omitempty"`
	Name        string           `yaml:"name,omitempty"`
	Short       string           `yaml:"short,omitempty"`
	Level       string           `yaml:"level,omitempty"`
	Parent      string           `yaml:"parent,omitempty"`
	Closed      bool             `yaml:"closed,omitempty"`
	Competences []fileCompetence `yaml:"competences,omitempty"`
	Units       []fileUnit       `yaml:"units,omitempty"`
	Contacts    fileContacts     `yaml:"contacts,omitempty"`
	Settings    fileSettings     `yaml:"settings,omitempty"`
}

type fileCompetence struct {
	Topic     string `yaml:"topic,omitempty"`
	Territory string `yaml:"territory,omitempty"`
}

type fileUnit struct {
	ID     string   `yaml:"id,omitempty"`
	Name   string   `yaml:"name,omitempty"`
	Topics []string `yaml:"topics,omitempty"`
}

type fileContacts struct {
	Address string `yaml:"address,omitempty"`
	Phone   string `yaml:"phone,omitempty"`
	Email   string `yaml:"email,omitempty"`
	Site    string `yaml:"site,omitempty"`
}

type fileSettings struct {
	TimeZone     string `yaml:"time_zone,omitempty"`
	Calendar     string `yaml:"calendar,omitempty"`
	Roll         string `yaml:"roll,omitempty"`
	IncludeStart bool   `yaml:"include_start_day,omitempty"`
	NumberPrefix string `yaml:"number_prefix,omitempty"`
	// Department is the identifier of the body in ССТУ.РФ.
	Department string `yaml:"department,omitempty"`
	// Shield is the procedure for applicants who keep their names closed.
	Shield *fileShield `yaml:"shield,omitempty"`
	// Publish shows the states of appeals without their contents to anybody.
	Publish bool `yaml:"publish,omitempty"`
}

type fileShield struct {
	Norm     string   `yaml:"norm,omitempty"`
	Ask      []string `yaml:"ask,omitempty"`
	Allow    []string `yaml:"allow,omitempty"`
	Hours    int      `yaml:"hours,omitempty"`
	TellDays int      `yaml:"tell_days,omitempty"`
}

// procedure is nil where the body has set none.
func (f *fileShield) procedure() *casework.ShieldProcedure {
	if f == nil {
		return nil
	}
	p := &casework.ShieldProcedure{Norm: f.Norm, Hours: f.Hours, TellDays: f.TellDays}
	for _, r := range f.Ask {
		p.Ask = append(p.Ask, casework.Role(r))
	}
	for _, r := range f.Allow {
		p.Allow = append(p.Allow, casework.Role(r))
	}
	return p
}

// Read reads a registry file by the ending of its name: .yaml, .yml or .csv.
// Errors: Invalid, with the line where one is known; the bodies are checked as
// casework.NewRegistry does.
func Read(name string, in io.Reader) (Edition, error) {
	raw, err := io.ReadAll(io.LimitReader(in, 32<<20))
	if err != nil {
		return Edition{}, invalid(err)
	}
	var e Edition
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		e, err = readYAML(raw)
	case ".csv":
		e, err = readCSV(raw)
	default:
		err = fmt.Errorf("%s: the name must end in .yaml, .yml or .csv", filepath.Base(name))
	}
	if err != nil {
		return Edition{}, invalid(err)
	}
	_, err = casework.NewRegistry("check", e.Bodies, e.Territories)
	return e, err
}

func invalid(err error) error {
	return &casework.Error{Code: casework.Invalid, Op: "registry.Read", Message: "registry.invalid", Err: err}
}

func readYAML(raw []byte) (Edition, error) {
	var f fileEdition
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return Edition{}, errors.New(yaml.FormatError(err, false, false))
	}
	var e Edition
	for _, t := range f.Territories {
		read, err := t.territory()
		if err != nil {
			return e, fmt.Errorf("territory %s: since and until are dates such as 2026-12-31", t.Code)
		}
		e.Territories = append(e.Territories, read)
	}
	for _, b := range f.Bodies {
		body := casework.Body{ID: b.ID, Name: b.Name, Short: b.Short, Level: casework.Level(b.Level), Parent: b.Parent,
			Closed: b.Closed, Contacts: casework.Contacts(b.Contacts),
			Settings: casework.Settings{TimeZone: b.Settings.TimeZone, Calendar: b.Settings.Calendar,
				Roll: casework.Roll(b.Settings.Roll), IncludeStartDay: b.Settings.IncludeStart,
				NumberPrefix: b.Settings.NumberPrefix, Department: b.Settings.Department, Shield: b.Settings.Shield.procedure(),
				Publish: b.Settings.Publish}}
		for _, c := range b.Competences {
			body.Competences = append(body.Competences, casework.Competence(c))
		}
		for _, u := range b.Units {
			body.Units = append(body.Units, casework.BodyUnit(u))
		}
		e.Bodies = append(e.Bodies, complete(body))
	}
	return e, nil
}

// complete fills what a short entry leaves out.
func complete(b casework.Body) casework.Body {
	if b.Short == "" {
		b.Short = b.Name
	}
	return b
}

// csvColumns are the columns of a CSV registry, in any order; topics and
// territories are lists with ";" between, every pair is a competence.
var csvColumns = []string{"id", "name", "short", "level", "parent", "topics", "territories", "email", "phone", "address", "site", "time_zone", "number_prefix"}

func readCSV(raw []byte) (Edition, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	head, err := r.Read()
	if err != nil {
		return Edition{}, fmt.Errorf("the first line must name the columns: %w", err)
	}
	at := map[string]int{}
	for i, h := range head {
		at[strings.TrimSpace(h)] = i
	}
	for _, need := range csvColumns[:2] {
		if _, ok := at[need]; !ok {
			return Edition{}, fmt.Errorf("line 1: column %q is missing", need)
		}
	}
	var e Edition
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return e, nil
		}
		if err != nil {
			return e, err
		}
		get := func(col string) string {
			if i, ok := at[col]; ok {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		e.Bodies = append(e.Bodies, complete(casework.Body{ID: get("id"), Name: get("name"), Short: get("short"),
			Level: casework.Level(get("level")), Parent: get("parent"),
			Competences: pairs(get("topics"), get("territories")),
			Contacts:    casework.Contacts{Email: get("email"), Phone: get("phone"), Address: get("address"), Site: get("site")},
			Settings: casework.Settings{TimeZone: get("time_zone"), NumberPrefix: get("number_prefix"),
				Department: get("department")}}))
	}
}

func pairs(topics, territories string) []casework.Competence {
	if topics == "" && territories == "" {
		return nil
	}
	var out []casework.Competence
	for _, topic := range strings.Split(topics, ";") {
		for _, territory := range strings.Split(territories, ";") {
			out = append(out, casework.Competence{Topic: strings.TrimSpace(topic), Territory: strings.TrimSpace(territory)})
		}
	}
	return out
}
