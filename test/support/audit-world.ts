import { AuditChain } from '../../lib/audit/chain.ts';
import { sealRecord } from '../../lib/audit/chain-link.ts';
import type { AuditEvent } from '../../lib/audit/event.ts';
import { toRecord } from '../../lib/audit/record.ts';
import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import type { AuditVerification } from '../../lib/audit/verification.ts';
import { AuditVerifier, type KnownOfLog } from '../../lib/audit/verifier.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { FakeAuditStore } from './fake-audit-store.ts';
import { FakeClock } from './fake-clock.ts';
import { DOCUMENT, FakeWorld, formRequest, request } from './fake-ports.ts';

export const START: AuditEvent = {
  kind: 'process-start',
  functionVersion: '7',
  policyVersion: 'a'.repeat(64),
  configurationDigest: 'b'.repeat(64),
};

const rotation = {
  credential: 'checkout/orders-api',
  recipe: 'keycloak',
  step: 'test',
  secretVersion: 'c1f0a4a2-0000-4000-8000-000000000002',
} as const;
const ROTATION: readonly AuditEvent[] = [
  { kind: 'rotation-intent', rotation },
  {
    kind: 'rotation',
    rotation,
    tokens: [{ credential: 'platform/keycloak-admin', sha256: 'd'.repeat(64) }],
  },
  { kind: 'rotation-intent', rotation },
  { kind: 'rotation', rotation, tokens: [], code: 'credential_refused' },
];

/** Events of every kind, as in the flow. */
export async function everyKindOfEvent(): Promise<AuditEvent[]> {
  const world = new FakeWorld();
  world.store.put('payments/frozen-api', { ...DOCUMENT, status: 'disabled' });
  await world.vend();
  const { json } = await world.vend();
  const about = { client_id: 'checkout/orders-api', token: String(json['access_token']) };
  await world.serve(formRequest('/oauth2/revoke', about));
  await world.serve(formRequest('/oauth2/introspect', about));
  await world.vend({ scope: 'orders:admin' });
  await world.vend({ client_id: 'payments/frozen-api' });
  await world.serve(
    request({
      method: 'POST',
      path: '/access/v1/evaluation',
      headers: { 'content-type': 'application/json', 'user-agent': 'lone \ud800 surrogate' },
      body: '{"action":{"name":"vendToken"},"resource":{"type":"Credential","id":"a/b"}}',
    }),
  );
  await world.serve(request({ path: '/credentials' }));
  await world.serve({ ...request(), identity: undefined, sourceIp: undefined });
  world.server.token = new VendError('upstream_invalid');
  await world.vend({ scope: 'orders:write' });
  world.policy.allowed.clear();
  await world.vend();
  return [START, ...ROTATION, ...registrationEvents(world.audit.events), ...world.audit.events];
}

/** A switch-off and a restored credential, by the caller of other events. */
function registrationEvents(events: readonly AuditEvent[]): AuditEvent[] {
  const vend = events.find(({ kind }) => kind === 'vend');
  if (vend?.kind !== 'vend') throw new Error('there is no vend');
  const { request, access: vended } = vend;
  const access = { ...vended, action: 'switchCredential', status: 'disabled' } as const;
  const registration = {
    operation: 'switch',
    members: ['status'],
    versionBefore: 'v1',
    versionAfter: 'v2',
    tested: false,
  } as const;
  return [
    { kind: 'registration-intent', request, access, registration },
    { kind: 'registration', request, access, registration },
    {
      kind: 'listing',
      request,
      access: { ...vended, action: 'describeCredential' },
      policyVersion: 'a'.repeat(64),
      listed: 1,
    },
  ];
}

const CHAIN = '0190a0b0-0000-7000-8000-000000000000';
const RECORDED_AT = Date.UTC(2026, 10, 23, 12);

/** The record of an event, as stored. */
export function recordOf(event: AuditEvent, sequence = 0): AuditRecord {
  const previous = sequence === 0 ? undefined : 'c'.repeat(64);
  const unchained = toRecord(event, RECORDED_AT, 'eu-north-1');
  return JSON.parse(
    sealRecord(unchained, { chainUid: CHAIN, sequence, previous }, CHAIN, '0.1.0').text,
  );
}

export async function recordsOfEveryKind(): Promise<AuditRecord[]> {
  return (await everyKindOfEvent()).map(recordOf);
}

export function openChain(store = new FakeAuditStore(), clock = new FakeClock()) {
  const echoed: string[] = [];
  const chain = new AuditChain(store, clock, {
    region: 'eu-north-1',
    productVersion: '0.1.0',
    echo: (line) => echoed.push(line),
  });
  const append = (event: AuditEvent) => clock.runUntilDone(chain.append(event));
  return { chain, store, clock, echoed, append };
}

/** A chain with every kind of record, all except the first in one object, by key. */
export async function makeGroupedLog(): Promise<Map<string, Uint8Array>> {
  const { chain, clock, store } = openChain(new FakeAuditStore(), new FakeClock(500));
  const events = await everyKindOfEvent();
  await clock.runUntilDone(Promise.all(events.map((event) => chain.append(event))));
  return store.objects;
}

/** A log of several chains with every kind of record, each in its own object, by key. */
export async function makeLog(chains = 2): Promise<Map<string, Uint8Array>> {
  const store = new FakeAuditStore();
  const events = await everyKindOfEvent();
  for (let number = 0; number < chains; number += 1) {
    const { append } = openChain(store, new FakeClock(number));
    for (const event of events) await append(event);
  }
  return store.objects;
}

export function verify(
  log: ReadonlyMap<string, Uint8Array>,
  known?: KnownOfLog,
): AuditVerification {
  const verifier = new AuditVerifier(known);
  for (const key of [...log.keys()].sort()) verifier.add(key, log.get(key) as Uint8Array);
  return verifier.result();
}
