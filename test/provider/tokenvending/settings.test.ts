import { describe, expect, it } from '@jest/globals';
import { findSeconds } from '../../../client/duration.ts';
import {
  isCredential,
  isDuration,
  isOneOf,
  isWholeNumber,
} from '../../../provider/configuration/rules.ts';
import { readSettings } from '../../../provider/tokenvending/settings.ts';

const EMPTY = {
  endpoint: null,
  region: null,
  signing_service: null,
  profile: null,
  credential: null,
  timeout: null,
  max_retries: null,
  ca_bundle: null,
  assume_role: null,
};

describe('the settings of the provider', () => {
  it('take an attribute before the environment, and the environment before a default', () => {
    const environment = {
      TOKEN_VENDING_ENDPOINT: 'https://from-environment.example.com',
      TOKEN_VENDING_CREDENTIAL: 'team/from-environment',
      AWS_REGION: 'eu-west-1',
      TOKEN_VENDING_SIGNING_SERVICE: 'execute-api',
      TOKEN_VENDING_CA_BUNDLE: 'ca.pem',
      AWS_CA_BUNDLE: 'aws-ca.pem',
    };
    expect(readSettings({ ...EMPTY, credential: 'team/attribute' }, environment)).toEqual({
      endpoint: 'https://from-environment.example.com',
      region: 'eu-west-1',
      signingService: 'execute-api',
      profile: undefined,
      credential: 'team/attribute',
      timeout: undefined,
      maxRetries: 3,
      caBundle: 'ca.pem',
      assumeRole: undefined,
    });
  });

  it('take the region of token-vending before that of AWS', () => {
    const regions = { AWS_DEFAULT_REGION: 'a', AWS_REGION: 'b', TOKEN_VENDING_REGION: 'c' };
    expect(readSettings(EMPTY, regions).region).toBe('c');
    expect(readSettings(EMPTY, { ...regions, TOKEN_VENDING_REGION: '' }).region).toBe('b');
    expect(readSettings(EMPTY, { AWS_DEFAULT_REGION: 'a' }).region).toBe('a');
  });

  it('have the time of one attempt in milliseconds', () => {
    expect(readSettings({ ...EMPTY, timeout: '40s' }, {}).timeout).toBe(40_000);
  });

  it('complete a role to assume', () => {
    const role = {
      role_arn: 'arn:aws:iam::111122223333:role/vend',
      session_name: null,
      external_id: 'x-1',
      duration: '2h',
    };
    expect(readSettings({ ...EMPTY, assume_role: role }, {}).assumeRole).toEqual({
      roleArn: role.role_arn,
      sessionName: 'terraform',
      externalId: 'x-1',
      duration: 7200,
    });
  });
});

describe('durations', () => {
  it.each([
    ['900', 900],
    ['90s', 90],
    ['15m', 900],
    ['1h', 3600],
    ['', undefined],
    ['1.5h', undefined],
    ['-1', undefined],
    ['1d', undefined],
    ['1234567', undefined],
  ])('read %p as %p seconds', (text, seconds) => {
    expect(findSeconds(text)).toBe(seconds);
  });
});

describe('the rules of attributes', () => {
  it('report the rule for invalid values only', () => {
    expect(isCredential('checkout/orders-api')).toBeUndefined();
    expect(isCredential('orders-api')).toMatch(/^must be team\/name/);
    const duration = isDuration(60, 3600);
    expect([duration('1m'), duration('1h')]).toEqual([undefined, undefined]);
    expect(duration('59')).toBe('must be from 60 to 3600 seconds');
    expect(duration('2h')).toBe('must be from 60 to 3600 seconds');
    expect(duration('soon')).toMatch(/"15m"/);
    const count = isWholeNumber(0, 3);
    expect([count(0), count(3)]).toEqual([undefined, undefined]);
    expect([count(0.5), count(4), count(-1)]).toEqual(
      Array(3).fill('must be a whole number from 0 to 3'),
    );
    expect(isOneOf('a', 'b', 'c')('c')).toBeUndefined();
    expect(isOneOf('a', 'b', 'c')('d')).toBe('must be a, b or c');
  });
});
