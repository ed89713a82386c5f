import type { AuditLog } from '../audit/log.ts';
import type { AuditedRotation } from '../audit/rotation-step.ts';
import { type CredentialId, findIdOfSecret, formatCredentialId } from '../credential/id.ts';
import {
  formatProgress,
  PROGRESS_TAG,
  type RotationStep,
} from '../credential/rotation-progress.ts';
import { REMOVAL_STAGE } from '../credential/rotation-statements.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import { Deadline } from '../time/deadline.ts';
import { ROTATION_NOTE_TIMEOUT, ROTATION_STEP_TIMEOUT } from '../time/time-budget.ts';
import { regionOfArn } from './aws-host.ts';
import { createSecret } from './create-step.ts';
import { finishRotation } from './finish-step.ts';
import { readCurrent } from './promote.ts';
import { proveDocument } from './prove-document.ts';
import type { Recipes } from './recipes.ts';
import { readDocument, type StoredDocument } from './rotated-document.ts';
import { parseRotationEvent, type RotationEvent } from './rotation-event.ts';
import { setSecret } from './set-step.ts';
import { testSecret } from './test-step.ts';
import type { StepPorts, Turn } from './turn.ts';

export interface RotationPorts extends StepPorts {
  readonly audit: AuditLog;
  /** For the log of the function. Not awaited. */
  readonly warn: (message: string) => void;
}

export interface RotationOptions {
  readonly recipes: Recipes;
  /** Of the names of secrets: `token-vending/`. */
  readonly secretPrefix: string;
}

/** What a step did, for the log of the function. */
export interface StepReport {
  /** `team/name`. */
  readonly credential: string;
  readonly step: RotationStep;
  /** `already`: the new version is the current one, so that nothing was left to do. */
  readonly outcome: 'done' | 'already';
}

type Step = (ports: StepPorts, turn: Turn, pending: StoredDocument) => Promise<unknown>;

const LATER_STEPS: Readonly<Record<Exclude<RotationStep, 'create'>, Step>> = {
  set: setSecret,
  test: testSecret,
  finish: finishRotation,
};

/**
 * Rotates secrets in the four steps of Secrets Manager. Each step may be repeated, and may be killed
 * at any moment: what it did is found again by the next attempt.
 */
export class Rotation {
  readonly #ports: RotationPorts;
  readonly #options: RotationOptions;

  constructor(ports: RotationPorts, options: RotationOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /**
   * One step. It is announced in the audit log before it calls a server, and recorded afterwards.
   *
   * @param event of Secrets Manager
   * @throws VendError that names the step. The old secret works, unless the server had already
   *   replaced it
   */
  async run(event: unknown): Promise<StepReport> {
    const parsed = parseRotationEvent(event);
    const { clock } = this.#ports;
    using deadline = new Deadline(clock, ROTATION_STEP_TIMEOUT, upstreamTimeout);
    const { id, isDone, isLocked } = await this.#check(parsed, deadline.signal);
    const { step } = parsed;
    const credential = formatCredentialId(id);
    if (isDone) return { credential, step, outcome: 'already' };
    try {
      if (isLocked) throw locked();
      await this.#record(parsed, id, deadline);
      await this.#note(parsed, credential);
      return { credential, step, outcome: 'done' };
    } catch (thrown) {
      const error = VendError.from(thrown);
      await this.#note(parsed, credential, error.code);
      throw error.withText(
        `The rotation of ${credential} failed at step ${step}: ${error.message}`,
      );
    }
  }

  /** The checks that the templates of AWS make before each step. */
  async #check({ secret, versionId }: RotationEvent, signal: AbortSignal) {
    const { name, rotationEnabled, stages } = await this.#ports.secrets.describe(secret, signal);
    const { secretPrefix } = this.#options;
    const id = findIdOfSecret(name, secretPrefix);
    if (id === undefined)
      throw malformed(`The secret is no credential: its name must be ${secretPrefix}team/name.`);
    if (!rotationEnabled) throw malformed('Rotation of the secret is not enabled.');
    const ofVersion = stages[versionId];
    if (ofVersion === undefined) throw malformed('The secret has no version of this rotation.');
    const isPending = ofVersion.includes('AWSPENDING');
    if (!isPending && !ofVersion.includes('AWSCURRENT'))
      throw malformed('The version of this rotation is not pending any more.');
    return { id, isDone: !isPending, isLocked: ofVersion.includes(REMOVAL_STAGE) };
  }

  async #record(event: RotationEvent, id: CredentialId, deadline: Deadline): Promise<void> {
    const { audit } = this.#ports;
    const turn = await this.#turnOf(event, id, deadline);
    const rotation: AuditedRotation = {
      credential: formatCredentialId(id),
      recipe: turn.recipe.name,
      step: event.step,
      secretVersion: event.versionId,
    };
    await audit.append({ kind: 'rotation-intent', rotation });
    try {
      await this.#do(event.step, turn);
    } catch (thrown) {
      const { code } = VendError.from(thrown);
      await audit.append({ kind: 'rotation', rotation, tokens: turn.tokens, code });
      throw thrown;
    }
    await audit.append({ kind: 'rotation', rotation, tokens: turn.tokens });
  }

  /**
   * Writes how far the rotation is, for the registry. A rotation that works does not fail because of
   * this. It has its own time, because the deadline of the step may be the reason for its failure.
   */
  async #note(
    { secret, step, versionId }: RotationEvent,
    credential: string,
    code?: string,
  ): Promise<void> {
    const { clock, secrets, warn } = this.#ports;
    using deadline = new Deadline(clock, ROTATION_NOTE_TIMEOUT, upstreamTimeout);
    const value = formatProgress({ step, code, versionId, at: clock.now() });
    try {
      await secrets.tag(secret, PROGRESS_TAG, value, deadline.signal);
    } catch (thrown) {
      const { code: reason } = VendError.from(thrown);
      warn(`The tag ${PROGRESS_TAG} of ${credential} could not be written (${reason}).`);
    }
  }

  async #turnOf(
    { secret, versionId }: RotationEvent,
    id: CredentialId,
    deadline: Deadline,
  ): Promise<Turn> {
    const { document } = await readCurrent(this.#ports, { secret, deadline });
    if (document.rotation === undefined)
      throw new VendError('credential_invalid', {
        says: 'The credential document has no member rotation.',
        advice:
          'Add rotation.recipe to the credential document. docs/rotation.md lists the recipes.',
      });
    const recipe = this.#options.recipes.get(document.rotation.recipe);
    return { id, secret, region: regionOfArn(secret), versionId, recipe, deadline, tokens: [] };
  }

  async #do(step: RotationStep, turn: Turn): Promise<void> {
    if (step === 'create') return await createSecret(this.#ports, turn);
    const { secrets, reading } = this.#ports;
    const { secret, versionId, deadline } = turn;
    const stored = await secrets.read(secret, { stage: 'AWSPENDING', versionId }, deadline.signal);
    // Secrets Manager tests a new schedule by this step alone, with a version without a value.
    if (stored === undefined && step === 'test')
      return await proveDocument(this.#ports, turn, await readCurrent(this.#ports, turn));
    if (stored === undefined)
      throw malformed('The version of this rotation has no value: the first step did not finish.');
    await LATER_STEPS[step](this.#ports, turn, readDocument(stored, reading));
  }
}

function locked(): VendError {
  return new VendError('version_conflict', {
    says: 'The old secret of the credential is being removed.',
    advice: 'Start the rotation again in some minutes.',
  });
}

function malformed(says: string): VendError {
  return new VendError('request_malformed', {
    says,
    advice: 'Start a rotation with RotateSecret.',
  });
}
