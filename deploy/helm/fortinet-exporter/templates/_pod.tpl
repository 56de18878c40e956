{{/* The pod, the same for a Deployment and a StatefulSet. */}}

{{- define "fortinet-exporter.args" -}}
{{- if .Values.demo }}
- demo
{{- /* By itself it would listen on loopback alone. */}}
- --web.listen-address=:10066
{{- else }}
- --config.file=/etc/fortinet-exporter/{{ .Values.existingSecret.key }}
{{- end }}
{{- if include "fortinet-exporter.protected" . }}
- --web.config.file=/etc/fortinet-exporter-web/{{ .Values.existingWebConfigSecret.key }}
{{- end }}
{{- if gt (int .Values.shards) 1 }}
- --pod=$(POD_NAME)
- --total-shards={{ .Values.shards }}
{{- end }}
- --log.level={{ .Values.log.level }}
- --log.format={{ .Values.log.format }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The kubelet can show neither certificate nor password; to be asked for them is an answer for `healthcheck`. Call
with (dict "root" $ "path" "/-/…"). */}}
{{- define "fortinet-exporter.probeHandler" -}}
{{- if include "fortinet-exporter.protected" .root -}}
exec:
  command: [/usr/bin/fortinet-exporter, healthcheck]
{{- else -}}
httpGet:
  path: {{ .path }}
  port: http
{{- end }}
{{- end }}

{{- define "fortinet-exporter.pod" -}}
metadata:
  labels:
    {{- include "fortinet-exporter.selectorLabels" . | nindent 4 }}
    {{- with .Values.commonLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: fortinet-exporter
    {{- if .Values.config }}
    # Another configuration is another pod.
    checksum/config: {{ include (print .Template.BasePath "/secret.yaml") . | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "fortinet-exporter.serviceAccountName" . }}
  # It never speaks to Kubernetes.
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  dnsPolicy: {{ .Values.dnsPolicy }}
  {{- with .Values.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml .Values.topologySpreadConstraints | nindent 4 }}
  {{- else if gt (int .Values.shards) 1 }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "fortinet-exporter.selectorLabels" . | nindent 10 }}
  {{- end }}
  containers:
    - name: fortinet-exporter
      image: {{ include "fortinet-exporter.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        {{- include "fortinet-exporter.args" . | trim | nindent 8 }}
      {{- if or .Values.env (gt (int .Values.shards) 1) }}
      env:
        {{- if gt (int .Values.shards) 1 }}
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        {{- end }}
        {{- with .Values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      {{- with .Values.envFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - name: http
          containerPort: 10066
          protocol: TCP
      {{- with .Values.livenessProbe }}
      livenessProbe:
        {{- include "fortinet-exporter.probeHandler" (dict "root" $ "path" "/-/healthy") | nindent 8 }}
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.readinessProbe }}
      readinessProbe:
        {{- include "fortinet-exporter.probeHandler" (dict "root" $ "path" "/-/ready") | nindent 8 }}
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- $mounts := concat .Values.extraSecretMounts .Values.extraConfigmapMounts }}
      {{- if or (not .Values.demo) (include "fortinet-exporter.protected" .) $mounts }}
      volumeMounts:
        {{- if not .Values.demo }}
        - name: config
          mountPath: /etc/fortinet-exporter
          readOnly: true
        {{- end }}
        {{- if include "fortinet-exporter.protected" . }}
        - name: web-config
          mountPath: /etc/fortinet-exporter-web
          readOnly: true
        {{- end }}
        {{- range $mounts }}
        - name: {{ .name }}
          mountPath: {{ .mountPath }}
          readOnly: true
        {{- end }}
      {{- end }}
  {{- if or (not .Values.demo) (include "fortinet-exporter.protected" .) $mounts }}
  volumes:
    {{- if not .Values.demo }}
    - name: config
      secret:
        secretName: {{ include "fortinet-exporter.secretName" . }}
        # Readable through the pod's fsGroup, for nobody else.
        defaultMode: 0440
    {{- end }}
    {{- if include "fortinet-exporter.protected" . }}
    - name: web-config
      secret:
        secretName: {{ include "fortinet-exporter.webSecretName" . }}
        defaultMode: 0440
    {{- end }}
    {{- range .Values.extraSecretMounts }}
    - name: {{ .name }}
      secret:
        secretName: {{ .secretName }}
        defaultMode: {{ default 0440 .defaultMode }}
        {{- with .items }}
        items:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- if .optional }}
        optional: true
        {{- end }}
    {{- end }}
    {{- range .Values.extraConfigmapMounts }}
    - name: {{ .name }}
      configMap:
        name: {{ .configMap }}
        defaultMode: {{ default 0444 .defaultMode }}
        {{- with .items }}
        items:
          {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- if .optional }}
        optional: true
        {{- end }}
    {{- end }}
  {{- end }}
{{- end }}
