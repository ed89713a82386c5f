// The stages of one cached vend, each with what the stage before it returns.

import { identifyCaller } from '../lib/access/caller.ts';
import type { AccessPolicy, AccessRequest } from '../lib/access/policy.ts';
import type { AuditEvent } from '../lib/audit/event.ts';
import { toRecord } from '../lib/audit/record.ts';
import { withinCeiling } from '../lib/grant/ceiling.ts';
import type { HttpRequest } from '../lib/http/messages.ts';
import { tokenCacheKey } from '../lib/token/cache-key.ts';
import { parseTokenRequest } from '../lib/vending/token-request.ts';
import type { Vending } from '../lib/vending/vending.ts';
import { handle, openAuditToNowhere, openBenchVending, readEvent } from './bench-vending.ts';
import { microseconds, type Probe } from './paired.ts';
import { vendEvent } from './vend-event.ts';

/** What passed between the stages of one cached vend. */
export interface CapturedVend {
  /** JSON text of the event. */
  readonly event: string;
  readonly record: object;
  readonly response: object;
  readonly audited: AuditEvent;
  readonly http: HttpRequest;
  readonly vending: Vending;
  readonly accessRequest: AccessRequest;
  readonly policy: AccessPolicy;
}

/** Vends twice, the second time from the cache, and keeps what passed. */
export async function captureVend(policy: AccessPolicy): Promise<CapturedVend> {
  const events: AuditEvent[] = [];
  const requests: AccessRequest[] = [];
  const vending = openBenchVending({
    audit: { append: async (event) => void events.push(event) },
    policy: {
      version: policy.version,
      decide(request) {
        requests.push(request);
        return policy.decide(request);
      },
    },
  });
  await handle(vending, vendEvent);
  const { body } = await handle(vending, vendEvent);
  const audited = events.at(-1);
  const request = requests.at(-1);
  const http = readEvent(vendEvent);
  if (audited?.kind !== 'vend' || audited.source !== 'cached' || request === undefined)
    throw new Error('the event of the benchmark does not vend from the cache');
  return {
    event: JSON.stringify(vendEvent),
    record: toRecord(audited, Date.now(), 'eu-north-1'),
    response: JSON.parse(body),
    audited,
    http,
    vending,
    accessRequest: request,
    policy,
  };
}

/** Each stage on its own; together they are less than the whole, since nothing waits for anything. */
export function stageProbes(captured: CapturedVend, batch: number): Record<string, Probe> {
  const { http, audited, response, vending, policy } = captured;
  const audit = openAuditToNowhere();
  const { identity } = http;
  if (identity === undefined) throw new Error('the event of the benchmark names no caller');
  const caller = identifyCaller(identity);
  const parsed = parseTokenRequest(http);
  const { signal } = new AbortController();
  const cached = async () => {
    const credential = await vending.credentials.get(parsed.credential, signal);
    const grant = withinCeiling(parsed, credential.document);
    return vending.tokens.find(tokenCacheKey(credential, grant, caller), parsed.minTtl);
  };
  return {
    event: microseconds(() => readEvent(vendEvent), batch),
    identity: microseconds(() => identifyCaller(identity), batch),
    request: microseconds(() => parseTokenRequest(http), batch),
    policy: microseconds(() => policy.decide(captured.accessRequest), batch),
    cache: microseconds(cached, batch),
    audit: microseconds(() => audit.append(audited), batch),
    response: microseconds(() => JSON.stringify(response), batch),
  };
}
