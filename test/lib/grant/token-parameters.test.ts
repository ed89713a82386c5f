import { expect, it } from '@jest/globals';
import { tokenParameters } from '../../../lib/grant/token-parameters.ts';

it('sends what is requested, and the parameters of the document', () => {
  const grant = { scope: ['a', 'b'], audience: ['c'], resource: ['d', 'e'] };
  const further = { tokenParameters: { account_id: 'f', tag: ['g', 'h'] } };
  expect(tokenParameters(further, grant).toString()).toBe(
    'scope=a+b&audience=c&resource=d&resource=e&account_id=f&tag=g&tag=h',
  );
  const nothing = { scope: [], audience: [], resource: [] };
  expect(tokenParameters({ tokenParameters: {} }, nothing).toString()).toBe('');
});
