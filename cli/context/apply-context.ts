import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Surroundings } from '../global-options.ts';
import type { Context } from './context-file.ts';

// These commands use no endpoint, and `context` must see only the flags themselves.
const OFFLINE = new Set(['completion', 'context', 'init', 'policy']);

const settings = {
  endpoint: 'TOKEN_VENDING_ENDPOINT',
  region: 'TOKEN_VENDING_REGION',
  signing_service: 'TOKEN_VENDING_SIGNING_SERVICE',
  profile: 'TOKEN_VENDING_PROFILE',
  credential: 'TOKEN_VENDING_CREDENTIAL',
} as const;

/** Names of the options, if they differ from those in the file. */
const optionNames: Readonly<Record<string, string>> = {
  credential: 'defaultCredential',
  signing_service: 'signingService',
};

/**
 * Sets the options that no flag sets, before a command runs. The environment overrides the context
 * of `TOKEN_VENDING_CONTEXT` and the current context. A context that a flag names overrides the
 * environment, as every flag does: with `--context production`, a forgotten variable must not
 * select another endpoint.
 *
 * @throws CommandError (exit 2) if the file is invalid or does not contain the context
 */
export async function applyContext(
  program: Command,
  command: Command,
  { environment }: Surroundings,
): Promise<void> {
  if (OFFLINE.has(topLevelName(command, program))) return;
  const flag = chainOf(command).find((at) => at.getOptionValueSource('context') === 'cli');
  const asked = flag?.opts()['context'] as string | undefined;
  const context = await findContext(asked ?? environment['TOKEN_VENDING_CONTEXT'], environment);
  for (const [member, variable] of Object.entries(settings)) {
    const fromEnvironment = environment[variable] || undefined;
    const fromContext = context?.[member as keyof Context];
    const value =
      asked === undefined ? (fromEnvironment ?? fromContext) : (fromContext ?? fromEnvironment);
    const option = optionNames[member] ?? member;
    if (value !== undefined && program.getOptionValueSource(option) !== 'cli')
      program.setOptionValueWithSource(option, value, 'config');
  }
}

async function findContext(
  name: string | undefined,
  environment: Surroundings['environment'],
): Promise<Context | undefined> {
  const { contextFilePath, parseContextFile, readContextText, requireContext } = await import(
    './context-file.ts'
  );
  const file = contextFilePath(environment);
  if (!existsSync(file) && !name) return undefined;
  const read = parseContextFile(await readContextText(file), file);
  const chosen = name || read.current;
  return chosen === undefined ? undefined : requireContext(read, chosen, file);
}

function topLevelName(command: Command, program: Command): string {
  return (
    chainOf(command)
      .find(({ parent }) => parent === program)
      ?.name() ?? ''
  );
}

function chainOf(command: Command): Command[] {
  const chain: Command[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) chain.push(at);
  return chain;
}
