import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('../../bench/run.ts', import.meta.url));
let out: string;

beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'token-vending-bench-'));
});
afterAll(() => rm(out, { recursive: true }));

/** `npm run bench -- --quick ...`. */
async function bench(...options: string[]): Promise<{ code: number; output: string }> {
  const args = ['--no-warnings', script, '--quick', '--out', out, ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}

describe('the quick benchmarks', () => {
  it('pass within budget, and write figures and a chart', async () => {
    const { code, output } = await bench('--only', 'bundle', '--only', 'faults');
    expect(output).toContain('2 groups');
    expect(output).not.toContain('OVER BUDGET');
    expect(code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      'bundle.json',
      'bundle.svg',
      'faults.json',
      'faults.svg',
    ]);
    const { figures } = JSON.parse(await readFile(path.join(out, 'bundle.json'), 'utf8'));
    expect(figures.map(({ name }: { name: string }) => name)).toContain('at-start');
  });

  it('fail if the warm path takes 5 ms longer', async () => {
    const { code, output } = await bench('--only', 'warm-path', '--drill', 'busy-wait');
    expect(output).toMatch(/OVER BUDGET: warm-path\/over-least-work is [\d.e+]+, must be at most/);
    expect(code).toBe(1);
  });

  it('fail if a module imports a large client at the top', async () => {
    const { code, output } = await bench('--only', 'bundle', '--drill', 'eager-import');
    expect(output).toMatch(/OVER BUDGET: bundle\/at-start is [\d.]+, must be at most/);
    expect(code).toBe(1);
  });

  it('list the groups if an unknown one is named', async () => {
    const { code, output } = await bench('--only', 'warm-paths');
    expect(output).toContain('no such group: warm-paths (there are bundle, cold-start,');
    expect(code).toBe(1);
  });
});
