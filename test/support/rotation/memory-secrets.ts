import type { CredentialId } from '../../../lib/credential/id.ts';
import { formatCredentialId } from '../../../lib/credential/id.ts';
import type { SecretStage, StoredCredential } from '../../../lib/credential/store.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import type {
  RotatedSecret,
  RotationSecrets,
  SecretVersion,
} from '../../../lib/rotation/rotation-secrets.ts';

interface Version {
  readonly id: string;
  text: string | undefined;
  readonly stages: Set<string>;
  /** Milliseconds since the Unix epoch. */
  readonly writtenAt: number;
}

/** One secret of Secrets Manager, with its rules about versions and stages. */
export class MemorySecret {
  readonly name: string;
  rotationEnabled = true;
  readonly versions: Version[] = [];
  /** By key. */
  readonly tags = new Map<string, string>();

  readonly #now: () => number;

  constructor(name: string, document: object, now: () => number) {
    this.name = name;
    this.#now = now;
    this.store('first', JSON.stringify(document), 'AWSCURRENT');
  }

  /** RotateSecret adds a pending version without a value. */
  startRotation(versionId: string): void {
    this.#stage(versionId, 'AWSPENDING');
  }

  /** A version that is pending and not current. Then RotateSecret starts no other rotation. */
  get unfinished(): string | undefined {
    const pending = this.find('AWSPENDING');
    return pending?.stages.has('AWSCURRENT') === false ? pending.id : undefined;
  }

  store(versionId: string, text: string, stage: string): void {
    const before = this.find(stage);
    this.#stage(versionId, stage);
    (this.find(stage) as Version).text = text;
    if (stage === 'AWSCURRENT' && before !== undefined) this.#stage(before.id, 'AWSPREVIOUS');
  }

  /** Changes members of the current document, as the registry does. */
  change(versionId: string, members: object): void {
    const before = JSON.parse(this.find('AWSCURRENT')?.text ?? '');
    this.store(versionId, JSON.stringify({ ...before, ...members }), 'AWSCURRENT');
  }

  move(stage: string, from: string | undefined, to: string | undefined): boolean {
    if (this.find(stage)?.id !== from) return false;
    if (to === undefined) this.find(stage)?.stages.delete(stage);
    else this.#stage(to, stage);
    if (stage === 'AWSCURRENT' && from !== undefined && from !== to)
      this.#stage(from, 'AWSPREVIOUS');
    return true;
  }

  find(stage: string): Version | undefined {
    return this.versions.find(({ stages }) => stages.has(stage));
  }

  /** The document of a stage; `undefined` if there is none. */
  document(stage: string): Readonly<Record<string, unknown>> | undefined {
    const text = this.find(stage)?.text;
    return text === undefined ? undefined : JSON.parse(text);
  }

  #stage(versionId: string, stage: string): void {
    for (const { stages } of this.versions) stages.delete(stage);
    const known = this.versions.find(({ id }) => id === versionId);
    if (known !== undefined) known.stages.add(stage);
    else
      this.versions.push({
        id: versionId,
        text: undefined,
        stages: new Set([stage]),
        writtenAt: this.#now(),
      });
  }
}

const arnOf = (name: string) =>
  `arn:aws:secretsmanager:eu-north-1:111122223333:secret:${name}-AbCdEf`;

/** Secrets Manager in memory, by the ports of the rotation and of the vending function. */
export class MemorySecrets implements RotationSecrets {
  readonly #secrets = new Map<string, MemorySecret>();
  readonly #now: () => number;
  /** The error of setting a tag, if it has one. */
  tagError: Error | undefined;

  /** @param now the time of new versions; by default they are old */
  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  add(name: string, document: object): MemorySecret {
    const secret = new MemorySecret(`token-vending/${name}`, document, this.#now);
    this.#secrets.set(secret.name, secret);
    return secret;
  }

  async list(prefix: string, tag: string): Promise<string[]> {
    return [...this.#secrets.values()]
      .filter(({ name, tags }) => name.startsWith(prefix) && tags.has(tag))
      .map(({ name }) => arnOf(name));
  }

  async describe(arn: string): Promise<RotatedSecret> {
    const { name, rotationEnabled, versions, tags } = this.#get(arn);
    const labelled = versions.filter(({ stages }) => stages.size > 0);
    return {
      name,
      rotationEnabled,
      stages: Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]])),
      tags: Object.fromEntries(tags),
    };
  }

  async read(
    arn: string,
    { stage, versionId }: { readonly stage: string; readonly versionId?: string },
  ): Promise<SecretVersion | undefined> {
    const version = this.#get(arn).find(stage);
    if (version?.text === undefined) return undefined;
    if (versionId !== undefined && version.id !== versionId) return undefined;
    return { text: version.text, versionId: version.id };
  }

  async put(arn: string, { text, versionId }: SecretVersion, stage: string): Promise<void> {
    this.#get(arn).store(versionId, text, stage);
  }

  async move(
    arn: string,
    {
      stage,
      from,
      to,
    }: { readonly stage: string; readonly from?: string | undefined; readonly to?: string },
  ): Promise<boolean> {
    return this.#get(arn).move(stage, from, to);
  }

  async tag(arn: string, key: string, value: string): Promise<void> {
    if (this.tagError !== undefined) throw this.tagError;
    this.#get(arn).tags.set(key, value);
  }

  async untag(arn: string, key: string): Promise<void> {
    this.#get(arn).tags.delete(key);
  }

  /** The port of the vending function. */
  readonly store = {
    read: async (id: CredentialId, stage: SecretStage): Promise<StoredCredential> => {
      const version = this.#secrets.get(`token-vending/${formatCredentialId(id)}`)?.find(stage);
      if (version?.text === undefined) throw new VendError('credential_unknown');
      return { text: version.text, versionId: version.id, writtenAt: version.writtenAt };
    },
  };

  #get(arn: string): MemorySecret {
    const name = arn.replace(/^.*:secret:|-[A-Za-z0-9]{6}$/g, '');
    const secret = this.#secrets.get(name);
    if (secret === undefined) throw new VendError('credential_unknown');
    return secret;
  }
}
