import type { Callers, LocalCaller } from '../../local/callers.ts';
import { REGION } from '../../local/deployed-functions.ts';
import { type LocalSts, startSts } from '../../local/security-token-service.ts';
import type { LocalSystem } from '../../local/system.ts';
import { subjectOf } from '../../local/web-identity-issuer.ts';

/** STS of the local system: moto does not offer GetWebIdentityToken. */
export interface InteropSts extends LocalSts {
  /** `sub` of the assertions of the function. */
  readonly subject: string;
  /** The callers exist after the system has started, which needs the URL of STS. */
  admit(system: Pick<LocalSystem, 'callers'>): void;
}

export async function startInteropSts(): Promise<InteropSts> {
  const callers = new Map<string, LocalCaller>();
  const sts = await startSts({ port: 0, region: REGION, callers: callers as Callers });
  return Object.assign(sts, {
    subject: '',
    admit(this: { subject: string }, system: Pick<LocalSystem, 'callers'>) {
      for (const [name, caller] of system.callers) callers.set(name, caller);
      this.subject = subjectOf(callers.get('token-vending-function') as LocalCaller);
    },
  });
}
