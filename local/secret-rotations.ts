import { randomUUID } from 'node:crypto';
import { moveStage, type Secret, type SecretStore } from './secret-store.ts';

/** The function that rotates secrets. */
export interface RotationFunction {
  readonly arn: string;
  /** @throws Error if the function fails, or ends before it responds */
  invoke(event: unknown): Promise<unknown>;
}

/** What CloudTrail would record: https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieve-ct-entries.html */
export interface RotationEvent {
  readonly name: `${'Rotation' | 'TestRotation'}${'Started' | 'Succeeded' | 'Failed'}`;
  readonly secretArn: string;
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Lambda retries an asynchronous invocation twice. */
const ATTEMPTS = 3;

/**
 * The rotations of the local Secrets Manager. It invokes the function for each step in turn, in the
 * background. If every attempt of a step fails, the rotation ends and AWSPENDING stays as the function
 * left it.
 */
export class SecretRotations {
  readonly events: RotationEvent[] = [];
  readonly #store: SecretStore;
  readonly #lambda: RotationFunction;
  readonly #running = new Map<string, Promise<void>>();

  constructor(store: SecretStore, lambda: RotationFunction) {
    this.#store = store;
    this.#lambda = lambda;
  }

  mayInvoke(functionArn: string): boolean {
    return functionArn === this.#lambda.arn;
  }

  isRunning({ arn }: Secret): boolean {
    return this.#running.has(arn);
  }

  /** Rotates to a version that is pending. */
  start(secret: Secret, versionId: string): void {
    this.#run(secret, async () => {
      this.#note('RotationStarted', secret);
      const isDone =
        (await this.#steps(secret, versionId)) && (await this.#finish(secret, versionId));
      this.#note(isDone ? 'RotationSucceeded' : 'RotationFailed', secret);
    });
  }

  /**
   * Starts the rotation of a secret as its schedule would.
   *
   * @throws Error if rotation of the secret is not enabled
   */
  async startDue(name: string): Promise<void> {
    const secret = this.#store.find(name);
    if (secret?.rotation?.isEnabled !== true) throw new Error(`${name} has no rotation`);
    const versionId = randomUUID();
    await this.#store.put(withPending(secret, versionId));
    this.start(secret, versionId);
  }

  /**
   * Tests the configuration of a rotation that does not start at once: the step testSecret, with a
   * pending version that is removed afterwards.
   */
  test(secret: Secret, versionId: string): void {
    this.#run(secret, async () => {
      this.#note('TestRotationStarted', secret);
      const isDone = await this.#attempt('testSecret', secret, versionId);
      await this.#remove(secret, versionId);
      this.#note(isDone ? 'TestRotationSucceeded' : 'TestRotationFailed', secret);
    });
  }

  /** Resolves when no rotation runs. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #run(secret: Secret, work: () => Promise<void>): void {
    const before = this.#running.get(secret.arn) ?? Promise.resolve();
    const run = before.then(work).finally(() => {
      if (this.#running.get(secret.arn) === run) this.#running.delete(secret.arn);
    });
    this.#running.set(secret.arn, run);
  }

  async #steps(secret: Secret, versionId: string): Promise<boolean> {
    for (const step of STEPS) if (!(await this.#attempt(step, secret, versionId))) return false;
    return true;
  }

  async #attempt(
    Step: (typeof STEPS)[number],
    { arn: SecretId }: Secret,
    ClientRequestToken: string,
  ): Promise<boolean> {
    const event = { Step, SecretId, ClientRequestToken, RotationToken: randomUUID() };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        await this.#lambda.invoke(event);
        return true;
      } catch {
        // The function logs its errors.
      }
    }
    return false;
  }

  async #finish({ arn }: Secret, versionId: string): Promise<boolean> {
    const secret = this.#store.find(arn);
    const current = secret?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
    if (secret?.rotation === undefined || current?.id !== versionId) return false;
    const rotation = { ...secret.rotation, lastAt: Date.now() / 1000 };
    await this.#store.put({ ...secret, rotation });
    return true;
  }

  async #remove({ arn }: Secret, versionId: string): Promise<void> {
    const secret = this.#store.find(arn);
    if (secret === undefined) return;
    const versions = secret.versions.filter(({ id }) => id !== versionId);
    await this.#store.put({ ...secret, versions });
  }

  #note(name: RotationEvent['name'], { arn: secretArn }: Secret): void {
    this.events.push({ name, secretArn });
  }
}

/** The secret with a new version that is pending and has no value. */
export function withPending(secret: Secret, versionId: string): Secret {
  const version = { id: versionId, stages: [], createdAt: Date.now() / 1000 };
  return { ...secret, versions: moveStage([...secret.versions, version], 'AWSPENDING', versionId) };
}
