import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cli, environmentOf } from '../support/command-line.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

// script(1) of util-linux gives a command its own terminal.
const hasTerminal = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));
let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(async () => {
  await system.stop();
});

describe('on a terminal', () => {
  (hasTerminal ? it : it.skip)(
    `one Ctrl-C reaches the command of exec once${hasTerminal ? '' : ' (skipped: no script(1) of util-linux here)'}`,
    async () => {
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
    },
  );
});
