import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { putDocument, readDocument } from '../../local/seed.ts';
import { ServiceError } from '../../local/service-error.ts';
import {
  CANARY,
  FAILING_SERVER,
  INVALID_METADATA,
  INVALID_TOKENS,
  rewrite,
  type UpstreamRow,
} from './invalid-upstream-rows.ts';
import { sampleRows } from './sample-rows.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

/** The names of the rows to run. */
export interface UpstreamSample {
  readonly metadata: readonly string[];
  readonly tokens: readonly string[];
  readonly errors: readonly string[];
}

const rowsOf = (rows: readonly UpstreamRow[], names?: readonly string[]) =>
  sampleRows(rows, ([what]) => what, names);

/**
 * Vends while the authorization server or Secrets Manager returns invalid responses or errors.
 *
 * @param sample rows to run; all if absent
 */
export function describeInvalidUpstream(sample?: UpstreamSample): void {
  let system: TestSystem;
  let credentialNumber = 0;

  beforeAll(async () => {
    system = await startTestSystem();
    system.guard(CANARY);
  });

  afterEach(() => {
    system.authorizationServer.faults.clear();
    system.secretsManager.fault = undefined;
  });

  afterAll(async () => {
    await system.stop();
  });

  /** A new credential, with its own issuer if metadata must not be cached yet. */
  async function newCredential(changes: object = {}): Promise<string> {
    credentialNumber += 1;
    const name = `checkout/fault-${credentialNumber}`;
    const orders = readDocument(system.secretsManager.store, 'checkout/orders-api');
    await putDocument(system.secretsManager.store, name, { ...orders, ...changes });
    return name;
  }

  const request = (credential: string) => system.client('ci-checkout').getToken({ credential });

  describe('invalid metadata', () => {
    it.each(rowsOf(INVALID_METADATA, sample?.metadata))(
      'is rejected with %s, and no token is requested',
      async (_what, fault, code) => {
        // Metadata is cached for an hour by issuer, so only a new process reads it.
        await system.function.restart();
        const credential = await newCredential();
        const before = system.requests('token');
        system.authorizationServer.faults.set('metadata', fault);
        await expect(request(credential)).rejects.toMatchObject({ code });
        expect(system.requests('token')).toBe(before);
      },
    );
  });

  describe('invalid token responses', () => {
    it.each(rowsOf(INVALID_TOKENS, sample?.tokens))(
      'are rejected with %s',
      async (_what, fault, code) => {
        const credential = await newCredential();
        system.authorizationServer.faults.set('token', fault);
        await expect(request(credential)).rejects.toMatchObject({ code, status: 502 });
      },
    );

    it('may state the lifetime only in the JWT', async () => {
      const credential = await newCredential();
      system.authorizationServer.faults.set(
        'token',
        rewrite(({ expires_in: _, ...json }) => json),
      );
      expect((await request(credential)).expires_in).toBeGreaterThan(3_500);
    });
  });

  describe('a failing authorization server', () => {
    it.each(rowsOf(FAILING_SERVER, sample?.errors))('with %s', async (_what, fault, outcome) => {
      const credential = await newCredential();
      system.authorizationServer.faults.set('token', fault);
      const result = await request(credential).then(
        ({ source }) => source,
        ({ code }) => code,
      );
      expect(result).toBe(outcome);
    });
  });

  describe('a failing Secrets Manager', () => {
    it.each([
      'AccessDeniedException',
      'ThrottlingException',
      'DecryptionFailure',
      'InternalServiceError',
    ])('with %s', async (type) => {
      const credential = await newCredential();
      system.secretsManager.fault = new ServiceError(
        type,
        CANARY,
        type === 'InternalServiceError' ? 500 : 400,
      );
      await expect(request(credential)).rejects.toMatchObject({
        code: 'secrets_unavailable',
        status: 503,
      });
    });

    it('has no such secret, or one scheduled for deletion', async () => {
      await expect(request('checkout/never-was')).rejects.toMatchObject({
        code: 'credential_unknown',
      });
    });

    it('returns a binary secret', async () => {
      const name = await newCredential();
      const store = system.secretsManager.store;
      const secret = store.find(`token-vending/${name}`);
      if (secret === undefined) throw new Error('the credential was put a line above');
      await store.put({
        ...secret,
        versions: [{ id: 'b', binary: 'AAAA', stages: ['AWSCURRENT'], createdAt: 0 }],
      });
      await expect(request(name)).rejects.toMatchObject({
        code: 'credential_invalid',
        message: expect.stringMatching(/not binary/),
      });
    });
  });
}
