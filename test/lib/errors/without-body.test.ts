import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { framesOf, nameOf, withoutBody } from '../../../lib/errors/without-body.ts';

const CANARY = 'canary-client-secret';

describe('a foreign error as a cause', () => {
  it('has nothing of the response that it is about', () => {
    const foreign = Object.assign(
      new SyntaxError(`Unexpected token in ${CANARY}\n    at ${CANARY}`),
      {
        $response: { body: CANARY },
        $responseBodyText: CANARY,
        cause: new Error(CANARY),
      },
    );
    const bare = withoutBody(foreign);
    expect(inspect(bare, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(bare.name).toBe('SyntaxError');
    expect(bare.stack).toMatch(/^SyntaxError\n\s+at /);
  });

  it('has no name and no code that a server chose as a text of its own', () => {
    const foreign = Object.assign(new Error('x'), { code: `${CANARY} 7`, stack: `a\n${CANARY}` });
    foreign.name = `Invalid\n    at ${CANARY}`;
    const bare = withoutBody(foreign);
    expect(inspect(bare, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(bare.name).toBe('Error');
  });

  it('keeps the code', () => {
    const foreign = Object.assign(new Error('connect'), { code: 'ECONNRESET' });
    expect(withoutBody(foreign)).toMatchObject({ name: 'Error', code: 'ECONNRESET' });
    expect(withoutBody(new Error('x'))).not.toHaveProperty('code');
  });

  it('may be no error, or one without a stack', () => {
    expect(withoutBody(CANARY).message).toBe('Error');
    const flat = new TypeError('flat');
    delete flat.stack;
    expect(withoutBody(flat).stack).toBe('TypeError');
    expect([nameOf('text'), framesOf('text')]).toEqual([undefined, []]);
  });
});
