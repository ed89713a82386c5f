import { afterAll, beforeAll } from '@jest/globals';
import { describeCommandLines } from '../support/command-lines.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.stop());

describeCommandLines(() => system);
