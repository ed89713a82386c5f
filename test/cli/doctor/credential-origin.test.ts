import { describe, expect, it } from '@jest/globals';
import { nameOrigin } from '../../../cli/doctor/credential-origin.ts';

describe('the origin of AWS credentials', () => {
  // Features of credentials in the AWS SDK (feature-ids of @aws-sdk/types).
  it.each([
    [['CREDENTIALS_ENV_VARS'], 'environment (AWS_ACCESS_KEY_ID)'],
    [['CREDENTIALS_PROFILE'], 'keys of profile team'],
    [
      ['CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN', 'CREDENTIALS_STS_ASSUME_ROLE_WEB_ID'],
      'web identity (AWS_WEB_IDENTITY_TOKEN_FILE)',
    ],
    [
      ['CREDENTIALS_STS_ASSUME_ROLE_WEB_ID', 'CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN'],
      'web identity, by profile team',
    ],
    [['CREDENTIALS_SSO', 'CREDENTIALS_PROFILE_SSO'], 'SSO (IAM Identity Center), by profile team'],
    [['CREDENTIALS_PROFILE_SSO_LEGACY'], 'SSO (IAM Identity Center), by profile team'],
    [['CREDENTIALS_LOGIN', 'CREDENTIALS_PROFILE_LOGIN'], '`aws login`, by profile team'],
    [
      ['CREDENTIALS_PROCESS', 'CREDENTIALS_PROFILE_PROCESS'],
      'process (credential_process), by profile team',
    ],
    [
      ['CREDENTIALS_PROFILE', 'CREDENTIALS_STS_ASSUME_ROLE', 'CREDENTIALS_PROFILE_SOURCE_PROFILE'],
      'role that profile team assumes',
    ],
    [['CREDENTIALS_HTTP'], 'container'],
    [['CREDENTIALS_IMDS'], 'instance'],
    [[], 'instance'],
  ])('of the marks %j is %s', (names, origin) => {
    const marks = Object.fromEntries(names.map((name) => [name, 'x']));
    expect(nameOrigin(marks, 'team', {})).toBe(origin);
  });

  it('is the container if only its address is set', () => {
    expect(nameOrigin({}, undefined, { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' })).toBe(
      'container',
    );
  });

  it('names the default profile if none was requested', () => {
    expect(nameOrigin({ CREDENTIALS_PROFILE: 'n' }, undefined, {})).toBe('keys of profile default');
  });
});
