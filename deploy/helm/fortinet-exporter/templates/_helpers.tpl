{{/* Names and labels. */}}

{{- define "fortinet-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* At most 52 characters: Kubernetes adds a hash to a StatefulSet's name and makes a label of it. */}}
{{- define "fortinet-exporter.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "fortinet-exporter.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "fortinet-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "fortinet-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "fortinet-exporter.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "fortinet-exporter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ include "fortinet-exporter.name" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Two Services have the pods' labels; this one tells the one that is scraped from the one that names shards. */}}
{{- define "fortinet-exporter.metricsLabel" -}}
app.kubernetes.io/component: metrics
{{- end }}

{{- define "fortinet-exporter.headlessName" -}}
{{ include "fortinet-exporter.fullname" . }}-shards
{{- end }}

{{- define "fortinet-exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "fortinet-exporter.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "fortinet-exporter.image" -}}
{{- $name := .Values.image.repository }}
{{- with .Values.image.registry }}{{ $name = printf "%s/%s" . $name }}{{ end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $name .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The Secret with the configuration: one of ours, or the one that is there. */}}
{{- define "fortinet-exporter.secretName" -}}
{{- default (include "fortinet-exporter.fullname" .) .Values.existingSecret.name }}
{{- end }}

{{- define "fortinet-exporter.webSecretName" -}}
{{- default (printf "%s-web" (include "fortinet-exporter.fullname" .)) .Values.existingWebConfigSecret.name }}
{{- end }}

{{/* Not empty if the pages are behind --web.config.file. */}}
{{- define "fortinet-exporter.protected" -}}
{{- if or .Values.webConfig .Values.existingWebConfigSecret.name }}yes{{ end }}
{{- end }}

{{/* How the pages are asked for. Call with (dict "root" $ "scheme" "…"). */}}
{{- define "fortinet-exporter.scheme" -}}
{{- $tls := dig "tls_server_config" dict .root.Values.webConfig }}
{{- default (ternary "https" "http" (not (empty $tls))) .scheme }}
{{- end }}

{{/* What cannot work, said before anything is installed. */}}
{{- define "fortinet-exporter.validate" -}}
{{- $values := .Values }}
{{- if not (or $values.demo $values.config $values.existingSecret.name) }}
{{- fail "nothing to poll: set `config` or `existingSecret.name`, or try it with `demo: true`" }}
{{- end }}
{{- if and $values.config $values.existingSecret.name }}
{{- fail "both `config` and `existingSecret.name` are set: which one is it?" }}
{{- end }}
{{- if and $values.webConfig $values.existingWebConfigSecret.name }}
{{- fail "both `webConfig` and `existingWebConfigSecret.name` are set: which one is it?" }}
{{- end }}
{{- if and $values.demo (or $values.config $values.existingSecret.name) }}
{{- fail "`demo` polls its own simulators: take it away, or `config` and `existingSecret.name`" }}
{{- end }}
{{- if and $values.demo (gt (int $values.shards) 1) }}
{{- fail "`demo` has nothing to share: leave `shards` at 1" }}
{{- end }}
{{- if and $values.serviceMonitor.enabled $values.scrapeConfig.enabled }}
{{- fail "`serviceMonitor` and `scrapeConfig` would bring every number twice: enable one of them" }}
{{- end }}
{{- end }}

{{/* Every target of `config` under `targets`, of whichever system; for fromYaml. */}}
{{- define "fortinet-exporter.targets" -}}
{{- $targets := list }}
{{- range $_, $list := .Values.config }}
{{- if kindIs "slice" $list }}{{ $targets = concat $targets $list }}{{ end }}
{{- end }}
{{- toYaml (dict "targets" $targets) }}
{{- end }}
