// The function itself in simulated time: its secrets and its authorization server are what the scenario makes of them.

import type { StoredCredential } from '../lib/credential/store.ts';
import { VendError } from '../lib/errors/vend-error.ts';
import type { TokenResponse } from '../lib/grant/token-response.ts';
import type { HttpRequest } from '../lib/http/messages.ts';
import { serveRequest } from '../lib/vending/serve-request.ts';
import type { VendingPorts } from '../lib/vending/vending.ts';
import type { Arrival } from './arrivals.ts';
import { openBenchVending, readEvent, requestEvent, TOKEN } from './bench-vending.ts';
import { SimulatedClock } from './simulated-clock.ts';

export const ISSUER = 'https://auth.example.com';

/** What became of one request. */
export interface Outcome extends Arrival {
  readonly status: number;
  /** Whether, when it was asked for, an earlier token lived long enough. */
  readonly servable: boolean;
}

export interface Scenario {
  readonly arrivals: readonly Arrival[];
  /** Milliseconds that a token lives. */
  readonly lifetime: number;
  /** Version of every secret, here and at the server, at a time since the start. */
  readonly version?: (at: number) => number;
  /** Fails, or takes its time, as the server would; `client` is what authenticated. */
  readonly trouble?: (at: number, clock: SimulatedClock, signal: AbortSignal) => Promise<void>;
}

export interface Simulated {
  readonly outcomes: readonly Outcome[];
  readonly mints: number;
}

const MIN_TTL = 60_000;
const never = async () => undefined;

/** Runs a scenario to its end. */
export async function simulate(scenario: Scenario): Promise<Simulated> {
  const clock = new SimulatedClock();
  const start = clock.now();
  const { arrivals, lifetime, version = () => 1, trouble = never } = scenario;
  const expiries = new Map<string, number>();
  let mints = 0;
  const elapsed = () => clock.now() - start;
  const store: VendingPorts['store'] = {
    read: async ({ team }) => documentOf(team, version(elapsed())),
    list: async () => [],
  };
  const requestToken: VendingPorts['server']['requestToken'] = async ({ document, signal }) => {
    await trouble(elapsed(), clock, signal);
    const { authentication, clientId } = document;
    const secret = 'clientSecret' in authentication ? authentication.clientSecret : '';
    if (secret !== secretOf(version(elapsed()))) throw new VendError('credential_refused');
    mints += 1;
    expiries.set(clientId, clock.now() + lifetime);
    return {
      access_token: `${TOKEN}-${mints}`,
      expires_in: lifetime / 1000,
    } satisfies TokenResponse;
  };
  const vending = openBenchVending({
    clock,
    stopwatch: clock.now,
    audit: { append: async () => undefined },
    store,
    server: {
      readMetadata: async () => ({ issuer: ISSUER, token_endpoint: `${ISSUER}/token` }),
      requestToken,
      revokeToken: async () => 'revoked',
      introspectToken: async () => ({ active: false }),
    },
    reportError: () => undefined,
  });
  const outcomes: Outcome[] = [];
  const ask = async ({ team, at }: Arrival) => {
    const servable = (expiries.get(`team-${team}`) ?? 0) - clock.now() >= MIN_TTL;
    const { status } = await serveRequest(vending, requestOf(team));
    outcomes.push({ team, at, status, servable });
  };
  const asked: Promise<void>[] = [];
  for (const arrival of arrivals) clock.startTimer(arrival.at, () => void asked.push(ask(arrival)));
  await clock.runToEnd();
  await Promise.all(asked);
  return { outcomes, mints };
}

const requests = new Map<number, HttpRequest>();

function requestOf(team: number): HttpRequest {
  const known = requests.get(team);
  if (known !== undefined) return known;
  const form = {
    grant_type: 'client_credentials',
    client_id: `team-${team}/api`,
    min_ttl: String(MIN_TTL / 1000),
  };
  const request = readEvent(requestEvent('/oauth2/token', form));
  requests.set(team, request);
  return request;
}

function secretOf(version: number): string {
  return `bench-${version}`;
}

function documentOf(team: string, version: number): StoredCredential {
  const document = { issuer: ISSUER, client_id: team, client_secret: secretOf(version) };
  return { text: JSON.stringify(document), versionId: `v${version}`, writtenAt: 0 };
}
