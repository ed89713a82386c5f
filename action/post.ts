import process from 'node:process';
import { openRunner } from './runner.ts';
import { cleanUp } from './vend.ts';

const runner = openRunner(process.env, (line) => process.stdout.write(`${line}\n`));
try {
  await cleanUp(runner, process.env);
} catch (error) {
  // The job's own work is done: a token that ends by itself is no reason to fail it.
  runner.warn(error);
}
