package clickhouse

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Users are those of deploy/clickhouse, with the password of each.
var Users = map[string]string{"opslog": "service", "opslog_reader": "reader", "opslog_tenants": "tenants", "acme": "for-acme"}

// WithUsers starts a server that has the users of a file, which is deploy/clickhouse/users.xml, and the default one, which the
// launcher needs. Changes are pairs of what to replace in the file, and by what.
func WithUsers(t testing.TB, file string, changes ...string) *Server {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, password := range Users {
		t.Setenv(variable(name), fmt.Sprintf("%x", sha256.Sum256([]byte(password))))
	}
	dir := t.TempDir()
	users := strings.NewReplacer(append(changes, "<users>", "<users><default><password></password><networks><ip>::/0</ip></networks></default>",
		"<profiles>", "<profiles><default/>", "<quotas>", "<quotas><default/>")...).Replace(string(text))
	config := fmt.Sprintf("<clickhouse><users_config>%s/users.xml</users_config></clickhouse>", dir)
	for name, text := range map[string]string{"users.xml": users, "config.xml": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server, err := Launch(Options{Path: dir, Config: filepath.Join(dir, "config.xml")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// variable is where the file takes the hash of a user's password from.
func variable(user string) string {
	name := strings.ToUpper(strings.TrimPrefix(user, "opslog_"))
	if user == "opslog" {
		name = "SERVICE"
	}
	return "OPSLOG_" + name + "_SHA256"
}

// As is a database of the server, as one of its users.
func (s *Server) As(user, database string) Database {
	return Database{Address: s.TCP, Username: user, Password: Users[user], Name: database}
}
