import { beforeEach, describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { attemptSigning } from '../../../lib/signing/attempt-signing.ts';
import { isRetryable } from '../../../lib/time/retry.ts';
import { FakeClock } from '../../support/fake-clock.ts';

let clock: FakeClock;
let caller: AbortController;
let attempts: number;

beforeEach(() => {
  clock = new FakeClock();
  caller = new AbortController();
  attempts = 0;
});

const throttled = () => new VendError('secrets_unavailable', { says: 'throttled' });

function attempt(respond: (signal: AbortSignal) => Promise<string>, translate = throttled) {
  const send = (signal: AbortSignal) => {
    attempts += 1;
    return respond(signal);
  };
  const request = { service: 'AWS KMS', signal: caller.signal, send, translate } as const;
  return attemptSigning(clock, request);
}

const hang = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('the attempts to get a signature', () => {
  it('are two, and the second may succeed', async () => {
    const result = attempt(async () => {
      if (attempts === 1) throw new Error('throttled by AWS');
      return 'signature';
    });
    await clock.advance(200);
    expect(await result).toBe('signature');
    expect(clock.pendingTimers).toBe(0);
  });

  it('end with an error after which the token request is not repeated', async () => {
    const failed = attempt(async () => Promise.reject(new Error('throttled by AWS'))).catch(
      (error: unknown) => error,
    );
    await clock.advance(200);
    expect(await failed).toMatchObject({ message: 'throttled', final: true, retryable: true });
    expect([attempts, isRetryable(await failed)]).toEqual([2, false]);
  });

  it('are one if AWS refuses', async () => {
    const refused = () => new VendError('credential_invalid', { says: 'refused' });
    const send = async () => Promise.reject(new Error('No.'));
    await expect(attempt(send, refused)).rejects.toMatchObject({ message: 'refused' });
    expect(attempts).toBe(1);
  });

  it('end after four seconds if AWS does not respond', async () => {
    const failed = attempt(hang).catch((error: unknown) => error);
    await clock.advance(4_000);
    expect(await failed).toMatchObject({
      code: 'secrets_unavailable',
      message: 'AWS KMS did not respond in time.',
    });
    expect(attempts).toBe(2);
  });

  it('end with the reason of the signal if the caller leaves', async () => {
    const left = new Error('left');
    const failed = attempt(hang).catch((error: unknown) => error);
    caller.abort(left);
    await clock.advance(0);
    expect([await failed, attempts]).toEqual([left, 1]);
  });
});
