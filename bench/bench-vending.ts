// A vending function on ports that cost nothing, so that what is measured is the function.
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openCedar } from '../lib/access/cedar/engine.ts';
import { openCedarPolicy } from '../lib/access/cedar/policy.ts';
import type { CedarPolicy, CedarPolicySet } from '../lib/access/cedar/policy-files.ts';
import type { AccessPolicy } from '../lib/access/policy.ts';
import { AuditChain } from '../lib/audit/chain.ts';
import type { AuditLog } from '../lib/audit/log.ts';
import { readInvocation, writeLambdaResult } from '../lib/http/lambda-event.ts';
import type { HttpRequest } from '../lib/http/messages.ts';
import { openEmfMetrics } from '../lib/metrics/emf.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { serveRequest } from '../lib/vending/serve-request.ts';
import { createVending, type Vending, type VendingPorts } from '../lib/vending/vending.ts';
import { policyText } from './policy-text.ts';
import { vendEvent } from './vend-event.ts';

const ISSUER = 'https://auth.example.com';
// As long as the tokens of the wild; opaque, so that nothing of it is parsed.
export const TOKEN = 'opaque-'.repeat(130);
export const CREDENTIAL = 'team-7/api';

const document = JSON.stringify({
  issuer: ISSUER,
  client_id: 'bench',
  client_secret: 'bench',
  scope: 'a:read a:write',
  default_scope: 'a:read',
  audience: ['https://api.example.com'],
});

// By resolution, so that it is found from a bundle as well; only this entry can be resolved by `require`.
const cedarPackage = createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs');
export const cedar = openCedar(path.join(path.dirname(cedarPackage), '../web/cedar_wasm_bg.wasm'));

/** Everybody may have everything: what a request costs beside its policy. */
export const allowAll: AccessPolicy = {
  version: 'allow-all',
  decide: () => ({
    allowed: true,
    policies: ['allow-all'],
    unmet: [],
    advice: [],
    errors: [],
    policyVersion: 'allow-all',
  }),
};

/** Cedar with `count` policies, of which one allows what the benchmarks ask for. */
export function openPolicies(count: number): AccessPolicy {
  const policies = Array.from({ length: count }, (_, index): CedarPolicy => {
    const text = policyText(index);
    const parsed = cedar.policyToJson(text);
    if (parsed.type === 'failure') throw new Error('a policy of the benchmark does not parse');
    const place = { file: 'bench.cedar', line: 1, advice: undefined };
    return { id: `team-${index}`, effect: 'permit', text, json: parsed.json, ...place };
  });
  const set: CedarPolicySet = { schema: '', policies, version: `bench-${count}` };
  return openCedarPolicy(cedar, set);
}

/**
 * Records are numbered, sealed, chained and measured, as in the function; then they and the
 * measurements are kept nowhere.
 *
 * @param storing milliseconds that the store takes for each object; 20 is what S3 takes in its Region
 */
export function openAuditToNowhere(storing = 0): AuditLog {
  const store = {
    create: async () => {
      if (storing > 0) await delay(storing);
    },
  };
  const nowhere = () => undefined;
  return new AuditChain(store, systemClock, {
    region: 'eu-north-1',
    productVersion: 'bench',
    echo: nowhere,
  });
}

/** A function whose secrets and authorization server answer at once; `ports` in the place of what is measured. */
export function openBenchVending(ports: Partial<VendingPorts> = {}): Vending {
  const metadata = {
    issuer: ISSUER,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/jwks`,
  };
  return createVending(
    {
      clock: systemClock,
      stopwatch: () => performance.now(),
      policy: allowAll,
      audit: openAuditToNowhere(),
      metrics: openEmfMetrics('bench', () => undefined),
      store: {
        read: async () => ({ text: document, versionId: 'v1', writtenAt: 0 }),
        list: async () => [],
      },
      server: {
        readMetadata: async () => metadata,
        requestToken: async () => ({
          access_token: TOKEN,
          expires_in: 3_600,
          scope: undefined,
        }),
        revokeToken: async () => 'revoked',
        introspectToken: async () => ({ active: false }),
      },
      verifier: {
        prepare: () => undefined,
        verify: async () => ({ valid: false, reason: 'malformed' }),
      },
      reportError: (error) => {
        throw error;
      },
      ...ports,
    },
    {
      urls: { allowLoopbackHttp: false },
      listCredentials: false,
      troubleshootingUrl: 'https://docs.example.com/troubleshooting',
    },
  );
}

/** The event of another request by the same caller. */
export function requestEvent(route: string, form: Readonly<Record<string, string>>): unknown {
  return { ...vendEvent, rawPath: route, body: new URLSearchParams(form).toString() };
}

/** The request of an event, as the handler reads it. */
export function readEvent(event: unknown): HttpRequest {
  const invokedFunctionArn = 'arn:aws:lambda:eu-north-1:111122223333:function:bench:live';
  const endpoint = { alias: 'live', kind: 'function-url', apiId: undefined } as const;
  return readInvocation(event, { awsRequestId: 'bench', invokedFunctionArn }, endpoint);
}

/** From event to answer, as the handler does it. */
export async function handle(
  vending: Vending,
  event: unknown,
): Promise<{ statusCode: number; body: string }> {
  return writeLambdaResult(await serveRequest(vending, readEvent(event)));
}
