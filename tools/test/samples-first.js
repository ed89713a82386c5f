import { existsSync } from 'node:fs';
import TestSequencer from '@jest/test-sequencer';

const isSample = ({ path }) =>
  path.includes('/test/e2e/') && existsSync(path.replace('/test/e2e/', '/test/soak/'));

/**
 * In a fresh clone jest knows no durations and goes by the size of a file. Samples of soak tests are small files that take
 * long: they would be the last to start.
 */
export default class SamplesFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(isSample), ...sorted.filter((test) => !isSample(test))];
  }
}
