import type { Argument, Command, Option } from 'commander';

/** The words that may follow a word of the command line. */
export type Completes =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'files' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface CompletedOption {
  /** `--scope`. */
  readonly name: string;
  readonly description: string;
  /** `undefined` for a switch. */
  readonly value: Completes | undefined;
}

/** A command as completion needs it. */
export interface CompletedCommand {
  /** `context set`; empty for `token-vending` itself. */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
  readonly argument: Completes;
}

/** Every command that `--help` shows, from the definitions that also parse the command line. */
export function describeCommands(command: Command, path = ''): CompletedCommand[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command).filter((one) => one.name() !== 'help');
  const described: CompletedCommand = {
    path,
    description: command.description(),
    commands: below.map((one) => ({ name: one.name(), description: one.description() })),
    options: help.visibleOptions(command).flatMap(describeOption),
    argument: describeArgument(command.registeredArguments[0]),
  };
  return [
    described,
    ...below.flatMap((one) => describeCommands(one, `${path} ${one.name()}`.trim())),
  ];
}

/**
 * The options that take a value, of all commands, by name. An option takes a value in every command
 * or in none.
 */
export function valuedOptions(
  commands: readonly CompletedCommand[],
): ReadonlyMap<string, Completes> {
  const all = commands.flatMap(({ options }) => options);
  return new Map(all.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

/** Options grouped by the completion of their values. */
export function byCompletion(
  valued: ReadonlyMap<string, Completes>,
  complete: (value: Completes) => string,
): [names: string[], action: string][] {
  const actions = new Map<string, string[]>();
  for (const [name, value] of valued) {
    const action = complete(value);
    actions.set(action, [...(actions.get(action) ?? []), name]);
  }
  return [...actions].map(([action, names]) => [names, action]);
}

function describeOption({ long, description, flags, argChoices }: Option): CompletedOption[] {
  if (!long) return [];
  const [, placeholder] = /[<[]([^>\]]+)[>\]]/.exec(flags) ?? [];
  const value = placeholder === undefined ? undefined : describeValue(placeholder, argChoices);
  return [{ name: long, description, value }];
}

function describeArgument(argument: Argument | undefined): Completes {
  if (argument === undefined) return { kind: 'nothing' };
  return describeValue(argument.name(), argument.argChoices);
}

// An option whose placeholder names a file is completed with files.
const FILES = new Set(['file', 'directory', 'log']);

function describeValue(placeholder: string, choices: readonly string[] | undefined): Completes {
  if (choices !== undefined) return { kind: 'words', words: choices };
  return { kind: FILES.has(placeholder) ? 'files' : 'nothing' };
}
