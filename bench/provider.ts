// What Terraform waits for: from the start of a provider to its handshake, beside an empty Node, and a whole plan beside one
// without any provider. Terraform starts a provider 3 to 5 times in each command. Budget: a handshake within 5 starts of Node.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { makeCertificate } from '../provider/framework/process/certificate.ts';
import { bundleProvider, bundleProviders, type ProviderBundle } from '../tools/bundle-provider.ts';
import { installThin } from '../tools/provider/install-layout.ts';
import { hostPlatform } from '../tools/provider/platforms.ts';
import { formatTable, type Measurement, measureInTurn } from './measure.ts';

const BUDGET_RATIO = 5;
const EMPTY_SCRIPT = "require('node:fs').writeSync(1, '\\n')";
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const clientCertificate = makeCertificate().certPem;
const here = fileURLToPath(new URL('.', import.meta.url));

export async function benchProvider(quick: boolean): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-provider-'));
  try {
    const entry = path.join(here, 'empty-provider.ts');
    const empty = await bundleProvider({ name: 'empty', entry, outdir: folder });
    const within = await benchHandshakes(
      [empty, ...(await bundleProviders(path.join(folder, 'providers')))],
      quick,
    );
    await benchPlans(empty, folder, quick);
    return within;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchHandshakes(
  bundles: readonly ProviderBundle[],
  quick: boolean,
): Promise<boolean> {
  const script = path.join(path.dirname(bundles[0]?.file ?? ''), 'empty.cjs');
  await writeFile(script, EMPTY_SCRIPT);
  const starts = Object.fromEntries([
    ['empty Node', () => firstLineOf(script)],
    ...bundles.map(({ name, file }) => [`provider ${name}`, () => firstLineOf(file)]),
  ]);
  await measureInTurn(starts, 2);
  const rows = await measureInTurn(starts, quick ? 10 : 40);
  process.stdout.write(`${formatTable('From start to handshake, with mutual TLS', rows)}\n`);
  return isWithinBudget(rows);
}

/** Starts a script as Terraform would, until it has written a line. */
async function firstLineOf(script: string): Promise<void> {
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
      PLUGIN_PROTOCOL_VERSIONS: '5,6',
      PLUGIN_CLIENT_CERT: clientCertificate,
      TMPDIR: path.dirname(script),
    },
  });
  await once(child.stdout, 'data');
  child.kill();
}

async function benchPlans(empty: ProviderBundle, folder: string, quick: boolean): Promise<void> {
  if (spawnSync('terraform', ['version']).error !== undefined) {
    process.stdout.write('  no terraform on the PATH, so no plan was timed\n');
    return;
  }
  const plugins = path.join(folder, 'plugins');
  // 0.0.0 is no version to Terraform.
  const version = '0.0.1';
  await installThin(empty, version, hostPlatform(), plugins);
  const bare = await prepare(folder, plugins, 'output "nothing" { value = "nothing" }\n');
  const served = await prepare(
    folder,
    plugins,
    'terraform {\n  required_providers {\n    empty = { source = "token-vending/empty" }\n  }\n}\ndata "empty_nothing" "it" {}\n',
  );
  const plans = {
    'plan without a provider': () => bare(['plan']),
    'plan with one': () => served(['plan']),
  };
  await measureInTurn(plans, 1);
  const rows = await measureInTurn(plans, quick ? 3 : 10);
  process.stdout.write(`${formatTable('terraform plan', rows)}\n`);
}

/** A configuration that is initialised, as what runs terraform on it. */
async function prepare(folder: string, plugins: string, configuration: string) {
  const home = await mkdtemp(path.join(folder, 'plan-'));
  const rc = path.join(home, 'terraform.rc');
  await writeFile(
    rc,
    `provider_installation {\n  filesystem_mirror {\n    path = "${plugins}"\n  }\n}\n`,
  );
  await writeFile(path.join(home, 'main.tf'), configuration);
  const run = async (args: readonly string[]) => {
    const child = spawn('terraform', args, {
      cwd: home,
      stdio: 'ignore',
      env: {
        PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`,
        HOME: home,
        TMPDIR: folder,
        TF_CLI_CONFIG_FILE: rc,
        CHECKPOINT_DISABLE: '1',
      },
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} of the benchmark failed`);
  };
  await run(['init']);
  return run;
}

function isWithinBudget(rows: readonly Measurement[]): boolean {
  const [node, ...providers] = rows;
  const slowest = Math.max(...providers.map(({ p50 }) => p50));
  const within = node !== undefined && slowest < BUDGET_RATIO * node.p50;
  process.stdout.write(
    `  ${within ? 'within' : 'OVER'} the budget of ${BUDGET_RATIO} starts of Node for a handshake\n`,
  );
  return within;
}
