package storetest

import "github.com/opslog/opslog/internal/operation"

type shape struct{ method, route, target, kind string }

var shapes = []shape{
	{"GET", "/users/{id}", "/users/%d", operation.KindQuery},
	{"GET", "/orders/{id}", "/orders/%d", operation.KindQuery},
	{"GET", "/products", "/products?page=%d", operation.KindQuery},
	{"GET", "/products/{id}/reviews", "/products/%d/reviews", operation.KindQuery},
	{"GET", "/carts/{id}", "/carts/%d", operation.KindQuery},
	{"GET", "/search", "/search?q=%d", operation.KindQuery},
	{"POST", "/orders", "/orders?source=%d", operation.KindCommand},
	{"POST", "/carts/{id}/items", "/carts/%d/items", operation.KindCommand},
	{"POST", "/payments", "/payments?order=%d", operation.KindCommand},
	{"PUT", "/users/{id}", "/users/%d", operation.KindCommand},
	{"PATCH", "/orders/{id}", "/orders/%d", operation.KindCommand},
	{"DELETE", "/carts/{id}", "/carts/%d", operation.KindCommand},
}

var regions = []string{"eu-central", "eu-west", "us-east", "ap-south"}

var words = []string{
	"anchor", "basket", "candle", "desk", "engine", "flower", "garden", "hammer", "island", "jacket", "kettle", "lantern",
	"mirror", "needle", "orange", "pillow", "quartz", "ribbon", "saddle", "table", "umbrella", "velvet", "window", "yarn", "zipper",
}

// hostile is text that breaks what is put together by hand: quotes, SQL, patterns, templates, other scripts.
var hostile = []string{
	`'; DROP TABLE operations; --`, `" OR 1=1 --`, `\'; SELECT 1; #`, `it's "quoted" and \escaped\`, `100%_like_[a-z]*?`, `(unclosed [regex {2`,
	"tab\tnew\nline\r\n", `{{.Evil}} ${env:HOME} $1 ?`, "Grüße, Öl und Straße", "日本語のテキスト", "🚀 emoji 👩‍👩‍👧", "a,b;c|d", " leading and trailing ",
	`{"json": ["in", {"a": "string"}]}`, "/* comment */ UNION ALL SELECT * FROM spans", "0", "NULL", "true", "1e5", "key=value",
}

// closed are the fields of Operation whose values come from a list.
var closed = map[string][]string{
	"status":            {operation.StatusOK, operation.StatusError},
	"kind":              {operation.KindUnknown, operation.KindQuery, operation.KindCommand},
	"transport":         {operation.TransportHTTP, operation.TransportRPC, operation.TransportMessage, operation.TransportJob, operation.TransportInternal},
	"failure_class":     {operation.FailureDependency, operation.FailureInput, operation.FailureTimeout, operation.FailureUnknown},
	"incomplete_reason": {operation.IncompleteNoEntry, operation.IncompleteOverflow, operation.IncompleteShutdown, operation.IncompleteRunning},
}
