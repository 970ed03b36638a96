package clickhouse

import (
	"fmt"
	"strings"
)

// layout names the tables and renders what differs between one server and a cluster. Templates call its methods.
type layout struct {
	database string
	Cluster  string
}

// Table is where reading and writing go: in a cluster, the table that spreads over its shards.
func (l layout) Table(name string) string { return "`" + l.database + "`.`" + name + "`" }

// Local is the table that holds rows on each server.
func (l layout) Local(name string) string { return l.Table(l.localName(name)) }

func (l layout) localName(name string) string {
	if l.Cluster != "" {
		name += "_local"
	}
	return name
}

// Database is the quoted name of the database.
func (l layout) Database() string { return "`" + l.database + "`" }

// OnCluster makes a statement run on all servers.
func (l layout) OnCluster() string {
	if l.Cluster == "" {
		return ""
	}
	return " ON CLUSTER `" + l.Cluster + "`"
}

// Engine is the engine of a local table, replicated in a cluster.
func (l layout) Engine(name string, arguments ...string) string {
	if l.Cluster != "" {
		name = "Replicated" + name
		arguments = append([]string{"'/clickhouse/tables/{uuid}/{shard}'", "'{replica}'"}, arguments...)
	}
	return name + "(" + strings.Join(arguments, ", ") + ")"
}

// SharedEngine is the engine of a small table that is the same on all servers.
func (l layout) SharedEngine(arguments ...string) string {
	name := "ReplacingMergeTree"
	if l.Cluster != "" {
		name = "Replicated" + name
		arguments = append([]string{"'/clickhouse/tables/{uuid}'", "'{shard}-{replica}'"}, arguments...)
	}
	return name + "(" + strings.Join(arguments, ", ") + ")"
}

// Everywhere reads a shared table from all servers: one of them may not have heard of the latest rows yet.
func (l layout) Everywhere(name string) string {
	if l.Cluster == "" {
		return l.Table(name)
	}
	return fmt.Sprintf("clusterAllReplicas('%s', %s)", l.Cluster, l.Table(name))
}

// Window are the settings that let a table know a batch that it has already taken.
func (l layout) Window() string {
	if l.Cluster != "" {
		return "replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 86400"
	}
	return "non_replicated_deduplication_window = 10000"
}

// Distributed is the engine of the table that spreads over the shards.
func (l layout) Distributed(name, key string) string {
	return fmt.Sprintf("Distributed('%s', '%s', '%s_local', %s)", l.Cluster, l.database, name, key)
}

// In is the operator for subqueries: in a cluster their answer is sent to all shards.
func (l layout) In() string {
	if l.Cluster != "" {
		return "GLOBAL IN"
	}
	return "IN"
}

// System is a system table, of all servers in a cluster.
func (l layout) System(name string) string {
	if l.Cluster != "" {
		return fmt.Sprintf("clusterAllReplicas('%s', system.%s)", l.Cluster, name)
	}
	return "system." + name
}
