import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cli, environmentOf } from '../support/command-line.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

// script(1) of util-linux gives a command its own terminal.
const hasTerminal = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));
const onTerminal = hasTerminal ? it : it.skip;
const skipped = hasTerminal ? '' : ' (skipped: no script(1) of util-linux here)';
let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(async () => {
  await system.stop();
});

describe('on a terminal', () => {
  onTerminal(`one Ctrl-C reaches the command of exec once${skipped}`, async () => {
    const count = `
        let interrupts = 0;
        process.on('SIGINT', () => console.log('interrupt', ++interrupts));
        process.on('SIGUSR2', () => { console.log('in all', interrupts); process.exit(5); });
        setInterval(() => {}, 1000);
        console.log('up below', process.ppid);`;
    const line = `exec "$NODE" "$CLI" exec --serve checkout/orders-api -- "$NODE" -e "$COUNT"`;
    const child = spawn('script', ['-qec', line, '/dev/null'], {
      env: {
        ...environmentOf(system, 'ci-checkout'),
        SHELL: '/bin/sh',
        NODE: process.execPath,
        CLI: cli,
        COUNT: count,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let screen = '';
    child.stdout.on('data', (chunk) => (screen += chunk));
    const shows = async (pattern: RegExp) => {
      while (!pattern.test(screen)) await once(child.stdout, 'data');
      return pattern.exec(screen) as RegExpExecArray;
    };
    const parent = Number((await shows(/up below (\d+)\r/))[1]);
    child.stdin.write('\x03');
    await shows(/interrupt 1/);
    // Signals are forwarded in order: if the interrupt was forwarded too, it is counted before
    // this one.
    process.kill(parent, 'SIGUSR2');
    const [code] = await once(child, 'close');
    expect(screen).toMatch(/in all 1\r/);
    expect(code).toBe(5);
  });

  onTerminal(
    `credentials edit opens the editor again for a text that is no JSON${skipped}`,
    async () => {
      const editor = path.join(system.directory, 'editor.cjs');
      await writeFile(
        editor,
        `const fs = require('fs'); const file = process.argv.at(-1);
       const text = fs.readFileSync(file, 'utf8');
       const isFirst = text.startsWith('{');
       if (isFirst) fs.writeFileSync(file + '.before', text);
       const before = JSON.parse(fs.readFileSync(file + '.before', 'utf8'));
       fs.writeFileSync(file, isFirst ? 'no JSON' : JSON.stringify({ ...before, scope: 'orders:read' }));`,
      );
      const terminal = open('credentials edit checkout/orders-api', 'checkout-lead', {
        EDITOR: `${process.execPath} ${editor}`,
      });
      await terminal.shows(/not a JSON object\. Enter opens the editor again/);
      terminal.type('\r');
      await terminal.shows(/checkout\/orders-api changed: version /);
      expect(await terminal.ended).toBe(0);
    },
  );

  onTerminal(`credentials delete asks for the name${skipped}`, async () => {
    const wrong = open('credentials delete checkout/reports-api', 'checkout-lead');
    await wrong.shows(/Type checkout\/reports-api to delete it: /);
    wrong.type('yes\r');
    await wrong.shows(/The name is not checkout\/reports-api: nothing is deleted\./);
    expect(await wrong.ended).toBe(2);
    const right = open('credentials delete checkout/reports-api', 'checkout-lead');
    await right.shows(/to delete it: /);
    right.type('checkout/reports-api\r');
    await right.shows(/checkout\/reports-api deleted: version /);
    expect(await right.ended).toBe(0);
  });

  onTerminal(`credentials put asks for what the command line does not have${skipped}`, async () => {
    const secret = 'canary-typed-secret-0002';
    const set = `--set issuer=${system.authorizationServer.issuer} --set client_id=typed`;
    const line = `credentials put checkout/typed-api --profile acme ${set} --no-test`;
    const terminal = open(line, 'checkout-lead');
    await terminal.shows(/client secret: /);
    terminal.type(`${secret}\r`);
    for (const prompt of [/scopes that callers/, /default scopes/, /audience \(/, /another key/]) {
      await terminal.shows(prompt);
      terminal.type('\r');
    }
    // The deployment has no such profile, and says so.
    await terminal.shows(/profile must be one of adfs, /);
    expect(await terminal.ended).toBe(7);
    expect(terminal.screen()).not.toContain(secret);
  });

  onTerminal(`a secret is prompted for, and not shown${skipped}`, async () => {
    const secret = 'canary-typed-secret-0001';
    const terminal = open(
      'credentials edit checkout/orders-api --set-file client_secret=- --no-test',
      'checkout-lead',
    );
    await terminal.shows(/client_secret: /);
    terminal.type(`${secret}\r`);
    await terminal.shows(/checkout\/orders-api changed: version /);
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).not.toContain(secret);
  });
});

/** Runs a command line on a terminal of its own. */
function open(line: string, caller: string, more: Record<string, string> = {}) {
  const child = spawn('script', ['-qec', `"$NODE" "$CLI" ${line}`, '/dev/null'], {
    env: {
      ...environmentOf(system, caller),
      SHELL: '/bin/sh',
      NODE: process.execPath,
      CLI: cli,
      ...more,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  child.stdout.on('data', (chunk) => (screen += chunk));
  const ended = once(child, 'close').then(([code]) => code as number);
  return {
    screen: () => screen,
    ended,
    type: (text: string) => void child.stdin.write(text),
    async shows(pattern: RegExp) {
      while (!pattern.test(screen))
        if (typeof (await Promise.race([once(child.stdout, 'data'), ended])) === 'number') break;
      expect(screen).toMatch(pattern);
    },
  };
}
