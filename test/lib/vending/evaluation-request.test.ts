import { describe, expect, it } from '@jest/globals';
import { parseEvaluationRequest } from '../../../lib/vending/evaluation-request.ts';
import { request } from '../../support/fake-ports.ts';
import { contextOf } from '../../support/request-context.ts';

const { caller } = contextOf();
const good = {
  action: { name: 'vendToken' },
  resource: { type: 'Credential', id: 'checkout/orders-api' },
};
const parse = (body: unknown, headers = { 'content-type': 'application/json' }, query = '') =>
  parseEvaluationRequest(
    request({ body: typeof body === 'string' ? body : JSON.stringify(body), headers, query }),
    caller,
  );

describe('evaluation request', () => {
  it('is about the caller, its address and this time, unless it names others', () => {
    expect(parse(good)).toEqual({
      subject: undefined,
      action: 'vendToken',
      requested: {
        credential: { team: 'checkout', name: 'orders-api' },
        scope: [],
        audience: [],
        resource: [],
        minTtl: 0,
      },
      sourceIp: undefined,
      at: undefined,
    });
  });

  it('assumes that a principal of the same account is in the same organization', () => {
    const subject = { type: 'Role', id: 'arn:aws:iam::111122223333:role/other' };
    expect(parse({ ...good, subject }).subject).toMatchObject({
      name: 'other',
      organizationId: 'o-localexample',
    });
    const elsewhere = { type: 'Role', id: 'arn:aws:iam::444455556666:role/other' };
    expect(parse({ ...good, subject: elsewhere }).subject?.organizationId).toBeUndefined();
  });

  it('reads the status that a change gives the credential', () => {
    const action = { name: 'switchCredential' };
    expect(parse({ ...good, action, context: { status: 'disabled' } })).toMatchObject({
      action: 'switchCredential',
      status: 'disabled',
    });
  });

  it('reads scope, targets, address and time', () => {
    const context = {
      scope: 'b a b',
      audience: ['y', 'x', 'x'],
      min_ttl: 900,
      source_ip: '192.0.2.1',
      time: '2026-01-31T12:00:00Z',
    };
    expect(parse({ ...good, context })).toMatchObject({
      requested: { scope: ['a', 'b'], audience: ['x', 'y'], minTtl: 900 },
      sourceIp: '192.0.2.1',
      at: Date.UTC(2026, 0, 31, 12),
    });
  });

  it.each([
    ['no JSON', 'x', /must be a JSON object/],
    ['an unknown member', { ...good, secret: 'canary' }, /^Unknown member in the body\.$/],
    ['another action', { ...good, action: { name: 'drop' } }, /^action\.name must be one of/],
    ['no resource', { action: good.action }, /^resource is missing/],
    ['a scope with quotes', { ...good, context: { scope: '"' } }, /^context\.scope must be/],
    ['a principal of no kind', { ...good, subject: { type: 'Role', id: 'x' } }, /^subject\.id/],
    [
      'a user that is called a role',
      { ...good, subject: { type: 'Role', id: 'arn:aws:iam::111122223333:user/u' } },
      /^subject\.type/,
    ],
  ])('is rejected with %s', (_what, body, text) => {
    expect(() => parse(body)).toThrow(
      expect.objectContaining({ code: 'request_malformed', message: expect.stringMatching(text) }),
    );
  });

  it('is rejected in a query, or as a form', () => {
    expect(() => parse(good, undefined, 'a=b')).toThrow(/not in the query/);
    expect(() => parse(good, { 'content-type': 'text/plain' })).toThrow(/Content-Type/);
  });
});
