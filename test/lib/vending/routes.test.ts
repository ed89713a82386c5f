import { describe, expect, it } from '@jest/globals';
import { findRoute, routes } from '../../../lib/vending/routes.ts';
import { vendToken } from '../../../lib/vending/vend-token.ts';
import { request } from '../../support/fake-ports.ts';

describe('routes', () => {
  it('are found by path and method', () => {
    expect(findRoute(request({ method: 'POST', path: '/oauth2/token' }))).toBe(vendToken);
  });

  it('accept one method each, and name it', () => {
    for (const [path, { method }] of Object.entries(routes)) {
      expect(() => findRoute(request({ method: 'DELETE', path }))).toThrow(
        expect.objectContaining({ code: 'method_unknown', allow: method }),
      );
    }
  });

  it.each(['/', '/oauth2', 'constructor', '/oauth2/token/'])('are not %s', (path) => {
    expect(() => findRoute(request({ path }))).toThrow(
      expect.objectContaining({ code: 'route_unknown' }),
    );
  });
});
