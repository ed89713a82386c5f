import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cli } from './command-line.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const aws = fileURLToPath(new URL('./aws-command.ts', import.meta.url));

// `npm ci` and the installation of the AWS command line would provide these. A deployment is the work
// of the test.
const COMMANDS = {
  npx: `case "$2" in
  token-vending) shift 2; exec '${process.execPath}' '${cli}' "$@" ;;
esac
case "$1" in cdk) exit 0 ;; esac
exit 127`,
  aws: `exec '${process.execPath}' --no-warnings '${aws}' "$@"`,
};

/** One block of shell commands of a page. */
export interface ShellBlock {
  readonly commands: string;
  /** Of the last command. The page marks one that is not 0: `fails-with-3`. */
  readonly exitCode: number;
}

/** Commands of a page, run as a reader types them. */
export interface PageCommands {
  /** Directory in which they run. */
  readonly directory: string;
  /** @returns standard output and standard error. Throws if a command fails */
  run(commands: string, environment: Readonly<Record<string, string>>): Promise<string>;
  /** Runs the commands of a block, whose exit code must be that of the page. */
  type(block: ShellBlock, environment: Readonly<Record<string, string>>): Promise<string>;
}

/** @param directory where the commands run */
export async function openPageCommands(directory: string): Promise<PageCommands> {
  const bin = path.join(directory, 'bin');
  await mkdir(bin, { recursive: true });
  for (const [name, script] of Object.entries(COMMANDS))
    await writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const run: PageCommands['run'] = async (commands, environment) => {
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', `set -e\n${commands}`], {
      cwd: directory,
      env: { ...environment, HOME: directory, PATH: `${bin}:${process.env['PATH']}` },
    });
    return stdout + stderr;
  };
  return {
    directory,
    run,
    async type({ commands, exitCode }, environment) {
      const guarded = `set +e; ( set -e\n${commands}\n); [ $? -eq ${exitCode} ]`;
      return await run(guarded, environment);
    },
  };
}

/**
 * The blocks of shell commands of a section of a page.
 *
 * @param page path from the root of the repository
 * @param heading with its marks, such as `### The loss of a Region`
 */
export async function shellBlocksOf(page: string, heading: string): Promise<ShellBlock[]> {
  const text = await readFile(path.join(root, page), 'utf8');
  const marks = heading.split(' ')[0] as string;
  const [, after] = text.split(`\n${heading}\n`);
  if (after === undefined) throw new Error(`${page} has no ${heading}`);
  // Up to the next heading of the same level or a higher one.
  const section = after.split(new RegExp(`^#{1,${marks.length}} `, 'm'))[0] ?? '';
  const blocks = [...section.matchAll(/^( *)```sh(?: fails-with-(\d+))?\n(.*?)^ *```$/gms)];
  return blocks.map(([, indent = '', exitCode = '0', block = '']) => ({
    commands: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    exitCode: Number(exitCode),
  }));
}
