package registry

import (
	"github.com/goccy/go-yaml"

	"priemnaya/casework"
)

// Text writes an edition as the YAML that Read takes, so that two editions can
// be compared line by line and any of them kept outside. Errors: Internal.
func Text(e Edition) (string, error) {
	var f fileEdition
	for _, t := range e.Territories {
		f.Territories = append(f.Territories, fileTerritory{Code: t.Code, Name: t.Name, Since: t.Since.String(), Until: t.Until.String()})
	}
	for _, b := range e.Bodies {
		f.Bodies = append(f.Bodies, bodyText(b))
	}
	out, err := yaml.Marshal(f)
	if err != nil {
		return "", &casework.Error{Code: casework.Internal, Op: "registry.Text", Err: err}
	}
	return string(out), nil
}

func bodyText(b casework.Body) fileBody {
	s := b.Settings
	out := fileBody{ID: b.ID, Name: b.Name, Short: b.Short, Level: string(b.Level), Parent: b.Parent, Closed: b.Closed,
		Contacts: fileContacts(b.Contacts), Settings: fileSettings{TimeZone: s.TimeZone, Calendar: s.Calendar, Roll: string(s.Roll),
			IncludeStart: s.IncludeStartDay, NumberPrefix: s.NumberPrefix, Department: s.Department, Publish: s.Publish}}
	if p := s.Shield; p != nil {
		out.Settings.Shield = &fileShield{Norm: p.Norm, Hours: p.Hours, TellDays: p.TellDays}
		for _, r := range p.Ask {
			out.Settings.Shield.Ask = append(out.Settings.Shield.Ask, string(r))
		}
		for _, r := range p.Allow {
			out.Settings.Shield.Allow = append(out.Settings.Shield.Allow, string(r))
		}
	}
	for _, c := range b.Competences {
		out.Competences = append(out.Competences, fileCompetence(c))
	}
	for _, u := range b.Units {
		out.Units = append(out.Units, fileUnit(u))
	}
	return out
}
