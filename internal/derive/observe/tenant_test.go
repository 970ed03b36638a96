package observe

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// ofTenants are a trace of each of two tenants, with services of the same names, and one in which the first calls the second.
// The clock of the called service is wrong everywhere.
func ofTenants(t *testing.T, byTenant bool) *world {
	t.Helper()
	cfg := testConfig()
	cfg.ByTenant, cfg.TenantKeys = byTenant, []string{"tenant.id"}
	w := newWorld(t, cfg)
	for trace, tenants := range map[byte][2]string{1: {"acme", "acme"}, 2: {"globex", "globex"}, 3: {"acme", "globex"}} {
		of := func(s span, resource, tenant string) span {
			s.resource, s.attrs = resource+" tenant.id="+tenant, s.attrs+" tenant.id="+tenant
			return s
		}
		late := with(payEntry, func(s *span) { s.start, s.end = -60, -30 })
		w.send(trace, of(shopEntry, "host.name=a", tenants[0]), of(payCall, "host.name=a", tenants[0]), of(late, "service.instance.id=b", tenants[1]))
	}
	w.pass(20 * time.Second)
	return w
}

func TestTenantsAreCountedApart(t *testing.T) {
	w := ofTenants(t, true)
	w.ledger.Logs(operation.TimeOf(epoch), &derive.Resource{ServiceName: "shop", Attributes: operation.Attributes{"tenant.id": "acme"}}, 5, 1, 0)
	w.finishAll()
	edges, counters := w.ledger.Take()
	calls := map[[3]string]int64{}
	for _, e := range edges {
		calls[[3]string{e.Tenant, e.Source, e.Target}] += e.Calls
	}
	acme, globex := operation.TenantKey("acme"), operation.TenantKey("globex")
	assert.Equal(t, map[[3]string]int64{
		{acme, "user", "shop"}: 2, {globex, "user", "shop"}: 1,
		{acme, "shop", "payments"}: 1, {globex, "shop", "payments"}: 1,
		{"", "shop", "payments"}: 1, // from one to the other
	}, calls)
	type key struct{ tenant, service, check, subject string }
	looks, failed := map[key]int64{}, map[key]int64{}
	for _, q := range counters {
		k := key{q.Tenant, q.ServiceName, q.Check, q.Subject}
		looks[k] += q.Total
		failed[k] += q.Failed
	}
	for k, want := range map[key]int64{
		{acme, "shop", operation.CheckVolume, ""}: 2, {globex, "shop", operation.CheckVolume, ""}: 1,
		{acme, "payments", operation.CheckVolume, ""}: 1, {globex, "payments", operation.CheckVolume, ""}: 2,
		{acme, "shop", operation.RuleInstanceID, ""}: 2, {globex, "shop", operation.RuleInstanceID, ""}: 1,
		{acme, "shop", operation.RuleRootClient, ""}: 2, {acme, "shop", operation.RuleSeverityIsNotSet, ""}: 5,
	} {
		assert.Equal(t, want, looks[k], "%+v", k)
	}
	for _, tenant := range []string{acme, globex, ""} {
		assert.EqualValues(t, 1, failed[key{tenant, "payments", operation.CheckClockSkew, "shop -> payments"}], "who is called by another does not learn of it: %q", tenant)
	}
}

// Together the counts are what they are without tenants.
func TestTenantsAddUp(t *testing.T) {
	apart, together := ofTenants(t, true), ofTenants(t, false)
	edgesApart, failuresApart := apart.finish()
	edges, failures := together.finish()
	assert.Equal(t, edges, edgesApart)
	assert.Equal(t, failures, failuresApart)
	require.NotEmpty(t, edges)

	w := ofTenants(t, false)
	w.finishAll()
	all, counters := w.ledger.Take()
	for _, e := range all {
		assert.Empty(t, e.Tenant)
	}
	for _, q := range counters {
		assert.Empty(t, q.Tenant)
	}
}
