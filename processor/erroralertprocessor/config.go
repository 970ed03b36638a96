package erroralertprocessor

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/notify"
	"github.com/opslog/opslog/internal/watch"
)

// Config of the processor.
type Config struct {
	alert.Config `mapstructure:",squash"`

	// Storage is the id of the opslog_storage extension that keeps the state of alerts.
	Storage component.ID `mapstructure:"storage"`
	// ExternalURL is where people reach the web UI; messages have no links without it.
	ExternalURL string `mapstructure:"external_url"`
	// Instance names this process among those that share the store; it must stay the same over a restart.
	Instance string `mapstructure:"instance"`

	Notifiers []NotifierConfig `mapstructure:"notifiers"`
	Routes    []notify.Route   `mapstructure:"routes"`
	Delivery  DeliveryConfig   `mapstructure:"delivery"`
}

// DeliveryConfig bounds what is told.
type DeliveryConfig struct {
	GroupWait  time.Duration `mapstructure:"group_wait"`
	MaxAge     time.Duration `mapstructure:"max_age"`
	RateLimit  int           `mapstructure:"rate_limit"`
	RateWindow time.Duration `mapstructure:"rate_window"`
}

// NotifierConfig is a receiver: exactly one of Alertmanager, Webhook and Service.
type NotifierConfig struct {
	Name         string              `mapstructure:"name"`
	Alertmanager *AlertmanagerConfig `mapstructure:"alertmanager"`
	Webhook      *WebhookConfig      `mapstructure:"webhook"`
	Service      configopaque.String `mapstructure:"service"` // an address of the shoutrrr library
	Title        string              `mapstructure:"title"`
	Text         string              `mapstructure:"text"`
}

// AlertmanagerConfig names all peers of an Alertmanager cluster.
type AlertmanagerConfig struct {
	Endpoints             []string                       `mapstructure:"endpoints"`
	Headers               map[string]configopaque.String `mapstructure:"headers"`
	AllowPrivateAddresses bool                           `mapstructure:"allow_private_addresses"`
}

// WebhookConfig posts JSON.
type WebhookConfig struct {
	URL                   configopaque.String            `mapstructure:"url"`
	Secret                configopaque.String            `mapstructure:"secret"`
	Headers               map[string]configopaque.String `mapstructure:"headers"`
	Body                  string                         `mapstructure:"body"`
	AllowPrivateAddresses bool                           `mapstructure:"allow_private_addresses"`
}

func createDefaultConfig() component.Config {
	limits := notify.DefaultLimits()
	return &Config{
		Config:  alert.DefaultConfig(),
		Storage: component.MustNewID("opslog_storage"),
		Delivery: DeliveryConfig{
			GroupWait: limits.GroupWait, MaxAge: limits.MaxAge, RateLimit: limits.RateLimit, RateWindow: limits.RateWindow,
		},
	}
}

// resend is how often an Alertmanager is told what fires; Prometheus does it as often.
const resend = time.Minute

// Validate tells everything that is wrong. No address is repeated: it may hold a secret.
func (c *Config) Validate() error {
	wrong := []error{c.Config.Validate()}
	if c.ExternalURL != "" {
		if u, err := url.Parse(c.ExternalURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			wrong = append(wrong, errors.New("external_url is not an address such as https://opslog.example.com"))
		}
	}
	if c.Delivery.MaxAge <= 0 || c.Delivery.RateLimit <= 0 || c.Delivery.RateWindow <= 0 || c.Delivery.GroupWait < 0 {
		wrong = append(wrong, errors.New("delivery: max_age, rate_limit and rate_window must be above 0, group_wait 0 or more"))
	}
	names := map[string]bool{}
	var list []string
	for i := range c.Notifiers {
		n := &c.Notifiers[i]
		if _, err := n.build(); err != nil {
			wrong = append(wrong, fmt.Errorf("notifiers[%d]: %w", i, err))
		}
		if n.Name == "" || names[n.Name] {
			wrong = append(wrong, fmt.Errorf("notifiers[%d]: name is %q: give each notifier a name of its own", i, n.Name))
		}
		names[n.Name] = true
		list = append(list, n.Name)
	}
	if _, err := notify.NewRouter(c.Routes, list); err != nil {
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// build makes the receiver.
func (n *NotifierConfig) build() (watch.Notifier, error) {
	out := watch.Notifier{Name: n.Name}
	var err error
	if out.Templates, err = notify.ParseTemplates(n.Title, n.Text); err != nil {
		return out, err
	}
	chosen := 0
	for _, set := range []bool{n.Alertmanager != nil, n.Webhook != nil, n.Service != ""} {
		if set {
			chosen++
		}
	}
	if chosen != 1 {
		return out, fmt.Errorf("has %d of alertmanager, webhook and service: give exactly one", chosen)
	}
	switch {
	case n.Alertmanager != nil:
		out.Alertmanager, err = n.Alertmanager.build()
	case n.Webhook != nil:
		out.Sender, err = n.Webhook.build()
	default:
		if out.Sender, err = notify.NewService(string(n.Service)); err != nil {
			err = fmt.Errorf("service %w", err)
		}
	}
	return out, err
}

func (a *AlertmanagerConfig) build() (*notify.Alertmanager, error) {
	if len(a.Endpoints) == 0 {
		return nil, errors.New("alertmanager::endpoints is empty: list all peers, such as http://alertmanager:9093")
	}
	for _, e := range a.Endpoints {
		if !isHTTP(e) {
			return nil, errors.New("alertmanager::endpoints has an entry that is not an http or https address")
		}
		if u, err := url.Parse(e); err == nil && u.User != nil { // addresses are shown, headers are not
			return nil, errors.New("alertmanager::endpoints has an entry with a name or a password: put them into alertmanager::headers as Authorization")
		}
	}
	return notify.NewAlertmanager(a.Endpoints, plain(a.Headers), resend, a.AllowPrivateAddresses), nil
}

func (w *WebhookConfig) build() (*notify.Webhook, error) {
	if !isHTTP(string(w.URL)) {
		return nil, errors.New("webhook::url is not an http or https address")
	}
	hook, err := notify.NewWebhook(string(w.URL), string(w.Secret), w.Body, plain(w.Headers), w.AllowPrivateAddresses)
	if err != nil {
		return nil, fmt.Errorf("webhook::%w", err)
	}
	return hook, nil
}

func isHTTP(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

func plain(headers map[string]configopaque.String) map[string]string {
	out := make(map[string]string, len(headers))
	for name, value := range headers {
		out[name] = string(value)
	}
	return out
}

// watchConfig is the configuration in the terms of internal/watch.
func (c *Config) watchConfig() (watch.Config, error) {
	out := watch.Config{
		Alert: c.Config, Routes: c.Routes, Links: notify.Links{Base: c.ExternalURL}, Resend: resend, Instance: c.Instance,
		Limits: notify.Limits{GroupWait: c.Delivery.GroupWait, MaxAge: c.Delivery.MaxAge, RateLimit: c.Delivery.RateLimit, RateWindow: c.Delivery.RateWindow},
	}
	if out.Instance == "" {
		host, err := os.Hostname()
		if err != nil || host == "" {
			return out, errors.New("instance is empty and this host has no name: give each process that shares the store a name of its own")
		}
		out.Instance = host
	}
	for i := range c.Notifiers {
		n, err := c.Notifiers[i].build()
		if err != nil {
			return out, fmt.Errorf("notifiers[%d]: %w", i, err)
		}
		out.Notifiers = append(out.Notifiers, n)
	}
	return out, nil
}
