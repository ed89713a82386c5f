import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EditorFunctions } from '../../local/functions.ts';
import type { ReplicaRegion } from '../../local/replica-region.ts';
import { environmentOf } from '../support/command-line.ts';
import { openPageCommands, type PageCommands, shellBlocksOf } from '../support/page-commands.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const NAME = 'checkout/orders-api';
const SECRET = `token-vending/${NAME}`;
const blocks = await shellBlocksOf('docs/operate.md', '### The loss of a Region');
const [preparing, ...others] = (
  await shellBlocksOf('docs/deploy.md', '## 8. Several Regions')
).filter(({ commands }) => commands.startsWith('for '));

let system: TestSystem;
let replica: ReplicaRegion;
let page: PageCommands;
let taken: EditorFunctions;

beforeAll(async () => {
  system = await startTestSystem({ replica: true });
  replica = system.replica as ReplicaRegion;
  page = await openPageCommands(path.join(system.directory, 'page'));
});
afterAll(async () => {
  await system.stop();
});

/** The environment of a caller of the second Region, or of the first one. */
function as(caller: string, region = replica.region): Record<string, string> {
  const isReplica = region === replica.region;
  return {
    ...environmentOf(system, caller),
    TOKEN_VENDING_ENDPOINT: isReplica ? replica.endpoint : system.endpoint,
    TOKEN_VENDING_REGION: region,
  };
}

/** The environment of somebody who administers the account, and of the operator of the deployment. */
function asOperator(region?: string): Record<string, string> {
  return {
    ...as('operator', region),
    AWS_PROFILE: 'account-admin',
    TEST_AWS_ENDPOINTS: JSON.stringify({
      [system.region]: system.secretsManager.url,
      [replica.region]: replica.secretsManager.url,
    }),
  };
}

/** The block of the page that contains a text. */
function blockWith(text: string): string {
  const found = blocks.filter(({ commands }) => commands.includes(text));
  expect(found).toHaveLength(1);
  return found[0]?.commands as string;
}

const secretsIn = ({ store }: ReplicaRegion['secretsManager']) =>
  store.all().map(({ name }) => name);
const originOf = ({ store }: ReplicaRegion['secretsManager']) => store.find(SECRET)?.primaryRegion;

describe('the loss of a Region, by the commands of docs/operate.md', () => {
  it('is prepared by an empty change of each credential, which copies it', async () => {
    expect(others).toEqual([]);
    expect(secretsIn(replica.secretsManager)).toEqual([]);
    await page.run(preparing?.commands as string, asOperator(system.region));
    expect(secretsIn(replica.secretsManager)).toEqual(secretsIn(system.secretsManager));
    expect(originOf(replica.secretsManager)).toBe(system.region);
  });

  it('step 1: callers get tokens from the other Region, with the copies of the secrets', async () => {
    await system.loseRegion();
    const commands = blockWith('whoami').replace(/https:\S+/, replica.endpoint);
    const output = await page.run(commands, as('ci-checkout'));
    expect(output).toContain(`${system.caller('ci-checkout').identity.accountId}`);
  });

  it('step 3: the other Region takes over, with a registry of its own', async () => {
    await page.run(blockWith('stop-replication-to-replica'), asOperator());
    expect(originOf(replica.secretsManager)).toBeUndefined();
    taken = await replica.takeOver();
    await page.run(blockWith('--patch -'), asOperator());
    const disable = `npx --no-install token-vending credentials disable ${NAME}`;
    expect(await page.run(disable, asOperator())).toContain('disabled');
    expect(await page.run(disable.replace('disable', 'enable'), asOperator())).toContain('enabled');
  });

  it('steps 4 to 6: the Region that is back gets copies, and vends again', async () => {
    await system.regainRegion(taken.registry);
    await page.run(blockWith('put-function-concurrency'), asOperator());
    const log = path.join(system.directory, 'audit');
    const lost = blockWith('--kind registration').replace(/s3:\S+/, log);
    expect(await page.run(lost, asOperator())).toContain('AWSCURRENT');
    await page.run(blockWith('delete-secret'), asOperator());
    expect(secretsIn(system.secretsManager)).toEqual([]);
    await page.run(blockWith('--patch -'), asOperator());
    expect(secretsIn(system.secretsManager)).toEqual(secretsIn(replica.secretsManager));
    expect(originOf(system.secretsManager)).toBe(replica.region);
    const again = 'npx --no-install token-vending exec checkout/orders-api -- true';
    await page.run(again, as('ci-checkout', system.region));
  });
});
