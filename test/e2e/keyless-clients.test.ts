import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCertificateAuthority } from '../../local/certificate-authority.ts';
import { putDocument, readDocument } from '../../local/seed.ts';
import { environmentOf, startCommand } from '../support/command-line.ts';
import {
  addKeyless,
  byCertificate,
  byKms,
  bySelfSigned,
  bySts,
  type KeylessClient,
  serverOf,
} from '../support/keyless-clients.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem({ certificates: true, concurrency: 8 });
});
afterAll(() => system.stop());

const rename = (keyless: KeylessClient, name: string): KeylessClient => ({ ...keyless, name });

const METHODS: readonly KeylessClient[] = [
  byKms('kms-rs256', 'RSA_2048', 'RS256'),
  byKms('kms-ps512', 'RSA_2048', 'PS512'),
  byKms('kms-es256', 'ECC_NIST_P256', 'ES256'),
  byKms('kms-es384', 'ECC_NIST_P384', 'ES384'),
  byKms('kms-es512', 'ECC_NIST_P521', 'ES512'),
  byKms('kms-eddsa', 'ECC_NIST_EDWARDS25519', 'EdDSA'),
  bySts('sts-rs256', 'RS256'),
  bySts('sts-es384', 'ES384'),
  byCertificate,
  bySelfSigned,
];

describe('a client without a secret', () => {
  it.each(METHODS.map((client) => [client.name, client] as const))(
    'gets, introspects and revokes a token: %s',
    async (_name, keyless) => {
      const credential = await addKeyless(system, keyless);
      const client = system.client('ci-checkout');
      const { access_token, source } = await client.getToken({ credential });
      expect(source).toBe('minted');
      expect(await client.introspect(credential, access_token)).toMatchObject({ active: true });
      expect(await client.revoke(credential, access_token)).toMatchObject({ upstream: 'revoked' });
      expect(await client.introspect(credential, access_token)).toEqual({ active: false });
    },
  );

  it('presents its certificate where it authenticates, and nowhere else', () => {
    const presented = new Set(serverOf(system).requests);
    expect([...presented].sort()).toEqual([
      'GET /.well-known/openid-configuration no certificate',
      'GET /jwks no certificate',
      'POST /token CN=keyless-certificate',
      'POST /token CN=keyless-self-signed',
      'POST /token/introspection CN=keyless-certificate',
      'POST /token/introspection CN=keyless-self-signed',
      'POST /token/revocation CN=keyless-certificate',
      'POST /token/revocation CN=keyless-self-signed',
    ]);
  });

  it('signs an assertion of its own for each request', () => {
    const { presented } = system.authorizationServer.trusted;
    expect(presented.length).toBeGreaterThanOrEqual(24);
    expect(new Set(presented).size).toBe(presented.length);
  });

  it('has tokens that are bound to its certificate only if the document permits them', async () => {
    const bound = { tls_client_certificate_bound_access_tokens: true };
    const credential = await addKeyless(system, rename(byCertificate, 'bound'));
    const permitted = await addKeyless(system, rename(byCertificate, 'permitted'), bound);
    for (const name of ['bound', 'permitted']) {
      const { opaqueTokens: _, ...client } = serverOf(system).need(`keyless-${name}`);
      serverOf(system).register({ ...client, ...bound });
    }
    await expect(system.client('ci-checkout').getToken({ credential })).rejects.toMatchObject({
      code: 'token_unacceptable',
      message: expect.stringMatching(/cnf binds the token to a client certificate/),
    });
    const token = await system.client('ci-checkout').getToken({ credential: permitted });
    expect(token).toMatchObject({ source: 'minted' });
  });
});

interface Broken {
  readonly what: string;
  readonly keyless: KeylessClient;
  /** Members of the document that differ from what the server knows. */
  readonly change?: (system: TestSystem) => Promise<object> | object;
  /** What happens before the request, and how it is undone. */
  readonly before?: (system: TestSystem, credential: string) => (() => void) | undefined;
  readonly code: 'credential_invalid' | 'credential_refused';
  readonly says: RegExp;
  readonly advice: RegExp;
}

const es256 = (name: string) => byKms(name, 'ECC_NIST_P256', 'ES256');
const DAY = 24 * 3600 * 1000;

async function issueBy(
  authority: { issue: ReturnType<typeof serverOf>['clients']['issue'] },
  name: string,
  more: { notAfter?: Date } = {},
) {
  const subject = `CN=keyless-${name}`;
  const { certificate, key } = await authority.issue({ subject, usage: 'client', ...more });
  return { tls_client_certificate: certificate, tls_client_key: key };
}

const BROKEN: readonly Broken[] = [
  {
    what: 'a KMS key that is disabled',
    keyless: es256('disabled-key'),
    before({ kms, secretsManager }, credential) {
      const { kms_key_id } = readDocument(secretsManager.store, credential);
      kms.keys.need(kms_key_id).state = 'Disabled';
      return undefined;
    },
    code: 'credential_invalid',
    says: /The KMS key [\w-]{36} is disabled\./,
    advice: /Enable the key in AWS KMS/,
  },
  {
    what: 'another KMS key than the registered one',
    keyless: es256('other-key'),
    change: ({ kms }) => ({ kms_key_id: kms.keys.create({ spec: 'ECC_NIST_P256' }).arn }),
    code: 'credential_refused',
    says: /refused the credential \(invalid_client\)/,
    advice: /credentials jwks prints it/,
  },
  {
    what: 'a KMS key that the configuration does not name',
    keyless: es256('unnamed-key'),
    change: ({ kms }) => ({
      kms_key_id: kms.keys.create({ spec: 'ECC_NIST_P256', signer: 'nobody' }).arn,
    }),
    code: 'credential_invalid',
    says: /AWS does not permit kms:Sign with the KMS key/,
    advice: /Name the key in the configuration of the deployment/,
  },
  {
    what: 'a KMS key of another spec',
    keyless: es256('other-spec'),
    change: () => ({ token_endpoint_auth_signing_alg: 'RS256' }),
    code: 'credential_invalid',
    says: /cannot sign with RS256/,
    advice: /needs a key of usage SIGN_VERIFY and spec RSA_2048/,
  },
  {
    what: 'a certificate that has expired',
    keyless: rename(byCertificate, 'expired'),
    change: (parts) =>
      issueBy(serverOf(parts).clients, 'expired', { notAfter: new Date(Date.now() - DAY) }),
    code: 'credential_invalid',
    says: /expired at /,
    advice: /certificate/,
  },
  {
    what: 'a certificate of another authority',
    keyless: rename(byCertificate, 'foreign'),
    change: async () => await issueBy(await openCertificateAuthority('Others'), 'foreign'),
    code: 'credential_refused',
    says: /refused the credential \(invalid_client\)/,
    advice: /must trust the issuer of the certificate/,
  },
  {
    what: 'an assertion for another audience',
    keyless: bySts('other-audience', 'RS256'),
    change({ sts }) {
      sts.audiences.add('https://other.example.com');
      return { client_assertion_audience: 'https://other.example.com' };
    },
    code: 'credential_refused',
    says: /refused the credential/,
    advice: /with the audience of client_assertion_audience/,
  },
  {
    what: 'an audience that the configuration does not name',
    keyless: bySts('unnamed-audience', 'RS256'),
    change: () => ({ client_assertion_audience: 'https://unnamed.example.com' }),
    code: 'credential_invalid',
    says: /AWS does not permit sts:GetWebIdentityToken for the audience https:\/\/unnamed/,
    advice: /Name the audience in the configuration of the deployment/,
  },
  {
    what: 'federation that is disabled in the account',
    keyless: bySts('no-federation', 'ES384'),
    before({ sts }) {
      sts.isFederationEnabled = false;
      return () => (sts.isFederationEnabled = true);
    },
    code: 'credential_invalid',
    says: /Outbound web identity federation is disabled/,
    advice: /aws iam enable-outbound-web-identity-federation/,
  },
];

describe('a client without a secret is refused', () => {
  it.each(BROKEN.map((broken) => [broken.what, broken] as const))(
    'with %s, in the response and by the command line',
    async (_what, { keyless, change, before, code, says, advice }) => {
      const changed = (await change?.(system)) ?? {};
      const credential = await addKeyless(system, keyless, { ...changed });
      const undo = before?.(system, credential);
      await expect(system.client('ci-checkout').getToken({ credential })).rejects.toMatchObject({
        code,
        message: expect.stringMatching(says),
        advice: expect.stringMatching(advice),
      });
      const command = startCommand(['token', credential], environmentOf(system, 'ci-checkout'));
      const { stdout, stderr, code: exit } = await command.ended;
      undo?.();
      system.show(`the output of a command with ${credential}`, stdout + stderr);
      expect([exit, stdout]).toEqual([8, '']);
      expect(stderr).toMatch(says);
      expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(advice);
      expect(stderr).toContain(`(${code})`);
    },
  );
});

describe('an operator of a client without a secret', () => {
  /** Runs a command whose output is searched for secrets. */
  async function run(...args: string[]) {
    const environment = {
      ...environmentOf(system, 'operator'),
      AWS_ENDPOINT_URL_KMS: system.kms.url,
    };
    const ended = await startCommand(args, environment).ended;
    system.show(`the output of ${args.slice(0, 3).join(' ')}`, ended.stdout + ended.stderr);
    return ended;
  }

  it('registers the key of KMS that a command prints', async () => {
    const { arn } = system.kms.keys.create({ spec: 'ECC_NIST_P384' });
    const credential = 'checkout/registered-by-hand';
    const method = 'private_key_jwt';
    await putDocument(system.secretsManager.store, credential, {
      issuer: system.authorizationServer.issuer,
      client_id: 'by-hand',
      token_endpoint_auth_method: method,
      client_assertion_source: 'kms',
      kms_key_id: arn,
      token_endpoint_auth_signing_alg: 'ES384',
    });
    const printed = await run('credentials', 'jwks', credential);
    expect([printed.code, printed.stderr]).toEqual([0, '']);
    const jwks = JSON.parse(printed.stdout);
    const client = { client_id: 'by-hand', token_endpoint_auth_method: method, jwks } as const;
    system.authorizationServer.register(client);
    const { source } = await system.client('ci-checkout').getToken({ credential });
    expect(source).toBe('minted');
  });

  it('stores a certificate after a handshake with it, and tests it again', async () => {
    const credential = await addKeyless(system, rename(byCertificate, 'by-file'));
    const document = { ...readDocument(system.secretsManager.store, credential), epoch: 1 };
    const folder = path.join(system.directory, 'callers');
    const file = path.join(folder, 'by-file.json');
    await writeFile(file, JSON.stringify(document), { mode: 0o600 });
    const stored = await run('credentials', 'put', credential, '--file', file);
    expect([stored.code, stored.stdout]).toEqual([0, expect.stringContaining(' replaced: ')]);
    const tested = await run('credentials', 'test', credential);
    expect([tested.code, tested.stdout]).toEqual([0, expect.stringContaining('tls_client_auth')]);
    expect(serverOf(system).requests).toContain('POST /token CN=keyless-by-file');
  });

  it('sees in doctor that the function gets a token', async () => {
    for (const name of ['kms-es256', 'sts-es384', 'certificate']) {
      const { stdout, code } = await run('--profile', 'ci-checkout', 'doctor', `checkout/${name}`);
      expect(stdout).toMatch(/✓ client +accepted/);
      expect([code, stdout]).toEqual([0, expect.stringContaining('No check failed.')]);
    }
  });
});
