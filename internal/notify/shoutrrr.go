package notify

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/nicholas-fedor/shoutrrr"
	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// Service sends messages to one of the services that the shoutrrr library knows, by its address: Slack, Teams, e-mail,
// PagerDuty, Telegram and more.
type Service struct {
	scheme string
	sender *router.ServiceRouter
}

// NewService makes a sender of an address such as slack://token@channel. Errors do not repeat it: it holds secrets.
func NewService(address string) (*Service, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return nil, fmt.Errorf("is not an address of the form service://...; see the shoutrrr library's list of services")
	}
	sender, err := shoutrrr.CreateSender(address)
	if err != nil {
		return nil, fmt.Errorf("is not an address that the service %q takes; see the shoutrrr library's page of it", u.Scheme)
	}
	return &Service{scheme: u.Scheme, sender: sender}, nil
}

// Send sends a message. The library takes no context: a call that hangs is left behind when ctx ends.
func (s *Service) Send(ctx context.Context, m *Message, _ time.Time) error {
	done := make(chan error, 1)
	go func() {
		params := types.Params{"title": m.Title}
		for _, err := range s.sender.Send(m.Title+"\n"+m.Text, &params) {
			if err != nil {
				done <- &SendError{reason: s.scheme + " did not take the message"} // the library's texts repeat the address
				return
			}
		}
		done <- nil
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return &SendError{reason: s.scheme + " did not answer in time"}
	}
}
