import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LoopbackServer, listenOnLoopback } from '../../../local/loopback-server.ts';
import { ServiceError } from '../../../local/secrets-manager-operations.ts';
import { putDocument } from '../../../local/seed.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';
import { type Ran, runCommand } from '../../support/run-command.ts';

const NAME = 'token-vending/support/crm-api';
const SECRET = 'fake-secret-0001';
const NEW_SECRET = 'fake-secret-0002';

let world: OperatorWorld;
let issuer: Issuer;
let interrupt: AbortController;

beforeEach(async () => {
  world = await openOperatorWorld();
  issuer = await startIssuer();
  interrupt = new AbortController();
  // The AWS SDK reads them from the process, of which Jest gives each file its own.
  Object.assign(process.env, world.environment);
});
afterEach(async () => {
  await world.close();
  await issuer.close();
});

interface Issuer extends LoopbackServer {
  readonly requested: PromiseWithResolvers<void>;
  /** What the response to a token request waits for. */
  held: Promise<void> | undefined;
}

/** An authorization server of a few lines: metadata, and an opaque token for any request. */
async function startIssuer(): Promise<Issuer> {
  const state: Pick<Issuer, 'requested' | 'held'> = {
    requested: Promise.withResolvers<void>(),
    held: undefined,
  };
  const server = http.createServer(async ({ method }, response) => {
    const body =
      method === 'GET'
        ? { issuer: listening.url, token_endpoint: `${listening.url}/token` }
        : { access_token: 'fake-token', token_type: 'Bearer', expires_in: 3600 };
    if (method === 'POST') state.requested.resolve();
    if (method === 'POST') await state.held;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  const listening = await listenOnLoopback(server, 0, 'authorization server', 'nothing');
  return Object.assign(state, listening);
}

const document = () => ({ issuer: issuer.url, client_id: 'client-1', client_secret: SECRET });

async function run(...argv: string[]): Promise<Ran> {
  return await runCommand(argv, world.environment, interrupt.signal);
}

async function fileOf(text: string): Promise<string> {
  const file = path.join(world.folder, 'input');
  await writeFile(file, text);
  return file;
}

/** Interrupts `work` once Secrets Manager has carried out an operation, which it responds to when told. */
async function interruptDuring(operation: string, work: () => Promise<Ran>) {
  const respond = world.hold(operation);
  const outcome = work();
  await world.called(operation);
  interrupt.abort();
  return { outcome, respond };
}

describe('credentials put, interrupted', () => {
  const put = async () =>
    run(
      'credentials',
      'put',
      'support/crm-api',
      '--file',
      await fileOf(JSON.stringify(document())),
    );

  it('waits for the write that was sent, and says which version it is', async () => {
    await putDocument(world.manager.store, 'support/crm-api', document());
    const { outcome, respond } = await interruptDuring('PutSecretValue', put);
    respond();
    const version = world.manager.store.find(NAME)?.versions[1]?.id;
    expect(await outcome).toEqual({
      code: undefined,
      stdout: `support/crm-api replaced: version ${version}\n`,
      stderr: '',
    });
  });

  it('waits for a creation too', async () => {
    const { outcome, respond } = await interruptDuring('CreateSecret', put);
    respond();
    expect(await outcome).toMatchObject({
      code: undefined,
      stdout: expect.stringContaining('support/crm-api created: version '),
    });
  });

  it('sends no other write after that', async () => {
    const { outcome, respond } = await interruptDuring('PutSecretValue', put);
    respond();
    expect(await outcome).toEqual({ code: 130, stdout: '', stderr: '' });
    expect(world.stagesOf(NAME)).toBeUndefined();
  });

  it('says that the change may have been carried out, if there is no response', async () => {
    await putDocument(world.manager.store, 'support/crm-api', document());
    const { outcome } = await interruptDuring('PutSecretValue', put);
    await world.manager.close();
    expect(await outcome).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(
        /interrupted\. .* did not respond to PutSecretValue [\s\S]* may have been carried out: token-vending credentials show support\/crm-api/,
      ),
    });
  });
});

describe('credentials rotate-secret, interrupted', () => {
  const rotate = async () =>
    run(
      'credentials',
      'rotate-secret',
      'support/crm-api',
      '--secret-file',
      await fileOf(NEW_SECRET),
    );
  const pendingId = () => world.manager.store.find(NAME)?.versions[1]?.id;

  beforeEach(async () => {
    await putDocument(world.manager.store, 'support/crm-api', document());
  });
  afterEach(() => {
    // Nothing that is shown has a secret.
    expect(shown).not.toMatch(/fake-(secret|token)/);
  });
  let shown = '';
  const outcomeOf = async (outcome: Promise<Ran>) => {
    const ran = await outcome;
    shown = ran.stdout + ran.stderr;
    return ran;
  };

  it('takes the pending version back, if it was stored just then', async () => {
    const { outcome, respond } = await interruptDuring('PutSecretValue', rotate);
    respond();
    expect(await outcomeOf(outcome)).toEqual({
      code: 130,
      stdout: '',
      stderr: 'token-vending: interrupted. support/crm-api is not rotated: the old secret stays.\n',
    });
    expect(world.stagesOf(NAME)).toEqual([['AWSCURRENT'], []]);
  });

  it('takes the pending version back at once, if it was being proven', async () => {
    const { promise, resolve: issue } = Promise.withResolvers<void>();
    issuer.held = promise;
    const outcome = rotate();
    await issuer.requested.promise;
    interrupt.abort();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('is not rotated: the old secret stays.'),
    });
    expect(world.stagesOf(NAME)).toEqual([['AWSCURRENT'], []]);
    issue();
  });

  it('completes the rotation, if the new version was made the current one just then', async () => {
    const { outcome, respond } = await interruptDuring('UpdateSecretVersionStage', rotate);
    respond();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: undefined,
      stdout: expect.stringContaining(`support/crm-api rotated: version ${pendingId()}\n`),
    });
    expect(world.stagesOf(NAME)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  });

  it('says that the new secret may be pending, if there is no response to it', async () => {
    const { outcome } = await interruptDuring('PutSecretValue', rotate);
    await world.manager.close();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(
        /to PutSecretValue [\s\S]*The new one may be stored as AWSPENDING/,
      ),
    });
  });

  it('says that the pending version stays, if it cannot be taken back', async () => {
    const { outcome, respond } = await interruptDuring('PutSecretValue', rotate);
    world.manager.fault = new ServiceError('AccessDeniedException', 'No.');
    respond();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: 130,
      stderr: expect.stringContaining(`Version ${pendingId()} of ${NAME} stays AWSPENDING`),
    });
  });

  it('says that the new version may be current, if there is no response to that', async () => {
    const { outcome } = await interruptDuring('UpdateSecretVersionStage', rotate);
    await world.manager.close();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(
        new RegExp(`The new version is ${pendingId()}: .* shows whether it is the current one`),
      ),
    });
  });
});
