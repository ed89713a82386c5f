import { describe, expect, it } from '@jest/globals';
import { nodesOf } from '../../../../lib/access/cedar/policy-nodes.ts';

describe('the objects of a policy in JSON', () => {
  it('are found from the outside in, through lists', () => {
    const inner = { Var: 'principal' };
    const outer = { '==': [inner, 'text', null, 1] };
    expect([...nodesOf([outer])]).toEqual([outer, inner]);
  });

  it('are none in text, numbers and null', () => {
    expect([...nodesOf('text'), ...nodesOf(1), ...nodesOf(null)]).toEqual([]);
  });
});
