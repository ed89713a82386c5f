import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { checks } from '../../cli/doctor/checks.ts';
import { putDocument, readDocument } from '../../local/seed.ts';
import { type Certificate, makeCertificate } from '../../provider/framework/process/certificate.ts';
import { findCanaries } from '../support/canary-search.ts';
import { keptTranscript, type Run, toTranscript } from '../support/doctor-transcript.ts';
import { type Doorway, openDoorway, passOn, refuseAll } from '../support/doorway.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const cli = fileURLToPath(new URL('../../dist/cli/token-vending.mjs', import.meta.url));
let system: TestSystem;
/** Tokens that the authorization server issued: none may be seen. */
const issued: string[] = [];
const doorways: Doorway[] = [];

type Environment = Readonly<Record<string, string>>;

beforeAll(async () => {
  system = await startTestSystem();
});

beforeEach(() => {
  system.authorizationServer.faults.set('token', { kind: 'rewrite', change: remember });
});

afterEach(async () => {
  system.authorizationServer.faults.clear();
  for (const doorway of doorways.splice(0)) await doorway.close();
});

afterAll(async () => {
  for (const token of issued) system.guard(token);
  await system.stop();
});

function remember(json: Record<string, unknown>): Record<string, unknown> {
  issued.push(String(json['access_token']));
  return json;
}

function environmentOf(caller: string): Environment {
  return {
    // No terraform here: what it says is another test's matter.
    PATH: path.join(system.directory, 'no-programs'),
    TOKEN_VENDING_ENDPOINT: system.endpoint,
    TOKEN_VENDING_REGION: system.region,
    AWS_CONFIG_FILE: path.join(system.directory, 'callers/aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(system.directory, 'callers/aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(caller === '' ? {} : { TOKEN_VENDING_PROFILE: caller }),
  };
}

async function doctor(line: string, caller = 'ci-checkout', more: Environment = {}): Promise<Run> {
  const args = ['doctor', ...line.split(' ').filter(Boolean)];
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...environmentOf(caller), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (written.stdout += chunk));
  child.stderr.on('data', (chunk) => (written.stderr += chunk));
  const [code] = await once(child, 'close');
  expect(findCanaries(written.stdout + written.stderr, secrets())).toEqual([]);
  return { args, ...written, code };
}

/** All that no output may hold. */
function secrets(): string[] {
  const { callers, secretsManager } = system;
  const ofCallers = [...callers.values()].flatMap(({ secretAccessKey, sessionToken }) => [
    secretAccessKey,
    sessionToken,
  ]);
  const ofClients = secretsManager.store
    .all()
    .flatMap(({ versions }) => versions.map(({ text = '{}' }) => JSON.parse(text)))
    .flatMap(({ client_secret, private_key_jwk }) => [client_secret, private_key_jwk?.d]);
  return [...issued, ...ofCallers, ...ofClients].filter((secret) => typeof secret === 'string');
}

/** An endpoint that answers as it is told, until the test ends. */
async function endpointThat(...how: Parameters<typeof openDoorway>): Promise<Environment> {
  const doorway = await openDoorway(...how);
  doorways.push(doorway);
  return { TOKEN_VENDING_ENDPOINT: doorway.url };
}

async function closedPort(): Promise<Environment> {
  const doorway = await openDoorway(() => undefined);
  await doorway.close();
  return { TOKEN_VENDING_ENDPOINT: doorway.url };
}

async function putCredential(name: string, change: object): Promise<Environment> {
  const { store } = system.secretsManager;
  await putDocument(store, name, { ...readDocument(store, 'checkout/orders-api'), ...change });
  return {};
}

/** Credentials of a caller, as the environment has them. */
function keysOf(name: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = system.caller(name);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** Metadata, documents and tokens that the function has in memory would hide what is wrong now. */
async function forgetEverything(): Promise<Environment> {
  await system.function.restart();
  return {};
}

/** Lets the server issue a JWT without audience, signed with a key that its JWKS has. */
async function issueWithoutAudience(): Promise<Environment> {
  const { authorizationServer } = system;
  const client = { client_id: 'checkout-plain', client_secret: crypto.randomUUID() };
  authorizationServer.register({ ...client, token_endpoint_auth_method: 'client_secret_basic' });
  const { issuer, faults } = authorizationServer;
  await putDocument(system.secretsManager.store, 'checkout/plain-api', { issuer, ...client });
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'plain' })
    .setIssuer(issuer)
    .setExpirationTime('1h')
    .sign(privateKey);
  const key = { ...(await exportJWK(publicKey)), kid: 'plain', alg: 'ES256' };
  faults.set('token', {
    kind: 'rewrite',
    change: (json) => remember({ ...json, scope: '', access_token: token }),
  });
  faults.set('jwks', {
    kind: 'rewrite',
    change: ({ keys }) => ({ keys: [...(keys as object[]), key] }),
  });
  return await forgetEverything();
}

interface Fault {
  readonly name: string;
  /** The check that must fail first. */
  readonly first: string;
  readonly remedy: RegExp;
  readonly line?: string;
  readonly caller?: string;
  /** Brings the fault about, and answers what the environment must hold for it. */
  readonly seed?: () => Promise<Environment> | Environment;
}

const HOUR_AHEAD = 3_600_000;
const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

const faults: readonly Fault[] = [
  {
    name: 'endpoint',
    first: 'endpoint',
    remedy: /TOKEN_VENDING_ENDPOINT/,
    line: 'checkout/orders-api --endpoint ftp://tokens.example.com',
  },
  {
    name: 'host-name',
    first: 'host_name',
    remedy: /typing error/,
    // An empty label has no address anywhere, so that nobody is asked for it.
    line: 'checkout/orders-api --endpoint https://abc..lambda-url.eu-north-1.on.aws',
  },
  { name: 'connection', first: 'connection', remedy: /firewall/, seed: closedPort },
  {
    name: 'tls',
    first: 'tls',
    remedy: /NODE_EXTRA_CA_CERTS/,
    seed: () => endpointThat(passOn(system.endpoint), makeCertificate()),
  },
  {
    name: 'captive-portal',
    first: 'front_door',
    remedy: /sign in at its portal/,
    seed: () =>
      endpointThat((_request, response) => {
        response.writeHead(302, { location: '/login', 'content-type': 'text/html' });
        response.end('<html>Welcome, guest</html>');
      }),
  },
  {
    name: 'unsigned',
    first: 'front_door',
    remedy: /AWS_IAM/,
    seed: () =>
      endpointThat((_request, response) => {
        response.writeHead(403, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            error: 'access_denied',
            error_description: 'The platform did not say who the caller is.',
            code: 'caller_unidentified',
            request_id: crypto.randomUUID(),
          }),
        );
      }),
  },
  {
    name: 'clock',
    first: 'clock',
    remedy: /NTP/,
    seed: () =>
      endpointThat(
        passOn(system.endpoint, () => ({ date: new Date(Date.now() + HOUR_AHEAD).toUTCString() })),
      ),
  },
  {
    name: 'aws-identity',
    first: 'aws_identity',
    remedy: /--profile nobody/,
    caller: 'nobody',
  },
  {
    name: 'signature-expired',
    first: 'signature',
    remedy: /Sign in again/,
    caller: 'ci-expired',
  },
  {
    name: 'signature-region',
    first: 'signature',
    remedy: /Give the region of the endpoint/,
    line: 'checkout/orders-api --region us-east-1',
  },
  {
    name: 'signature-key',
    first: 'signature',
    remedy: /get-caller-identity/,
    caller: '',
    seed: () => ({ ...keysOf('ci-checkout'), AWS_ACCESS_KEY_ID: 'LOCALKEYOFNOBODY1234' }),
  },
  {
    name: 'signature-secret',
    first: 'signature',
    remedy: /proxy that rewrites/,
    caller: '',
    seed: () => ({
      ...keysOf('ci-checkout'),
      AWS_SECRET_ACCESS_KEY: system.caller('ci-inventory').secretAccessKey,
    }),
  },
  {
    name: 'permissions',
    first: 'permissions',
    remedy: /lambda:InvokeFunctionUrl and lambda:InvokeFunction/,
    seed: () => endpointThat(refuseAll(403, { Message: FORBIDDEN }, 'AccessDeniedException')),
  },
  {
    name: 'caller',
    first: 'caller',
    remedy: /log and the alarms of the function/,
    seed: () => endpointThat(refuseAll(502, { Message: 'Internal Server Error' }, 'Exception')),
  },
  {
    name: 'policy',
    first: 'policy',
    remedy: /add the scope to policies\/teams\.cedar/,
    line: 'checkout/orders-api --scope admin',
  },
  {
    name: 'credential-unknown',
    first: 'credential',
    remedy: /the operator creates it/,
    line: 'checkout/lost-api',
  },
  {
    name: 'credential-disabled',
    first: 'credential',
    remedy: /why it was switched off/,
    line: 'payments/frozen-api',
    caller: 'ci-payments',
  },
  {
    name: 'credential-invalid',
    first: 'credential',
    remedy: /correct the credential document/,
    line: 'checkout/broken-api',
    seed: () => putCredential('checkout/broken-api', { epoch: 'first', colour: 'green' }),
  },
  {
    name: 'issuer',
    first: 'issuer',
    remedy: /to the letter/,
    seed: async () => {
      system.authorizationServer.faults.set('metadata', {
        kind: 'rewrite',
        change: (json) => ({ ...json, issuer: 'https://elsewhere.example.com' }),
      });
      return await forgetEverything();
    },
  },
  {
    name: 'issuer-down',
    first: 'issuer',
    remedy: /whether the function can reach it/,
    seed: async () => {
      system.authorizationServer.faults.set('metadata', { kind: 'answer', status: 503 });
      return await forgetEverything();
    },
  },
  {
    name: 'client',
    first: 'client',
    remedy: /authentication method/,
    line: 'inventory/stale-api',
    caller: 'ci-inventory',
    seed: forgetEverything,
  },
  {
    name: 'token',
    first: 'token',
    remedy: /compare what the text names/,
    seed: async () => {
      system.authorizationServer.faults.set('token', {
        kind: 'rewrite',
        change: (json) => remember({ ...json, token_type: 'mac' }),
      });
      return await forgetEverything();
    },
  },
  {
    name: 'token-scope',
    first: 'token',
    remedy: /it has orders:read orders:write/,
    line: 'checkout/orders-api --scope reports:read',
  },
  {
    name: 'audience',
    first: 'audience',
    remedy: /name audience in the credential document/,
    line: 'checkout/plain-api',
    seed: issueWithoutAudience,
  },
  {
    name: 'lifetime',
    first: 'lifetime',
    remedy: /min_ttl/,
    line: 'checkout/orders-api --min-ttl 2h',
    seed: forgetEverything,
  },
];

interface Report {
  readonly first_failure: string | null;
  readonly exit_code: number;
  readonly checks: readonly {
    readonly check: string;
    readonly result: string;
    readonly detail: string;
    readonly remedy?: string;
  }[];
}

const reportOf = ({ stdout }: Run): Report => JSON.parse(stdout);
const detailOf = (run: Run, name: string) =>
  reportOf(run).checks.find(({ check }) => check === name)?.detail;

describe('token-vending doctor', () => {
  it('finds nothing wrong with a healthy system', async () => {
    await forgetEverything();
    const run = await doctor('checkout/orders-api');
    expect([run.code, run.stderr]).toEqual([0, '']);
    const transcript = toTranscript(run);
    expect(transcript).toBe(await keptTranscript('doctor-healthy', transcript));
  });

  it('says the same as JSON', async () => {
    await forgetEverything();
    const run = await doctor('checkout/orders-api --json');
    expect(reportOf(run)).toMatchObject({ first_failure: null, exit_code: 0 });
    const transcript = toTranscript(run);
    expect(transcript).toBe(await keptTranscript('doctor-healthy-json', transcript));
  });

  it('looks only at the way to the endpoint where no credential is named', async () => {
    const run = await doctor('');
    expect(run.code).toBe(0);
    const transcript = toTranscript(run);
    expect(transcript).toBe(await keptTranscript('doctor-no-credential', transcript));
  });

  it('shows nothing of the token that it gets', async () => {
    await forgetEverything();
    const before = issued.length;
    await doctor('checkout/orders-api');
    expect(issued).toHaveLength(before + 1);
    expect(findCanaries(`- ${issued.at(-1)} -`, secrets())).toHaveLength(1);
  });

  it('tells a token of the cache from one that was minted now', async () => {
    await doctor('checkout/orders-api');
    const run = await doctor('checkout/orders-api --json');
    expect([detailOf(run, 'issuer'), detailOf(run, 'token')]).toEqual([
      'not asked now: it issued the token in the cache',
      expect.stringMatching(/^handed over, cached, /),
    ]);
  });

  it.each(faults)('names $first first where the fault is $name', async (fault) => {
    const { name, first, remedy, line = 'checkout/orders-api', caller, seed } = fault;
    const environment = (await seed?.()) ?? {};
    const run = await doctor(line, caller, environment);
    const check = checks.find((one) => one.name === first);
    expect([run.code, run.stderr]).toEqual([check?.exitCode, '']);
    expect(run.stdout).toContain(`\n✗ ${check?.title} `);
    expect(run.stdout.split('\n').find((text) => text.includes('→'))).toMatch(remedy);
    const transcript = toTranscript(run);
    expect(transcript).toBe(await keptTranscript(`doctor-${name}`, transcript));

    const report = reportOf(await doctor(`${line} --json`, caller, environment));
    expect([report.first_failure, report.exit_code]).toEqual([first, check?.exitCode]);
    const failing = report.checks.find(({ result }) => result === 'fail');
    expect([failing?.check, failing?.remedy]).toEqual([first, expect.stringMatching(remedy)]);
  });

  it('has a fault for every check that can fail', () => {
    const seeded = new Set(faults.map(({ first }) => first));
    const fallible = checks.filter(({ exitCode }) => exitCode !== undefined);
    expect(fallible.map(({ name }) => name)).toEqual([...seeded]);
    expect(new Set(fallible.map(({ exitCode }) => exitCode)).size).toBe(fallible.length);
  });

  describe('on TLS', () => {
    const trusting = async (certificate: Certificate): Promise<Environment> => {
      const file = path.join(system.directory, 'authority.pem');
      await writeFile(file, certificate.certPem);
      const environment = await endpointThat(passOn(system.endpoint), certificate);
      return { ...environment, NODE_EXTRA_CA_CERTS: file };
    };
    const toAddress = ({ TOKEN_VENDING_ENDPOINT: url = '', ...others }: Environment) => ({
      ...others,
      TOKEN_VENDING_ENDPOINT: url.replace(/^https?:\/\/[^:]+/, 'https://127.0.0.1'),
    });

    it('trusts a certificate once its authority is given', async () => {
      const run = await doctor('--json', 'ci-checkout', await trusting(makeCertificate()));
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
        /does not speak TLS 1\.2/,
        async () => toAddress(await endpointThat(passOn(system.endpoint))),
      ],
    ])('tells %s', async (_what, detail, prepare) => {
      const run = await doctor('--json', 'ci-checkout', await prepare());
      expect(reportOf(run)).toMatchObject({ first_failure: 'tls' });
      expect(detailOf(run, 'tls')).toMatch(detail);
    });
  });

  it('goes on to the token where the deployment lists no credentials', async () => {
    const environment = await endpointThat((request, response) => {
      const path = request.url ?? '';
      if (path !== '/credentials') return passOn(system.endpoint)(request, response);
      const body = {
        error: 'invalid_request',
        error_description: 'There is no such route.',
        code: 'route_unknown',
        request_id: crypto.randomUUID(),
      };
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const run = await doctor('checkout/orders-api --json', 'ci-checkout', environment);
    expect(run.code).toBe(0);
    expect(detailOf(run, 'credential')).toBe('this deployment lists no credentials');
    const refused = await doctor('checkout/lost-api --json', 'ci-checkout', environment);
    expect(reportOf(refused)).toMatchObject({ first_failure: 'token' });
  });

  it('goes on to the token where policy does not let the credential be described', async () => {
    const run = await doctor('platform/probe --json', 'token-vending-prober');
    expect(run.code).toBe(0);
    expect(detailOf(run, 'credential')).toBe('policy does not let you describe it');
  });

  it('refuses a name that can be none before it looks at anything', async () => {
    const { code, stdout, stderr } = await doctor('Orders');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/must be team\/name/);
  });

  it('lists every check with its exit code on its help page', async () => {
    const { stdout, code } = await doctor('--help');
    expect(code).toBe(0);
    for (const { exitCode = '', title, asks } of checks) {
      expect(stdout).toMatch(new RegExp(`^ *${exitCode} +${title} +${asks.slice(0, 20)}`, 'm'));
    }
  });

  it('ends with 130 when interrupted', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const silent = await endpointThat(() => resolve());
    const child = spawn(process.execPath, [cli, 'doctor'], {
      env: { ...environmentOf('ci-checkout'), ...silent },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await asked;
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
  });
});

describe('token-vending doctor on AWS credentials', () => {
  const origins: readonly (readonly [string, string, () => Promise<Environment> | Environment])[] =
    [
      ['the environment', 'environment (AWS_ACCESS_KEY_ID)', () => keysOf('ci-checkout')],
      ['a process', 'process (credential_process), by profile maker', processProfile],
      ['a container', 'container', containerEndpoint],
    ];

  it.each(origins)('tells that they come from %s', async (_where, origin, prepare) => {
    const run = await doctor('--json', '', await prepare());
    expect(run.code).toBe(0);
    expect(detailOf(run, 'aws_identity')).toContain(`temporary credentials; source: ${origin}`);
  });

  async function processProfile(): Promise<Environment> {
    const keys = keysOf('ci-checkout');
    const file = path.join(system.directory, 'callers', 'maker.json');
    await writeFile(
      file,
      JSON.stringify({
        Version: 1,
        AccessKeyId: keys['AWS_ACCESS_KEY_ID'],
        SecretAccessKey: keys['AWS_SECRET_ACCESS_KEY'],
        SessionToken: keys['AWS_SESSION_TOKEN'],
      }),
    );
    const config = path.join(system.directory, 'callers', 'maker-config');
    await writeFile(config, `[profile maker]\ncredential_process = /bin/cat ${file}\n`);
    return { AWS_CONFIG_FILE: config, AWS_PROFILE: 'maker' };
  }

  async function containerEndpoint(): Promise<Environment> {
    const keys = keysOf('ci-checkout');
    const doorway = await openDoorway((_request, response) => {
      const body = {
        AccessKeyId: keys['AWS_ACCESS_KEY_ID'],
        SecretAccessKey: keys['AWS_SECRET_ACCESS_KEY'],
        Token: keys['AWS_SESSION_TOKEN'],
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    doorways.push(doorway);
    return { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${doorway.url}/keys` };
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
    ['one that fails', 'exit 1', 'terraform does not tell its version'],
  ])('tells of %s, and fails for none', async (name, script, detail) => {
    const folder = path.join(system.directory, name.replaceAll(' ', '-'));
    const file = path.join(folder, 'terraform');
    await mkdir(folder);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    const run = await doctor('--json', 'ci-checkout', { PATH: folder });
    expect([run.code, detailOf(run, 'terraform')]).toEqual([0, detail]);
  });
});
