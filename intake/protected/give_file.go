package protected

import (
	"net/http"
	"strconv"

	"priemnaya/intake/protected/seal"
)

// giveFile opens one file of the dialogue. Its name is a number: names are not
// kept.
func (s *Server) giveFile(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseUint(r.PathValue("number"), 10, 32)
	if err != nil {
		return errNotFound
	}
	d, _, end, err := s.opened(r)
	if err != nil {
		return err
	}
	defer end()
	sealed, err := s.conf.Store.File(r.Context(), d.report.ID, uint32(number))
	if err != nil {
		return err
	}
	opened, err := seal.Open(d.place(seal.KindFile, uint32(number)), sealed, d.author.Identity)
	if err != nil {
		return err
	}
	defer seal.Wipe(opened.Body)
	if !opened.By(d.author.Public()) && !s.byOfficer(opened) {
		return errNotFound
	}
	file, err := seal.DecodeFile(opened.Body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="file-`+strconv.Itoa(int(number)+1)+"."+safeEnd(file.Kind)+`"`)
	_, _ = w.Write(file.Data)
	return nil
}

// safeEnd keeps letters and digits of a kind of file.
func safeEnd(kind string) string {
	var out []byte
	for _, c := range []byte(kind) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			out = append(out, c)
		}
	}
	if len(out) == 0 || len(out) > 8 {
		return "bin"
	}
	return string(out)
}
