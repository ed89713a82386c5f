// `npm run cli:docs`: writes docs/cli.md from the definitions that `--help` shows.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Command, Option } from 'commander';
import { exitCodes } from '../cli/exit-codes.ts';
import { buildProgram } from '../cli/program.ts';

/** The page. */
export function commandLinePage(): string {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  const program = buildProgram({
    environment: {},
    stdout: stream,
    stderr: stream,
    childCommand: [],
    signal: new AbortController().signal,
  });
  const commands = visibleBelow(program).flatMap(withBelow);
  const shared = new Set(program.options.map(({ flags }) => flags));
  const afterHelp = (command: Command) => {
    written.length = 0;
    command.outputHelp();
    return written.join('').slice(command.helpInformation().length).trim();
  };
  return `# The command line

This page describes \`token-vending <command>\`. \`npm run cli:docs\` writes it from the definitions that \`--help\` shows.

${commands.map((command) => `- [\`${nameOf(command)}\`](#${nameOf(command).replaceAll(' ', '-')}): ${command.description()}`).join('\n')}

## Options of every command

${optionTable(program.options)}

Flags override the environment. The environment overrides the current context. \`--context\` is a flag, so the context that it
names overrides the environment. Results go to standard output. Everything else goes to standard error. With \`--json\` results and
errors are JSON. An error is \`{"error": {"code", "message", ...}}\`, with \`advice\`, \`request_id\` and \`retry_after\` if the response
of the endpoint has them.

## Several deployments

Contexts name several deployments. They are in \`$XDG_CONFIG_HOME/token-vending/config.yaml\`, else in
\`~/.config/token-vending/config.yaml\`. \`token-vending context\` writes this file. Only \`endpoint\` is required. Unknown keys are
rejected.

\`\`\`yaml
current: staging
contexts:
  staging:
    endpoint: https://abc.lambda-url.eu-north-1.on.aws
    profile: staging
    credential: checkout/orders-api
  production:
    endpoint: https://tokens.example.com
    region: eu-north-1
    profile: production
\`\`\`

## Exit codes

| code | meaning |
| ---: | ------- |
${Object.entries(exitCodes)
  .map(([code, meaning]) => `| ${code} | ${cell(meaning)} |`)
  .join('\n')}

${commands.map((command) => describe(command, shared, afterHelp(command))).join('\n')}`;
}

function visibleBelow(command: Command): Command[] {
  const visible = command.createHelp().visibleCommands(command);
  // The command `help` is not ours.
  return command.commands.filter((one) => visible.includes(one));
}

function withBelow(command: Command): Command[] {
  return [command, ...visibleBelow(command).flatMap(withBelow)];
}

function nameOf(command: Command): string {
  return command.parent === null ? '' : `${nameOf(command.parent)} ${command.name()}`.trim();
}

function describe(command: Command, shared: ReadonlySet<string>, after: string): string {
  const own = command.options.filter(({ flags, hidden }) => !hidden && !shared.has(flags));
  const args = command.registeredArguments.map(
    (argument) =>
      `| \`${argument.name()}\` | ${cell(argument.description)}${choicesOf(argument)}${defaultOf(argument)} |`,
  );
  const { examples, notes } = splitHelp(after);
  return [
    `## ${nameOf(command)}\n`,
    `${sentence(command.description())}\n`,
    `\`token-vending ${nameOf(command)} ${command.usage()}\`\n`,
    ...(args.length > 0 ? ['| argument | |', '| --- | --- |', ...args, ''] : []),
    ...(own.length > 0 ? [optionTable(own), ''] : []),
    `\`\`\`console\n${examples}\n\`\`\`\n`,
    ...(notes === '' ? [] : [`${cell(notes)}\n`]),
  ].join('\n');
}

/** The end of a help page: examples, then paragraphs. */
function splitHelp(after: string): { readonly examples: string; readonly notes: string } {
  const [first = '', ...rest] = after.replace(/^Examples:\n/, '').split('\n\n');
  return { examples: first.replaceAll(/^ {2}/gm, ''), notes: rest.join('\n\n') };
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map(
    (option) =>
      `| \`${option.flags}\` | ${cell(option.description)}${choicesOf(option)}${defaultOf(option)} |`,
  );
  return ['| option | |', '| --- | --- |', ...rows].join('\n');
}

function choicesOf({ argChoices }: { readonly argChoices?: string[] | undefined }): string {
  return argChoices === undefined ? '' : `: ${argChoices.join(', ')}`;
}

interface Defaulted {
  readonly defaultValue?: unknown;
  readonly defaultValueDescription?: string | undefined;
}

function defaultOf({ defaultValue, defaultValueDescription }: Defaulted): string {
  const shown = defaultValueDescription ?? defaultValue;
  // The default of `--no-color` is true.
  return shown === undefined || typeof shown === 'boolean'
    ? ''
    : ` (default: ${cell(String(shown))})`;
}

// Unescaped, < begins a tag, * emphasis, and | ends a cell.
function cell(text: string): string {
  return text.replaceAll(/[|*]/g, '\\$&').replaceAll('<', '&lt;');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${cell(text.slice(1))}.`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(fileURLToPath(new URL('..', import.meta.url)), 'docs/cli.md');
  await writeFile(file, commandLinePage());
}
