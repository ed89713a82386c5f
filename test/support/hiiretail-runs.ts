import { afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { hiiretailEnvironment, openHiiRetail } from './hiiretail.ts';
import type { Terraform } from './terraform.ts';
import { releaseProvider } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

export interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly address?: string;
  readonly snippet?: { readonly code: string };
}

interface Outcome {
  readonly code: number | null;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Runs of the real terraform with the provider `hiiretail`: each test has its own local system. */
export class HiiRetailRuns {
  #release: Release | undefined;
  #system: TestSystem | undefined;
  #terraform: Terraform | undefined;

  /** Registers the hooks of the test file, which start and stop the systems. */
  static use(): HiiRetailRuns {
    const runs = new HiiRetailRuns();
    beforeAll(async () => {
      runs.#release = await releaseProvider('hiiretail');
    });
    beforeEach(async () => {
      runs.#system = await startTestSystem();
    });
    afterEach(async () => {
      await runs.close();
      await runs.#system?.stop();
    });
    return runs;
  }

  get release(): Release {
    if (this.#release === undefined) throw new Error('the provider is not packaged yet');
    return this.#release;
  }

  get system(): TestSystem {
    if (this.#system === undefined) throw new Error('the system is not started yet');
    return this.#system;
  }

  get terraform(): Terraform {
    if (this.#terraform === undefined) throw new Error('no configuration is open');
    return this.#terraform;
  }

  /** The environment of a job that has the client secret. */
  direct(): Record<string, string> {
    return hiiretailEnvironment(this.system, 'direct');
  }

  async open(
    configuration: string,
    environment: Record<string, string> = this.direct(),
    ...others: readonly Release[]
  ): Promise<void> {
    this.#terraform = await openHiiRetail(this.release, environment, configuration, ...others);
  }

  async close(): Promise<void> {
    await this.#terraform?.close();
    this.#terraform = undefined;
  }

  /** Runs terraform with `-json`, and returns its exit code and diagnostics. */
  async run(args: readonly string[]): Promise<Outcome> {
    const { code, stdout } = await this.terraform.run([...args, '-json']);
    const diagnostics = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line).diagnostic as Diagnostic | undefined)
      .filter((diagnostic) => diagnostic !== undefined);
    return {
      code,
      errors: diagnostics.filter(({ severity }) => severity === 'error'),
      warnings: diagnostics.filter(({ severity }) => severity === 'warning'),
    };
  }

  async apply(): Promise<Outcome> {
    return await this.run(['apply', '-auto-approve']);
  }

  /** The exit code of a plan: 0 if it is empty, 2 if it has changes. */
  async planExitCode(): Promise<number | null> {
    return (await this.terraform.run(['plan', '-detailed-exitcode'])).code;
  }
}
