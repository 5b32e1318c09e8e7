package sites

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"time"

	"priemnaya/casework"
)

// The types of Open311 GeoReport v2, field by field. A field that we have
// nothing for is null in JSON and an empty element in XML, as the specification
// shows it; it is never left out.

// o311Service is a kind of requests: a section of the classifier of appeals.
type o311Service struct {
	XMLName     xml.Name `json:"-" xml:"service"`
	Code        string   `json:"service_code" xml:"service_code"`
	Name        string   `json:"service_name" xml:"service_name"`
	Description string   `json:"description" xml:"description"`
	Metadata    bool     `json:"metadata" xml:"metadata"`
	Type        string   `json:"type" xml:"type"`
	Keywords    string   `json:"keywords" xml:"keywords"`
	Group       string   `json:"group" xml:"group"`
}

// o311Definition is a service with the questions it asks: none, because
// requests are not made here.
type o311Definition struct {
	XMLName    xml.Name         `json:"-" xml:"service_definition"`
	Code       string           `json:"service_code" xml:"service_code"`
	Attributes o311NoAttributes `json:"attributes" xml:"attributes"`
}

// o311NoAttributes is an empty list in both formats.
type o311NoAttributes struct{}

// MarshalJSON writes an empty list.
func (o311NoAttributes) MarshalJSON() ([]byte, error) { return []byte("[]"), nil }

// nothing is a field without a value.
type nothing struct{}

// MarshalJSON writes null.
func (nothing) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// maybe is a text that may be missing.
type maybe string

// MarshalJSON writes null for no text.
func (m maybe) MarshalJSON() ([]byte, error) {
	if m == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(m))
}

// o311Request is a service request: the state of one appeal.
type o311Request struct {
	XMLName     xml.Name `json:"-" xml:"request"`
	ID          string   `json:"service_request_id" xml:"service_request_id"`
	Status      string   `json:"status" xml:"status"`
	StatusNotes nothing  `json:"status_notes" xml:"status_notes"`
	ServiceName string   `json:"service_name" xml:"service_name"`
	ServiceCode string   `json:"service_code" xml:"service_code"`
	// Description is what the person wrote, so it is never given.
	Description nothing `json:"description" xml:"description"`
	Agency      maybe   `json:"agency_responsible" xml:"agency_responsible"`
	Notice      nothing `json:"service_notice" xml:"service_notice"`
	Requested   maybe   `json:"requested_datetime" xml:"requested_datetime"`
	Updated     maybe   `json:"updated_datetime" xml:"updated_datetime"`
	Expected    maybe   `json:"expected_datetime" xml:"expected_datetime"`
	// Address is the name of a place, never a street.
	Address   maybe   `json:"address" xml:"address"`
	AddressID nothing `json:"address_id" xml:"address_id"`
	Zip       nothing `json:"zipcode" xml:"zipcode"`
	Lat       nothing `json:"lat" xml:"lat"`
	Long      nothing `json:"long" xml:"long"`
	Media     nothing `json:"media_url" xml:"media_url"`
}

// o311Error is one error; the specification answers with a list of them.
type o311Error struct {
	XMLName     xml.Name `json:"-" xml:"error"`
	Code        int      `json:"code" xml:"code"`
	Description string   `json:"description" xml:"description"`
}

// o311Endpoint is one entry of the discovery.
type o311Endpoint struct {
	XMLName       xml.Name `json:"-" xml:"endpoint"`
	Specification string   `json:"specification" xml:"specification"`
	URL           string   `json:"url" xml:"url"`
	Changeset     string   `json:"changeset" xml:"changeset"`
	Type          string   `json:"type" xml:"type"`
	Formats       []string `json:"formats" xml:"formats>format"`
}

// o311Discovery tells clients what there is.
type o311Discovery struct {
	XMLName    xml.Name       `json:"-" xml:"discovery"`
	Changeset  string         `json:"changeset" xml:"changeset"`
	Contact    string         `json:"contact" xml:"contact"`
	KeyService string         `json:"key_service" xml:"key_service"`
	Endpoints  []o311Endpoint `json:"endpoints" xml:"endpoints>endpoint"`
}

// o311List is a list in XML under its own root.
type o311List struct {
	XMLName xml.Name
	Items   any
}

// o311ServiceOf describes a section of the classifier.
func o311ServiceOf(t Topic) o311Service {
	return o311Service{Code: t.Code, Name: t.Name, Type: "realtime", Group: "Обращения граждан",
		Description: "Обращения граждан по разделу «" + t.Name + "»: сколько их и рассмотрены ли. Подать обращение можно на сайте Приёмной."}
}

// sections are the services: the sections of the classifier by the first part
// of their codes, "0003" for "0003.0000.0000.0000".
func (o *Open311) sections() []Topic {
	var out []Topic
	for _, t := range o.Topics.Under("") {
		t.Code, _, _ = strings.Cut(t.Code, ".")
		out = append(out, t)
	}
	return out
}

// request describes a public case.
func (o *Open311) request(p casework.PublicCase) o311Request {
	r := o311Request{ID: p.ID, Status: "closed", ServiceCode: p.Section, ServiceName: p.Section,
		Requested: o311Day(p.Received), Updated: o311Day(p.Changed)}
	if p.Open {
		r.Status, r.Expected = "open", o311Day(p.Due)
	}
	for _, t := range o.sections() {
		if t.Code == p.Section {
			r.ServiceName = t.Name
		}
	}
	if b, err := o.Office.Registry().Body(p.Body); err == nil {
		r.Agency = maybe(b.Name)
	}
	for _, t := range o.Office.Registry().Territories() {
		if t.Code == p.Territory && t.Code != "" {
			r.Address = maybe(t.Name)
		}
	}
	return r
}

// o311Day is the beginning of a day in Moscow: open data know no hours.
func o311Day(d casework.Date) maybe {
	if d.IsZero() {
		return ""
	}
	return maybe(d.Time(casework.Settings{}.Location()).Format(time.RFC3339))
}
