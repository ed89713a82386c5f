import { describe, expect, it } from '@jest/globals';
import { generic } from '../../../lib/credential/profile.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { advisedBy } from '../../../lib/grant/profile-advice.ts';

const profile = { ...generic, advice: { target_refused: 'Add an audience mapper.' } };
const refused = new VendError('target_refused', { advice: 'Correct the audience.', detail: 'd' });

describe('the advice of a profile', () => {
  it('follows the advice of an error, once', async () => {
    const advised = advisedBy({ profile }, Promise.reject(refused));
    await expect(advised).rejects.toMatchObject({
      ...{ code: 'target_refused', detail: 'd' },
      advice: 'Correct the audience. Add an audience mapper.',
    });
    const again = await advisedBy({ profile }, advised).catch((error: unknown) => error);
    expect(again).toMatchObject({ advice: 'Correct the audience. Add an audience mapper.' });
  });

  it('leaves results, and errors that it does not know', async () => {
    expect(await advisedBy({ profile }, Promise.resolve(5))).toBe(5);
    for (const error of [new VendError('upstream_timeout'), new TypeError('bug')])
      await expect(advisedBy({ profile }, Promise.reject(error))).rejects.toBe(error);
  });
});
