import { access, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { type Answers, questions } from '../init/answers.ts';
import { CONFIG_FILE, TERRAFORM_FILE } from '../init/file-names.ts';
import { type NextStep, nextSteps } from '../init/next-steps.ts';
import { replaceFile } from '../replace-file.ts';
import type { Ui } from '../ui.ts';

interface Flags extends Partial<Answers> {
  readonly policiesOnly?: boolean;
  readonly force?: boolean;
}

const EXAMPLES = `
Examples:
  token-vending init
  token-vending init deployment --team checkout --credential orders-api --issuer https://auth.example.com \\
    --ci-role arn:aws:iam::111122223333:role/ci-checkout --alarm-email alarms@example.com
  token-vending init --policies-only --team support --credential tickets-api \\
    --ci-role arn:aws:iam::111122223333:role/newcomer

On a terminal the command prompts for values that no flag sets. It writes token-vending.config.yaml, policies/<team>.cedar
and main.tf, and says what to do next. It overwrites files only with --force, and writes only if every value is valid.`;

/** `init`: the files of a first team. */
export function registerInit(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('init')
    .argument('[directory]', 'directory to write to', '.')
    .description('write configuration, policy and Terraform sample for a first team');
  for (const { flag, placeholder, prompt } of questions)
    command.option(`${flag} <${placeholder}>`, prompt);
  command
    .option('--policies-only', 'write only the policy, for the local system')
    .option('--force', 'overwrite existing files')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string, flags: Flags, self: Command) => {
      const options = optionsOf<Flags>(self);
      const ui = uiFor(options, surroundings);
      const policiesOnly = flags.policiesOnly ?? false;
      const force = flags.force ?? false;
      if (!policiesOnly) await refuseExisting(directory, [CONFIG_FILE, TERRAFORM_FILE], force);
      const { findAnswers } = await import('../init/ask.ts');
      const { stderr: output, signal } = surroundings;
      const asked = policiesOnly ? questions.slice(0, 3) : questions;
      const terminal = { input: process.stdin, output, signal };
      const answers = (await findAnswers(asked, flags, terminal)) as Answers;
      const { describeFirstTeam } = await import('../init/first-team.ts');
      const files = describeFirstTeam(answers, policiesOnly);
      await refuseExisting(directory, Object.keys(files), force);
      const written = await writeFiles(directory, files);
      const next = nextSteps(answers, directory, policiesOnly);
      if (options.json) return ui.out(JSON.stringify({ written, next }));
      for (const file of written) ui.out(file);
      await showOtherPolicies(ui, path.join(directory, 'policies'), `${answers.team}.cedar`);
      showNext(ui, next);
    });
}

async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<string[]> {
  await mkdir(path.join(directory, 'policies'), { recursive: true });
  for (const [file, text] of Object.entries(files))
    await replaceFile(path.join(directory, file), text);
  return Object.keys(files).map((file) => path.join(directory, file));
}

async function refuseExisting(
  directory: string,
  files: readonly string[],
  force: boolean,
): Promise<void> {
  if (force) return;
  const all = files.map((file) => path.join(directory, file));
  const there = await Promise.all(
    all.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  const existing = all.filter((_file, at) => there[at]);
  if (existing.length === 0) return;
  throw new CommandError(
    2,
    `${existing.join(', ')}: already exists. Nothing was written. Use --force to overwrite, or choose another directory.`,
  );
}

async function showOtherPolicies(ui: Ui, policies: string, own: string): Promise<void> {
  const all = await readdir(policies);
  const others = all.filter((file) => file.endsWith('.cedar') && file !== own);
  if (others.length === 0) return;
  ui.err('');
  ui.err(`Other policies in ${policies}: ${others.join(', ')}.`);
  ui.err('Read them before you deploy: a forbid there overrides every permit.');
}

function showNext(ui: Ui, next: readonly NextStep[]): void {
  ui.err('');
  ui.err('Next:');
  next.forEach(({ command, notes }, at) => {
    ui.err(`  ${at + 1}. ${command}`);
    for (const note of notes) ui.err(`     ${ui.dim(note)}`);
  });
}
