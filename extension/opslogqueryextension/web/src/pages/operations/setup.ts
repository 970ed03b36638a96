// What to set in an application so that it sends to this server. The variables are the ones that OpenTelemetry
// specifies for every SDK; each language adds the way to start with them.

export function endpoints(host: string): { grpc: string; http: string } {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host || 'localhost';
  return { grpc: `http://${name}:4317`, http: `http://${name}:4318` };
}

const common = (http: string) => [
  'export OTEL_SERVICE_NAME=my-service',
  `export OTEL_EXPORTER_OTLP_ENDPOINT=${http}`,
  'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
];

export interface Language {
  id: string;
  label: string;
  lines: (http: string) => string[];
}

export const LANGUAGES: readonly Language[] = [
  {
    id: 'node',
    label: 'Node.js',
    lines: (http) => ['npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node', ...common(http),
      'node --require @opentelemetry/auto-instrumentations-node/register app.js'],
  },
  { id: 'go', label: 'Go', lines: (http) => ['# otlptracehttp.New(ctx) reads these', ...common(http), 'go run .'] },
  { id: 'java', label: 'Java', lines: (http) => [...common(http), 'java -javaagent:opentelemetry-javaagent.jar -jar app.jar'] },
  {
    id: 'python',
    label: 'Python',
    lines: (http) => ['pip install opentelemetry-distro opentelemetry-exporter-otlp', 'opentelemetry-bootstrap -a install', ...common(http),
      'opentelemetry-instrument python app.py'],
  },
  {
    id: 'dotnet',
    label: '.NET',
    lines: (http) => ['# with the OpenTelemetry .NET automatic instrumentation installed', '. $HOME/.otel-dotnet-auto/instrument.sh', ...common(http), 'dotnet run'],
  },
];

/** One request of a second ago, taking 120 ms, as a shell command. */
export function curlOneSpan(http: string): string {
  return `NOW=$(($(date +%s) - 1))
curl ${http}/v1/traces -H 'Content-Type: application/json' -d '{"resourceSpans":[{
  "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"hello"}}]},
  "scopeSpans":[{"spans":[{
    "traceId":"'$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')'","spanId":"'$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')'",
    "name":"GET /hello","kind":2,
    "startTimeUnixNano":"'$NOW'000000000","endTimeUnixNano":"'$NOW'120000000",
    "attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},
      {"key":"http.route","value":{"stringValue":"/hello"}},
      {"key":"http.response.status_code","value":{"intValue":"200"}}]}]}]}]}'`;
}
