import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDocument } from '../../local/seed.ts';
import { environmentOf } from '../support/command-line.ts';
import {
  openPageCommands,
  type PageCommands,
  type ShellBlock,
  shellBlocksOf,
} from '../support/page-commands.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const PAGE = 'docs/operate.md';
const NAME = 'checkout/orders-api';
let system: TestSystem;
let page: PageCommands;

beforeAll(async () => {
  system = await startTestSystem();
  page = await openPageCommands(path.join(system.directory, 'page'));
});
afterAll(async () => {
  await system.stop();
});

async function type(block: ShellBlock | undefined, caller: string): Promise<string> {
  expect(block).toBeDefined();
  const output = await page.type(block as ShellBlock, environmentOf(system, caller));
  system.show(`${block?.commands}`, output);
  return output;
}

const secretOf = () => readDocument(system.secretsManager.store, NAME)['client_secret'];

describe('the commands of docs/operate.md', () => {
  it('stop a credential in an emergency', async () => {
    const [stop, verify, ...more] = await shellBlocksOf(PAGE, '### Emergency');
    expect(more).toEqual([]);
    expect(`${stop?.commands}${verify?.commands}`.trim().split('\n')).toHaveLength(3);
    await system.client('ci-checkout').getToken({ credential: NAME });
    const reads = system.reads();
    expect(await type(stop, 'operator')).toContain('disabled');
    // In a process that has read the document, this takes up to 60 s: test/soak/emergency.test.ts.
    await system.function.restart();
    expect(await type(verify, 'operator')).toContain('credential_disabled');
    expect(system.reads()).toBeGreaterThan(reads);
    await page.run(
      `npx --no-install token-vending credentials enable ${NAME}`,
      environmentOf(system, 'checkout-lead'),
    );
    await system.function.restart();
  });

  it('rotate a secret by its recipe, and store one that somebody made at the server', async () => {
    const [rotate, look, store, ...more] = await shellBlocksOf(PAGE, '### Rotations');
    expect(more).toEqual([]);
    const before = secretOf();
    expect(await type(rotate, 'operator')).toContain('finish');
    expect(secretOf()).not.toBe(before);
    expect(await type(look, 'operator')).toContain('AWSCURRENT');
    const made = 'canary-made-at-the-server-7f21';
    system.guard(made);
    const clientId = String(readDocument(system.secretsManager.store, NAME)['client_id']);
    const client = system.authorizationServer.find(clientId);
    system.authorizationServer.register({ ...client, client_id: clientId, client_secret: made });
    const file = path.join(page.directory, 'secret.txt');
    await writeFile(file, made);
    await type(store, 'operator');
    await writeFile(file, '');
    expect(secretOf()).toBe(made);
    const token = await system.client('ci-checkout').getToken({ credential: NAME, fresh: true });
    expect(token.access_token).not.toBe('');
  });
});
