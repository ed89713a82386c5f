import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

export interface SecretVersion {
  readonly id: string;
  readonly text?: string;
  /** Base64. */
  readonly binary?: string;
  readonly stages: readonly string[];
  /** Seconds since the Unix epoch. */
  readonly createdAt: number;
}

export interface SecretRotation {
  readonly isEnabled: boolean;
  readonly functionArn: string;
  /** `rate(30 days)`. */
  readonly schedule?: string | undefined;
  /** Seconds since the Unix epoch. */
  readonly lastAt?: number | undefined;
}

export interface SecretReplica {
  readonly region: string;
  readonly kmsKeyId?: string | undefined;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  /** Absent for `aws/secretsmanager`. */
  readonly kmsKeyId?: string | undefined;
  readonly tags: readonly { Key: string; Value: string }[];
  readonly versions: readonly SecretVersion[];
  readonly createdAt: number;
  /** JSON of its resource policy. */
  readonly policy?: string | undefined;
  /** Absent if it was never rotated or scheduled. */
  readonly rotation?: SecretRotation | undefined;
  /** The Regions that have a copy. */
  readonly replicas?: readonly SecretReplica[] | undefined;
  /** The Region of the secret that this one is a copy of. */
  readonly primaryRegion?: string | undefined;
  /** Set if it is scheduled for deletion. It can be restored until then. */
  readonly deletedAt?: number | undefined;
}

/** Called after each change; `secret` is absent if it was deleted. */
export type ChangeListener = (name: string, secret: Secret | undefined) => Promise<void>;

/** The secrets of the local account, kept in one file that only its owner may read. */
export class SecretStore {
  readonly #file: string | undefined;
  readonly #secrets: Map<string, Secret>;
  readonly #listeners: ChangeListener[] = [];
  #saved: Promise<void> = Promise.resolve();

  private constructor(file: string | undefined, secrets: readonly Secret[]) {
    this.#file = file;
    this.#secrets = new Map(secrets.map((secret) => [secret.name, secret]));
  }

  /** Secrets that no file keeps. */
  static inMemory(): SecretStore {
    return new SecretStore(undefined, []);
  }

  static async open(file: string): Promise<SecretStore> {
    try {
      return new SecretStore(file, JSON.parse(await readFile(file, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new SecretStore(file, []);
      throw error;
    }
  }

  /** By name or ARN. */
  find(nameOrArn: string): Secret | undefined {
    return (
      this.#secrets.get(nameOrArn) ??
      [...this.#secrets.values()].find(({ arn }) => arn === nameOrArn)
    );
  }

  all(): Secret[] {
    return [...this.#secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async put(secret: Secret): Promise<void> {
    this.#secrets.set(secret.name, secret);
    await this.#changed(secret.name);
  }

  async delete(name: string): Promise<void> {
    this.#secrets.delete(name);
    await this.#changed(name);
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  async #changed(name: string): Promise<void> {
    await this.#save();
    for (const listener of this.#listeners) await listener(name, this.#secrets.get(name));
  }

  async #save(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#saved = this.#saved.then(async () => {
      const temporary = `${file}.${randomUUID()}`;
      await writeFile(temporary, JSON.stringify([...this.#secrets.values()], null, 2), {
        mode: 0o600,
      });
      await rename(temporary, file);
    });
    await this.#saved;
  }
}

/**
 * Moves a staging label to one version, as Secrets Manager does. The version that loses AWSCURRENT
 * becomes AWSPREVIOUS.
 */
export function moveStage(
  versions: readonly SecretVersion[],
  stage: string,
  toId: string,
): SecretVersion[] {
  const loser = versions.find(({ id, stages }) => stages.includes(stage) && id !== toId);
  const moved = versions.map((version) => {
    const others = version.stages.filter((other) => other !== stage);
    return { ...version, stages: version.id === toId ? [...others, stage] : others };
  });
  return stage === 'AWSCURRENT' && loser !== undefined
    ? moveStage(moved, 'AWSPREVIOUS', loser.id)
    : moved;
}
