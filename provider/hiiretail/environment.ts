/** Tokens of one environment do not work in the other. */
export type Environment = 'live' | 'test';

/**
 * The environment of a tenant by the one documented rule: the id of a test tenant is that of its
 * live tenant with `test` appended. Nothing else in an id has a meaning.
 */
export function environmentOfTenant(tenantId: string): Environment {
  return tenantId.endsWith('test') ? 'test' : 'live';
}
