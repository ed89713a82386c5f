import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from '@jest/globals';

const module = new URL('../../../lib/metrics/print-line.ts', import.meta.url).href;
const LINES = 3_000;

/** A program that prints more than a pipe holds, and reports the outcome on standard error. */
const PROGRAM = `
  const { printLine } = await import(${JSON.stringify(module)});
  process.stdout;
  try {
    for (let number = 0; number < ${LINES}; number += 1) printLine(number + ' ' + 'x'.repeat(1000));
    process.stderr.write('printed');
  } catch (error) {
    process.stderr.write('threw ' + error.code);
  }
`;

function start() {
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', PROGRAM]);
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  return { child, said: () => said };
}

it('prints every line completely to a slow reader', async () => {
  const { child, said } = start();
  // Long enough for the pipe to be full.
  await wait(400);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (printed += chunk));
  await once(child, 'close');
  expect(said()).toBe('printed');
  const lines = printed.trimEnd().split('\n');
  expect(lines.length).toBe(LINES);
  expect(lines.every((line, at) => line === `${at} ${'x'.repeat(1000)}`)).toBe(true);
});

it('continues if the reader closes the pipe', async () => {
  const { child, said } = start();
  child.stdout.destroy();
  await once(child, 'close');
  expect(said()).toBe('printed');
});
