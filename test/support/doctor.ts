import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checks } from '../../cli/doctor/checks.ts';
import { ENDPOINT_FAULTS } from './doctor-endpoint-faults.ts';
import { DoctorSystem, reportOf } from './doctor-system.ts';
import { keptTranscript, toTranscript } from './doctor-transcript.ts';
import { VENDING_FAULTS } from './doctor-vending-faults.ts';
import { sampleRows } from './sample-rows.ts';

/** At least one for each check that can fail, in the order of the checks. */
const DOCTOR_FAULTS = [...ENDPOINT_FAULTS, ...VENDING_FAULTS];

/**
 * Compares the output of `doctor` with the kept transcripts.
 *
 * @param sample names of the faults to cause; all if absent
 */
export function describeDoctor(sample?: readonly string[]): void {
  const faults = sampleRows(DOCTOR_FAULTS, ({ name }) => name, sample);
  let room: DoctorSystem;

  beforeAll(async () => {
    room = await DoctorSystem.start();
  });

  beforeEach(() => room.watchTokens());
  afterEach(() => room.mend());
  afterAll(() => room.stop());

  describe('token-vending doctor', () => {
    it('finds no problem in a healthy system', async () => {
      await room.forgetEverything();
      const run = await room.run('checkout/orders-api');
      expect([run.code, run.stderr]).toEqual([0, '']);
      const transcript = toTranscript(run);
      expect(transcript).toBe(await keptTranscript('doctor-healthy', transcript));
    });

    it('reports the same as JSON', async () => {
      await room.forgetEverything();
      const run = await room.run('checkout/orders-api --json');
      expect(reportOf(run)).toMatchObject({ first_failure: null, exit_code: 0 });
      const transcript = toTranscript(run);
      expect(transcript).toBe(await keptTranscript('doctor-healthy-json', transcript));
    });

    it('checks only the connection to the endpoint if no credential is named', async () => {
      const run = await room.run('');
      expect(run.code).toBe(0);
      const transcript = toTranscript(run);
      expect(transcript).toBe(await keptTranscript('doctor-no-credential', transcript));
    });

    it.each(faults)('names $first first if the fault is $name', async (fault) => {
      const { name, first, remedy, line = 'checkout/orders-api', caller, seed } = fault;
      const environment = (await seed?.(room)) ?? {};
      const run = await room.run(line, caller, environment);
      const check = checks.find((one) => one.name === first);
      expect([run.code, run.stderr]).toEqual([check?.exitCode, '']);
      expect(run.stdout).toContain(`\n✗ ${check?.title} `);
      expect(run.stdout.split('\n').find((text) => text.includes('→'))).toMatch(remedy);
      const transcript = toTranscript(run);
      expect(transcript).toBe(await keptTranscript(`doctor-${name}`, transcript));

      const report = reportOf(await room.run(`${line} --json`, caller, environment));
      expect([report.first_failure, report.exit_code]).toEqual([first, check?.exitCode]);
      const failing = report.checks.find(({ result }) => result === 'fail');
      expect([failing?.check, failing?.remedy]).toEqual([first, expect.stringMatching(remedy)]);
    });

    it('has a fault for every check that can fail', () => {
      const seeded = new Set(DOCTOR_FAULTS.map(({ first }) => first));
      const fallible = checks.filter(({ exitCode }) => exitCode !== undefined);
      expect(fallible.map(({ name }) => name)).toEqual([...seeded]);
      expect(new Set(fallible.map(({ exitCode }) => exitCode)).size).toBe(fallible.length);
    });
  });
}
