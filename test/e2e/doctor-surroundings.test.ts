import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checks } from '../../cli/doctor/checks.ts';
import { type Certificate, makeCertificate } from '../../provider/framework/process/certificate.ts';
import { findCanaries } from '../support/canary-search.ts';
import { DoctorSystem, detailOf, type Environment, reportOf } from '../support/doctor-system.ts';
import { passOn } from '../support/doorway.ts';

let room: DoctorSystem;

beforeAll(async () => {
  room = await DoctorSystem.start();
});

beforeEach(() => room.watchTokens());
afterEach(() => room.mend());
afterAll(() => room.stop());

describe('token-vending doctor', () => {
  it('shows nothing of the token that it gets', async () => {
    await room.forgetEverything();
    const before = room.issued.length;
    await room.run('checkout/orders-api');
    expect(room.issued).toHaveLength(before + 1);
    expect(findCanaries(`- ${room.issued.at(-1)} -`, room.secrets())).toHaveLength(1);
  });

  it('distinguishes a cached token from one that was just minted', async () => {
    await room.run('checkout/orders-api');
    const run = await room.run('checkout/orders-api --json');
    expect([detailOf(run, 'issuer'), detailOf(run, 'token')]).toEqual([
      'not contacted now: the token is from the cache',
      expect.stringMatching(/^issued, cached, /),
    ]);
  });

  it('continues to the token if the deployment lists no credentials', async () => {
    const environment = await room.endpointThat((request, response) => {
      const path = request.url ?? '';
      if (path !== '/credentials') return passOn(room.system.endpoint)(request, response);
      const body = {
        error: 'invalid_request',
        error_description: 'The route does not exist.',
        code: 'route_unknown',
        request_id: crypto.randomUUID(),
      };
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const run = await room.run('checkout/orders-api --json', 'ci-checkout', environment);
    expect(run.code).toBe(0);
    expect(detailOf(run, 'credential')).toBe('this deployment lists no credentials');
    const refused = await room.run('checkout/lost-api --json', 'ci-checkout', environment);
    expect(reportOf(refused)).toMatchObject({ first_failure: 'token' });
  });

  it('continues to the token if policy does not permit describing the credential', async () => {
    const run = await room.run('platform/probe --json', 'token-vending-prober-eu-north-1');
    expect(run.code).toBe(0);
    expect(detailOf(run, 'credential')).toBe('policy does not let you describe it');
  });

  it('rejects an invalid name before any check', async () => {
    const { code, stdout, stderr } = await room.run('Orders');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/must be team\/name/);
  });

  it('lists every check with its exit code on its help page', async () => {
    const { stdout, code } = await room.run('--help');
    expect(code).toBe(0);
    for (const { exitCode = '', title, question } of checks) {
      expect(stdout).toMatch(new RegExp(`^ *${exitCode} +${title} +${question.slice(0, 20)}`, 'm'));
    }
  });

  it('ends with 130 if interrupted', async () => {
    const { promise: requested, resolve } = Promise.withResolvers<void>();
    const silent = await room.endpointThat(() => resolve());
    const child = room.spawn(['doctor'], 'ci-checkout', silent);
    await requested;
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
  });
});

describe('token-vending doctor on TLS', () => {
  const trusting = async (certificate: Certificate): Promise<Environment> => {
    const file = path.join(room.system.directory, 'authority.pem');
    await writeFile(file, certificate.certPem);
    const environment = await room.endpointThat(passOn(room.system.endpoint), certificate);
    return { ...environment, NODE_EXTRA_CA_CERTS: file };
  };
  const toAddress = ({ TOKEN_VENDING_ENDPOINT: url = '', ...others }: Environment) => ({
    ...others,
    TOKEN_VENDING_ENDPOINT: url.replace(/^https?:\/\/[^:]+/, 'https://127.0.0.1'),
  });

  it('trusts a certificate if its authority is given', async () => {
    const run = await room.run('--json', 'ci-checkout', await trusting(makeCertificate()));
    expect(run.code).toBe(0);
    expect(detailOf(run, 'tls')).toMatch(/^TLSv1\.3, certificate by localhost until 20/);
  });

  it.each([
    [
      'a certificate that is over',
      /not valid at this time \(CERT_HAS_EXPIRED\)/,
      () => trusting(makeCertificate(new Date('2020-01-01'))),
    ],
    [
      'a certificate of another host',
      /for another host \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
      async () => toAddress(await trusting(makeCertificate())),
    ],
    [
      'a server without TLS',
      /does not support TLS 1\.2/,
      async () => toAddress(await room.endpointThat(passOn(room.system.endpoint))),
    ],
  ])('reports %s', async (_what, detail, prepare) => {
    const run = await room.run('--json', 'ci-checkout', await prepare());
    expect(reportOf(run)).toMatchObject({ first_failure: 'tls' });
    expect(detailOf(run, 'tls')).toMatch(detail);
  });
});

describe('token-vending doctor on AWS credentials', () => {
  const origins: readonly (readonly [string, string, () => Promise<Environment> | Environment])[] =
    [
      ['the environment', 'environment (AWS_ACCESS_KEY_ID)', () => room.keysOf('ci-checkout')],
      ['a process', 'process (credential_process), by profile maker', processProfile],
      ['a container', 'container', containerEndpoint],
      ['an instance', 'instance', instanceMetadata],
      ['web identity', 'web identity (AWS_WEB_IDENTITY_TOKEN_FILE)', webIdentity],
    ];

  it.each(origins)('reports that they come from %s', async (_where, origin, prepare) => {
    const run = await room.run('--json', '', await prepare());
    expect(run.code).toBe(0);
    expect(detailOf(run, 'aws_identity')).toContain(`temporary credentials; source: ${origin}`);
  });

  async function processProfile(): Promise<Environment> {
    const keys = room.keysOf('ci-checkout');
    const file = path.join(room.system.directory, 'callers', 'maker.json');
    await writeFile(
      file,
      JSON.stringify({
        Version: 1,
        AccessKeyId: keys['AWS_ACCESS_KEY_ID'],
        SecretAccessKey: keys['AWS_SECRET_ACCESS_KEY'],
        SessionToken: keys['AWS_SESSION_TOKEN'],
      }),
    );
    const config = path.join(room.system.directory, 'callers', 'maker-config');
    await writeFile(config, `[profile maker]\ncredential_process = /bin/cat ${file}\n`);
    return { AWS_CONFIG_FILE: config, AWS_PROFILE: 'maker' };
  }

  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

  /** Credentials as the metadata services of containers and instances return them. */
  function metadataOf(name: string): object {
    const { accessKeyId, secretAccessKey, sessionToken } = room.system.caller(name);
    return {
      Code: 'Success',
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: inAnHour(),
    };
  }

  async function containerEndpoint(): Promise<Environment> {
    const { TOKEN_VENDING_ENDPOINT: url } = await room.endpointThat((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(metadataOf('ci-checkout')));
    });
    return { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/keys` };
  }

  // IMDSv2: a session token first, then the name of the role, then its keys.
  async function instanceMetadata(): Promise<Environment> {
    const { TOKEN_VENDING_ENDPOINT: url = '' } = await room.endpointThat((request, response) => {
      request.resume();
      const folder = '/latest/meta-data/iam/security-credentials/';
      const keys = JSON.stringify(metadataOf('ci-checkout'));
      const responses: Record<string, string> = {
        '/latest/api/token': 'session',
        [folder]: 'ci-checkout',
        [`${folder}ci-checkout`]: keys,
      };
      const text = responses[request.url ?? ''];
      response.writeHead(text === undefined ? 404 : 200).end(text);
    });
    return { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: url };
  }

  async function webIdentity(): Promise<Environment> {
    const file = path.join(room.system.directory, 'callers', 'web-identity');
    await writeFile(file, 'an OIDC token, which nobody verifies here');
    const { accessKeyId, secretAccessKey, sessionToken, identity } =
      room.system.caller('ci-checkout');
    const { TOKEN_VENDING_ENDPOINT: url = '' } = await room.endpointThat((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(`<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult>
          <AssumedRoleUser><Arn>${identity.arn}</Arn><AssumedRoleId>${identity.userId}</AssumedRoleId></AssumedRoleUser>
          <Credentials>
            <AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
            <SessionToken>${sessionToken}</SessionToken><Expiration>${inAnHour()}</Expiration>
          </Credentials>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`);
    });
    return {
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/ci-checkout',
      AWS_ENDPOINT_URL_STS: url,
      AWS_REGION: room.system.region,
    };
  }
});

describe('token-vending doctor on Terraform', () => {
  it.each([
    [
      '1.11.4 with our provider',
      'echo \'{"terraform_version":"1.11.4","provider_selections":{"registry.terraform.io/token-vending/tokenvending":"0.1.0","registry.terraform.io/hashicorp/aws":"6.0.0"}}\'',
      '1.11.4, registry.terraform.io/token-vending/tokenvending 0.1.0',
    ],
    [
      'one too old for ephemeral resources',
      'echo \'{"terraform_version":"1.9.8"}\'',
      '1.9.8 (ephemeral resources need 1.10), no provider of token-vending in this directory',
    ],
    ['one that fails', 'exit 1', 'terraform does not print its version'],
  ])('reports %s, and never fails', async (name, script, detail) => {
    const folder = path.join(room.system.directory, name.replaceAll(' ', '-'));
    const file = path.join(folder, 'terraform');
    await mkdir(folder);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    const run = await room.run('--json', 'ci-checkout', { PATH: folder });
    expect([run.code, detailOf(run, 'terraform')]).toEqual([0, detail]);
  });
});
