import process from 'node:process';
import { openRunner } from './runner.ts';
import { vend } from './vend.ts';

const runner = openRunner(process.env, (line) => process.stdout.write(`${line}\n`));
try {
  await vend(runner, process.env);
} catch (error) {
  runner.fail(error);
  process.exitCode = 1;
}
