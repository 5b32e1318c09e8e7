package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

type overloaded struct{}

func (overloaded) Error() string             { return errSecret.Error() }
func (overloaded) RetryAfter() time.Duration { return 90 * time.Second }

var leak = regexp.MustCompile(`\.go:|pq:|password auth|10\.0\.0\.7|goroutine|runtime\.|fiber|Cannot (GET|POST)`)

func TestNoErrorPageTellsWhatHappenedInside(t *testing.T) {
	mapped := map[string]int{}
	b := newBench(t, func(c *Config) {
		c.StatusOf = func(err error) (int, string) {
			for code, status := range mapped {
				if strings.Contains(err.Error(), "<"+code+">") {
					return status, code
				}
			}
			return 0, ""
		}
	})
	for _, status := range []int{400, 401, 403, 404, 405, 409, 413, 415, 418, 429, 500, 502, 503} {
		mapped[fmt.Sprint("code", status)] = status
		b.app.Get(fmt.Sprint("/desk/mapped", status), func(*fiber.Ctx) error { return fmt.Errorf("<code%d>: %w", status, errSecret) })
		b.app.Get(fmt.Sprint("/fiber", status), func(*fiber.Ctx) error { return fiber.NewError(status, errSecret.Error()) })
		for _, path := range []string{"/desk/mapped", "/fiber"} {
			page := b.get(t, fmt.Sprint(path, status))
			if page.StatusCode != status {
				t.Errorf("%s%d answers %d", path, status, page.StatusCode)
			}
			if found := leak.FindString(page.body); found != "" {
				t.Errorf("%s%d leaks %q", path, status, found)
			}
			if strings.Contains(page.body, "[web.") || !strings.Contains(page.body, "<h1>") || !strings.Contains(page.body, page.Header.Get("X-Request-ID")) {
				t.Errorf("%s%d is not a whole page", path, status)
			}
		}
	}
	if page := b.get(t, "/desk/mapped404"); !strings.Contains(page.body, `class="desk"`) {
		t.Error("an error of the desk must look like the desk")
	}
	if strings.Contains(b.log.String(), "10.0.0.7") || !strings.Contains(b.log.String(), "status=500") {
		t.Errorf("log: %s", b.log.String())
	}
}

func TestAProgramGetsAProblemAndNotAPage(t *testing.T) {
	b := newBench(t)
	b.app.Get("/api/cases", func(*fiber.Ctx) error { return errSecret })
	b.app.Get("/page", func(*fiber.Ctx) error { return errSecret })
	for path, accept := range map[string]string{"/api/cases": "", "/api/none": "*/*", "/page": "application/json"} {
		request := httptest.NewRequest("GET", path, nil)
		request.Header.Set("Accept", accept)
		got := b.do(t, request)
		var problem struct {
			Status              int
			Title, Code, Detail string
		}
		if err := json.Unmarshal([]byte(got.body), &problem); err != nil {
			t.Fatalf("%s: %v in %s", path, err, got.body)
		}
		if got.Header.Get("Content-Type") != "application/problem+json; charset=utf-8" || problem.Status != got.StatusCode ||
			problem.Title == "" || problem.Code == "" || leak.MatchString(got.body) {
			t.Errorf("%s: %v %s", path, got.Header, got.body)
		}
	}
	post := httptest.NewRequest("POST", "/api/cases", nil)
	if got := b.do(t, post); got.StatusCode != 403 || !strings.Contains(got.body, `"code":"csrf"`) {
		t.Errorf("refused program: %d %s", got.StatusCode, got.body)
	}
}

func TestAPanicIsA500PageAndOneLogLineWithoutWhatWasTyped(t *testing.T) {
	b := newBench(t)
	b.app.Get("/case/:number", func(*fiber.Ctx) error { panic("Иванов, улица Садовая, 5") })
	got := b.get(t, "/case/OG-2026-000123?code=secret")
	if got.StatusCode != 500 || strings.Contains(got.body, "Иванов") || got.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	line := b.log.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, "panic of type string") || !strings.Contains(line, "report_errors_test") && !strings.Contains(line, "web.TestAPanic") {
		t.Errorf("log: %s", line)
	}
	for _, secret := range []string{"Иванов", "OG-2026", "secret"} {
		if strings.Contains(line, secret) {
			t.Errorf("the log tells %q: %s", secret, line)
		}
	}
}

func TestAnErrorThatKnowsWhenToRetrySaysSo(t *testing.T) {
	b := newBench(t)
	b.app.Get("/busy", func(*fiber.Ctx) error { return fmt.Errorf("wrapped: %w", overloaded{}) })
	b.app.Get("/down", func(*fiber.Ctx) error { return fiber.ErrServiceUnavailable })
	busy := b.get(t, "/busy")
	if busy.StatusCode != 429 || busy.Header.Get("Retry-After") != "90" || !strings.Contains(busy.body, "Повторите через 2 минуты.") {
		t.Errorf("%d %v", busy.StatusCode, busy.Header)
	}
	if down := b.get(t, "/down"); down.StatusCode != 503 || down.Header.Get("Retry-After") == "" {
		t.Errorf("%d %v", down.StatusCode, down.Header)
	}
}

func TestABrokenPageIsAnHonest500(t *testing.T) {
	b := newBench(t)
	b.app.Get("/bad", func(c *fiber.Ctx) error {
		return b.kit.Render(c, 200, "test/bad", "portal", "x", struct{}{})
	})
	if got := b.get(t, "/bad"); got.StatusCode != 500 || leak.MatchString(got.body) || !strings.Contains(got.body, "У нас неполадка") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	broken := newBench(t)
	if _, code := broken.kit.statusOf(&panicked{cause: errors.New("x")}); code != "" {
		t.Errorf("a panic has the code %q", code)
	}
}

func TestAnErrorBeforeTheMiddlewareStillHasHeadersAndAPage(t *testing.T) {
	b := newBench(t)
	bare := fiber.New(b.kit.FiberConfig(1 << 10))
	bare.Get("/x", func(*fiber.Ctx) error { return fiber.ErrRequestEntityTooLarge })
	response, err := bare.Test(httptest.NewRequest("GET", "/x", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 413 || response.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
}
