// Command client files an appeal through the generated client. It knows of
// Приёмная only openapi.json and the guide: the signature is made here anew.
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	"client/api"
)

// signRequest signs as RFC 9421 and the guide say.
func signRequest(_ context.Context, r *http.Request) error {
	covered, names := "", `"@method" "@path" "@query"`
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if len(body) > 0 {
			sum := sha256.Sum256(body)
			r.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
		}
	}
	for _, name := range []string{"content-digest", "idempotency-key", "upload-offset"} {
		if v := r.Header.Get(name); v != "" {
			names += ` "` + name + `"`
			covered += `"` + name + `": ` + v + "\n"
		}
	}
	nonce := make([]byte, 12)
	rand.Read(nonce)
	params := fmt.Sprintf(`(%s);created=%d;keyid="%s";nonce="%s"`, names, time.Now().Unix(), os.Getenv("SITE_KEY"), hex.EncodeToString(nonce))
	base := fmt.Sprintf("\"@method\": %s\n\"@path\": %s\n\"@query\": ?%s\n%s\"@signature-params\": %s",
		r.Method, r.URL.EscapedPath(), r.URL.RawQuery, covered, params)
	mac := hmac.New(sha256.New, []byte(os.Getenv("SITE_SECRET")))
	mac.Write([]byte(base))
	r.Header.Set("Signature-Input", "sig="+params)
	r.Header.Set("Signature", "sig=:"+base64.StdEncoding.EncodeToString(mac.Sum(nil))+":")
	return nil
}

// tokens asks the emulator of ESIA for what a site has after a sign-in.
func tokens() api.Person {
	answer, err := http.PostForm(os.Getenv("ESIA")+"/emulator/mint", url.Values{"client_id": {"DEMO_SITE"}, "person": {"1000000001"}})
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	var t struct {
		ID     string `json:"id_token"`
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&t); err != nil || t.ID == "" {
		log.Fatal("no tokens: ", err)
	}
	return api.Person{Provider: "esia", IdToken: t.ID, AccessToken: &t.Access}
}

func picture() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 200, 100))); err != nil {
		log.Fatal(err)
	}
	return b.Bytes()
}

func check(what string, err error, status, want int, body []byte) {
	if err != nil || status != want {
		log.Fatalf("%s: %v, status %d instead of %d\n%s", what, err, status, want, body)
	}
}

func upload(ctx context.Context, c *api.ClientWithResponses) string {
	file := picture()
	begun, err := c.BeginUploadWithResponse(ctx, nil, api.NewUpload{Name: "фонарь.png", Size: int64(len(file))})
	check("upload", err, begun.StatusCode(), 201, begun.Body)
	id, half := begun.JSON201.Id, len(file)/2
	for _, piece := range []struct{ from, to int }{{0, half}, {half, len(file)}} {
		p := &api.TakePartParams{UploadOffset: int64(piece.from)}
		took, err := c.TakePartWithBodyWithResponse(ctx, id, p, "application/octet-stream", bytes.NewReader(file[piece.from:piece.to]))
		check("piece", err, took.StatusCode(), 200, took.Body)
		if took.JSON200.Offset != int64(piece.to) {
			log.Fatal("the upload stands at ", took.JSON200.Offset)
		}
	}
	return id
}

func main() {
	ctx := context.Background()
	c, err := api.NewClientWithResponses(os.Getenv("BASE"), api.WithRequestEditorFn(signRequest))
	if err != nil {
		log.Fatal(err)
	}
	forms, err := c.ListProceduresWithResponse(ctx, nil)
	check("procedures", err, forms.StatusCode(), 200, forms.Body)
	person, email := tokens(), "verbitskaya@post.example"
	appeal := api.Appeal{Procedure: forms.JSON200.Procedures[0].Id, Text: "На Липовой улице у дома 4 второй месяц не горит фонарь.",
		Applicant: api.Applicant{Surname: "Вербицкая", Given: "Таисия", Email: &email}, Uploads: &[]string{upload(ctx, c)}, Person: &person}
	preview, err := c.PreviewAppealWithResponse(ctx, nil, appeal)
	check("preview", err, preview.StatusCode(), 200, preview.Body)
	once := &api.FileAppealParams{IdempotencyKey: rand.Text()}
	first, err := c.FileAppealWithResponse(ctx, once, appeal)
	check("filing", err, first.StatusCode(), 201, first.Body)
	again, err := c.FileAppealWithResponse(ctx, once, appeal)
	check("filing again", err, again.StatusCode(), 201, again.Body)
	if first.JSON201.Receipt != again.JSON201.Receipt {
		log.Fatal("two receipts for one appeal")
	}
	cs, err := c.ShowAppealWithResponse(ctx, first.JSON201.Id, nil)
	check("status", err, cs.StatusCode(), 200, cs.Body)
	changes, err := c.ListChangesWithResponse(ctx, nil)
	check("changes", err, changes.StatusCode(), 200, changes.Body)
	if n := len(changes.JSON200.Changes); n != 1 || changes.JSON200.Changes[0].Id != cs.JSON200.Id {
		log.Fatal(n, " changes")
	}
	if preview.JSON200.Terms[0].Due != first.JSON201.Terms[0].Due {
		log.Fatal("the date shown is not the date promised")
	}
	fmt.Printf("filed %s, %s, register by %s\n", cs.JSON200.Receipt, cs.JSON200.Stage, first.JSON201.Terms[0].Due)
}
