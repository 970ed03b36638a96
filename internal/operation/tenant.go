package operation

import (
	"crypto/sha256"
	"encoding/hex"
)

// TenantKey stands for a tenant where its name must not: in keys of the state, and in sums that outlive what they were
// made of. It is the SHA-256 of the name in hex, which ClickHouse's row policies make, too: see deploy/clickhouse. That of
// nobody is empty.
func TenantKey(name string) string {
	if name == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}
