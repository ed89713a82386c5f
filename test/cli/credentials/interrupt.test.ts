import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type LoopbackServer, listenOnLoopback } from '../../../local/loopback-server.ts';
import { putDocument } from '../../../local/seed.ts';
import { ServiceError } from '../../../local/service-error.ts';
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
  /** The response to a token request waits for this. */
  held: Promise<void> | undefined;
  token: string;
  /** The request for keys, which has no response. */
  readonly keys: PromiseWithResolvers<http.ServerResponse>;
}

/** An authorization server of a few lines: metadata, and the same token for any request. */
async function startIssuer(): Promise<Issuer> {
  const state: Pick<Issuer, 'requested' | 'held' | 'token' | 'keys'> = {
    requested: Promise.withResolvers<void>(),
    held: undefined,
    token: 'fake-token',
    keys: Promise.withResolvers<http.ServerResponse>(),
  };
  const server = http.createServer(async ({ method, url }, response) => {
    if (url === '/keys') return state.keys.resolve(response);
    const metadata = {
      issuer: listening.url,
      token_endpoint: `${listening.url}/token`,
      jwks_uri: `${listening.url}/keys`,
    };
    const body =
      method === 'GET'
        ? metadata
        : { access_token: state.token, token_type: 'Bearer', expires_in: 3600 };
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

/**
 * Interrupts `work` after Secrets Manager has carried out an operation. Its response waits until it
 * is released.
 */
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

  it('says that the change may have been carried out, if the response is an error of the service', async () => {
    await putDocument(world.manager.store, 'support/crm-api', document());
    const { outcome, respond } = await interruptDuring('PutSecretValue', put);
    respond(new ServiceError('InternalServiceError', 'No.', 500));
    expect(await outcome).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(
        /interrupted\. Secrets Manager: No\. \(InternalServiceError\)\n[\s\S]* may have been carried out: token-vending credentials show support\/crm-api/,
      ),
    });
    expect(world.stagesOf(NAME)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  });

  it('says that the write was refused', async () => {
    world.manager.fault = new ServiceError('AccessDeniedException', 'No.');
    const { outcome, respond } = await interruptDuring('PutSecretValue', put);
    respond();
    expect(await outcome).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringContaining(
        'interrupted. Secrets Manager: No. (AccessDeniedException)\n',
      ),
    });
  });
});

describe('credentials put', () => {
  it('says that the change may have been carried out, if the service fails at every attempt', async () => {
    await putDocument(world.manager.store, 'support/crm-api', document());
    world.manager.faults.set(
      'PutSecretValue',
      new ServiceError('InternalServiceError', 'No.', 500),
    );
    const file = await fileOf(JSON.stringify(document()));
    expect(await run('credentials', 'put', 'support/crm-api', '--file', file)).toMatchObject({
      code: 6,
      stdout: '',
      stderr: expect.stringMatching(
        /^token-vending: Secrets Manager: No\. \(InternalServiceError\)\n[\s\S]* may have been carried out: token-vending credentials show/,
      ),
    });
  });
});

describe('credentials test, interrupted', () => {
  it('ends the request for keys at once', async () => {
    await putDocument(world.manager.store, 'support/crm-api', document());
    // Without the interrupt, the request ends after 5 s.
    jest.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    const header = Buffer.from('{"alg":"ES256","kid":"k"}').toString('base64url');
    issuer.token = `${header}.e30.AA`;
    const outcome = run('credentials', 'test', 'support/crm-api');
    const response = await issuer.keys.promise;
    const closed = once(response, 'close');
    interrupt.abort();
    expect(await outcome).toEqual({ code: 130, stdout: '', stderr: '' });
    await closed;
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
    // No output contains a secret.
    expect(shown).not.toMatch(/fake-(secret|token)/);
  });
  let shown = '';
  const outcomeOf = async (outcome: Promise<Ran>) => {
    const ran = await outcome;
    shown = ran.stdout + ran.stderr;
    return ran;
  };

  it('removes the pending version, if it was just stored', async () => {
    const { outcome, respond } = await interruptDuring('PutSecretValue', rotate);
    respond();
    expect(await outcomeOf(outcome)).toEqual({
      code: 130,
      stdout: '',
      stderr: 'token-vending: interrupted. support/crm-api is not rotated: the old secret stays.\n',
    });
    expect(world.stagesOf(NAME)).toEqual([['AWSCURRENT'], []]);
  });

  it('removes the pending version at once, if it was being tested', async () => {
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

  it('completes the rotation, if the new version was just made the current one', async () => {
    const { outcome, respond } = await interruptDuring('UpdateSecretVersionStage', rotate);
    respond();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: undefined,
      stdout: expect.stringContaining(`support/crm-api rotated: version ${pendingId()}\n`),
    });
    expect(world.stagesOf(NAME)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  });

  it('says that the new secret may be pending, if there is no response to storing it', async () => {
    const { outcome } = await interruptDuring('PutSecretValue', rotate);
    await world.manager.close();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(
        /to PutSecretValue [\s\S]*The new one may be stored as AWSPENDING/,
      ),
    });
  });

  it('says that the pending version stays, if it cannot be removed', async () => {
    const { outcome, respond } = await interruptDuring('PutSecretValue', rotate);
    world.manager.fault = new ServiceError('AccessDeniedException', 'No.');
    respond();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: 130,
      stderr: expect.stringContaining(`Version ${pendingId()} of ${NAME} stays AWSPENDING`),
    });
  });

  it('says that the new version may be current, if there is no response to the promotion', async () => {
    const { outcome } = await interruptDuring('UpdateSecretVersionStage', rotate);
    await world.manager.close();
    expect(await outcomeOf(outcome)).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(
        new RegExp(`The new version is ${pendingId()}: .* shows whether it is the current one`),
      ),
    });
  });

  it('says that the old secret stays, if nothing was written yet', async () => {
    const { outcome } = await interruptDuring('GetSecretValue', rotate);
    expect(await outcomeOf(outcome)).toEqual({
      code: 130,
      stdout: '',
      stderr: 'token-vending: interrupted. support/crm-api is not rotated: the old secret stays.\n',
    });
    expect(world.stagesOf(NAME)).toEqual([['AWSCURRENT']]);
  });
});

// After a 4xx nothing was done. After a 5xx that is unknown.
const errors = [
  ['AccessDeniedException', 400, 4],
  ['ThrottlingException', 400, 6],
  ['InternalServiceError', 500, 6],
] as const;

describe.each([true, false])('credentials rotate-secret (interrupted: %s)', (interrupted) => {
  const newId = () => world.manager.store.find(NAME)?.versions[1]?.id;

  beforeEach(async () => {
    await putDocument(world.manager.store, 'support/crm-api', document());
  });

  /** Interrupts or not while the response to an operation waits until it is released. */
  async function rotateUntil(operation: string, ...flags: string[]) {
    const respond = world.hold(operation);
    const file = await fileOf(NEW_SECRET);
    const argv = ['credentials', 'rotate-secret', 'support/crm-api', '--secret-file', file];
    const outcome = run(...argv, ...flags);
    await world.called(operation);
    if (interrupted) interrupt.abort();
    return { outcome, respond };
  }

  describe('has made the new version the current one', () => {
    it.each(errors)('and warns, if %s refuses the clean-up', async (type, status, _exit) => {
      const { outcome, respond } = await rotateUntil('UpdateSecretVersionStage');
      world.manager.fault = new ServiceError(type, 'No.', status);
      respond();
      const { code, stdout, stderr } = await outcome;
      expect(code).toBeUndefined();
      expect(stdout).toContain(`support/crm-api rotated: version ${newId()}\n`);
      expect(stderr).toContain(
        `warning: the stage AWSPENDING ${status < 500 ? 'stays' : 'may stay'} on version ${newId()} of ${NAME}, which is the current one.`,
      );
      expect(stderr).toContain(`(${type})`);
      expect(stderr).toContain(
        `--secret-id ${NAME} --version-stage AWSPENDING --remove-from-version-id ${newId()}`,
      );
      expect(world.stagesOf(NAME)).toEqual([['AWSPREVIOUS'], ['AWSPENDING', 'AWSCURRENT']]);
    });

    it('and warns of nothing, if the clean-up fails once', async () => {
      const { outcome, respond } = await rotateUntil('UpdateSecretVersionStage');
      world.manager.fault = new ServiceError('InternalServiceError', 'No.', 500);
      const respondToCleanUp = world.hold('UpdateSecretVersionStage');
      respond();
      await world.called('UpdateSecretVersionStage', 2);
      world.manager.fault = undefined;
      respondToCleanUp();
      const { code, stdout, stderr } = await outcome;
      expect(code).toBeUndefined();
      expect(stdout).toContain('support/crm-api rotated: version');
      expect(stderr).not.toContain('AWSPENDING');
      expect(world.stagesOf(NAME)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
    });

    it('and warns, if the connection is lost during the clean-up', async () => {
      const { outcome, respond } = await rotateUntil('UpdateSecretVersionStage', '--json');
      world.hold('UpdateSecretVersionStage');
      respond();
      await world.called('UpdateSecretVersionStage', 2);
      await world.manager.close();
      const { code, stdout, stderr } = await outcome;
      expect(code).toBeUndefined();
      expect(JSON.parse(stdout)).toMatchObject({ outcome: 'rotated', version: newId() });
      expect(stderr).toContain(`AWSPENDING may stay on version ${newId()}`);
    });

    it('and says so, if the response to that is an error', async () => {
      const { outcome, respond } = await rotateUntil('UpdateSecretVersionStage');
      // As in a second attempt after the first one was carried out.
      respond(new ServiceError('InvalidParameterException', 'No.'));
      expect(await outcome).toMatchObject({
        code: undefined,
        stdout: expect.stringContaining(`support/crm-api rotated: version ${newId()}\n`),
      });
      expect(world.stagesOf(NAME)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
    });

    it('and says how to find out, if there is no response to that', async () => {
      const { outcome } = await rotateUntil('UpdateSecretVersionStage');
      await world.manager.close();
      expect(await outcome).toMatchObject({
        code: interrupted ? 130 : 6,
        stdout: '',
        stderr: expect.stringMatching(
          new RegExp(`The new version is ${newId()}: .* shows whether it is the current one`),
        ),
      });
    });
  });

  describe('has not made the new version the current one', () => {
    it.each(errors)('and says so, if %s refuses that', async (type, status, exit) => {
      world.manager.faults.set('UpdateSecretVersionStage', new ServiceError(type, 'No.', status));
      const { outcome, respond } = await rotateUntil('UpdateSecretVersionStage');
      respond();
      expect(await outcome).toMatchObject({
        code: interrupted ? 130 : exit,
        stdout: '',
        stderr: expect.stringMatching(
          new RegExp(
            `${type}[\\s\\S]*not rotated: the old secret stays[\\s\\S]*Version ${newId()} of ${NAME} ${status < 500 ? 'stays' : 'may stay'} AWSPENDING`,
          ),
        ),
      });
      expect(world.stagesOf(NAME)).toEqual([['AWSCURRENT'], ['AWSPENDING']]);
    });

    it.each(errors)('and says so, if %s refuses the new secret', async (type, status, exit) => {
      world.manager.faults.set('PutSecretValue', new ServiceError(type, 'No.', status));
      const { outcome, respond } = await rotateUntil('PutSecretValue');
      respond();
      expect(await outcome).toMatchObject({
        code: interrupted ? 130 : exit,
        stdout: '',
        stderr: expect.stringMatching(
          new RegExp(
            `${type}[\\s\\S]*support/crm-api is not rotated: the old secret stays\\.\n${status < 500 ? '' : '  The new one may be stored as AWSPENDING'}`,
          ),
        ),
      });
      expect(world.stagesOf(NAME)).toEqual([['AWSCURRENT']]);
    });

    it('and says so, if there is no response to the new secret', async () => {
      const { outcome } = await rotateUntil('PutSecretValue');
      await world.manager.close();
      expect(await outcome).toMatchObject({
        code: interrupted ? 130 : 6,
        stdout: '',
        stderr: expect.stringMatching(
          /not rotated: the old secret stays\.\n {2}The new one may be stored as AWSPENDING/,
        ),
      });
    });

    it('and says so, if no token is obtained', async () => {
      issuer.token = '';
      const { outcome, respond } = await rotateUntil('PutSecretValue');
      respond();
      expect(await outcome).toMatchObject({
        code: interrupted ? 130 : 8,
        stdout: '',
        stderr: expect.stringContaining('support/crm-api is not rotated: the old secret stays.\n'),
      });
      expect(world.stagesOf(NAME)).toEqual([['AWSCURRENT'], []]);
    });
  });
});
