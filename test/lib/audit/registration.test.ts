import { expect, it } from '@jest/globals';
import { unmappedOfRegistration } from '../../../lib/audit/registration.ts';

it('a registration is recorded with the names of the members, in order, and the two versions', () => {
  expect(
    unmappedOfRegistration({
      operation: 'change',
      members: ['scope', 'client_secret'],
      versionBefore: 'v1',
      versionAfter: 'v2',
      tested: true,
    }),
  ).toEqual({
    registration: {
      members: ['client_secret', 'scope'],
      version_before: 'v1',
      version_after: 'v2',
      tested: true,
    },
  });
});
