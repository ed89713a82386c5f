import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { type FuzzReport, REHASHED } from './audit-fuzz-report.ts';
import { MUTATIONS } from './audit-mutations.ts';

const PROGRAM = fileURLToPath(new URL('audit-fuzz-run.ts', import.meta.url));
const SEED = 20_261_128;

/**
 * Verifies a log `records` times, each time with another mutated record. To repeat a failure, set
 * FUZZ_SEED to the seed that the name of the test has.
 */
export function describeAuditFuzz(records: number): void {
  const seed = Number(process.env['FUZZ_SEED'] ?? SEED);

  describe('the verifier of the audit log', () => {
    it(
      `finds each of ${records} mutations (seed ${seed}), never throws, and stays below 256 MB`,
      async () => {
        // A heap that would grow beyond this ends the process, and with it the test.
        const flags = ['--max-old-space-size=112', '--max-semi-space-size=4', '--no-warnings'];
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [...flags, PROGRAM, String(records), String(seed)],
          // The threads of Node.js would keep freed memory in an arena each, by chance of timing.
          { maxBuffer: 10_000_000, env: { ...process.env, MALLOC_ARENA_MAX: '1' } },
        );
        const report: FuzzReport = JSON.parse(stdout);
        expect(report.missed).toEqual([]);
        expect(Object.keys(report.made).sort()).toEqual(
          [...Object.keys(MUTATIONS), REHASHED].sort(),
        );
        expect(report.megabytes).toBeLessThan(256);
        expect(report.pageBytes).toBeLessThan(1_000_000);
        expect(report.lines).toBeGreaterThan(0);
      },
      120_000 + records * 30,
    );
  });
}
