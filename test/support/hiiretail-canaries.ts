import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { findCanaries, findEnds, readAllFiles } from './canary-search.ts';
import { hiiretailEnvironment, type Mode } from './hiiretail.ts';
import type { HiiRetailRuns } from './hiiretail-runs.ts';
import { describeTerraform, releaseThin } from './terraform.ts';
import type { TestSystem } from './test-system.ts';

const GROUP = `
resource "hiiretail_iam_group" "it" {
  name = "Auditors"
}
`;

/** A secret of which any four characters can be found, because nothing else here contains them. */
const SECRET = '~Qz^-fake-secret-of-this-run-^zQ~';

function useSecret(
  system: TestSystem,
  environment: Record<string, string>,
): Record<string, string> {
  const { HIIRETAIL_CLIENT_ID: id } = environment;
  if (id === undefined) return environment;
  const { authorizationServer } = system;
  authorizationServer.register({
    ...authorizationServer.find(id),
    client_id: id,
    client_secret: SECRET,
  });
  system.guard(SECRET);
  return { ...environment, HIIRETAIL_CLIENT_SECRET: SECRET };
}

// These carry the token further: ignored attributes of another configuration, and another provider,
// which writes it to a file.
const EPHEMERAL = `
ephemeral "hiiretail_access_token" "it" {}
locals {
  lives = timecmp(ephemeral.hiiretail_access_token.it.expires_at, plantimestamp()) > 0
}
provider "hiiretail" {
  alias        = "check"
  tenant_id    = local.lives ? "FAKETENANT" : ""
  iam_endpoint = ephemeral.hiiretail_access_token.it.access_token
}
resource "hiiretail_iam_group" "check" {
  provider = hiiretail.check
  name     = "Checked"
}
data "hiiretail_iam_groups" "all" {}
provider "sample" {
  token = ephemeral.hiiretail_access_token.it.access_token
}
data "sample_echo" "it" {
  text = "whatever"
}
`;

/** Suite that searches all that a run writes for secrets and tokens. */
export function describeCanaries(runs: HiiRetailRuns, modes: readonly Mode[]): void {
  describeTerraform('secrets and tokens', () => {
    let elsewhere: string;
    let sample: Release;
    beforeAll(async () => {
      elsewhere = await mkdtemp(path.join(tmpdir(), 'elsewhere-'));
      sample = await releaseThin(await bundleSample(elsewhere));
    });
    afterAll(() => rm(elsewhere, { recursive: true, force: true }));

    it.each(modes)(
      'stand neither in state, plan, trace nor messages of a run with %s tokens, nor do their beginnings and ends',
      async (mode) => {
        const environment = useSecret(runs.system, hiiretailEnvironment(runs.system, mode));
        const notes = path.join(elsewhere, `notes-${mode}`);
        const configuration = GROUP + EPHEMERAL;
        await runs.open(configuration, { ...environment, SAMPLE_NOTES: notes }, sample);
        const written: string[] = [];
        const say = async (args: string[]) => {
          const { stdout, stderr } = await runs.terraform.succeed(args, { TF_LOG: 'trace' });
          written.push(stdout, stderr);
        };
        await say(['plan', '-out=saved']);
        for (const { text } of await runs.terraform.unzipPlan('saved')) written.push(text);
        await say(['apply', 'saved']);
        for (const { text } of await readAllFiles(runs.terraform.folder)) written.push(text);
        await say(['destroy', '-auto-approve']);
        runs.system.iamApi.faults.push({
          response: { status: 400, body: '{"message":["no"]}' },
          times: 9,
        });
        const failed = await runs.terraform.run(['apply', '-auto-approve'], { TF_LOG: 'trace' });
        written.push(failed.stdout, failed.stderr);

        const names = ['HIIRETAIL_CLIENT_SECRET', 'HIIRETAIL_CLIENT_ID', 'AWS_SECRET_ACCESS_KEY'];
        const secrets = names.map((name) => environment[name] ?? '').filter(Boolean);
        const tokens = runs.system.iamApi.acceptedTokens();
        const canaries = [...secrets, ...tokens];
        const text = written.join('\n');
        expect(text).toMatch(/provider\.terraform-provider-hiiretail/);
        expect(findCanaries(text, canaries)).toEqual([]);
        expect(findEnds(text, canaries)).toEqual([]);
        expect(text).not.toMatch(/~Qz\^|\^zQ~/);
        // The search must find the token where it was written, and by its ends, because a mask may
        // show them.
        const carried = await readFile(notes, 'utf8');
        expect(findCanaries(carried, tokens)).not.toEqual([]);
        const masked = canaries.map((canary) => `${canary.slice(0, 4)}****${canary.slice(-4)}`);
        expect(findEnds(masked.join('\n'), canaries)).toHaveLength(canaries.length);
      },
    );
  });
}
