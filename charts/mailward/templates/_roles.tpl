{{/* In the whole cluster in any case: what has no namespace. */}}
{{- define "mailward.clusterRules" -}}
- apiGroups: [mailward.dev]
  resources: [clusterdnsproviders]
  verbs: [list, watch]
- apiGroups: [mailward.dev]
  resources: [clusterdnsproviders/status]
  verbs: [patch]
# Labels for allowedNamespaces, and whether a namespace is going away.
- apiGroups: [""]
  resources: [namespaces]
  {{- with .Values.watchNamespaces }}
  resourceNames: {{ toJson . }}
  {{- end }}
  verbs: [list, watch]
{{- if not .Values.ownerId }}
# Its UID is the default owner id.
- apiGroups: [""]
  resources: [namespaces]
  resourceNames: [kube-system]
  verbs: [get]
{{- end }}
{{- end }}

{{/* Where MailDomains are: in the whole cluster, or in each of watchNamespaces. */}}
{{- define "mailward.domainRules" -}}
- apiGroups: [mailward.dev]
  resources: [maildomains, dnsproviders]
  verbs: [list, watch]
# Finalizers and annotations are metadata, and metadata is written with the object itself.
- apiGroups: [mailward.dev]
  resources: [maildomains]
  verbs: [patch]
- apiGroups: [mailward.dev]
  resources: [maildomains/status, dnsproviders/status]
  verbs: [patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{/* Beside MailDomains: RBAC cannot say "only those that are ours". */}}
{{- define "mailward.secretRules" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}

{{/* What external-dns publishes for us. */}}
{{- define "mailward.dnsEndpointRules" -}}
- apiGroups: [externaldns.k8s.io]
  resources: [dnsendpoints]
  verbs: [get, list, create, patch, delete]
{{- end }}
