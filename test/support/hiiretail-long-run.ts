import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { readDocument } from '../../local/seed.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { findCanaries, readAllFiles } from './canary-search.ts';
import {
  CREDENTIAL,
  callsOf,
  hiiretailEnvironment,
  type Mode,
  openHiiRetail,
  tenantOf,
} from './hiiretail.ts';
import { describeTerraform, type RunningTerraform, type Terraform } from './terraform.ts';
import { releaseProvider } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
let release: Release;
let terraform: Terraform;

const LIFETIME = 5;

async function startWithShortTokens(): Promise<void> {
  system = await startTestSystem();
  const { authorizationServer, secretsManager, iamApi } = system;
  const id = String(readDocument(secretsManager.store, CREDENTIAL)['client_id']);
  const client = authorizationServer.find(id);
  if (client === undefined) throw new Error('the local system has no client of Hii Retail');
  authorizationServer.register({ ...client, tokenLifetime: LIFETIME });
  iamApi.latency = 250;
}

const provider: Record<Mode, string> = {
  vended: 'provider "hiiretail" {\n  token_vending {\n    min_ttl = "1s"\n  }\n}\n',
  direct: '',
};

const groups = (count: number) => `
resource "hiiretail_iam_group" "team" {
  count = ${count}
  name  = "Team \${count.index}"
}
`;

/** Waits until a condition holds or the run ends. */
async function awaitIn(run: RunningTerraform, isSo: () => boolean): Promise<void> {
  let ended = false;
  void run.finished.then(() => {
    ended = true;
  });
  while (!ended && !isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The usable lifetime: whole seconds on the wire, less the tenth in which the provider renews. */
const USABLE = (LIFETIME - 1 - LIFETIME / 10) * 1000;

async function outlive(mode: Mode, count: number): Promise<void> {
  await startWithShortTokens();
  const environment = hiiretailEnvironment(system, mode);
  terraform = await openHiiRetail(release, environment, provider[mode] + groups(count));
  const before = system.requests('token');
  const started = Date.now();
  const run = terraform.start(['apply', '-auto-approve', '-parallelism=10'], { TF_LOG: 'trace' });
  await awaitIn(run, () => callsOf(system, 'POST', /\/groups$/) >= count / 3);
  // Just after a renewal, because a token that is about to be renewed would be replaced anyway.
  const seen = system.iamApi.acceptedTokens().length;
  await awaitIn(run, () => system.iamApi.acceptedTokens().length > seen);
  const rejectedBefore = system.iamApi.requests.filter(({ status }) => status === 401).length;
  system.iamApi.revokeTokens();
  const { code, stdout, stderr } = await run.finished;
  const lifetimes = Math.ceil((Date.now() - started) / USABLE);

  expect([code, stdout.slice(-200)]).toEqual([0, expect.stringContaining(`${count} added`)]);
  expect(tenantOf(system).groups.all().length).toBeGreaterThanOrEqual(count);
  // Only the requests that were under way with the revoked token.
  const rejected = system.iamApi.requests.filter(({ status }) => status === 401).length;
  expect(rejected - rejectedBefore).toBeGreaterThanOrEqual(1);
  expect(rejected).toBeLessThanOrEqual(10);
  const requests = system.requests('token') - before;
  expect(requests).toBeGreaterThanOrEqual(2);
  expect(requests).toBeLessThanOrEqual(lifetimes + 1);
  expect(callsOf(system, 'POST', /\/groups$/)).toBeLessThanOrEqual(count + rejected);

  const files = await readAllFiles(terraform.folder);
  const written = [stdout, stderr, ...files.map(({ text }) => text)].join('\n');
  expect(stderr).toContain('hiiretail');
  expect(findCanaries(written, secretsOf(environment))).toEqual([]);
}

function secretsOf(environment: Record<string, string>): string[] {
  return ['HIIRETAIL_CLIENT_SECRET', 'HIIRETAIL_CLIENT_ID', 'AWS_SECRET_ACCESS_KEY']
    .map((name) => environment[name])
    .concat(system.iamApi.acceptedTokens())
    .filter((secret) => secret !== undefined);
}

/** Runs of Terraform that take several lifetimes of a token. */
export function describeLongRuns(count: number, modes: readonly Mode[]): void {
  describeTerraform(`a run of ${count} resources whose tokens live ${LIFETIME} seconds`, () => {
    beforeAll(async () => {
      release = await releaseProvider('hiiretail');
    });
    afterEach(async () => {
      await terraform.close();
      await system.stop();
    });

    it.each(modes)(
      'finishes with %s tokens on one request a lifetime, and a token revoked in the middle costs one more',
      (mode) => outlive(mode, count),
      180_000,
    );
  });
}
