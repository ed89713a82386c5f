import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { checks } from '../../cli/doctor/checks.ts';
import { putDocument, readDocument } from '../../local/seed.ts';
import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import { DoctorSystem, type Environment, reportOf } from '../support/doctor-system.ts';
import { keptTranscript, toTranscript } from '../support/doctor-transcript.ts';
import { openDoorway, passOn, refuseAll } from '../support/doorway.ts';

let room: DoctorSystem;

beforeAll(async () => {
  room = await DoctorSystem.start();
});

beforeEach(() => room.watchTokens());
afterEach(() => room.mend());
afterAll(() => room.stop());

async function closedPort(): Promise<Environment> {
  const doorway = await openDoorway(() => undefined);
  await doorway.close();
  return { TOKEN_VENDING_ENDPOINT: doorway.url };
}

async function putCredential(name: string, change: object): Promise<Environment> {
  const { store } = room.system.secretsManager;
  await putDocument(store, name, { ...readDocument(store, 'checkout/orders-api'), ...change });
  return {};
}

/** Lets the server issue a JWT without audience, signed with a key of its JWKS. */
async function issueWithoutAudience(): Promise<Environment> {
  const { authorizationServer, secretsManager } = room.system;
  const client = { client_id: 'checkout-plain', client_secret: crypto.randomUUID() };
  authorizationServer.register({ ...client, token_endpoint_auth_method: 'client_secret_basic' });
  const { issuer, faults } = authorizationServer;
  await putDocument(secretsManager.store, 'checkout/plain-api', { issuer, ...client });
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'plain' })
    .setIssuer(issuer)
    .setExpirationTime('1h')
    .sign(privateKey);
  const key = { ...(await exportJWK(publicKey)), kid: 'plain', alg: 'ES256' };
  room.watchTokens((json) => ({ ...json, scope: '', access_token: token }));
  faults.set('jwks', {
    kind: 'rewrite',
    change: ({ keys }) => ({ keys: [...(keys as object[]), key] }),
  });
  return await room.forgetEverything();
}

interface Fault {
  readonly name: string;
  /** The check that must fail first. */
  readonly first: string;
  readonly remedy: RegExp;
  readonly line?: string;
  readonly caller?: string;
  /** Causes the fault, and returns the environment that it needs. */
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
    // A name with an empty label is invalid, so no name server is queried.
    line: 'checkout/orders-api --endpoint https://abc..lambda-url.eu-north-1.on.aws',
  },
  { name: 'connection', first: 'connection', remedy: /firewall/, seed: closedPort },
  {
    name: 'tls',
    first: 'tls',
    remedy: /NODE_EXTRA_CA_CERTS/,
    seed: () => room.endpointThat(passOn(room.system.endpoint), makeCertificate()),
  },
  {
    name: 'captive-portal',
    first: 'front_door',
    remedy: /sign in at its portal/,
    seed: () =>
      room.endpointThat((_request, response) => {
        response.writeHead(302, { location: '/login', 'content-type': 'text/html' });
        response.end('<html>Welcome, guest</html>');
      }),
  },
  {
    name: 'unsigned',
    first: 'front_door',
    remedy: /AWS_IAM/,
    seed: () =>
      room.endpointThat((_request, response) => {
        response.writeHead(403, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            error: 'access_denied',
            error_description: 'AWS did not identify the caller.',
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
      room.endpointThat(
        passOn(room.system.endpoint, () => ({
          date: new Date(Date.now() + HOUR_AHEAD).toUTCString(),
        })),
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
    remedy: /Set the region of the endpoint/,
    line: 'checkout/orders-api --region us-east-1',
  },
  {
    name: 'signature-key',
    first: 'signature',
    remedy: /get-caller-identity/,
    caller: '',
    seed: () => ({ ...room.keysOf('ci-checkout'), AWS_ACCESS_KEY_ID: 'LOCALKEYOFNOBODY1234' }),
  },
  {
    name: 'signature-secret',
    first: 'signature',
    remedy: /proxy that rewrites/,
    caller: '',
    seed: () => ({
      ...room.keysOf('ci-checkout'),
      AWS_SECRET_ACCESS_KEY: room.system.caller('ci-inventory').secretAccessKey,
    }),
  },
  {
    name: 'permissions',
    first: 'permissions',
    remedy: /lambda:InvokeFunctionUrl and lambda:InvokeFunction/,
    seed: () => room.endpointThat(refuseAll(403, { Message: FORBIDDEN }, 'AccessDeniedException')),
  },
  {
    name: 'caller',
    first: 'caller',
    remedy: /log and the alarms of the function/,
    seed: () =>
      room.endpointThat(refuseAll(502, { Message: 'Internal Server Error' }, 'Exception')),
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
    remedy: /The operator creates it/,
    line: 'checkout/lost-api',
  },
  {
    name: 'credential-disabled',
    first: 'credential',
    remedy: /why it is disabled/,
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
    remedy: /they must be equal/,
    seed: async () => {
      room.system.authorizationServer.faults.set('metadata', {
        kind: 'rewrite',
        change: (json) => ({ ...json, issuer: 'https://elsewhere.example.com' }),
      });
      return await room.forgetEverything();
    },
  },
  {
    name: 'issuer-down',
    first: 'issuer',
    remedy: /whether the function can reach it/,
    seed: async () => {
      room.system.authorizationServer.faults.set('metadata', { kind: 'response', status: 503 });
      return await room.forgetEverything();
    },
  },
  {
    name: 'client',
    first: 'client',
    remedy: /authentication method/,
    line: 'inventory/stale-api',
    caller: 'ci-inventory',
    seed: () => room.forgetEverything(),
  },
  {
    name: 'token',
    first: 'token',
    remedy: /compare the named member/,
    seed: async () => {
      room.watchTokens((json) => ({ ...json, token_type: 'mac' }));
      return await room.forgetEverything();
    },
  },
  {
    name: 'token-scope',
    first: 'token',
    remedy: /a listed scope: orders:read orders:write/,
    line: 'checkout/orders-api --scope reports:read',
  },
  {
    name: 'audience',
    first: 'audience',
    remedy: /set audience in the credential document/,
    line: 'checkout/plain-api',
    seed: issueWithoutAudience,
  },
  {
    name: 'lifetime',
    first: 'lifetime',
    remedy: /min_ttl/,
    line: 'checkout/orders-api --min-ttl 2h',
    seed: () => room.forgetEverything(),
  },
];

describe('token-vending doctor', () => {
  it('finds no problem in a healthy system', async () => {
    await room.forgetEverything();
    const run = await room.run('checkout/orders-api');
    expect([run.code, run.stderr]).toEqual([0, '']);
    const transcript = toTranscript(run);
    expect(transcript).toBe(await keptTranscript('doctor-healthy', transcript));
  });

  it('reports the same as JSON', async () => {
    await room.forgetEverything();
    const run = await room.run('checkout/orders-api --json');
    expect(reportOf(run)).toMatchObject({ first_failure: null, exit_code: 0 });
    const transcript = toTranscript(run);
    expect(transcript).toBe(await keptTranscript('doctor-healthy-json', transcript));
  });

  it('checks only the connection to the endpoint if no credential is named', async () => {
    const run = await room.run('');
    expect(run.code).toBe(0);
    const transcript = toTranscript(run);
    expect(transcript).toBe(await keptTranscript('doctor-no-credential', transcript));
  });

  it.each(faults)('names $first first if the fault is $name', async (fault) => {
    const { name, first, remedy, line = 'checkout/orders-api', caller, seed } = fault;
    const environment = (await seed?.()) ?? {};
    const run = await room.run(line, caller, environment);
    const check = checks.find((one) => one.name === first);
    expect([run.code, run.stderr]).toEqual([check?.exitCode, '']);
    expect(run.stdout).toContain(`\n✗ ${check?.title} `);
    expect(run.stdout.split('\n').find((text) => text.includes('→'))).toMatch(remedy);
    const transcript = toTranscript(run);
    expect(transcript).toBe(await keptTranscript(`doctor-${name}`, transcript));

    const report = reportOf(await room.run(`${line} --json`, caller, environment));
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
});
