import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { buildProgram, runProgram } from '../../cli/program.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Ran {
  /** `undefined` if the command succeeded. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command line in this process, with its own environment and streams.
 *
 * @param signal aborts as at the first Ctrl-C
 */
export async function runCommand(
  argv: readonly string[],
  environment: Environment = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const stdout = capture();
  const stderr = capture();
  const streams = { stdout: stdout.stream, stderr: stderr.stream };
  const code = await runProgram(argv, { environment, signal, ...streams });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** The command line with every action replaced, so that it only parses. */
export function inertProgram(
  environment: Environment,
  act: (command: Command) => void = () => undefined,
): Command {
  const { stream } = capture();
  const { signal } = new AbortController();
  const world = { environment, signal, stdout: stream, stderr: stream };
  const program = buildProgram({ ...world, childCommand: [] });
  for (const command of everyCommand(program))
    if (command.commands.length === 0) command.action((...args) => act(args.at(-1) as Command));
  return program;
}

/** A command and all its sub-commands that a page of help shows. */
export function everyCommand(command: Command): Command[] {
  const visible = command.createHelp().visibleCommands(command);
  const below = command.commands.filter((one) => visible.includes(one));
  return [command, ...below.flatMap(everyCommand)];
}

function capture() {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => written };
}
