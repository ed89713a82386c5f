import { describe, expect, it } from '@jest/globals';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { namingRequest } from '../../../lib/grant/naming-request.ts';

const URL_TEXT = 'https://auth.example.com/token?tenant=a';
const failing = (error: unknown) =>
  namingRequest('token', URL_TEXT, async () => {
    throw error;
  });

describe('a request that has a name', () => {
  it('has it in the error of a deadline, and of an open circuit', async () => {
    await expect(failing(upstreamTimeout())).rejects.toMatchObject({
      code: 'upstream_timeout',
      message:
        'The token endpoint of the authorization server (https://auth.example.com/token) did not respond in time.',
    });
    const cause = new Error('cause');
    const details = { retryAfter: 3, final: true, detail: 'private', stage: 'token', cause };
    const says = 'The authorization server is failing, so the circuit breaker is open.';
    const open = new VendError('upstream_unavailable', { says, advice: 'Wait.', ...details });
    await expect(failing(open)).rejects.toMatchObject({
      message: expect.stringMatching(/^The token endpoint of .* is failing, so the circuit/),
      advice: 'Wait.',
      ...details,
    });
  });

  it('leaves any other error and the result as they are', async () => {
    const named = new VendError('upstream_unavailable');
    const foreign = new Error('The authorization server did not respond');
    await expect(failing(named)).rejects.toBe(named);
    await expect(failing(foreign)).rejects.toBe(foreign);
    expect(await namingRequest('keys', URL_TEXT, async () => 7)).toBe(7);
  });
});
