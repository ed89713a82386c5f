import type { SampleRun } from '../provider/framework/support/sample-run.ts';

/** A title, and a test that opens the sample provider with a configuration. */
export type FrameworkTest = readonly [
  title: string,
  body: (open: (configuration: string) => Promise<SampleRun>) => Promise<void>,
];
