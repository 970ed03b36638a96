package traffic

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/opslog/opslog/examples/shop/internal/planted"
)

// userAgents are those of the customers' devices.
var userAgents = []string{
	"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	"ShopApp/4.2.0 (iPhone; iOS 18.2)",
	"ShopApp/4.1.7 (Android 15; Pixel 9)",
}

// request is one call to the storefront.
type request struct {
	method, path string
	body         any // JSON, or url.Values for a form, or a string as it is
	header       map[string]string
	want         int // status; another one is worth a line in the output
}

// answer is the parsed JSON body of a response.
type answer struct {
	ID string `json:"id"`
}

func (v *visitor) do(in request) (answer, error) {
	body, contentType, err := encode(in.body)
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequest(in.method, v.target+in.path, bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("create request: %w", err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	v.introduce(req)
	for name, value := range in.header {
		req.Header.Set(name, value)
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, fmt.Errorf("read response: %w", err)
	}
	if resp.StatusCode != in.want {
		return answer{}, fmt.Errorf("%s answers %d, want %d", in.method, resp.StatusCode, in.want)
	}
	var out answer
	_ = json.Unmarshal(text, &out) // lists have no id
	return out, nil
}

// introduce says who asks.
func (v *visitor) introduce(req *http.Request) {
	device := int(v.ID[len(v.ID)-1]) % len(userAgents)
	for name, value := range map[string]string{
		"Authorization":   "Bearer " + planted.JWT(v.Customer),
		"Cookie":          "sid=" + planted.SessionCookie + "; theme=dark",
		"Referer":         "https://shop.example/account?email=" + planted.Escaped(v.Email),
		"User-Agent":      userAgents[device],
		"X-Forwarded-For": fmt.Sprintf("198.51.100.%d", 20+device),
		"X-Request-Id":    newID(),
		"X-Scenario":      v.scenario,
		"X-Session-Id":    "visit-" + v.ID,
		"X-User-Type":     "customer",
	} {
		req.Header.Set(name, value)
	}
}

func encode(body any) (text []byte, contentType string, err error) {
	switch b := body.(type) {
	case nil:
		return nil, "", nil
	case string:
		return []byte(b), "application/json", nil
	case url.Values:
		return []byte(b.Encode()), "application/x-www-form-urlencoded", nil
	default:
		text, err = json.Marshal(b)
		return text, "application/json", err
	}
}

// newID is a request id that no other run has.
func newID() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	return "r" + strings.ToLower(hex.EncodeToString(b[:]))
}
