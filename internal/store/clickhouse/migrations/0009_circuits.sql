-- Calls that a circuit breaker stopped.
ALTER TABLE {{.Local "edges"}}{{.OnCluster}} ADD COLUMN IF NOT EXISTS circuit_open Int64 CODEC(T64, ZSTD(1));
{{- if .Cluster}}

ALTER TABLE {{.Table "edges"}}{{.OnCluster}} ADD COLUMN IF NOT EXISTS circuit_open Int64;
{{- end}}
