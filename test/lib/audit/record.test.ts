import { beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import {
  type AuditRecord,
  auditKinds,
  auditRecordSchema,
} from '../../../lib/audit/record-schema.ts';
import { everyKindOfEvent, recordOf, recordsOfEveryKind } from '../../support/audit-world.ts';
import { SECRET_CANARY, TOKEN_CANARY } from '../../support/fake-ports.ts';

const MINT = '0190a0b0-0000-7000-8000-000000000000';
let records: AuditRecord[];

beforeAll(async () => {
  records = await recordsOfEveryKind();
});

const ofKind = (kind: string) => records.find(({ metadata }) => metadata.event_code === kind);

describe('an audit record', () => {
  it('exists for every kind of event', () => {
    expect([...new Set(records.map(({ metadata }) => metadata.event_code))].sort()).toEqual(
      [...auditKinds].sort(),
    );
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
    expect(ofKind('rotation')).toMatchObject({
      activity_id: 3,
      type_uid: 600303,
      api: { operation: 'RotateSecret' },
      actor: { app_name: 'token-vending' },
      unmapped: { recipe: 'keycloak', rotation_step: 'test' },
    });
    expect(ofKind('revocation')).toMatchObject({ activity_id: 4, type_uid: 600304 });
    expect(ofKind('process-start')).toMatchObject({
      activity_id: 99,
      actor: { app_name: 'token-vending' },
      unmapped: { function_version: '7' },
    });
  });

  it('names the caller, and the policy and its version that decided', () => {
    expect(ofKind('vend')?.actor).toEqual({
      user: {
        uid: 'arn:aws:iam::111122223333:role/ci-checkout',
        uid_alt: 'AROAEXAMPLE',
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

  it('names no organization if the caller has none', async () => {
    const event = (await everyKindOfEvent()).find(({ kind }) => kind === 'vend');
    if (event?.kind !== 'vend' || event.request.caller === undefined) throw new Error('no vend');
    const caller = { ...event.request.caller, organizationId: undefined };
    const record = recordOf({ ...event, request: { ...event.request, caller } }, 1);
    expect(record.actor.user).toEqual({ ...ofKind('vend')?.actor.user, org: undefined });
    expect(v.safeParse(auditRecordSchema, record).issues).toBeUndefined();
  });

  it('tells a role apart from one that is created again under its name, whatever the session', async () => {
    const event = (await everyKindOfEvent()).find(({ kind }) => kind === 'vend');
    if (event?.kind !== 'vend' || event.request.caller === undefined) throw new Error('no vend');
    const { caller } = event.request;
    const idOf = (kind: 'role' | 'user', userId: string) =>
      recordOf({ ...event, request: { ...event.request, caller: { ...caller, kind, userId } } })
        .actor.user?.uid_alt;
    expect(idOf('role', 'AROAFIRST:run-1')).toBe('AROAFIRST');
    expect(idOf('role', 'AROAFIRST:AROASECOND:run')).toBe('AROAFIRST');
    expect(idOf('role', 'AROASECOND:run-1')).toBe('AROASECOND');
    expect(idOf('user', 'AIDAEXAMPLE')).toBe('AIDAEXAMPLE');
  });

  it('of a vend names its mint, the stage times and the lifetime of the token', () => {
    expect(ofKind('vend')?.unmapped).toMatchObject({
      source: 'minted',
      mint_id: expect.any(String),
      vend_id: expect.any(String),
      remaining_lifetime: 3600,
      stages: { total: expect.any(Number) },
    });
  });

  it('contains no token, no secret, and only valid UTF-8', () => {
    const text = JSON.stringify(records);
    expect(text).not.toContain(TOKEN_CANARY);
    expect(text).not.toContain(SECRET_CANARY);
    expect(text.isWellFormed() && !/\\ud[89a-f]/i.test(text)).toBe(true);
  });

  it('is written if nobody identified the caller', () => {
    const unknown = records.find(({ status_code }) => status_code === 'caller_unidentified');
    expect(unknown).toMatchObject({ actor: {}, resources: [], src_endpoint: {}, status_id: 2 });
  });

  it('names permits with a condition that was not met, the mint of an error, and a rejected token', () => {
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
    expect(recordOf(denial).unmapped.policies_unmet).toEqual(['p']);
    const upstreamError: AuditEvent = {
      kind: 'upstream-failure',
      code: 'upstream_timeout',
      request,
      access: access({}),
      mintId: MINT,
    };
    expect(recordOf(upstreamError)).toMatchObject({ severity_id: 3, unmapped: { mint_id: MINT } });
    const rejectedTokenSha256 = 'd'.repeat(64);
    const refusal: AuditEvent = {
      kind: 'refusal',
      code: 'budget_exhausted',
      request,
      access: { ...access({}), rejectedTokenSha256 },
    };
    expect(recordOf(refusal).unmapped.rejected_token_sha256).toBe(rejectedTokenSha256);
  });
});
