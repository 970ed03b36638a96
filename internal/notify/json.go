package notify

import "encoding/json"

// jsonText writes a value as JSON, for templates of webhooks.
func jsonText(v any) (string, error) {
	out, err := json.Marshal(v)
	return string(out), err
}
