{{/* What the objects are called: the release's name, with the chart's in it. */}}
{{- define "mailward.name" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride }}
{{- else if contains "mailward" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-mailward" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* Labels of every object. */}}
{{- define "mailward.labels" -}}
app.kubernetes.io/name: mailward
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: mailward
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels that tell the pods of a component: (dict "root" $ "component" "controller"). They never change: selectors cannot. */}}
{{- define "mailward.selector" -}}
app.kubernetes.io/name: mailward
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of a pod: without the chart's version, so that only what a process sees starts it anew. */}}
{{- define "mailward.podLabels" -}}
{{ include "mailward.selector" . }}
app.kubernetes.io/part-of: mailward
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- with .more }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "mailward.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "mailward.policyService" -}}
{{ include "mailward.name" . }}-policy:{{ include "mailward.policyPort" . }}
{{- end }}

{{- define "mailward.policyPort" -}}
{{ ternary 443 80 .Values.policyServer.tls.enabled }}
{{- end }}

{{/* Nothing of these is for a user to weaken: the processes need none of it. */}}
{{- define "mailward.podSecurity" -}}
runAsNonRoot: true
{{- with .Values.runAsUser }}
runAsUser: {{ int64 . }}
runAsGroup: {{ int64 . }}
fsGroup: {{ int64 . }}
{{- end }}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "mailward.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Whose image it is and where it may run: (dict "root" $ "values" .). */}}
{{- define "mailward.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .values }}
{{- with .priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if or .spread.nodes .spread.zones }}
topologySpreadConstraints:
{{- range $key, $when := dict "kubernetes.io/hostname" .spread.nodes "topology.kubernetes.io/zone" .spread.zones }}
{{- if $when }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: {{ $when }}
  labelSelector:
    matchLabels:
      {{- $.selector | nindent 6 }}
  # Of one revision: pods on their way out do not count.
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Alive says little on purpose: a process that cannot work is not ready, and restarting it helps nobody. */}}
{{- define "mailward.probes" -}}
livenessProbe:
  httpGet: {path: /healthz, port: health}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: health}
  periodSeconds: 2
  timeoutSeconds: 2
{{- end }}
