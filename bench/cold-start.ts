// Cold starts of the real bundle through the Lambda Runtime API, with Lambda's flags, beside an empty handler, beside the
// same without Cedar, beside one that does nothing in init, and beside one that was written without care.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  buildRuntimeLoop,
  type ColdStart,
  coldStart,
  functionEnvironment,
  installProbe,
} from './cold-process.ts';
import {
  exactly,
  type Figure,
  type GroupOptions,
  type GroupResult,
  measured,
  ratioOf,
} from './figure.ts';
import { buildVariants, type Variant } from './function-variants.ts';
import { measurePaired } from './paired.ts';
import { startUpstreamProcess } from './upstream-process.ts';
import { vendEvent } from './vend-event.ts';

// Lambda gives a whole CPU at 1,769 MB, and less in proportion
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
const SHARE_AT_512_MB = 512 / 1_769;

type Starts = Record<Variant, ColdStart[]>;

export async function benchColdStart({ quick }: GroupOptions): Promise<GroupResult> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-cold-start-'));
  const upstreams = await startUpstreamProcess();
  try {
    const { directories, policies } = await buildVariants(directory);
    const loop = await buildRuntimeLoop(directory);
    const environment = await functionEnvironment(upstreams, directory, policies);
    const starts = { empty: [], ours: [], withoutCedar: [], lazy: [], careless: [] } as Starts;
    const names = Object.keys(starts) as Variant[];
    for (const name of names) await installProbe(directories[name]);
    const probes = names.map((name) => [
      name,
      async () =>
        starts[name].push(await coldStart(directories[name], loop, environment, vendEvent)),
    ]);
    await measurePaired(Object.fromEntries(probes), quick ? 5 : 20, 1);
    // The first of each was for the disk's cache.
    for (const name of names) starts[name].shift();
    return {
      group: 'cold-start',
      title: 'Cold start: init and first vend',
      figures: describe(starts),
      notes,
    };
  } finally {
    upstreams.stop();
    await rm(directory, { recursive: true });
  }
}

const notes = [
  'Each first vend reads a secret, the metadata, the keys and a token over TLS on loopback, and stores three records.',
  'At 512 MB the first invocation takes its CPU time over 0.29, or its duration where that is longer.',
];

function describe(starts: Starts): Figure[] {
  const whole = (name: Variant) => starts[name].map(({ init, first }) => init + first);
  const used = (name: Variant) => starts[name].map(({ cpu }) => cpu);
  const starved = (name: Variant) =>
    starts[name].map(({ first, firstCpu }) => Math.max(first, firstCpu / SHARE_AT_512_MB));
  const last = starts.ours.at(-1);
  const heavy = last?.modules.filter((module) => /undici|webstreams|Intl/i.test(module)) ?? [
    'none',
  ];
  return [
    measured('empty', 'empty handler', 'ms', whole('empty')),
    measured('ours', 'token vending, Cedar with 20 policies', 'ms', whole('ours')),
    measured(
      'ours-init',
      'of it init',
      'ms',
      starts.ours.map(({ init }) => init),
    ),
    measured('without-cedar', 'token vending without Cedar', 'ms', whole('withoutCedar')),
    measured('careless', 'careless function', 'ms', whole('careless')),
    measured('first-512', 'first invocation at 512 MB', 'ms', starved('ours')),
    measured('first-512-lazy', 'the same with nothing done in init', 'ms', starved('lazy')),
    ratioOf('over-empty', 'over an empty handler', whole('ours'), whole('empty')),
    ratioOf(
      'over-empty-without-cedar',
      'without Cedar, over an empty handler',
      whole('withoutCedar'),
      whole('empty'),
    ),
    ratioOf('over-careless', 'over the careless function', whole('ours'), whole('careless')),
    ratioOf('cpu-over-empty', 'CPU time over an empty handler', used('ours'), used('empty')),
    ratioOf(
      'cpu-over-careless',
      'CPU time over the careless function',
      used('ours'),
      used('careless'),
    ),
    ratioOf(
      'first-over-lazy',
      'first invocation at 512 MB, over nothing done in init',
      starved('ours'),
      starved('lazy'),
    ),
    exactly('heavy-modules', 'modules of undici, web streams, Intl', 'count', heavy.length),
    exactly('modules', 'builtin modules loaded', 'count', last?.modules.length ?? Number.NaN),
    measured(
      'rss-over-empty',
      'resident memory over an empty handler',
      'MB',
      starts.ours.map(({ rss }, round) => (rss - (starts.empty[round]?.rss ?? 0)) / 1e6),
    ),
  ];
}
