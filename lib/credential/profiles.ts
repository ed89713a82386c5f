import { hash } from 'node:crypto';
import { VendError } from '../errors/vend-error.ts';
import { generic, type ServerProfile } from './profile.ts';

/** The server profiles that documents may name: `generic`, and those of files. */
export class Profiles {
  readonly #byName: ReadonlyMap<string, ServerProfile>;

  /**
   * @param shipped profiles of this version
   * @param own profiles of a deployment
   * @throws VendError `config_invalid` if one of `own` has the name of a shipped one: the same
   *   document must mean the same in each deployment
   */
  constructor(shipped: readonly ServerProfile[] = [], own: readonly ServerProfile[] = []) {
    const known = [generic, ...shipped];
    const taken = own.filter(({ name }) => known.some((one) => one.name === name));
    if (taken.length > 0)
      throw new VendError('config_invalid', {
        says: `The server profiles are invalid: ${taken.map(({ name }) => `${name}.json has the name of a shipped profile; rename it`).join('; ')}.`,
      });
    this.#byName = new Map([...known, ...own].map((profile) => [profile.name, profile]));
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()].sort();
  }

  find(name: string): ServerProfile | undefined {
    return this.#byName.get(name);
  }

  /** SHA-256 (hex) of every profile, by name. */
  get digest(): string {
    return hash('sha256', JSON.stringify(this.names.map((name) => this.find(name))), 'hex');
  }
}
