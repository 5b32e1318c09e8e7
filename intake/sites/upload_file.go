package sites

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"priemnaya/casework"
	"priemnaya/templates"
)

type uploadRequest struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// uploadReply is how an upload stands.
type uploadReply struct {
	ID   string `json:"id"`
	Size int64  `json:"size"`
	// Offset is where the next piece begins.
	Offset    int64     `json:"offset"`
	PartBytes int       `json:"partBytes"`
	Complete  bool      `json:"complete"`
	ExpiresAt time.Time `json:"expiresAt"`
}

func (u upload) view() uploadReply {
	return uploadReply{ID: u.ID, Size: u.Size, Offset: u.Offset, PartBytes: PartBytes, Complete: u.File != nil, ExpiresAt: u.Expires.UTC()}
}

var (
	uploadForm = regexp.MustCompile(`^[0-9a-f]{32}$`)
	sumForm    = regexp.MustCompile(`^[0-9a-f]{64}$`)
	offsetForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,17})$`)
)

// beginUpload makes room for a file. One that is too large is refused before a
// byte of it is sent.
func (s *Sites) beginUpload(k *call) error {
	var q uploadRequest
	if err := readBody(k, &q); err != nil {
		return err
	}
	name, err := templates.CleanLine(q.Name, 255)
	switch {
	case name == "" || err != nil:
		return wrong("name", "sites.field_long")
	case q.Size < 1:
		return wrong("size", "sites.field_value")
	case q.SHA256 != "" && !sumForm.MatchString(q.SHA256):
		return wrong("sha256", "sites.field_value")
	}
	if err := s.Files.Admit(nil, q.Size); err != nil {
		return err
	}
	_, waiting, err := s.sweepSite(k.UserContext(), k.site)
	if err != nil {
		return err
	}
	if waiting >= maxUploads {
		return &refusal{code: "quota", wait: time.Hour}
	}
	u, err := s.save(k.UserContext(), k.site, upload{ID: hex.EncodeToString(randomBytes(16)), Name: name, Size: q.Size,
		SHA256: q.SHA256, Expires: s.Office.Now().Add(uploadLife)})
	if err != nil {
		return err
	}
	k.Set("Location", Base+"/uploads/"+u.ID)
	return reply(k, http.StatusCreated, u.view())
}

// find loads the upload of the address.
func (s *Sites) find(k *call) (upload, error) {
	id := k.Params("id")
	if !uploadForm.MatchString(id) {
		return upload{}, refuse("not_found")
	}
	return s.load(k.UserContext(), k.site, id)
}

// showUpload tells where to go on. An upload whose last piece had come when the
// process ended is finished now.
func (s *Sites) showUpload(k *call) error {
	u, err := s.find(k)
	if err == nil {
		u, err = s.finish(k.UserContext(), k.site, u)
	}
	if err != nil {
		return err
	}
	return reply(k, http.StatusOK, u.view())
}

// takePart takes the next piece. A piece for any other place is refused with
// the place that is next, so a site that has lost an answer just goes on there.
func (s *Sites) takePart(k *call) error {
	u, err := s.find(k)
	if err != nil {
		return err
	}
	if strings.ToLower(k.Get(fiber.HeaderContentType)) != fiber.MIMEOctetStream || k.Get(fiber.HeaderContentEncoding) != "" {
		return refuse("media_type")
	}
	at := k.Get("Upload-Offset")
	if !offsetForm.MatchString(at) {
		return wrong("Upload-Offset", "sites.field_value")
	}
	offset, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return wrong("Upload-Offset", "sites.field_value")
	}
	body := k.Request().Body()
	switch {
	case offset != u.Offset || u.File != nil:
		return outOfOrder(u)
	case len(body) == 0:
		return wrong("body", "sites.field_value")
	case len(body) > PartBytes || u.Offset+int64(len(body)) > u.Size:
		return refuse("too_large")
	}
	// The name is new each time: of two equal pieces that come at once, the
	// one that loses must not take the other's bytes with it.
	name := fmt.Sprintf("%s/%d-%s", u.ID, u.Offset, hex.EncodeToString(randomBytes(8)))
	if err := s.Files.KeepPart(k.UserContext(), name, bytes.NewReader(body)); err != nil {
		return err
	}
	next := u
	next.Offset += int64(len(body))
	next.Parts, next.Expires = append(next.Parts[:len(next.Parts):len(next.Parts)], name), s.Office.Now().Add(uploadLife)
	saved, err := s.save(k.UserContext(), k.site, next)
	if err != nil {
		if casework.CodeOf(err) != casework.Conflict {
			return err
		}
		if err := s.Files.DropPart(k.UserContext(), name); err != nil {
			return err
		}
		if u, err = s.find(k); err != nil {
			return err
		}
		return outOfOrder(u)
	}
	if saved, err = s.finish(k.UserContext(), k.site, saved); err != nil {
		return err
	}
	return reply(k, http.StatusOK, saved.view())
}

func outOfOrder(u upload) error {
	return &refusal{code: "offset", offset: &u.Offset}
}

// dropUpload gives an upload up.
func (s *Sites) dropUpload(k *call) error {
	for {
		u, err := s.find(k)
		if err == nil {
			err = s.discard(k.UserContext(), k.site, u)
		}
		// A piece may have come meanwhile; what has come to an end ends this.
		if casework.CodeOf(err) == casework.Conflict {
			continue
		}
		if err != nil {
			return err
		}
		break
	}
	setHeaders(k.Ctx)
	return k.SendStatus(http.StatusNoContent)
}

// uploaded are the files of complete uploads of the site that are free, or were
// taken by this very filing; filing is empty for a preview.
func (s *Sites) uploaded(k *call, ids []string, filing string) ([]casework.File, error) {
	var out []casework.File
	seen := map[string]bool{}
	for i, id := range ids {
		field := fmt.Sprintf("uploads.%d", i)
		if !uploadForm.MatchString(id) || seen[id] {
			return nil, wrong(field, "sites.no_upload")
		}
		seen[id] = true
		u, err := s.load(k.UserContext(), k.site, id)
		if err == nil {
			u, err = s.finish(k.UserContext(), k.site, u)
		}
		if casework.CodeOf(err) == casework.NotFound || err == nil && u.Taken != "" && u.Taken != filing {
			return nil, wrong(field, "sites.no_upload")
		}
		if err != nil {
			return nil, err
		}
		if u.File == nil {
			return nil, wrong(field, "sites.upload_open")
		}
		if err := s.Files.Admit(out, u.File.Size); err != nil {
			return nil, err
		}
		out = append(out, *u.File)
	}
	return out, nil
}

// take gives the files of uploads to a filing: from now on no sweep deletes
// them. Errors: Conflict or invalid if another request was quicker.
func (s *Sites) take(k *call, ids []string, filing string) error {
	for i, id := range ids {
		u, err := s.load(k.UserContext(), k.site, id)
		switch {
		case err == nil && u.Taken == "":
			u.Taken = filing
			_, err = s.save(k.UserContext(), k.site, u)
		case err == nil && u.Taken != filing:
			err = wrong(fmt.Sprintf("uploads.%d", i), "sites.no_upload")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
