import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ifThere, OperatorCalls } from '../../../lib/credential/operator-calls.ts';
import { SecretsError } from '../../../lib/credential/secret-errors.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const NAME = 'token-vending/support/crm-api';
const refuse = (exception: string, status = 400) =>
  new SecretsError({ exception, message: 'No.', status }, NAME);
const failing = (error: Error) => async () => {
  throw error;
};

let calls: OperatorCalls;

beforeEach(() => {
  calls = new OperatorCalls(new AbortController().signal, new FakeClock());
});
afterEach(() => calls.close());

describe('a call of Secrets Manager', () => {
  it('returns what it reads, writes or finishes', async () => {
    expect(await calls.read(async () => 1)).toBe(1);
    expect(await calls.write('PutSecretValue', NAME, async () => 2)).toBe(2);
    expect(await calls.finish('PutSecretValue', NAME, async () => 3)).toBe(3);
  });

  it('throws the refusal of a write', async () => {
    const refusal = refuse('AccessDeniedException');
    await expect(calls.finish('PutSecretValue', NAME, failing(refusal))).rejects.toBe(refusal);
  });

  it('names the operation and the secret of a write that may have been carried out', async () => {
    const failure = refuse('InternalServiceError', 500);
    await expect(calls.finish('PutSecretValue', NAME, failing(failure))).rejects.toMatchObject({
      name: 'WriteUnconfirmed',
      response: failure,
    });
  });

  it('throws the error of a connection that is lost', async () => {
    const lost = new Error('socket hang up');
    await expect(calls.finish('PutSecretValue', NAME, failing(lost))).rejects.toBe(lost);
  });
});

describe('a secret that may not exist', () => {
  it('is absent if Secrets Manager does not find it', async () => {
    expect(await ifThere(failing(refuse('ResourceNotFoundException'))())).toBeUndefined();
  });

  it('is not absent because of another error', async () => {
    const refusal = refuse('AccessDeniedException');
    await expect(ifThere(failing(refusal)())).rejects.toBe(refusal);
  });
});
