import { createInterface } from 'node:readline/promises';
import { CommandError } from '../command-error.ts';
import type { Answers, Question } from './answers.ts';

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/**
 * Reads the values of flags, and prompts for the others on a terminal. It prompts again after an
 * invalid value. An invalid flag is an error.
 *
 * @param given by flags
 * @throws CommandError (exit 2) naming each invalid flag, or each missing flag if there is no
 *   terminal
 */
export async function findAnswers(
  questions: readonly Question[],
  given: Partial<Answers>,
  terminal: Terminal,
): Promise<Partial<Answers>> {
  const answers = readFlags(questions, given);
  const open = questions.filter(({ name }) => answers[name] === undefined);
  if (open.length === 0) return answers;
  if (!terminal.input.isTTY) {
    const flags = open.map(({ flag, placeholder }) => `${flag} <${placeholder}>`).join(', ');
    throw new CommandError(2, `missing ${flags}: there is no terminal for a prompt.`);
  }
  return await promptFor(open, answers, terminal);
}

function readFlags(questions: readonly Question[], given: Partial<Answers>): Partial<Answers> {
  const wrong: string[] = [];
  const answers: Record<string, string> = {};
  for (const { name, flag, rule, read } of questions) {
    const text = given[name];
    // A credential is read together with its team: if the team is prompted for, so is the
    // credential.
    if (text === undefined || (name === 'credential' && given.team === undefined)) continue;
    const answer = read(text, answers);
    if (answer === undefined) wrong.push(`${flag} ${rule}.`);
    else answers[name] = answer;
  }
  if (wrong.length > 0) throw new CommandError(2, wrong.join('\n'));
  return answers;
}

async function promptFor(
  open: readonly Question[],
  before: Partial<Answers>,
  { input, output, signal }: Terminal,
): Promise<Partial<Answers>> {
  const lines = createInterface({ input, output });
  const left = new AbortController();
  // Ctrl-D and Ctrl-C close the interface, and the promise of the prompt stays pending.
  lines.once('close', () => left.abort());
  const answers: Partial<Record<keyof Answers, string>> = { ...before };
  try {
    for (const { name, prompt, rule, read } of open) {
      while (answers[name] === undefined) {
        const either = AbortSignal.any([signal, left.signal]);
        const text = (await lines.question(`${prompt}: `, { signal: either })).trim();
        const answer = read(text, answers);
        if (answer === undefined) output.write(`  It ${rule}.\n`);
        else answers[name] = answer;
      }
    }
    return answers;
  } catch (error) {
    if (!left.signal.aborted) throw error;
    throw new CommandError(130, 'nothing was written.');
  } finally {
    lines.close();
  }
}
