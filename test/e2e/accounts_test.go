package e2e

import (
	"fmt"
	"os"
)

// accounts are what a process counted of one kind of record, from its own metrics.
type accounts struct{ p *process }

// sum adds up a counter; what was never counted is 0.
func (a accounts) sum(name string, labels ...string) int64 {
	n, err := a.p.metric("otelcol_"+name, labels...)
	if err != nil {
		return 0
	}
	return n
}

// accounted wants everything that the process took to be somewhere: received (and taken up from the journal) = sampled out +
// stored + dead letters + what it still holds. Whatever differs would be a silent loss. Every process that ends in order is asked,
// in every test; what waits for a database that is away is left open.
func (p *process) accounted() {
	p.t.Helper()
	a := accounts{p}
	if p.self == "" || !p.keepsRecords() {
		return
	}
	eventually(p.t, "everything received is accounted for", func() error {
		if a.sum("exporter_queue_size") > 0 && p.databaseAway() {
			return nil
		}
		for _, check := range []func() error{a.sampled, a.published, a.stored} {
			if err := check(); err != nil {
				return err
			}
		}
		return nil
	})
}

// sampled holds what was received against what the sampling decided and the exporter took.
func (a accounts) sampled() error {
	received, replayed := a.sum("receiver_accepted_spans"), a.sum("processor_opslog_journal_replayed_records") // of spans and of log records
	decided, dropped := a.sum("processor_opslog_sampling_spans"), a.sum("processor_opslog_sampling_spans", `decision="dropped"`)
	held, accepted := a.sum("processor_opslog_sampling_held_spans"), a.sum("exporter_opslog_accepted_records", `record="span"`)
	if decided+held < received || decided+held > received+replayed {
		return fmt.Errorf("spans: received %d, replayed %d, decided %d, held %d", received, replayed, decided, held)
	}
	if decided-dropped != accepted {
		return fmt.Errorf("spans: decided %d, dropped %d, the exporter accepted %d", decided, dropped, accepted)
	}
	return nil
}

// published holds the connector's records, less those that it left out under stress, against those that the exporter took.
func (a accounts) published() error {
	published, shed := a.sum("connector_operations_published_records"), a.sum("connector_operations_shed_records")
	if accepted := a.sum("exporter_opslog_accepted_records", `record="operation"`); published-shed != accepted {
		return fmt.Errorf("operations: published %d, left out under stress %d, the exporter accepted %d", published, shed, accepted)
	}
	return nil
}

// stored holds what the exporter took against what the store has. A process that found something waiting stores that as well.
func (a accounts) stored() error {
	for _, record := range []string{"operation", "span", "log_record", "edge", "quality"} {
		label := `record="` + record + `"`
		accepted := a.sum("exporter_opslog_accepted_records", label) + a.sum("exporter_opslog_replayed_records", label)
		written, dead := a.sum("exporter_opslog_written_records", label), a.sum("exporter_opslog_dead_letters", label)
		if accepted != written+dead && (a.p.fresh || accepted > written+dead) {
			return fmt.Errorf("%s: accepted or replayed %d, written %d, dead letters %d", record, accepted, written, dead)
		}
	}
	return nil
}

// keepsRecords tells whether the process has a store; it is not asked what it forwards.
func (p *process) keepsRecords() bool {
	_, err := p.metric("otelcol_exporter_opslog_accepted_records")
	return err == nil
}

func (p *process) databaseAway() bool {
	_, err := p.tryGet("/operations?limit=1")
	return err != nil
}

// isEmpty tells that a process which starts on the directory finds nothing there.
func isEmpty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err != nil || len(entries) == 0
}
