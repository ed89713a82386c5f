import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { describe } from '@jest/globals';
import { unzipSync } from 'fflate';
import type { ProviderBundle } from '../../tools/bundle-provider.ts';
import { packageThin } from '../../tools/provider/package-provider.ts';
import { hostPlatform } from '../../tools/provider/platforms.ts';
import { type Release, writeMirror } from '../../tools/provider/release-layout.ts';

export interface Finished {
  /** `null` if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningTerraform {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** The output so far, both streams in one. */
  readonly output: () => string;
}

type Environment = Readonly<Record<string, string>>;

/** A version of a provider for this machine, as a mirror has it. */
export async function releaseThin(bundle: ProviderBundle, version = '0.1.0'): Promise<Release> {
  const packages = await packageThin(bundle, version, [hostPlatform()]);
  return { name: bundle.name, version, packages };
}

/**
 * A directory with a configuration and a mirror of providers, in which the real terraform runs
 * without any network.
 */
export class Terraform {
  readonly folder: string;
  readonly #root: string;
  readonly #environment: Environment;

  private constructor(root: string, folder: string, environment: Environment) {
    this.#root = root;
    this.folder = folder;
    this.#environment = environment;
  }

  /**
   * @param releases providers that `terraform init` finds
   * @param environment of each run, which otherwise has only the PATH of the test, with its Node.js
   *   first
   */
  static async open(releases: readonly Release[], environment: Environment = {}) {
    const root = await mkdtemp(path.join(tmpdir(), 'terraform-'));
    const mirror = path.join(root, 'mirror');
    for (const release of releases) await writeMirror(release, mirror);
    const config = path.join(root, 'terraform.rc');
    await writeFile(
      config,
      `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
    );
    const folder = await mkdtemp(path.join(root, 'work-'));
    return new Terraform(root, folder, {
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`,
      HOME: root,
      TMPDIR: process.env['TMPDIR'] ?? tmpdir(),
      TF_CLI_CONFIG_FILE: config,
      TF_CLI_ARGS: '-no-color',
      TF_INPUT: '0',
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
      ...environment,
    });
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await writeFile(path.join(this.folder, name), text);
    }
  }

  run(args: readonly string[], environment: Environment = {}): Promise<Finished> {
    return this.start(args, environment).finished;
  }

  /**
   * Runs a command.
   *
   * @throws Error with its output if it fails
   */
  async succeed(args: readonly string[], environment: Environment = {}): Promise<Finished> {
    const finished = await this.run(args, environment);
    if (finished.code === 0) return finished;
    throw new Error(`terraform ${args[0]} failed:\n${finished.stdout}${finished.stderr}`);
  }

  /** Starts a command in its own process group, which a test can interrupt as a terminal does. */
  start(args: readonly string[], environment: Environment = {}): RunningTerraform {
    const child = spawn('terraform', args, {
      cwd: this.folder,
      env: { ...this.#environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => {
      output.stdout += data;
    });
    child.stderr.on('data', (data) => {
      output.stderr += data;
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...output }));
    });
    return { process: child, finished, output: () => output.stdout + output.stderr };
  }

  /** The text of the state file. */
  async stateText(): Promise<string> {
    return await readFile(path.join(this.folder, 'terraform.tfstate'), 'utf8');
  }

  /** The attributes of a resource or data source in the state; `undefined` if it is absent. */
  async attributesOf(address: string): Promise<Record<string, unknown> | undefined> {
    const { resources } = JSON.parse(await this.stateText()) as StateFile;
    const found = resources.find(({ mode, type, name }) => {
      return address === (mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`);
    });
    return found?.instances[0]?.attributes;
  }

  /** The files inside a saved plan, as text. */
  async unzipPlan(file: string): Promise<{ readonly file: string; readonly text: string }[]> {
    const entries = unzipSync(await readFile(path.join(this.folder, file)));
    return Object.entries(entries).map(([name, bytes]) => ({
      file: name,
      text: Buffer.from(bytes).toString('latin1'),
    }));
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}

interface StateFile {
  readonly resources: readonly {
    readonly mode: 'managed' | 'data';
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Record<string, unknown> }[];
  }[];
}

/** A suite that needs the real terraform. Without it, the suite prints that and is skipped. */
export function describeTerraform(name: string, body: () => void): void {
  const { error, status } = spawnSync('terraform', ['version'], {
    env: { PATH: process.env['PATH'], CHECKPOINT_DISABLE: '1' },
  });
  if (error === undefined && status === 0) {
    describe(name, body);
    return;
  }
  process.stderr.write(
    `\nSKIPPED: ${name}: no terraform on the PATH. Install Terraform 1.11 or newer to run it.\n\n`,
  );
  describe.skip(name, body);
}
