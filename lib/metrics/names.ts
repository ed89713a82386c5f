/** CloudWatch namespace of everything that the function measures. */
export const METRIC_NAMESPACE = 'TokenVending';

/** Dimension of every metric: the deployment (`TOKEN_VENDING_NAME`). */
export const DEPLOYMENT_DIMENSION = 'service';

/**
 * Name, unit and dimension sets of each metric, besides {@link DEPLOYMENT_DIMENSION}. The function
 * emits only these. Alarms and dashboard read only these. Every dimension is bounded: credentials
 * that exist, codes of the error table, two sources.
 */
export const METRICS = {
  vends: { name: 'Vends', unit: 'Count', dimensions: [[], ['Credential'], ['Source']] },
  mints: { name: 'Mints', unit: 'Count', dimensions: [[], ['Credential']] },
  requestsSaved: { name: 'RequestsSaved', unit: 'Count', dimensions: [[], ['Credential']] },
  denials: { name: 'Denials', unit: 'Count', dimensions: [[], ['Code']] },
  failures: { name: 'Failures', unit: 'Count', dimensions: [[], ['Code']] },
  upstreamFailures: { name: 'UpstreamFailures', unit: 'Count', dimensions: [[]] },
  credentialRefusals: { name: 'CredentialRefusals', unit: 'Count', dimensions: [[]] },
  secretFailures: { name: 'SecretFailures', unit: 'Count', dimensions: [[]] },
  budgetRefusals: { name: 'BudgetRefusals', unit: 'Count', dimensions: [[]] },
  auditFailures: { name: 'AuditFailures', unit: 'Count', dimensions: [[]] },
  requestLatency: { name: 'RequestLatency', unit: 'Milliseconds', dimensions: [[]] },
  policyLatency: { name: 'PolicyLatency', unit: 'Milliseconds', dimensions: [[]] },
  secretLatency: { name: 'SecretLatency', unit: 'Milliseconds', dimensions: [[]] },
  metadataLatency: { name: 'MetadataLatency', unit: 'Milliseconds', dimensions: [[]] },
  auditLatency: { name: 'AuditLatency', unit: 'Milliseconds', dimensions: [[]] },
  tokenLatency: { name: 'TokenLatency', unit: 'Milliseconds', dimensions: [[]] },
  verifyLatency: { name: 'VerifyLatency', unit: 'Milliseconds', dimensions: [[]] },
  certificateDaysLeft: {
    name: 'CertificateDaysLeft',
    unit: 'Count',
    dimensions: [[], ['Credential']],
  },
  anchors: { name: 'Anchors', unit: 'Count', dimensions: [[]] },
  probes: { name: 'Probes', unit: 'Count', dimensions: [[]] },
  probeFailures: { name: 'ProbeFailures', unit: 'Count', dimensions: [[]] },
} as const;

export type MetricKey = keyof typeof METRICS;

/** A dimension besides {@link DEPLOYMENT_DIMENSION}. */
export type Dimension = (typeof METRICS)[MetricKey]['dimensions'][number][number];
