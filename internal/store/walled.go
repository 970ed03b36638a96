package store

// ForTenants shows the store as its database bounds it to the tenant that the context of each call names (see the package
// tenant), whatever is asked: a second wall, behind the conditions of queries. A store without one is shown as it is.
func ForTenants(b Backend) Backend {
	if walled, ok := b.(interface{ ForTenants() Backend }); ok {
		return walled.ForTenants()
	}
	return b
}
