package semconv

// What a resource says. Where a field is not named, something else that is there stands for it.
var (
	ServiceName           = Attribute{Field, []string{"service.name", "faas.name", "k8s.deployment.name", "container.name"}}
	ServiceNamespace      = Attribute{Field, []string{"service.namespace", "k8s.namespace.name"}}
	ServiceVersion        = Attribute{Field, []string{"service.version", "version", "faas.version", "container.image.tag"}}
	ServiceInstanceID     = Attribute{Field, []string{"service.instance.id", "k8s.pod.uid", "k8s.pod.name", "container.id", "faas.instance", "host.id", "host.name"}}
	DeploymentEnvironment = Attribute{Field, []string{"deployment.environment.name", "deployment.environment", "env", "environment"}}
	HostName              = Attribute{Field, []string{"host.name", "k8s.node.name", "k8s.pod.name"}}
)
