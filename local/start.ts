// `npm start`: the local system, which runs until it is interrupted.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { ANCHOR_EVERY } from '../lib/time/time-budget.ts';
import { openLocalAnchoring } from './anchoring.ts';
import { LOCAL_TENANT } from './iam-api.ts';
import { type LocalSystem, startLocalSystem } from './system.ts';

const HELP = `Runs the whole system on loopback until Ctrl-C.

  npm start -- [--state DIR] [--policies DIR] [--profiles DIR]

  --state DIR     directory for all files (default: .local); delete it to start over
  --policies DIR  the access policies (default: policies); edits are loaded at once
  --profiles DIR  server profiles besides the shipped ones (default: none); they are read at the start
  --help          this text

Ports, 0 for a free one:
  TOKEN_VENDING_LOCAL_PORT_GATEWAY               9470
  TOKEN_VENDING_LOCAL_PORT_AUTHORIZATION_SERVER  9471
  TOKEN_VENDING_LOCAL_PORT_SECRETS               9472
  TOKEN_VENDING_LOCAL_PORT_IAM_API               9473
  TOKEN_VENDING_LOCAL_PORT_KMS                   9474
  TOKEN_VENDING_LOCAL_PORT_STS                   9475
  TOKEN_VENDING_LOCAL_PORT_CERTIFICATES          9476
  TOKEN_VENDING_LOCAL_PORT_REGISTRY              9477
`;

function portOf(name: string, fallback: number): number {
  const text = process.env[name] ?? String(fallback);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`${name} must be a port number from 0 to 65535`);
  return port;
}

function environmentFile(system: LocalSystem, relative: string): string {
  return [
    `export TOKEN_VENDING_ENDPOINT=${system.endpoint}`,
    `export TOKEN_VENDING_REGION=${system.region}`,
    'export TOKEN_VENDING_PROFILE=ci-checkout',
    'export TOKEN_VENDING_LOCAL=true',
    `export AWS_ENDPOINT_URL_SECRETS_MANAGER=${system.secretsManager.url}`,
    `export AWS_ENDPOINT_URL_KMS=${system.kms.url}`,
    `export HIIRETAIL_BASE_URL=${system.iamApi.url}`,
    `export HIIRETAIL_TENANT_ID=${LOCAL_TENANT}`,
    `export AWS_CONFIG_FILE=$PWD/${relative}/callers/aws-config`,
    `export AWS_SHARED_CREDENTIALS_FILE=$PWD/${relative}/callers/aws-credentials`,
    // Keys in the environment override the profile.
    'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
    '',
  ].join('\n');
}

// The roles of the functions are for the system itself.
function isFunction(role: string): boolean {
  return role.startsWith('token-vending-');
}

function nextSteps(system: LocalSystem, relative: string, policies: string): string {
  const people = [...system.callers.values()].filter(({ name }) => !isFunction(name));
  const callers = people.map(({ name, description }) => `  ${name.padEnd(17)}${description}`);
  return `token-vending is up.

  endpoint              ${system.endpoint}   (signed requests only)
  registry              ${system.registry}   (signed requests only)
  authorization server  ${system.authorizationServer.issuer}
  with certificates     ${system.certificateServer?.issuer}
  Secrets Manager       ${system.secretsManager.url}
  KMS                   ${system.kms.url}
  STS                   ${system.sts.url}
  Hii Retail IAM API    ${system.iamApi.url}
  access policies       ${policies}/   (edits are loaded at once)
  state and logs        ${relative}/   (*.log, audit/, secrets.json)
  audit anchors         signed every hour, at the start and at the end, with ${relative}/anchor-key.pem

In another terminal, in this directory:

  . ${relative}/env
  npx --no-install token-vending whoami
  npx --no-install token-vending credentials
  npx --no-install token-vending can-i checkout/orders-api --scope orders:write
  npx --no-install token-vending token checkout/orders-api --json
  npx --no-install token-vending exec checkout/orders-api -- sh -c 'echo "a token of \${#ACCESS_TOKEN} characters"'
  npx --no-install token-vending token checkout/invoices-api                     # has no secret: a KMS key signs
  npx --no-install token-vending token checkout/shipping-api                     # has no secret: AWS STS vouches
  npx --no-install token-vending token checkout/bank-api                         # presents a certificate
  npx --no-install token-vending token payments/ledger-api                       # refused: not this team's
  npx --no-install token-vending --profile ci-payments token payments/ledger-api
  npx --no-install token-vending audit verify ${relative}/audit --public-key ${relative}/anchor-public-key.pem

Credentials, through the registry:

  npx --no-install token-vending --profile checkout-lead credentials show checkout/orders-api
  npx --no-install token-vending --profile on-call credentials disable checkout/orders-api
  npx --no-install token-vending --profile checkout-lead credentials enable checkout/orders-api
  npx --no-install token-vending --profile checkout-lead credentials rotate checkout/orders-api

With curl:

  curl --aws-sigv4 "aws:amz:${system.region}:lambda" -K ${relative}/callers/ci-checkout.curl -d grant_type=client_credentials -d client_id=checkout/orders-api ${system.endpoint}/oauth2/token

With Terraform 1.10 or newer (in the same shell):

  npm run provider:install
  terraform -chdir=examples/local-run init && terraform -chdir=examples/local-run apply

Callers (profiles):
${callers.join('\n')}

Ctrl-C stops it.
`;
}

/** Prints the result of a reload of the policies. */
function showPolicies(line: string): void {
  const { message, detail, policyVersion } = parseLog(line);
  if (!message?.startsWith('access policies')) return;
  process.stderr.write(
    `${message}${detail ? `: ${detail}` : `: version ${policyVersion?.slice(0, 16)}`}\n`,
  );
}

function parseLog(line: string): Record<string, string | undefined> {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

function showAnchorError(error: unknown): void {
  process.stderr.write(`the audit log was not anchored: ${(error as Error).message}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      state: { type: 'string', default: '.local' },
      policies: { type: 'string', default: 'policies' },
      profiles: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const relative = path.relative(process.cwd(), values.state) || '.';
  const system = await startLocalSystem({
    directory: values.state,
    policies: values.policies,
    profiles: values.profiles,
    certificates: true,
    onLog: showPolicies,
    ports: {
      gateway: portOf('TOKEN_VENDING_LOCAL_PORT_GATEWAY', 9470),
      authorizationServer: portOf('TOKEN_VENDING_LOCAL_PORT_AUTHORIZATION_SERVER', 9471),
      secretsManager: portOf('TOKEN_VENDING_LOCAL_PORT_SECRETS', 9472),
      iamApi: portOf('TOKEN_VENDING_LOCAL_PORT_IAM_API', 9473),
      kms: portOf('TOKEN_VENDING_LOCAL_PORT_KMS', 9474),
      sts: portOf('TOKEN_VENDING_LOCAL_PORT_STS', 9475),
      certificateServer: portOf('TOKEN_VENDING_LOCAL_PORT_CERTIFICATES', 9476),
      registry: portOf('TOKEN_VENDING_LOCAL_PORT_REGISTRY', 9477),
    },
  });
  await writeFile(path.join(values.state, 'env'), environmentFile(system, relative), {
    mode: 0o600,
  });
  const { anchor } = await openLocalAnchoring(values.state);
  await anchor();
  const hourly = setInterval(() => void anchor().catch(showAnchorError), ANCHOR_EVERY);
  process.stdout.write(nextSteps(system, relative, values.policies));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  process.stderr.write('stopping ...\n');
  clearInterval(hourly);
  await system.stop();
  await anchor().catch(showAnchorError);
  process.stderr.write('stopped.\n');
}

try {
  await main();
} catch (error) {
  process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
