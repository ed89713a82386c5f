// `npm run demo`: a demonstration on the real local system. Each step is checked.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { styleText } from 'node:util';
import { readRecords } from '../cli/audit/record-source.ts';
import { writeReport } from '../cli/audit/report.ts';
import { readSignedAnchors } from '../cli/audit/signed-anchors.ts';
import { describeVerification } from '../cli/audit/verify-log.ts';
import { TokenClient, TokenVendingError } from '../client/index.ts';
import { type HttpsResponse, openHttpsTransport } from '../lib/http/https-transport.ts';
import type { VendedToken } from '../lib/http/wire.ts';
import { openLocalAnchoring } from './anchoring.ts';
import { readDocument } from './seed.ts';
import { type LocalSystem, startLocalSystem } from './system.ts';

type Format = Parameters<typeof styleText>[0];
const paint = (format: Format, text: string) =>
  process.stdout.isTTY ? styleText(format, text) : text;
const say = (line = '') => void process.stdout.write(`${line}\n`);
const fact = (name: string, value: string) => say(`   ${paint('dim', name.padEnd(12))} ${value}`);

let chapter = 0;
function title(text: string): void {
  chapter += 1;
  say();
  say(paint('bold', `${chapter}. ${text}`));
}

/** A client that acts as one caller, and keeps the headers of its last response. */
function clientOf(system: LocalSystem, name: string) {
  const caller = system.caller(name);
  const transport = openHttpsTransport();
  let last: HttpsResponse | undefined;
  const client = new TokenClient({
    endpoint: system.endpoint,
    region: system.region,
    credentials: async () => caller,
    maxRetries: 0,
    transport: async (url, request) => {
      last = await transport(url, request);
      return last;
    },
  });
  return { client, showTiming: () => showTiming(last?.headers['server-timing'] ?? '') };
}

// Stages overlap: the function stores a record while it reads metadata, and reads keys while it
// requests the token. So the sum of the stages is not the total.
function showTiming(serverTiming: string): void {
  const times = [...serverTiming.matchAll(/(\w+);dur=([\d.]+)/g)];
  const of = (wanted: boolean) =>
    times
      .filter(([, name]) => (name === 'total') === wanted)
      .map(([, name, duration]) => (wanted ? `${duration} ms` : `${name} ${duration} ms`))
      .join(', ');
  fact('total', of(true));
  fact('stages', `${of(false)} (stages can overlap)`);
}

function show(token: VendedToken): void {
  const claims = JSON.parse(
    Buffer.from(token.access_token.split('.')[1] ?? '', 'base64url').toString(),
  );
  fact(
    'token',
    `SHA-256 ${createHash('sha256').update(token.access_token).digest('hex').slice(0, 16)}..., expires in ${token.expires_in} s, ${paint('green', token.source)}`,
  );
  fact('claims', `aud ${claims.aud}, scope ${claims.scope ?? '-'}, client_id ${claims.client_id}`);
  fact('mint', token.mint_id);
  fact('vend', token.vend_id);
}

interface Story {
  readonly system: LocalSystem;
  /** Number of token requests at the authorization server. */
  readonly mints: () => number;
  vends: number;
}

const ORDERS = { credential: 'checkout/orders-api', fresh: true } as const;
const BOTH_SCOPES = ['orders:read', 'orders:write'];

async function vendTwice(story: Story): Promise<void> {
  const { client, showTiming } = clientOf(story.system, 'ci-checkout');
  title('The caller is a CI job with an AWS role. It has no OAuth2 secret.');
  const identity = await client.callerIdentity();
  assert.equal(identity.name, 'ci-checkout');
  fact('signed as', identity.arn);
  fact('principal', identity.principal);

  title(
    'The job requests a token of checkout/orders-api. The function gets a new token from the server.',
  );
  const first = await client.getToken(ORDERS);
  assert.equal(first.source, 'minted');
  show(first);
  showTiming();

  title('The job requests the same token again. The function returns the cached token.');
  const second = await client.getToken(ORDERS);
  assert.deepEqual([second.source, second.mint_id, story.mints()], ['cached', first.mint_id, 1]);
  show(second);
  showTiming();
  story.vends += 2;
}

async function vendToTen(story: Story): Promise<void> {
  title(
    'Ten callers request a token with scope orders:write at once. The function mints one token.',
  );
  const ask = () =>
    clientOf(story.system, 'ci-checkout').client.getToken({ ...ORDERS, scope: ['orders:write'] });
  const tokens = await Promise.all(Array.from({ length: 10 }, ask));
  const vends = new Set(tokens.map(({ vend_id }) => vend_id)).size;
  const mints = new Set(tokens.map(({ mint_id }) => mint_id)).size;
  assert.deepEqual([vends, mints, story.mints()], [10, 1, 2]);
  fact('vends', `${vends}, each with its own audit record`);
  fact('mints', `${mints}`);
  story.vends += vends;
}

async function refuse({ system }: Story): Promise<void> {
  title('A role that no policy names requests a token of the same credential.');
  const refusal = await clientOf(system, 'newcomer')
    .client.getToken(ORDERS)
    .then(
      () => assert.fail('the newcomer was given a token'),
      (error: unknown) => error,
    );
  assert.ok(refusal instanceof TokenVendingError && refusal.code === 'policy_denied');
  fact('refused', paint('red', `${refusal.message} (${refusal.code})`));
  fact('advice', refusal.advice);
}

async function surviveRotation(story: Story): Promise<void> {
  title('The client secret is rotated. Then a caller requests a token that is not cached.');
  const { client, showTiming } = clientOf(story.system, 'ci-checkout');
  await story.system.rotateSecret('checkout/orders-api');
  const token = await client.getToken({ ...ORDERS, scope: BOTH_SCOPES });
  assert.deepEqual([token.source, story.mints()], ['minted', 4]);
  fact('server', 'refuses the old secret with invalid_client');
  fact('function', 'reads the secret again, finds a new version and tries that version');
  show(token);
  showTiming();
  story.vends += 1;
}

async function surviveOutage(story: Story): Promise<void> {
  title('The authorization server is down. The function returns a cached token.');
  await story.system.authorizationServer.goDown();
  const token = await clientOf(story.system, 'ci-checkout').client.getToken({
    ...ORDERS,
    scope: BOTH_SCOPES,
  });
  assert.equal(token.source, 'cached');
  show(token);
  story.vends += 1;
  await story.system.authorizationServer.comeBack();
}

async function needNoSecret(story: Story): Promise<void> {
  title('checkout/invoices-api has no secret. AWS KMS signs what authenticates the client.');
  const { secretsManager, kms } = story.system;
  const document = readDocument(secretsManager.store, 'checkout/invoices-api');
  assert.deepEqual(
    [document['client_assertion_source'], document['client_secret']],
    ['kms', undefined],
  );
  fact('secret', 'none: the credential document names a key of AWS KMS');
  const { client, showTiming } = clientOf(story.system, 'ci-checkout');
  const token = await client.getToken({ credential: 'checkout/invoices-api' });
  assert.deepEqual([token.source, kms.calls.get('Sign')], ['minted', 1]);
  fact('kms', 'signed one assertion (ES256); the key never leaves AWS KMS');
  show(token);
  showTiming();
  story.vends += 1;
}

/** @returns the summary, printed after the last step */
async function tell(system: LocalSystem): Promise<string> {
  const mints = () => system.authorizationServer.requests.get('token') ?? 0;
  const story: Story = { system, mints, vends: 0 };
  for (const chapterOf of [
    vendTwice,
    vendToTen,
    refuse,
    surviveRotation,
    surviveOutage,
    needNoSecret,
  ])
    await chapterOf(story);
  return `${story.vends} vends and ${mints()} token requests. The server refused one request, which had the old secret.\nThe demo printed no token and no secret.`;
}

/** Path of the report of the last demo. */
const REPORT = 'dist/demo/audit-report.html';

async function proveLog(directory: string): Promise<void> {
  title('The audit log has a record of every decision. Anybody can verify the log offline.');
  const signal = AbortSignal.timeout(60_000);
  const log = path.join(directory, 'audit');
  const source = { region: undefined, profile: undefined, pathStyle: true, signal };
  const { anchor, publicKey } = await openLocalAnchoring(directory);
  const { anchors } = await anchor();
  fact('anchor', `root ${anchors[0]?.statement.root.slice(0, 16)}..., signed with ECDSA P-256`);
  const signed = await readSignedAnchors({ publicKey }, log, source);
  const records = readRecords(log, source);
  const { html, log: verified } = await writeReport(records, 'the demo', new Date(), { signed });
  assert.deepEqual(verified.breaks, []);
  assert.equal(verified.kinds['vend'], 15);
  for (const line of describeVerification(verified)) say(`   ${line}`);
  await mkdir(path.dirname(REPORT), { recursive: true });
  await writeFile(REPORT, html);
  fact('report', `${REPORT} (open it in a browser)`);
}

async function main(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'token-vending-demo-'));
  say(
    'Starting the authorization server, Secrets Manager, KMS, the gateway and the function on this machine ...',
  );
  const system = await startLocalSystem({ directory });
  try {
    const result = await tell(system);
    await proveLog(directory);
    say();
    say(paint('bold', result));
  } finally {
    await system.stop();
    await rm(directory, { recursive: true });
  }
  say();
  say('Next:');
  say('  npm start            runs the same system until Ctrl-C, for curl and the command line');
  say('  docs/local.md        describes the parts and the callers of the system');
  say('  docs/api.md          describes the HTTP API');
  say('  README.md            describes token-vending and how it works');
}

await main();
