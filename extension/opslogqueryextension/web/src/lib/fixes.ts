// What to write to mend what a check of trace quality found, in the languages that most services are written in.

export const LANGUAGES = [['node', 'Node.js'], ['python', 'Python'], ['java', 'Java'], ['go', 'Go'], ['dotnet', '.NET']] as const;

export type Language = (typeof LANGUAGES)[number][0];

type Snippet = Record<Language, string>;

const same = (text: string): Snippet => ({ node: text, python: text, java: text, go: text, dotnet: text });

const RESOURCE = same(`export OTEL_SERVICE_NAME=checkout
export OTEL_RESOURCE_ATTRIBUTES=service.version=1.4.2,service.instance.id=$(cat /proc/sys/kernel/random/uuid),deployment.environment.name=prod`);

const POD = same(`# in the pod's container; the SDK reads the second variable
env:
  - {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
  - {name: OTEL_RESOURCE_ATTRIBUTES, value: "k8s.pod.uid=$(POD_UID)"}`);

const PROPAGATION: Snippet = {
  node: `// export OTEL_PROPAGATORS=tracecontext,baggage; then, where a library loses the context:
const { context, propagation } = require('@opentelemetry/api');
propagation.inject(context.active(), headers);                        // who calls
const parent = propagation.extract(context.active(), message.headers); // who is called
context.with(parent, () => handle(message));`,
  python: `# export OTEL_PROPAGATORS=tracecontext,baggage; then, where a library loses the context:
from opentelemetry import context, propagate
propagate.inject(headers)                                   # who calls
token = context.attach(propagate.extract(message.headers))  # who is called
try:
    handle(message)
finally:
    context.detach(token)`,
  java: `// export OTEL_PROPAGATORS=tracecontext,baggage; threads of your own need the context, too:
ExecutorService pool = Context.taskWrapping(Executors.newFixedThreadPool(8));
pool.submit(() -> handle(message));`,
  go: `otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
client := http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)} // who calls
handler := otelhttp.NewHandler(mux, "server")                                  // who is called
req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)          // always with the context`,
  dotnet: `builder.Services.AddOpenTelemetry().WithTracing(t => t
    .AddAspNetCoreInstrumentation()   // who is called
    .AddHttpClientInstrumentation()); // who calls`,
};

const SPAN: Snippet = {
  node: `const { trace } = require('@opentelemetry/api');
await trace.getTracer('checkout').startActiveSpan('price cart', async (span) => {
  try { return await price(cart); } finally { span.end(); }
});`,
  python: `from opentelemetry import trace
with trace.get_tracer("checkout").start_as_current_span("price cart"):
    price(cart)`,
  java: `@WithSpan("price cart") // of opentelemetry-instrumentation-annotations; the agent does the rest
Price price(Cart cart) { ... }`,
  go: `ctx, span := otel.Tracer("checkout").Start(ctx, "price cart")
defer span.End()`,
  dotnet: `static readonly ActivitySource Source = new("Checkout"); // and .AddSource("Checkout") where tracing is set up
using var activity = Source.StartActivity("price cart");`,
};

const NAME: Snippet = {
  node: `const span = trace.getActiveSpan();
span?.updateName('GET /users/:id');     // the route, never the path
span?.setAttribute('http.route', '/users/:id');
span?.setAttribute('app.user.id', id);  // what differs goes into attributes`,
  python: `span = trace.get_current_span()
span.update_name("GET /users/{id}")     # the route, never the path
span.set_attribute("http.route", "/users/{id}")
span.set_attribute("app.user.id", user_id)  # what differs goes into attributes`,
  java: `Span span = Span.current();
span.updateName("GET /users/{id}");     // the route, never the path
span.setAttribute("http.route", "/users/{id}");
span.setAttribute("app.user.id", id);   // what differs goes into attributes`,
  go: `span := trace.SpanFromContext(ctx)
span.SetName("GET /users/{id}") // the route, never the path
span.SetAttributes(attribute.String("http.route", "/users/{id}"), attribute.String("app.user.id", id))`,
  dotnet: `var activity = Activity.Current;
activity.DisplayName = "GET /users/{id}"; // the route, never the path
activity.SetTag("http.route", "/users/{id}");
activity.SetTag("app.user.id", id);       // what differs goes into tags`,
};

const ATTRIBUTE: Snippet = {
  node: `span.setAttributes({ 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': host });`,
  python: `span.set_attributes({"db.system.name": "postgresql", "db.namespace": "shop", "server.address": host})`,
  java: `span.setAttribute("db.system.name", "postgresql").setAttribute("db.namespace", "shop").setAttribute("server.address", host);`,
  go: `span.SetAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("db.namespace", "shop"), attribute.String("server.address", host))`,
  dotnet: `activity?.SetTag("db.system.name", "postgresql").SetTag("db.namespace", "shop").SetTag("server.address", host);`,
};

const LESS: Snippet = {
  node: 'export OTEL_NODE_DISABLED_INSTRUMENTATIONS=fs,dns,net',
  python: 'export OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=jinja2,sqlite3',
  java: 'export OTEL_INSTRUMENTATION_SPRING_DATA_ENABLED=false\nexport OTEL_INSTRUMENTATION_JDBC_DATASOURCE_ENABLED=false',
  go: `otelhttp.NewHandler(mux, "server", otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path != "/healthz" }))`,
  dotnet: 'export OTEL_DOTNET_AUTO_TRACES_SQLCLIENT_INSTRUMENTATION_ENABLED=false',
};

const BATCH = same('export OTEL_BSP_SCHEDULE_DELAY=1000  # milliseconds; 5000 by itself');
const SAMPLER = same('export OTEL_TRACES_SAMPLER=parentbased_always_on  # each service decides as its caller did');

const FIXES: Record<string, Snippet> = {
  orphan: SAMPLER, 'SPA-002': SAMPLER, rootless: SAMPLER, single_span: PROPAGATION, broken_edge: PROPAGATION, 'SPA-004': PROPAGATION, missing_step: SPAN, gap: SPAN,
  generic_name: NAME, high_cardinality_name: NAME, missing_attribute: ATTRIBUTE, noise: LESS, overhead: LESS, 'SPA-001': LESS, 'SPA-005': LESS, late: BATCH,
  'RES-001': RESOURCE, 'RES-002': RESOURCE, 'RES-005': RESOURCE, 'RES-003': POD,
};

/** What to write, where a few lines do it; whether it is the same in every language. */
export function fixOf(check: string, language: Language): { text: string; everywhere: boolean } | null {
  const snippet = FIXES[check];
  return snippet ? { text: snippet[language], everywhere: new Set(Object.values(snippet)).size === 1 } : null;
}

export function languageOf(text: string | null): Language {
  return LANGUAGES.find(([id]) => id === text)?.[0] ?? 'node';
}
