import { expect } from '@jest/globals';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import { resourcesOf } from '../../../lib/audit/record-resources.ts';
import type { VendingPorts } from '../../../lib/vending/vending.ts';
import { DOCUMENT, SECRET_CANARY } from '../fake-ports.ts';
import { CANARY } from '../invalid-upstream-rows.ts';
import { type Behaviour, type Issued, playBehaviour } from './behaviour.ts';
import { CREDENTIAL, DialectWorld, type JsonResponse } from './dialect-world.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { expectSent } from './sent-request.ts';

/** What a caller gets, and what the server saw. */
export interface Outcome {
  /** Members of a response with a token. */
  readonly vended?: object;
  /** Least length of the access token. */
  readonly bytes?: number;
  /** Members of the response to a refusal: the text and the advice contain these texts. */
  readonly refused?: {
    readonly code: string;
    readonly says: string | readonly string[];
    readonly advice?: string | readonly string[];
    readonly retryAfter?: number;
  };
  /** Members of the last token request. */
  readonly sent?: {
    readonly url?: string;
    readonly headers?: object;
    readonly form?: object;
    /** Names of parameters that were not sent. */
    readonly without?: readonly string[];
    /** Client id and secret of HTTP Basic authentication, as sent. */
    readonly basic?: string;
    /** Parts of the client assertion. */
    readonly assertion?: { readonly header?: object; readonly payload?: object };
  };
  /** Members of the last mint record: of the client with what was requested, and of the token. */
  readonly recorded?: { readonly requested: object; readonly granted: object };
  /** Number of token requests so far. */
  readonly tokenRequests?: number;
  /** What the server says of the vended token: a member of the response to an introspection. */
  readonly introspected?: object;
  /** Members of the response to a revocation of the vended token. */
  readonly revoked?: object;
}

/** One request of a caller, and what the server does then. */
export interface Step extends Behaviour, Outcome {
  /** Milliseconds since the step before. */
  readonly after?: number;
  /** Parameters of the token request. */
  readonly request?: Readonly<Record<string, string>>;
  /** A new version of the credential document. */
  readonly rotated?: object;
}

/** A behaviour of a server, read after "a server that". */
export interface DialectRow extends Step {
  readonly server: string;
  /** Members of the credential document. */
  readonly document?: object;
  /** Further requests. Behaviours that a step does not name are those of a server that follows the standards. */
  readonly later?: readonly Step[];
}

/** The refusal of a token that fails a check. */
export const refusedToken = (
  says: string | readonly string[],
  advice: string | readonly string[] = [],
): Pick<Outcome, 'refused'> => ({ refused: { code: 'token_unacceptable', says, advice } });

/** A document without `audience` and `resource`, which most rows do not use. */
const { audience: _, resource: __, ...PLAIN } = DOCUMENT;

/** Plays a row, and checks that no secret, token or text of the server was written. */
export async function playRow(
  server: ScriptedServer,
  row: DialectRow,
  report: { readonly reportError: VendingPorts['reportError']; readonly lines: string[] },
): Promise<void> {
  const issued: Issued = { tokens: [] };
  const world = new DialectWorld(server.transport, report.reportError);
  const document = { ...PLAIN, ...row.document };
  world.store.put(CREDENTIAL, document);
  server.requests.length = 0;
  report.lines.length = 0;
  for (const [number, step] of [row, ...(row.later ?? [])].entries()) {
    world.clock.skip(step.after ?? 0);
    const rotated = { ...document, ...step.rotated };
    if (step.rotated !== undefined)
      world.store.put(CREDENTIAL, rotated, `v${number + 1}`, world.clock.now());
    playBehaviour(server, step, world.clock.now, issued);
    await playStep(world, server, step);
  }
  // Firewalls refuse requests without it.
  for (const { headers } of server.requests)
    expect(headers['user-agent']).toMatch(/^token-vending\//);
  world.written.push(...report.lines);
  const signatures = issued.tokens.flatMap((token) => token.split('.').slice(2));
  const secrets = [SECRET_CANARY, CANARY, ...issued.tokens, ...signatures];
  expect(world.findCanaries(secrets.filter((secret) => secret.length > 8))).toEqual([]);
  // Tokens of whole responses, too, have names of canaries.
  expect([...world.written, ...world.records.map((record) => JSON.stringify(record))]).not.toEqual(
    expect.arrayContaining([expect.stringContaining('canary')]),
  );
}

async function playStep(world: DialectWorld, server: ScriptedServer, step: Step): Promise<void> {
  const response = await world.vend(step.request);
  if (step.refused === undefined) expectVended(response, step);
  else expectRefused(response, step.refused);
  const requests = server.requests.filter(({ url }) => url.endsWith('/oauth2/token'));
  if (step.sent !== undefined) expectSent(requests.at(-1), step.sent);
  if (step.tokenRequests !== undefined) expect(requests).toHaveLength(step.tokenRequests);
  if (step.recorded !== undefined) expect(mintIn(world)).toMatchObject(step.recorded);
  const token = String(response.json['access_token']);
  if (step.bytes !== undefined) expect(token.length).toBeGreaterThan(step.bytes);
  if (step.introspected !== undefined)
    expect((await world.ask('/oauth2/introspect', token)).json).toMatchObject(step.introspected);
  if (step.revoked !== undefined)
    expect(await world.ask('/oauth2/revoke', token)).toMatchObject(step.revoked);
}

function mintIn({ audit }: DialectWorld) {
  const mint = audit.events.findLast(({ kind }) => kind === 'mint');
  const [client, token] = resourcesOf(mint as AuditEvent);
  return { requested: client?.data, granted: token?.data };
}

function expectVended({ json }: JsonResponse, { vended }: Step): void {
  const { error_description: text, advice } = json;
  expect({ ...json, text, advice }).toMatchObject({
    text: undefined,
    advice: undefined,
    token_type: 'Bearer',
    access_token: expect.stringMatching(/^[!-~]+$/),
    ...vended,
  });
}

function expectRefused({ json, headers }: JsonResponse, refused: NonNullable<Step['refused']>) {
  const { code, says, advice = [], retryAfter } = refused;
  const all = (texts: string | readonly string[]) => [texts].flat();
  expect(json['code']).toBe(code);
  for (const text of all(says)) expect(json['error_description']).toContain(errorText(text));
  for (const text of all(advice)) expect(json['advice']).toContain(text);
  if (retryAfter !== undefined) expect(headers['retry-after']).toBe(String(retryAfter));
}

// RFC 6749 section 5.2 permits no quotation mark in a description.
function errorText(text: string): string {
  return text.replaceAll('"', "'");
}
