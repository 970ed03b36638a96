package api

import (
	"context"
	"net/url"
	"strconv"

	"github.com/opslog/opslog/internal/graph"
	"github.com/opslog/opslog/internal/quality"
)

// ServiceMap answers GET /map.
type ServiceMap = graph.Map

// MapOptions select a part of the service map; empty values leave the choice to the server.
type MapOptions struct {
	From, To, Environment, Focus, By string
	Depth                            int
}

func (o MapOptions) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"from": o.From, "to": o.To, "environment": o.Environment, "focus": o.Focus, "by": o.By} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if o.Depth > 0 {
		v.Set("depth", strconv.Itoa(o.Depth))
	}
	return v
}

// Map asks for the service map.
func (c *Client) Map(ctx context.Context, o MapOptions) (*ServiceMap, error) {
	return get[ServiceMap](ctx, c, "/map", o.values())
}

// QualityList answers GET /quality and GET /quality/{service}.
type QualityList struct {
	Items []*quality.Service `json:"items"`
}

// Quality judges the traces of all services, or of one.
func (c *Client) Quality(ctx context.Context, service, from, to string) (*QualityList, error) {
	path := "/quality"
	if service != "" {
		path += "/" + url.PathEscape(service)
	}
	return get[QualityList](ctx, c, path, MapOptions{From: from, To: to}.values())
}
