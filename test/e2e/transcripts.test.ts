import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { everyCommand, inertProgram } from '../support/run-command.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { commandsOf, openWorkplace, transcribe } from '../support/transcript.ts';

const folder = fileURLToPath(new URL('transcripts/', import.meta.url));
const update = process.env['UPDATE_TRANSCRIPTS'] === '1';
const all = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort();
// Another test causes the faults that doctor finds.
const names = all.filter((name) => !name.startsWith('doctor'));

// These change nothing in the system, and show no effects of others.
const SHARING = /^(can-i|completion|context|init|policy|version|whoami)/;

async function see(name: string, system: TestSystem): Promise<void> {
  const file = path.join(folder, name);
  const kept = await readFile(file, 'utf8');
  const workplace = await openWorkplace(system, name);
  const seen = await transcribe(commandsOf(kept), workplace);
  // This file contains a secret, as the command states. Everything else is searched for secrets.
  await rm(path.join(workplace.directory, 'document.json'));
  if (update) await writeFile(file, seen);
  else expect(seen).toBe(kept);
  const exits = [...kept.matchAll(/^\[exit (\d+)\]$/gm)].map(([, code]) => Number(code));
  expect([name, exits.includes(0), exits.some((code) => code > 0)]).toEqual([name, true, true]);
}

describe('what a user sees', () => {
  describe('in a system that it does not change', () => {
    let system: TestSystem;
    beforeAll(async () => {
      system = await startTestSystem();
    });
    afterAll(() => system.stop());

    it.each(names.filter((name) => SHARING.test(name)))(
      'stands in %s (UPDATE_TRANSCRIPTS=1 writes it again)',
      (name) => see(name, system),
    );
  });

  describe('in its own system', () => {
    it.each(names.filter((name) => !SHARING.test(name)))(
      'stands in %s (UPDATE_TRANSCRIPTS=1 writes it again)',
      async (name) => {
        const system = await startTestSystem();
        try {
          await see(name, system);
        } finally {
          await system.stop();
        }
      },
    );
  });

  it('exists for every command', () => {
    const commands = everyCommand(inertProgram({})).filter((one) => one.commands.length === 0);
    const missing = commands
      .map((one) => (one.parent?.parent ? `${one.parent.name()}-${one.name()}` : one.name()))
      .filter((command) => !all.some((name) => name.startsWith(command)));
    expect(missing).toEqual([]);
  });
});
