import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { type Callers, makeCallers } from '../../local/callers.ts';
import { type LocalSts, startSts } from '../../local/security-token-service.ts';
import { ServiceError } from '../../local/service-error.ts';
import { sdkCredentials } from '../support/sdk-credentials.ts';

const region = 'eu-north-1';
const AUDIENCE = 'https://login.example.com';
let callers: Callers;
let sts: LocalSts;

beforeAll(async () => {
  callers = makeCallers();
  sts = await startSts({ port: 0, region, callers });
  sts.audiences.add(AUDIENCE);
});
afterAll(() => sts.close());

async function request(more: object = {}, name = 'token-vending-function') {
  const client = new STSClient({
    region,
    endpoint: sts.url,
    maxAttempts: 1,
    credentials: sdkCredentials(callers, name),
  });
  const input = { Audience: [AUDIENCE], SigningAlgorithm: 'RS256', ...more };
  const { WebIdentityToken = '' } = await client.send(new GetWebIdentityTokenCommand(input));
  return WebIdentityToken;
}

async function verify(token: string) {
  const discovery = await fetch(`${sts.url}/.well-known/openid-configuration`);
  const { jwks_uri } = (await discovery.json()) as { jwks_uri: string };
  const options = { issuer: sts.url, audience: AUDIENCE };
  return await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), options);
}

describe('STS on loopback, through the SDK', () => {
  it.each(['RS256', 'ES384'])('issues a token for the role of the caller: %s', async (alg) => {
    const { payload, protectedHeader } = await verify(
      await request({ SigningAlgorithm: alg, DurationSeconds: 60 }),
    );
    expect(protectedHeader.alg).toBe(alg);
    expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
    const arn = 'arn:aws:iam::111122223333:role/token-vending-function';
    expect(payload).toMatchObject({
      sub: arn,
      aud: AUDIENCE,
      jti: expect.any(String),
      'https://sts.amazonaws.com/': {
        aws_account: '111122223333',
        source_region: region,
        org_id: 'o-localexample',
        principal_id: arn,
        lambda_source_function_arn: expect.stringContaining(':function:'),
      },
    });
  });

  it('issues one token for several audiences', async () => {
    sts.audiences.add('https://other.example.com');
    const both = [AUDIENCE, 'https://other.example.com'];
    expect((await verify(await request({ Audience: both }))).payload.aud).toEqual(both);
  });

  it.each<[what: string, input: object]>([
    ['no audience', { Audience: [] }],
    ['eleven audiences', { Audience: Array.from({ length: 11 }, () => AUDIENCE) }],
    ['59 seconds', { DurationSeconds: 59 }],
    ['3601 seconds', { DurationSeconds: 3601 }],
    ['another algorithm', { SigningAlgorithm: 'ES256' }],
  ])('rejects %s', async (_what, input) => {
    await expect(request(input)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('permits the function the audiences of the configuration, and nothing to others', async () => {
    const denied = { name: 'AccessDenied' };
    const others = [AUDIENCE, 'https://unknown.example.com'];
    await expect(request({ Audience: others })).rejects.toMatchObject(denied);
    await expect(request({}, 'ci-checkout')).rejects.toMatchObject(denied);
  });

  it('rejects credentials that have expired or that it does not know', async () => {
    await expect(request({}, 'ci-expired')).rejects.toMatchObject({ name: 'ExpiredToken' });
    await expect(request({}, 'nobody')).rejects.toThrow();
  });

  it('issues nothing while federation is disabled', async () => {
    sts.isFederationEnabled = false;
    const name = 'OutboundWebIdentityFederationDisabledException';
    await expect(request()).rejects.toMatchObject({ name });
    sts.isFederationEnabled = true;
  });

  it('fails as a test says', async () => {
    const name = 'SessionDurationEscalationException';
    sts.fault = new ServiceError(name, 'The session ends.', 403);
    await expect(request()).rejects.toMatchObject({ name });
    sts.fault = undefined;
  });
});
