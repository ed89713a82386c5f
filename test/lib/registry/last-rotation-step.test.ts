import { describe, expect, it } from '@jest/globals';
import { lastStepOf } from '../../../lib/registry/last-rotation-step.ts';

const version_id = '00000002-0000-4000-8000-000000000000';
const tagsOf = (start: string) => ({
  'token-vending:team': 'checkout',
  'token-vending:rotation': `${start}/${version_id}/2026-11-28T07:03:22.005Z`,
});
const at = Date.UTC(2026, 10, 28, 7, 3, 22) / 1000;

describe('the last step of a rotation', () => {
  it('has outcome, step, version and time', () => {
    expect(lastStepOf(tagsOf('done/set/-'))).toEqual({
      outcome: 'done',
      step: 'set',
      version_id,
      at,
    });
  });

  it('has the text and the advice of the error if it failed', () => {
    expect(lastStepOf(tagsOf('failed/create/credential_refused'))).toEqual({
      outcome: 'failed',
      step: 'create',
      code: 'credential_refused',
      message: 'The authorization server refused the credential (invalid_client).',
      advice: expect.stringContaining('Ask the operator to check that the secret'),
      version_id,
      at,
    });
  });

  it('is absent before the first rotation, and if somebody else wrote the tag', () => {
    expect(lastStepOf({})).toBeUndefined();
    expect(lastStepOf({ 'token-vending:rotation': 'by hand' })).toBeUndefined();
    expect(lastStepOf(tagsOf('failed/create/no_such_code'))).toBeUndefined();
  });
});
