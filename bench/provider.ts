// What Terraform waits for: from the start of a provider to its handshake, beside an empty Node, and a whole plan beside one
// without any provider. Terraform starts a provider 3 to 5 times in each command.
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
import { type Figure, type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import { measurePaired, milliseconds, type Probe } from './paired.ts';

const EMPTY_SCRIPT = "require('node:fs').writeSync(1, '\\n')";
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const clientCertificate = makeCertificate().certPem;
const here = fileURLToPath(new URL('.', import.meta.url));

/** Handshakes beside an empty Node, and whole plans beside one without any provider. */
export async function benchProvider({ quick }: GroupOptions): Promise<GroupResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-provider-'));
  try {
    const entry = path.join(here, 'empty-provider.ts');
    const empty = await bundleProvider({ name: 'empty', entry, outdir: folder });
    const bundles = [empty, ...(await bundleProviders(path.join(folder, 'providers')))];
    const handshakes = await benchHandshakes(bundles, quick);
    const plans = await benchPlans(empty, folder, quick);
    return {
      group: 'provider',
      title: 'What Terraform waits for: from the start of a provider to its handshake, and a plan',
      figures: [...handshakes, ...plans],
      notes: [
        'Terraform starts a provider 3 to 5 times in each command.',
        ...(plans.length === 0 ? ['No terraform on the PATH, so no plan was timed.'] : []),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchHandshakes(
  bundles: readonly ProviderBundle[],
  quick: boolean,
): Promise<Figure[]> {
  const script = path.join(path.dirname(bundles[0]?.file ?? ''), 'empty.cjs');
  await writeFile(script, EMPTY_SCRIPT);
  const starts: Record<string, Probe> = Object.fromEntries([
    ['empty-node', milliseconds(() => firstLineOf(script))],
    ...bundles.map(({ name, file }) => [name, milliseconds(() => firstLineOf(file))]),
  ]);
  const times = await measurePaired(starts, quick ? 10 : 40, 2);
  const of = (name: string) => times[name] ?? [];
  return [
    measured('empty-node', 'empty Node', 'ms', of('empty-node')),
    ...bundles.flatMap(({ name }) => [
      measured(name, `provider ${name}: handshake, with mutual TLS`, 'ms', of(name)),
      ratioOf(
        `${name}-over-node`,
        `provider ${name} over an empty Node`,
        of(name),
        of('empty-node'),
      ),
    ]),
  ];
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

async function benchPlans(
  empty: ProviderBundle,
  folder: string,
  quick: boolean,
): Promise<Figure[]> {
  if (spawnSync('terraform', ['version']).error !== undefined) return [];
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
  const times = await measurePaired(
    {
      bare: milliseconds(() => bare(['plan'])),
      served: milliseconds(() => served(['plan'])),
    },
    quick ? 3 : 10,
    1,
  );
  return [
    measured('plan-bare', 'terraform plan without a provider', 'ms', times.bare),
    measured('plan', 'terraform plan with one', 'ms', times.served),
    ratioOf('plan-over-bare', 'plan with one over a plan without', times.served, times.bare),
  ];
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
