-- Whose an edge or a counter is: the SHA-256 of the tenant in hex; empty where there is none. Older rows are the platform's.
ALTER TABLE {{.Local "edges"}}{{.OnCluster}} ADD COLUMN IF NOT EXISTS tenant_key LowCardinality(String) CODEC(ZSTD(1));
{{- if .Cluster}}

ALTER TABLE {{.Table "edges"}}{{.OnCluster}} ADD COLUMN IF NOT EXISTS tenant_key LowCardinality(String);
{{- end}}

ALTER TABLE {{.Local "quality"}}{{.OnCluster}} ADD COLUMN IF NOT EXISTS tenant_key LowCardinality(String) CODEC(ZSTD(1));
{{- if .Cluster}}

ALTER TABLE {{.Table "quality"}}{{.OnCluster}} ADD COLUMN IF NOT EXISTS tenant_key LowCardinality(String);
{{- end}}
