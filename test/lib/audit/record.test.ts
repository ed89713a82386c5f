import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { canonicalJson } from '../../../lib/audit/canonical-json.ts';
import { sealRecord } from '../../../lib/audit/chain-link.ts';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import { toRecord } from '../../../lib/audit/record.ts';
import {
  type AuditRecord,
  auditKinds,
  auditRecordSchema,
} from '../../../lib/audit/record-schema.ts';
import { everyKindOfEvent } from '../../support/audit-world.ts';
import { SECRET_CANARY, TOKEN_CANARY } from '../../support/fake-ports.ts';

const CHAIN = '0190a0b0-0000-7000-8000-000000000000';
const published: ValidateFunction = new Ajv2020({ allErrors: true }).compile(
  JSON.parse(
    readFileSync(new URL('../../../docs/audit-record.schema.json', import.meta.url), 'utf8'),
  ),
);
let records: AuditRecord[];

const seal = (event: AuditEvent, sequence = 0): AuditRecord =>
  JSON.parse(
    sealRecord(
      toRecord(event, 1_767_225_600_000, 'eu-north-1'),
      { chainUid: CHAIN, sequence, previous: sequence === 0 ? undefined : 'c'.repeat(64) },
      CHAIN,
      '0.1.0',
    ).text,
  );

beforeAll(async () => {
  records = (await everyKindOfEvent()).map(seal);
});

const ofKind = (kind: string) => records.find(({ metadata }) => metadata.event_code === kind);

describe('an audit record', () => {
  it('is there for every kind of event', () => {
    expect([...new Set(records.map(({ metadata }) => metadata.event_code))].sort()).toEqual(
      [...auditKinds].sort(),
    );
  });

  it('fits the schema that we check by and the one that we publish', () => {
    for (const record of records) {
      expect(v.safeParse(auditRecordSchema, record).issues).toBeUndefined();
      expect([published(record), published.errors]).toEqual([true, null]);
    }
  });

  it('is built in canonical order, so that sealing it has nothing to sort but the stages of a mint', async () => {
    const minted = (event: AuditEvent) => event.kind === 'vend' && event.source === 'minted';
    const events = (await everyKindOfEvent()).filter((event) => !minted(event));
    for (const event of events) {
      const built = toRecord(event, 1_767_225_600_000, 'eu-north-1');
      expect(JSON.stringify(built)).toBe(canonicalJson(built));
    }
  });

  it('is refused by both where a member is unknown or missing, at every depth', () => {
    const [, , ...rest] = records;
    for (const record of rest) {
      for (const changed of [...withExtraMembers(record), ...withoutMembers(record)]) {
        const ours = v.safeParse(auditRecordSchema, changed).success;
        expect([published(changed), changed]).toEqual([ours, changed]);
      }
      expect(
        withExtraMembers(record).some((one) => v.safeParse(auditRecordSchema, one).success),
      ).toBe(false);
    }
  });

  it('is an OCSF API Activity of our operation', () => {
    expect(ofKind('vend')).toMatchObject({
      class_uid: 6003,
      category_uid: 6,
      activity_id: 1,
      type_uid: 600301,
      status_id: 1,
      status_code: 'ok',
      metadata: { version: '1.8.0', correlation_uid: 'request-1', profiles: ['cloud'] },
      cloud: { provider: 'AWS', region: 'eu-north-1' },
      api: { operation: 'VendToken', response: { code: 200 } },
      src_endpoint: { ip: '192.0.2.7' },
      http_request: { http_method: 'POST', url: { path: '/oauth2/token' } },
    });
    expect(ofKind('introspection')).toMatchObject({ activity_id: 2, type_uid: 600302 });
    expect(ofKind('revocation')).toMatchObject({ activity_id: 4, type_uid: 600304 });
    expect(ofKind('process-start')).toMatchObject({
      activity_id: 99,
      actor: { app_name: 'token-vending' },
      unmapped: { function_version: '7' },
    });
  });

  it('says who asked, by which policy of which version it was allowed', () => {
    expect(ofKind('vend')?.actor).toEqual({
      user: {
        uid: 'arn:aws:iam::111122223333:role/ci-checkout',
        name: 'ci-checkout',
        type: 'role',
        account: { uid: '111122223333' },
        org: { uid: 'o-localexample' },
        credential_uid: 'LOCALKEY',
      },
      session: { uid: 'run-1', issuer: 'arn:aws:sts::111122223333:assumed-role/ci-checkout/run-1' },
      authorizations: [
        { decision: 'allow', policy: { uid: 'permit-it', version: 'a'.repeat(64) } },
      ],
    });
    expect(records.at(-1)).toMatchObject({
      status_id: 2,
      status_code: 'policy_denied',
      severity_id: 2,
      actor: { authorizations: [{ decision: 'deny', policy: { uid: 'default' } }] },
      api: { operation: 'VendToken', response: { code: 403, error: 'policy_denied' } },
    });
  });

  it('names no organization of a caller that has none, such as a user of an account that is in none', async () => {
    const event = (await everyKindOfEvent()).find(({ kind }) => kind === 'vend');
    if (event?.kind !== 'vend' || event.request.caller === undefined) throw new Error('no vend');
    const caller = { ...event.request.caller, organizationId: undefined };
    const record = seal({ ...event, request: { ...event.request, caller } }, 1);
    expect(record.actor.user).toEqual({ ...ofKind('vend')?.actor.user, org: undefined });
    expect(v.safeParse(auditRecordSchema, record).issues).toBeUndefined();
  });

  it('says which token, by fingerprint, of which credential, with how long to live', () => {
    expect(ofKind('vend')).toMatchObject({
      resources: [
        {
          type: 'oauth2.client',
          uid: 'checkout/orders-api',
          data: { scope_requested: [], min_ttl: 60 },
        },
        {
          type: 'oauth2.access_token',
          data: {
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
            scope_granted: ['orders:read'],
            cache: 'miss',
          },
        },
      ],
      unmapped: {
        source: 'minted',
        mint_id: expect.any(String),
        vend_id: expect.any(String),
        remaining_lifetime: 3600,
        stages: { total: expect.any(Number) },
      },
    });
    expect(ofKind('mint')).toMatchObject({
      resources: [
        {
          data: {
            issuer: 'https://auth.example.com',
            auth_method: 'client_secret_basic',
            secret_version_id: 'v1',
          },
        },
        {},
      ],
    });
  });

  it('holds no token, no secret, and only text that UTF-8 can carry', () => {
    const text = JSON.stringify(records);
    expect(text).not.toContain(TOKEN_CANARY);
    expect(text).not.toContain(SECRET_CANARY);
    expect(text.isWellFormed() && !/\\ud[89a-f]/i.test(text)).toBe(true);
  });

  it('is written of a caller that nobody identified', () => {
    const unknown = records.find(({ status_code }) => status_code === 'caller_unidentified');
    expect(unknown).toMatchObject({ actor: {}, resources: [], src_endpoint: {}, status_id: 2 });
  });

  it('names permits whose conditions were not met, and the mint that a failure belongs to', () => {
    const access = (decision: object) => ({
      action: 'vendToken' as const,
      credential: 'a/b',
      scope: [],
      audience: [],
      resource: [],
      minTtl: 60,
      decision: {
        allowed: false,
        policies: [],
        unmet: [],
        advice: [],
        errors: [],
        policyVersion: 'a'.repeat(64),
        ...decision,
      },
    });
    const request = {
      requestId: 'r',
      method: 'POST',
      path: '/',
      sourceIp: undefined,
      userAgent: undefined,
      caller: undefined,
    };
    const denial: AuditEvent = {
      kind: 'denial',
      code: 'policy_denied',
      request,
      access: access({ unmet: ['p'] }),
    };
    expect(seal(denial).unmapped.policies_unmet).toEqual(['p']);
    const failure: AuditEvent = {
      kind: 'upstream-failure',
      code: 'upstream_timeout',
      request,
      access: access({}),
      mintId: CHAIN,
    };
    expect(seal(failure)).toMatchObject({ severity_id: 3, unmapped: { mint_id: CHAIN } });
  });
});

type Json = Record<string, unknown>;

/** A copy for each object in a value, with a member more. */
function withExtraMembers(value: object): object[] {
  return pathsOf(value).map((path) => changedAt(value, path, (at) => ({ ...at, extra: 1 })));
}

/** A copy for each member of each object in a value, without it. */
function withoutMembers(value: object): object[] {
  return pathsOf(value).flatMap((path) => {
    const names = Object.keys(at(value, path));
    return names.map((name) => changedAt(value, path, ({ [name]: _, ...others }) => others));
  });
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]));
  // Stages are a map with names of its own.
  return Array.isArray(value) || path.at(-1) === 'stages' ? below : [path, ...below];
}

function at(value: unknown, path: readonly string[]): Json {
  return path.reduce((inner, name) => (inner as Json)[name], value) as Json;
}

function changedAt(value: object, path: readonly string[], change: (at: Json) => Json): object {
  const [name, ...rest] = path;
  if (name === undefined) return change(value as Json);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  (copy as Json)[name] = changedAt((copy as Json)[name] as object, rest, change);
  return copy;
}
