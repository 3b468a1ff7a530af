{{- define "commonward.labels" -}}
app.kubernetes.io/name: commonward
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- define "commonward.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 900
  runAsGroup: 900
  fsGroup: 900
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}
{{- define "commonward.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
envFrom:
  - configMapRef: {name: {{ .Release.Name }}-settings}
  - secretRef: {name: {{ .Values.secret }}}
{{- end }}
{{- define "commonward.mounts" -}}
- {name: var, mountPath: /var/lib/commonward}
- {name: tmp, mountPath: /tmp}
{{- end }}
{{- define "commonward.volumes" -}}
- name: var
  persistentVolumeClaim:
    claimName: {{ .Values.volume.existingClaim | default (printf "%s-var" .Release.Name) }}
- name: tmp
  emptyDir: {sizeLimit: 2Gi}
{{- end }}
