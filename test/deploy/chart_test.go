// Package deploy checks what is in deploy/ without a cluster, a container daemon or a running systemd.
package deploy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

const top = "../.."

// render is `helm template`: the chart's own schema holds for the values.
func render(t *testing.T, values string) (objects, error) {
	t.Helper()
	chart, err := loader.Load(filepath.Join(top, "deploy/helm/opslog"))
	require.NoError(t, err)
	require.NoError(t, chart.Validate())
	var given map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(values), &given))
	all, err := util.ToRenderValues(chart, given, common.ReleaseOptions{Name: "shop", Namespace: "ops", IsInstall: true}, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	e := engine.Engine{Strict: true}
	files, err := e.Render(chart, all)
	if err != nil {
		return nil, err
	}
	out := objects{}
	for name, text := range files {
		if strings.HasSuffix(name, ".txt") {
			continue
		}
		for document := range strings.SplitSeq(text, "\n---\n") {
			if err := out.add(strings.TrimPrefix(strings.TrimSpace(document), "---")); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", name, err, document)
			}
		}
	}
	return out, nil
}

// objects are by kind and name.
type objects map[string]any

// add decodes one document into Kubernetes' own type; a field that the type does not have is an error.
func (o objects) add(document string) error {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct{ Name string }
	}
	if err := yaml.Unmarshal([]byte(document), &head); err != nil || head.Kind == "" {
		return err
	}
	into := map[string]any{
		"apps/v1 StatefulSet": &apps.StatefulSet{}, "apps/v1 Deployment": &apps.Deployment{},
		"v1 Service": &core.Service{}, "v1 ServiceAccount": &core.ServiceAccount{}, "v1 ConfigMap": &core.ConfigMap{},
		"policy/v1 PodDisruptionBudget":           &policy.PodDisruptionBudget{},
		"autoscaling/v2 HorizontalPodAutoscaler":  &autoscaling.HorizontalPodAutoscaler{},
		"networking.k8s.io/v1 NetworkPolicy":      &networking.NetworkPolicy{},
		"monitoring.coreos.com/v1 ServiceMonitor": &monitoring.ServiceMonitor{},
	}[head.APIVersion+" "+head.Kind]
	if into == nil {
		return fmt.Errorf("%s %s is nothing that this chart makes", head.APIVersion, head.Kind)
	}
	key := head.Kind + "/" + head.Metadata.Name
	if _, twice := o[key]; twice {
		return fmt.Errorf("%s is there twice", key)
	}
	o[key] = into
	return yaml.UnmarshalStrict([]byte(document), into)
}

func (o objects) kinds() map[string]int {
	out := map[string]int{}
	for key := range o {
		kind, _, _ := strings.Cut(key, "/")
		out[kind]++
	}
	return out
}

// pods are the pod templates by the name of what makes them.
func (o objects) pods() map[string]core.PodTemplateSpec {
	out := map[string]core.PodTemplateSpec{}
	for key, object := range o {
		switch w := object.(type) {
		case *apps.StatefulSet:
			out[key] = w.Spec.Template
		case *apps.Deployment:
			out[key] = w.Spec.Template
		}
	}
	return out
}

func TestChart(t *testing.T) {
	for name, tt := range map[string]struct {
		values string
		kinds  map[string]int
	}{
		"two tiers": {"{}", map[string]int{"StatefulSet": 1, "Deployment": 1, "Service": 3, "ServiceAccount": 1, "ConfigMap": 1,
			"PodDisruptionBudget": 2, "HorizontalPodAutoscaler": 1, "NetworkPolicy": 2}},
		"one gateway": {"{balancer: {enabled: false}, gateway: {replicas: 1, config: {processors: {memory_limiter: {limit_mib: 900}}}}, serviceMonitor: {enabled: true}}",
			map[string]int{"StatefulSet": 1, "Service": 2, "ServiceAccount": 1, "ConfigMap": 1, "PodDisruptionBudget": 1, "NetworkPolicy": 1, "ServiceMonitor": 1}},
		"everything": {`{gateway: {autoscaling: {enabled: true}, nodeSelector: {disk: ssd}, tolerations: [{key: a, operator: Exists}], affinity: {nodeAffinity: {}}, service: {annotations: {a: b}}, storage: {className: fast}},
			balancer: {config: {processors: {memory_limiter: {limit_mib: 700}}}}, imagePullSecrets: [{name: x}], podAnnotations: {a: b}, serviceAccount: {annotations: {a: b}},
			image: {digest: "sha256:` + strings.Repeat("ab", 32) + `"}, networkPolicy: {senders: [{podSelector: {}}], readers: [{podSelector: {}}]}, serviceMonitor: {enabled: true, labels: {release: prometheus}}}`,
			map[string]int{"StatefulSet": 1, "Deployment": 1, "Service": 3, "ServiceAccount": 1, "ConfigMap": 1, "PodDisruptionBudget": 2, "HorizontalPodAutoscaler": 2, "NetworkPolicy": 2, "ServiceMonitor": 1}},
		"least": {"{balancer: {enabled: false}, networkPolicy: {enabled: false}, serviceAccount: {create: false}}",
			map[string]int{"StatefulSet": 1, "Service": 2, "ConfigMap": 1, "PodDisruptionBudget": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := render(t, tt.values)
			require.NoError(t, err)
			assert.Equal(t, tt.kinds, out.kinds())
			for key, pod := range out.pods() {
				restricted(t, key, pod)
				starts(t, pod.Spec.Containers[0].Args, out["ConfigMap/shop"].(*core.ConfigMap).Data)
			}
			connected(t, out)
		})
	}
}

// restricted wants what Kubernetes' "restricted" pod security standard wants, probes, spread, and a root that cannot be written.
func restricted(t *testing.T, key string, pod core.PodTemplateSpec) {
	spec, c := pod.Spec, pod.Spec.Containers[0]
	assert.True(t, *spec.SecurityContext.RunAsNonRoot, key)
	assert.Equal(t, core.SeccompProfileTypeRuntimeDefault, spec.SecurityContext.SeccompProfile.Type, key)
	assert.False(t, *c.SecurityContext.AllowPrivilegeEscalation, key)
	assert.True(t, *c.SecurityContext.ReadOnlyRootFilesystem, key)
	assert.Equal(t, []core.Capability{"ALL"}, c.SecurityContext.Capabilities.Drop, key)
	assert.Empty(t, c.SecurityContext.Capabilities.Add, key)
	assert.False(t, *spec.AutomountServiceAccountToken, key)
	assert.Len(t, spec.TopologySpreadConstraints, 2, key)
	assert.GreaterOrEqual(t, *spec.TerminationGracePeriodSeconds, int64(60), key)
	for _, probe := range []*core.Probe{c.StartupProbe, c.ReadinessProbe, c.LivenessProbe} {
		require.NotNil(t, probe, key)
		assert.Equal(t, "health", probe.HTTPGet.Port.String(), key)
	}
	assert.NotEmpty(t, c.Resources.Limits.Memory(), key)
	mounts := map[string]bool{}
	for _, v := range spec.Volumes {
		mounts[v.Name] = true
	}
	for _, m := range c.VolumeMounts {
		assert.True(t, mounts[m.Name] || m.Name == "data", "%s mounts %s", key, m.Name)
	}
	for _, e := range c.Env {
		if strings.Contains(e.Name, "TOKEN") || strings.Contains(e.Name, "PASSWORD") {
			assert.Empty(t, e.Value, "%s: %s comes from a Secret", key, e.Name)
			assert.NotNil(t, e.ValueFrom.SecretKeyRef, key)
		}
	}
}

// connected wants every selector to find pods, and every port's name to be one of theirs.
func connected(t *testing.T, o objects) {
	find := func(what string, chosen map[string]string, ports ...string) {
		for _, pod := range o.pods() {
			if !labels.SelectorFromSet(chosen).Matches(labels.Set(pod.Labels)) {
				continue
			}
			has := map[string]bool{}
			for _, p := range pod.Spec.Containers[0].Ports {
				has[p.Name] = true
			}
			for _, port := range ports {
				assert.True(t, has[port], "%s: port %s", what, port)
			}
			return
		}
		t.Errorf("%s chooses no pod", what)
	}
	for key, object := range o {
		switch x := object.(type) {
		case *core.Service:
			var ports []string
			for _, p := range x.Spec.Ports {
				ports = append(ports, p.TargetPort.String())
			}
			find(key, x.Spec.Selector, ports...)
		case *policy.PodDisruptionBudget:
			find(key, x.Spec.Selector.MatchLabels)
		case *networking.NetworkPolicy:
			var ports []string
			for _, rule := range x.Spec.Ingress {
				for _, p := range rule.Ports {
					ports = append(ports, p.Port.String())
				}
			}
			find(key, x.Spec.PodSelector.MatchLabels, ports...)
		case *autoscaling.HorizontalPodAutoscaler:
			assert.Contains(t, o, x.Spec.ScaleTargetRef.Kind+"/"+x.Spec.ScaleTargetRef.Name)
		case *apps.StatefulSet:
			assert.Contains(t, o, "Service/"+x.Spec.ServiceName)
			find(key, x.Spec.Selector.MatchLabels)
		case *apps.Deployment:
			find(key, x.Spec.Selector.MatchLabels)
		}
	}
}

// starts wants the shipped program to accept the configuration that a pod would start with.
func starts(t *testing.T, args []string, files map[string]string) {
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	command := []string{"validate"}
	for _, arg := range args {
		command = append(command, strings.Replace(arg, "/etc/opslog", dir, 1))
	}
	cmd := exec.Command(filepath.Join(top, "bin", "opslog"), command...)
	cmd.Env = append(os.Environ(), "OPSLOG_TOKEN=x", "OPSLOG_LISTEN=0.0.0.0", "OPSLOG_DATA="+dir)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%v: %s", command, out)
}

func TestChartRefusesWrongValues(t *testing.T) {
	for values, want := range map[string]string{
		"{gateway: {replica: 3}}":                 "replica",
		"{gateway: {replicas: 0}}":                "minimum",
		"{image: {digest: latest}}":               "digest",
		"{existingSecret: ''}":                    "existingSecret",
		"{clickhouse: {endpoint: 'http://x'}}":    "endpoint",
		"{balancer: {service: {type: External}}}": "type",
	} {
		_, err := render(t, values)
		assert.ErrorContains(t, err, want, values)
	}
}
