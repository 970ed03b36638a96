package strictconverter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// tenantsReadTheirOwn looks for a door through which those who send as tenants would read what all have sent.
func tenantsReadTheirOwn(c *configuration) (out []string) {
	tenants := c.tenantLogins()
	for _, id := range stringsOf(lookup(c.raw, "service", "extensions")) {
		if typeOf(id) != "opslog_query" {
			continue
		}
		query := lookup(c.raw, "extensions", id)
		login, _ := lookup(query, "auth", "authenticator").(string)
		if from, _ := lookup(query, "tenants", "from").(string); slices.Contains(tenants, login) && from == "" {
			out = append(out, fmt.Sprintf("extensions::%s::tenants::from: is not set, want what %s knows of a tenant, such as username; "+
				"tenants log in there to send, and would read each other's records", id, login))
		}
	}
	return out
}

// tenantLogins are the authenticators of receivers whose records are stamped with who has logged in.
func (c *configuration) tenantLogins() (out []string) {
	for _, p := range c.pipelines {
		if !slices.ContainsFunc(p.processors, c.stampsLogin) {
			continue
		}
		for _, id := range p.receivers {
			out = append(out, logins(lookup(c.raw, "receivers", id))...)
		}
	}
	return out
}

// stampsLogin tells whether a resource or attributes processor takes a value from the login.
func (c *configuration) stampsLogin(id string) bool {
	for _, key := range []string{"attributes", "actions"} {
		actions, _ := lookup(c.raw, "processors", id, key).([]any)
		for _, action := range actions {
			if from, _ := lookup(action, "from_context").(string); strings.HasPrefix(from, "auth.") {
				return true
			}
		}
	}
	return false
}

// logins are the authenticators that are named anywhere in a receiver's settings.
func logins(value any) (out []string) {
	m, _ := value.(map[string]any)
	if id, ok := lookup(m, "auth", "authenticator").(string); ok {
		out = append(out, id)
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, logins(m[key])...)
	}
	return out
}
