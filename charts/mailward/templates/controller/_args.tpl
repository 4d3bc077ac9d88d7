{{/* The command line of the controller. A test holds that each flag is here or on the list of those left out. */}}
{{- define "mailward.controllerArgs" -}}
- controller
{{- with .Values.ownerId }}
- --owner-id={{ . }}
{{- end }}
{{- with .Values.watchNamespaces }}
- --watch-namespaces={{ join "," . }}
{{- end }}
- --policy-namespace={{ .Values.policyNamespace.name }}
- --policy-service={{ include "mailward.policyService" . }}
{{- if .Values.policyServer.tls.enabled }}
- --policy-servers-tls
{{- end }}
{{- with .Values.verification }}
{{- with .policyConnectAddress }}
- --policy-connect-address={{ . }}
{{- end }}
{{- range .resolvers }}
- --resolver={{ . }}
{{- end }}
- --authoritative-port={{ int64 .authoritativePort }}
{{- if .allowPrivateAddresses }}
- --allow-private-addresses
{{- end }}
{{- end }}
{{- if include "mailward.caConfigMap" . }}
- --ca-bundle=/etc/mailward/ca/ca.crt
{{- end }}
{{- with .Values.proxy.https }}
- {{ printf "--https-proxy=%s" . | quote }}
{{- end }}
{{- with .Values.proxy.except }}
- {{ printf "--no-proxy=%s" . | quote }}
{{- end }}
{{- with .Values.ingress }}
{{- with .className }}
- --ingress-class={{ . }}
{{- end }}
{{- with .clusterIssuer }}
- --cluster-issuer={{ . }}
{{- end }}
{{- range .allowedAnnotations }}
- {{ printf "--ingress-annotation=%s" . | quote }}
{{- end }}
{{- end }}
{{- range .Values.gateways }}
- --gateway={{ . }}
{{- end }}
{{- with .Values.controller }}
{{- if .allowLocalDNSServers }}
- --allow-local-dns-servers
{{- end }}
- --lease-duration={{ .leaseDuration }}
- --drift-interval={{ .driftInterval }}
- --delete-cap={{ int64 .deleteCap }}
- --lost-key-wait={{ .lostKeyWait }}
- --deletion-patience={{ .deletionPatience }}
- --unreachable-after={{ .unreachableAfter }}
- --workers={{ int64 .workers }}
- --reconcile-timeout={{ .reconcileTimeout }}
{{- end }}
{{- with .Values.tracing }}
{{- with .otlpEndpoint }}
- --otlp-endpoint={{ . }}
{{- end }}
- --trace-ratio={{ .ratio }}
{{- end }}
{{ include "mailward.logArgs" . }}
{{- end }}

{{/* Of both processes. */}}
{{- define "mailward.logArgs" -}}
- --log-format={{ .Values.log.format }}
- {{ printf "--log-filter=%s" .Values.log.filter | quote }}
{{- end }}

{{/* The ConfigMap with further CA certificates; nothing if there are none. */}}
{{- define "mailward.caConfigMap" -}}
{{- if .Values.caBundle.pem }}{{ include "mailward.name" . }}-ca-bundle{{ else }}{{ .Values.caBundle.configMapName }}{{ end }}
{{- end }}
