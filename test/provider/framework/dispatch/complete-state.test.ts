import { describe, expect, it } from '@jest/globals';
import {
  completeState,
  partialState,
} from '../../../../provider/framework/dispatch/complete-state.ts';
import { UNKNOWN } from '../../../../provider/framework/values/value.ts';

const planned = { name: 'planned', id: UNKNOWN, size: UNKNOWN };

describe('the state after an apply', () => {
  it('has the known values of the plan, as Terraform requires', () => {
    const given = { name: 'other', id: 'i', size: 1 };
    expect(completeState(planned, given)).toEqual({ name: 'planned', id: 'i', size: 1 });
    expect(() => completeState(planned, { id: 'i' })).toThrow('left out a value');
  });

  it('has the values of the operation after an error', () => {
    const given = { name: 'real', id: 'i' };
    expect(partialState(planned, given)).toEqual({ name: 'real', id: 'i', size: null });
    expect(partialState(planned, {})).toEqual({ name: 'planned', id: null, size: null });
  });
});
