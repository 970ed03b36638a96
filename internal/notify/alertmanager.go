package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/alert"
)

// Alertmanager posts alerts to each peer of an Alertmanager cluster, by its API v2. It takes states, not events: what
// fires is posted again and again, with an end a few rounds ahead, and what is resolved for a while.
type Alertmanager struct {
	endpoints []string // base addresses, all of them: a load balancer in front would split the cluster's view
	headers   map[string]string
	resend    time.Duration
	client    *http.Client
}

// NewAlertmanager makes a sender.
func NewAlertmanager(endpoints []string, headers map[string]string, resend time.Duration, allowPrivate bool) *Alertmanager {
	return &Alertmanager{endpoints: endpoints, headers: headers, resend: resend, client: newClient(allowPrivate)}
}

// endsAfter is how many rounds an alert outlives the last time it was posted; Prometheus uses four, too.
const endsAfter = 4

// posted is an alert as POST /api/v2/alerts takes it.
type posted struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// Post sends the states of alerts to all peers; the error joins those of the peers that did not take them.
func (m *Alertmanager) Post(ctx context.Context, alerts []Alert, now time.Time) error {
	list := make([]posted, 0, len(alerts))
	for i := range alerts {
		list = append(list, m.posted(&alerts[i], now))
	}
	body, err := json.Marshal(list)
	if err != nil {
		return err
	}
	failed := make([]error, len(m.endpoints))
	var posting sync.WaitGroup
	for i, endpoint := range m.endpoints { // at once: a peer that hangs keeps none from hearing
		posting.Go(func() { failed[i] = m.postTo(ctx, endpoint, body, now) })
	}
	posting.Wait()
	return errors.Join(failed...)
}

func (m *Alertmanager) postTo(ctx context.Context, endpoint string, body []byte, now time.Time) error {
	req, err := http.NewRequest(http.MethodPost, strings.TrimSuffix(endpoint, "/")+"/api/v2/alerts", bytes.NewReader(body))
	if err != nil {
		return &SendError{reason: "the address is not valid"}
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range m.headers {
		req.Header.Set(name, value)
	}
	return do(ctx, m.client, req, now)
}

func (m *Alertmanager) posted(a *Alert, now time.Time) posted {
	p := posted{
		Labels:       a.Labels,
		Annotations:  annotations(a),
		StartsAt:     a.FiringAt.Std(),
		EndsAt:       now.Add(endsAfter * m.resend),
		GeneratorURL: a.URL,
	}
	if a.State == alert.StateResolved {
		p.EndsAt = a.ResolvedAt.Std()
	}
	return p
}

// annotations may change freely; labels are the identity.
func annotations(a *Alert) map[string]string {
	out := map[string]string{"summary": headline(a), "description": strings.Join(facts(a), "\n")}
	set := func(name, value string) {
		if value != "" && value != "0" {
			out[name] = value
		}
	}
	set("value", number(a.Value))
	set("threshold", number(a.Threshold))
	set("errors", strconv.FormatInt(a.Errors, 10))
	set("error", short(a.Evidence.ErrorType, a.Evidence.ErrorMessage))
	set("operation_url", a.OperationURL)
	return out
}
