import type { AuditedRotation } from '../audit/rotation-step.ts';
import { findIdOfSecret, formatCredentialId } from '../credential/id.ts';
import { OVERLAP_TAG } from '../credential/rotation-progress.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import { Deadline } from '../time/deadline.ts';
import { findInstant } from '../time/instant.ts';
import {
  OVERLAP_REMOVAL_TIMEOUT,
  OVERLAPS_SEARCHED_EVERY,
  ROTATION_STEP_TIMEOUT,
} from '../time/time-budget.ts';
import { regionOfArn } from './aws-host.ts';
import { endOverlap, hasOld } from './end-overlap.ts';
import { readCurrent } from './promote.ts';
import { findPending, type PendingVersion, unlockRotations } from './removal-lock.ts';
import type { StoredDocument } from './rotated-document.ts';
import type { RotationOptions, RotationPorts } from './rotation.ts';
import type { Turn } from './turn.ts';

/** What a search did, for the log of the function. */
export interface SweepReport {
  readonly step: 'remove';
  /** The credentials whose old secret was removed: `team/name`. */
  readonly removed: readonly string[];
}

type Place = Pick<Turn, 'id' | 'secret' | 'deadline'>;

/** Removes the old client secrets and keys whose overlap is over. */
export class OverlapSweep {
  readonly #ports: RotationPorts;
  readonly #options: RotationOptions;

  constructor(ports: RotationPorts, options: RotationOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /**
   * Searches every secret with the tag. Each removal is announced in the audit log and recorded. One
   * that fails does not stop the others, and the next search tries it again.
   *
   * @throws VendError the first that failed, after all were tried; `secrets_unavailable` if the
   *   secrets cannot be listed
   */
  async run(): Promise<SweepReport> {
    const { clock, secrets, warn } = this.#ports;
    using deadline = new Deadline(clock, ROTATION_STEP_TIMEOUT, upstreamTimeout);
    const found = await secrets.list(this.#options.secretPrefix, OVERLAP_TAG, deadline.signal);
    const removed: string[] = [];
    const errors: VendError[] = [];
    // Each search starts at another one, so that slow servers do not always use up the time of those
    // behind them.
    const start = Math.floor(clock.now() / OVERLAPS_SEARCHED_EVERY) % found.length;
    for (const secret of [...found.slice(start), ...found.slice(0, start)])
      try {
        removed.push(...(await this.#visit(secret, deadline.signal)));
      } catch (thrown) {
        const error = VendError.from(thrown);
        warn(`${error.message} (${error.code}) The next search tries again.`);
        errors.push(error);
      }
    if (errors[0] !== undefined) throw errors[0];
    return { step: 'remove', removed };
  }

  /** @returns the credential if its old secret was removed, as a list */
  async #visit(secret: string, signal: AbortSignal): Promise<string[]> {
    const { clock, secrets } = this.#ports;
    using deadline = new Deadline(clock, OVERLAP_REMOVAL_TIMEOUT, upstreamTimeout, signal);
    const { name, stages, tags } = await secrets.describe(secret, deadline.signal);
    const id = findIdOfSecret(name, this.#options.secretPrefix);
    const ends = findInstant(tags[OVERLAP_TAG] ?? '') ?? Infinity;
    const pending = findPending(stages);
    // A rotation that is under way has removed the old secret, and writes another tag at its end.
    if (id === undefined || ends > clock.now() || pending?.of === 'rotation') return [];
    const credential = formatCredentialId(id);
    try {
      return (await this.#end({ id, secret, deadline }, pending)) ? [credential] : [];
    } catch (thrown) {
      const error = VendError.from(thrown);
      throw error.withText(
        `The removal of the old secret of ${credential} failed: ${error.message}`,
      );
    }
  }

  /** @returns whether there was an old secret to remove */
  async #end(place: Place, pending: PendingVersion | undefined): Promise<boolean> {
    const { secrets } = this.#ports;
    const { secret, deadline } = place;
    const current = await readCurrent(this.#ports, place);
    const turn = this.#turnOf(place, current);
    const isLeft = turn !== undefined && hasOld(turn.recipe, current);
    if (isLeft) await this.#record(turn, current, pending);
    // A removal was killed after it had removed the secret.
    else if (pending?.of === 'removal') await unlockRotations(this.#ports, secret, pending.id);
    await secrets.untag(secret, OVERLAP_TAG, deadline.signal);
    return isLeft;
  }

  /** @returns `undefined` if the document says no longer that an old secret is to be removed */
  #turnOf(place: Place, { document: { rotation } }: StoredDocument): Turn | undefined {
    if (rotation?.overlap === undefined) return undefined;
    const recipe = this.#options.recipes.get(rotation.recipe);
    const versionId = this.#ports.clock.uuid();
    return { ...place, region: regionOfArn(place.secret), versionId, recipe, tokens: [] };
  }

  async #record(
    turn: Turn,
    current: StoredDocument,
    pending: PendingVersion | undefined,
  ): Promise<void> {
    const { audit } = this.#ports;
    const rotation: AuditedRotation = {
      credential: formatCredentialId(turn.id),
      recipe: turn.recipe.name,
      step: 'remove',
      secretVersion: current.versionId,
    };
    await audit.append({ kind: 'rotation-intent', rotation });
    try {
      await endOverlap(this.#ports, turn, current, pending);
    } catch (thrown) {
      const { code } = VendError.from(thrown);
      await audit.append({ kind: 'rotation', rotation, tokens: turn.tokens, code });
      throw thrown;
    }
    await audit.append({ kind: 'rotation', rotation, tokens: turn.tokens });
  }
}
