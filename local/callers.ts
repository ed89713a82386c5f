import { randomBytes, randomUUID } from 'node:crypto';
import type { VerifiedIdentity } from '../lib/http/messages.ts';
import type { AccessKey } from './sigv4-verifier.ts';

export const ACCOUNT = '111122223333';
export const ORGANIZATION = 'o-localexample';

/** An AWS principal of the local system. Its keys are valid while the system runs. */
export interface LocalCaller extends AccessKey {
  readonly name: string;
  readonly identity: VerifiedIdentity;
  readonly description: string;
}

interface Principal {
  readonly name: string;
  readonly description: string;
  readonly kind: 'role' | 'user';
  readonly account?: string;
  readonly organization?: string | undefined;
  readonly session?: string;
  readonly expired?: boolean;
}

const principals: readonly Principal[] = [
  {
    name: 'ci-checkout',
    kind: 'role',
    session: 'github-run-1',
    description: "team checkout's CI: its own credentials",
  },
  {
    name: 'ci-inventory',
    kind: 'role',
    session: 'github-run-2',
    description: "team inventory's CI: its own, and orders:read of checkout",
  },
  {
    name: 'ci-payments',
    kind: 'role',
    session: 'gitlab-job-3',
    description: "team payments' CI: its own credentials",
  },
  {
    name: 'checkout-lead',
    kind: 'role',
    session: 'ann',
    description: 'the lead of team checkout: registers, switches and rotates its credentials',
  },
  {
    name: 'on-call',
    kind: 'role',
    session: 'ben',
    description: 'whoever is on call: may switch every credential off, and none on',
  },
  {
    name: 'operator',
    kind: 'user',
    description: 'runs the endpoint: manages and explains every credential, gets no token',
  },
  {
    name: 'account-admin',
    kind: 'role',
    session: 'cleo',
    description: 'administers the AWS account: manages secrets, and may read none',
  },
  {
    name: 'break-glass',
    kind: 'role',
    session: 'ann',
    description: 'repairs production from the office network in office hours; not from here',
  },
  { name: 'newcomer', kind: 'role', session: 'laptop', description: 'a role that no policy knows' },
  {
    name: 'ci-expired',
    kind: 'role',
    session: 'yesterday',
    expired: true,
    description: "team checkout's CI, with credentials that have expired",
  },
  {
    name: 'outsider',
    kind: 'role',
    session: 'elsewhere',
    account: '999988887777',
    organization: undefined,
    description: 'a role outside account and organization',
  },
  {
    name: 'token-vending-prober-eu-north-1',
    kind: 'role',
    session: 'prober',
    description: 'the canary of a deployment: one token of its own, every 5 minutes',
  },
  {
    name: 'token-vending-function',
    kind: 'role',
    session: 'function',
    description: 'the function itself: reads secrets',
  },
  {
    name: 'token-vending-registry-eu-north-1',
    kind: 'role',
    session: 'registry',
    description: 'the registry: reads and writes secrets',
  },
  {
    name: 'token-vending-rotate-eu-north-1',
    kind: 'role',
    session: 'rotate',
    description: 'the rotation: reads and writes secrets that it rotates',
  },
  {
    name: 'token-vending-eu-west-1',
    kind: 'role',
    session: 'function',
    description: 'the function in a second Region: reads copies of secrets',
  },
  {
    name: 'token-vending-registry-eu-west-1',
    kind: 'role',
    session: 'registry',
    description: 'the registry of the second Region, after it took over',
  },
  {
    name: 'token-vending-rotate-eu-west-1',
    kind: 'role',
    session: 'rotate',
    description: 'the rotation of the second Region, after it took over',
  },
];

export type Callers = ReadonlyMap<string, LocalCaller>;

/** Makes the callers with new random keys. */
export function makeCallers(): Callers {
  return new Map(principals.map((principal) => [principal.name, makeCaller(principal)]));
}

function makeCaller(principal: Principal): LocalCaller {
  const { name, kind, description, account = ACCOUNT, session, expired = false } = principal;
  const organizationId = 'organization' in principal ? principal.organization : ORGANIZATION;
  // Long enough for every signer, and different from any real key id.
  const accessKeyId = `LOCAL${randomBytes(8).toString('hex').toUpperCase().slice(0, 15)}`;
  const secretAccessKey = randomBytes(30).toString('base64');
  const uniqueId = `LOCALID${randomUUID().replaceAll('-', '').slice(0, 14).toUpperCase()}`;
  const isRole = kind === 'role';
  return {
    name,
    description,
    accessKeyId,
    secretAccessKey,
    expired,
    sessionToken: isRole ? randomBytes(90).toString('base64') : undefined,
    identity: {
      accountId: account,
      arn: isRole
        ? `arn:aws:sts::${account}:assumed-role/${name}/${session}`
        : `arn:aws:iam::${account}:user/${name}`,
      userId: isRole ? `${uniqueId}:${session}` : uniqueId,
      accessKeyId,
      organizationId,
    },
  };
}

/** The caller with this access key id. */
export function findByKey(callers: Callers, accessKeyId: string): LocalCaller | undefined {
  return [...callers.values()].find((caller) => caller.accessKeyId === accessKeyId);
}
