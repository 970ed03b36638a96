package derive

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPathsLoseTheirIDs(t *testing.T) {
	tests := map[string]string{
		"":                     "/",
		"/":                    "/",
		"/api/users":           "/api/users",
		"/api/users/123":       "/api/users/{id}",
		"/api/users/123?q=1#x": "/api/users/{id}",
		"/api/v1/users":        "/api/v1/users",
		"/v2beta1/k8s/oauth2-callback/s3/base64/utf8":       "/v2beta1/k8s/oauth2-callback/s3/base64/utf8",
		"/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301":       "/users/{id}",
		"/users/user_123/orders/ord-9f86d081":               "/users/{id}/orders/{id}",
		"/img/123.png":                                      "/img/{id}.png",
		"/static/app.min.js":                                "/static/app.min.js",
		"/static/main.3f2a9b1c.js":                          "/static/{id}.js",
		"/users/[EMAIL]/profile":                            "/users/{id}/profile",
		"/users/a@b.example":                                "/users/{id}",
		"/reset/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9":       "/reset/{id}",
		"/posts/2024-01-15":                                 "/posts/{id}",
		"/users/{id}/posts/:post/<x>/*":                     "/users/{id}/posts/:post/<x>/*",
		"/blog/[slug]":                                      "/blog/[slug]",
		"/feedfacedeadbeef0":                                "/{id}",
		"/decade/facade/effaced":                            "/decade/facade/effaced",
		"/getUserAccountSettingsPage":                       "/getUserAccountSettingsPage",
		"users/7":                                           "/users/{id}",
		"/a/b/c/d/e/f/g/h/i/j/k/l/m/n":                      "/a/b/c/d/e/f/g/h/i/j/k/...",
		"/api/products/01ARZ3NDEKTSV4RRFFQ69G5FAV/reviews/": "/api/products/{id}/reviews/",
		"/step-1/two":                                       "/step-1/two",
		"/products/KETTLE-1":                                "/products/{id}",
	}
	for in, want := range tests {
		assert.Equal(t, want, string(appendPath(nil, in)), in)
	}
}

func TestNamesLoseTheirIDs(t *testing.T) {
	tests := map[string]string{
		"import customers":      "import customers",
		"import-file-8372":      "{id}",
		"process order 42":      "process order {id}",
		"nightly_report":        "nightly_report",
		"mail to [EMAIL]":       "mail to {id}",
		"user:123:cart":         "user:{id}:cart",
		"Job::SendMail":         "Job::SendMail",
		"sync tenant=acme v2":   "sync {id} v2",
		"build 3f2504e04f89 ok": "build {id} ok",
	}
	for in, want := range tests {
		assert.Equal(t, want, templated(in), in)
	}
}

func FuzzPath(f *testing.F) {
	f.Add("/api/users/123?x=1")
	f.Add("a@b.c/%20/[EMAIL]")
	f.Fuzz(func(t *testing.T, in string) {
		once := string(appendPath(nil, in))
		assert.Equal(t, once, string(appendPath(nil, once)), "a template is its own template")
		templated(in)
	})
}
