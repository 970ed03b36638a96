package derive

import "strings"

// isAllowed tells writes that leave a query a query: to stores that the configuration allows.
func (d *Deriver) isAllowed(c *call) bool {
	for _, pattern := range d.cfg.AllowedStores {
		if matchPattern(pattern, c.object) || matchPattern(pattern, c.target) || matchPattern(pattern, lastPart(c.object)) {
			return true
		}
	}
	return false
}

// lastPart is the table of "schema.table".
func lastPart(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }

// changes tells whether the call changes business state.
func (c *call) changes() bool { return c.access == accessWrite && !c.touches && !c.allowed }
