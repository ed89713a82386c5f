import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { endpointVariables, flag, readVariables } from '../../../lib/vending/function-variables.ts';

const schema = v.strictObject({ ...endpointVariables, TOKEN_VENDING_EXTRA: v.optional(flag) });
const environment = {
  TOKEN_VENDING_ALIAS: 'live',
  TOKEN_VENDING_INVOKED_BY: 'function-url',
  TOKEN_VENDING_AUDIT: 's3://audit-bucket',
};

describe('the variables of a function', () => {
  it('are those that each endpoint has, and those of its own', () => {
    const { variables, config } = readVariables(schema, {
      ...environment,
      TOKEN_VENDING_EXTRA: 'true',
    });
    expect(variables.TOKEN_VENDING_EXTRA).toBe(true);
    expect(config).toMatchObject({ name: 'token-vending', local: false });
    expect(config).not.toHaveProperty('TOKEN_VENDING_EXTRA');
  });

  it('have a digest that covers those of its own', () => {
    const digestOf = (extra: string) =>
      readVariables(schema, { ...environment, TOKEN_VENDING_EXTRA: extra }).config.digest;
    expect(digestOf('true')).not.toBe(digestOf('false'));
  });
});
