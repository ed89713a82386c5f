import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findCanaries } from './canary-search.ts';
import { type Doorway, openDoorway } from './doorway.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

const cli = fileURLToPath(new URL('../../dist/cli/token-vending.mjs', import.meta.url));

export type Environment = Readonly<Record<string, string>>;

export interface Run {
  readonly args: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** The output of `doctor --json`. */
export interface Report {
  readonly first_failure: string | null;
  readonly exit_code: number;
  readonly checks: readonly {
    readonly check: string;
    readonly result: string;
    readonly detail: string;
    readonly remedy?: string;
  }[];
}

export function reportOf({ stdout }: Run): Report {
  return JSON.parse(stdout);
}

export function detailOf(run: Run, name: string): string | undefined {
  return reportOf(run).checks.find(({ check }) => check === name)?.detail;
}

/**
 * A local system, and the built command line to examine it. Every issued token is known, and no
 * output may contain one.
 */
export class DoctorSystem {
  readonly system: TestSystem;
  /** Tokens that the authorization server issued. */
  readonly issued: string[] = [];
  readonly #doorways: Doorway[] = [];

  private constructor(system: TestSystem) {
    this.system = system;
  }

  static async start(): Promise<DoctorSystem> {
    return new DoctorSystem(await startTestSystem());
  }

  /** Records every token of the authorization server, after `change`. */
  watchTokens(change: (json: Record<string, unknown>) => Record<string, unknown> = (json) => json) {
    this.system.authorizationServer.faults.set('token', {
      kind: 'rewrite',
      change: (json) => {
        const changed = change(json);
        this.issued.push(String(changed['access_token']));
        return changed;
      },
    });
  }

  /**
   * Runs `doctor`.
   *
   * @param caller caller whose profile signs; empty for none
   * @throws if the output contains a secret or a token
   */
  async run(line: string, caller = 'ci-checkout', more: Environment = {}): Promise<Run> {
    const args = ['doctor', ...line.split(' ').filter(Boolean)];
    const child = this.spawn(args, caller, more);
    const written = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (written.stdout += chunk));
    child.stderr.on('data', (chunk) => (written.stderr += chunk));
    const [code] = await once(child, 'close');
    if (findCanaries(written.stdout + written.stderr, this.secrets()).length > 0)
      throw new Error(`a secret or a token is shown by ${args.join(' ')}`);
    return { args, ...written, code };
  }

  spawn(args: readonly string[], caller: string, more: Environment) {
    return spawn(process.execPath, [cli, ...args], {
      env: { ...this.#environmentOf(caller), ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Texts that no output may contain. */
  secrets(): string[] {
    const { callers, secretsManager } = this.system;
    const ofCallers = [...callers.values()].flatMap(({ secretAccessKey, sessionToken }) => [
      secretAccessKey,
      sessionToken,
    ]);
    const ofClients = secretsManager.store
      .all()
      .flatMap(({ versions }) => versions.map(({ text = '{}' }) => JSON.parse(text)))
      .flatMap(({ client_secret, private_key_jwk }) => [client_secret, private_key_jwk?.d]);
    return [...this.issued, ...ofCallers, ...ofClients].filter(
      (secret) => typeof secret === 'string',
    );
  }

  /** An endpoint with the given responses, until the test ends. */
  async endpointThat(...how: Parameters<typeof openDoorway>): Promise<Environment> {
    const doorway = await openDoorway(...how);
    this.#doorways.push(doorway);
    return { TOKEN_VENDING_ENDPOINT: doorway.url };
  }

  /** Credentials of a caller, as environment variables. */
  keysOf(name: string): Environment {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = this.system.caller(name);
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }

  /** Restarts the function, because cached metadata, documents and tokens would hide the fault. */
  async forgetEverything(): Promise<Environment> {
    await this.system.function.restart();
    return {};
  }

  /** Reverts the fault of a test. */
  async mend(): Promise<void> {
    this.system.authorizationServer.faults.clear();
    for (const doorway of this.#doorways.splice(0)) await doorway.close();
  }

  /** Ends the system, and fails if any output contains a secret or a token. */
  async stop(): Promise<void> {
    for (const token of this.issued) this.system.guard(token);
    await this.system.stop();
  }

  #environmentOf(caller: string): Environment {
    const { directory, endpoint, region } = this.system;
    return {
      // Without terraform, whose output another test checks.
      PATH: path.join(directory, 'no-programs'),
      TOKEN_VENDING_ENDPOINT: endpoint,
      TOKEN_VENDING_REGION: region,
      AWS_CONFIG_FILE: path.join(directory, 'callers/aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(directory, 'callers/aws-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(caller === '' ? {} : { TOKEN_VENDING_PROFILE: caller }),
    };
  }
}
