import type { GroupOptions, GroupResult } from './figure.ts';

export type RunGroup = (options: GroupOptions) => Promise<GroupResult>;

/** What `npm run bench` runs, in this order. Loaded when run, so that no group carries the modules of another. */
export const GROUPS: Readonly<Record<string, () => Promise<RunGroup>>> = {
  bundle: async () => (await import('./bundle.ts')).benchBundle,
  'cold-start': async () => (await import('./cold-start.ts')).benchColdStart,
  'warm-path': async () => (await import('./warm-path.ts')).benchWarmPath,
  'policy-decision': async () => (await import('./policy-decision.ts')).benchPolicyDecision,
  gateway: async () => (await import('./gateway.ts')).benchGateway,
  acquire: async () => (await import('./acquire.ts')).benchAcquire,
  'first-mint': async () => (await import('./first-mint.ts')).benchFirstMint,
  'first-assertion': async () => (await import('./first-assertion.ts')).benchFirstAssertion,
  'at-once': async () => (await import('./at-once.ts')).benchAtOnce,
  herd: async () => (await import('./herd.ts')).benchHerd,
  week: async () => (await import('./week.ts')).benchWeek,
  faults: async () => (await import('./faults.ts')).benchFaults,
  fleet: async () => (await import('./fleet.ts')).benchFleet,
  memory: async () => (await import('./memory.ts')).benchMemory,
  provider: async () => (await import('./provider.ts')).benchProvider,
  'provider-tokens': async () => (await import('./provider-tokens.ts')).benchProviderTokens,
  'audit-verify': async () => (await import('./audit-verify.ts')).benchAuditVerify,
};
