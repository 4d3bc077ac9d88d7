{{/* Rules that both NetworkPolicies have. */}}
{{- define "mailward.metricsIngress" -}}
- ports: [{protocol: TCP, port: health}]
  {{- with .Values.networkPolicy.metricsFrom }}
  from:
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "mailward.apiServerEgress" -}}
- to:
  {{- range .Values.networkPolicy.apiServer.cidrs }}
  - ipBlock: {cidr: {{ . | quote }}}
  {{- end }}
  ports:
  {{- range .Values.networkPolicy.apiServer.ports }}
  - {protocol: TCP, port: {{ int64 . }}}
  {{- end }}
{{- end }}
