import { describe, expect, it } from '@jest/globals';
import {
  completeState,
  partialState,
} from '../../../../provider/framework/dispatch/complete-state.ts';
import { UNKNOWN } from '../../../../provider/framework/values/value.ts';

const planned = { name: 'planned', id: UNKNOWN, size: UNKNOWN };

describe('the state after an apply', () => {
  it('is as planned where that is known, which Terraform demands', () => {
    const given = { name: 'other', id: 'i', size: 1 };
    expect(completeState(planned, given)).toEqual({ name: 'planned', id: 'i', size: 1 });
    expect(() => completeState(planned, { id: 'i' })).toThrow('left out a value');
  });

  it('is as it really is after a failure, as far as the operation says', () => {
    const given = { name: 'real', id: 'i' };
    expect(partialState(planned, given)).toEqual({ name: 'real', id: 'i', size: null });
    expect(partialState(planned, {})).toEqual({ name: 'planned', id: null, size: null });
  });
});
