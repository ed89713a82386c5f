/** CloudWatch namespace of everything that the function measures. */
export const METRIC_NAMESPACE = 'TokenVending';

/** Name, unit and dimension sets of each metric: the function emits just these, alarms and dashboard read just these. */
export const METRICS = {
  vends: { name: 'Vends', unit: 'Count', dimensions: [[], ['Credential'], ['Source']] },
  mints: { name: 'Mints', unit: 'Count', dimensions: [[], ['Credential']] },
  requestsSaved: { name: 'RequestsSaved', unit: 'Count', dimensions: [[], ['Credential']] },
  denials: { name: 'Denials', unit: 'Count', dimensions: [[], ['Code']] },
  failures: { name: 'Failures', unit: 'Count', dimensions: [[], ['Code']] },
  upstreamFailures: { name: 'UpstreamFailures', unit: 'Count', dimensions: [[]] },
  credentialRefusals: { name: 'CredentialRefusals', unit: 'Count', dimensions: [[]] },
  secretFailures: { name: 'SecretFailures', unit: 'Count', dimensions: [[]] },
  auditFailures: { name: 'AuditFailures', unit: 'Count', dimensions: [[]] },
  stageLatency: { name: 'StageLatency', unit: 'Milliseconds', dimensions: [['Stage']] },
  requestLatency: { name: 'RequestLatency', unit: 'Milliseconds', dimensions: [[]] },
  probes: { name: 'Probes', unit: 'Count', dimensions: [[]] },
  probeFailures: { name: 'ProbeFailures', unit: 'Count', dimensions: [[]] },
} as const;
