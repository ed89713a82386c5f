import { describe, expect, it } from '@jest/globals';
import { findRegistryRoute, registryRoutes } from '../../../lib/registry/routes.ts';
import { request } from '../../support/fake-ports.ts';

describe('the routes of the registry', () => {
  it('are found by their path and method', () => {
    for (const [route, methods] of Object.entries(registryRoutes))
      for (const [method, serve] of Object.entries(methods)) {
        const path = route.replace('{team}', 'a').replace('{name}', 'b');
        expect(findRegistryRoute(request({ method, path }))).toBe(serve);
      }
  });

  it.each([
    '/',
    '/credentials',
    '/credentials/a',
    '/credentials/a/b/',
    '/credentials/a/b/nothing',
    '/oauth2/token',
    '/credentials/a/b/rotate/x',
  ])('do not include %s', (path) => {
    expect(() => findRegistryRoute(request({ path }))).toThrow(
      expect.objectContaining({ code: 'route_unknown' }),
    );
  });

  it.each(['OPTIONS', 'HEAD', 'constructor'])(
    'do not accept %s, and say what they accept',
    (method) => {
      const allow = Object.keys(registryRoutes['/credentials/{team}/{name}'] as object).join(', ');
      expect(() => findRegistryRoute(request({ method, path: '/credentials/a/b' }))).toThrow(
        expect.objectContaining({ code: 'method_unknown', allow }),
      );
    },
  );
});
