package pii

import (
	"slices"
	"strings"
)

// IdentityInfo describes one identity number for documentation.
type IdentityInfo struct {
	Name string
	// Checked numbers pass a checksum or a date; Alone ones are found without a word nearby.
	Checked, Alone bool
}

// Identities lists the identity numbers that are found, in the order of the table.
func Identities() []IdentityInfo {
	out := make([]IdentityInfo, 0, len(identities))
	for _, id := range identities {
		out = append(out, IdentityInfo{Name: id.name, Checked: id.check != nil, Alone: id.shapes != ""})
	}
	return out
}

// Vendors lists the vendors whose tokens are found, in alphabetical order.
func Vendors() []string {
	names := []string{"azure", "mailchimp", "telegram"}
	for _, v := range vendorTable {
		if name, ok := strings.CutPrefix(v.label, "[SECRET:"); ok {
			names = append(names, strings.TrimSuffix(name, "]"))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
