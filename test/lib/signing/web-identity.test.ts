import process from 'node:process';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { openWebIdentity, type StsOptions } from '../../../lib/signing/web-identity.ts';
import { type AwsResponse, type AwsService, startAwsService } from '../../support/aws-service.ts';

const { signal } = new AbortController();
const request = { audience: 'https://auth.example.com', alg: 'ES384', lifetime: 300 };
const services: AwsService[] = [];

afterEach(async () => {
  delete process.env['AWS_STS_REGIONAL_ENDPOINTS'];
  await Promise.all(services.splice(0).map((service) => service.close()));
});

async function open(respond: () => AwsResponse | undefined) {
  const service = await startAwsService(respond);
  services.push(service);
  return { service, webIdentity: openWebIdentity(service.options) };
}

const issued = (token: string) => ({
  status: 200,
  body: `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult>${token}<Expiration>2026-11-28T00:05:00Z</Expiration></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`,
});

describe('a token of AWS STS', () => {
  it('is requested for one audience, with algorithm and lifetime', async () => {
    const { service, webIdentity } = await open(() =>
      issued('<WebIdentityToken>header.payload.signature</WebIdentityToken>'),
    );
    expect(await webIdentity.issue(request, signal)).toBe('header.payload.signature');
    expect(Object.fromEntries(new URLSearchParams(service.requests[0]?.body))).toEqual({
      Action: 'GetWebIdentityToken',
      Version: '2011-06-15',
      'Audience.member.1': 'https://auth.example.com',
      SigningAlgorithm: 'ES384',
      DurationSeconds: '300',
    });
  });

  it.each([
    'OutboundWebIdentityFederationDisabledException',
    'JWTPayloadSizeExceededException',
    'SessionDurationEscalationException',
    'AccessDenied',
    'Throttling',
  ])('is not issued if STS responds with %s: the error has this name', async (code) => {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>No.</Message></Error></ErrorResponse>`;
    const { webIdentity } = await open(() => ({ status: 400, body }));
    await expect(webIdentity.issue(request, signal)).rejects.toMatchObject({ name: code });
  });

  it('is an error if the response contains none', async () => {
    const { webIdentity } = await open(() => issued(''));
    await expect(webIdentity.issue(request, signal)).rejects.toThrow('contains no token');
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const enough = new Error('enough');
    const { webIdentity } = await open(() => {
      stop.abort(enough);
      return undefined;
    });
    await expect(webIdentity.issue(request, stop.signal)).rejects.toBe(enough);
  });

  it.each(['us-east-1', 'eu-north-1', 'us-gov-west-1'])(
    'is requested at the endpoint of the Region %s, whatever the environment says',
    async (region) => {
      process.env['AWS_STS_REGIONAL_ENDPOINTS'] = 'legacy';
      const handle = jest.fn(async (_: { hostname: string }) => Promise.reject(new Error('sent')));
      const credentials = { accessKeyId: 'TEST', secretAccessKey: 'test' };
      const options = { region, credentials, maxAttempts: 1, requestHandler: { handle } };
      const webIdentity = openWebIdentity(options as unknown as StsOptions);
      await expect(webIdentity.issue(request, signal)).rejects.toThrow('sent');
      expect(handle.mock.calls[0]?.[0].hostname).toBe(`sts.${region}.amazonaws.com`);
    },
  );
});
