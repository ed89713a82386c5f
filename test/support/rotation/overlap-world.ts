import { OverlapSweep } from '../../../lib/rotation/overlap-sweep.ts';
import { shipped } from '../../../recipes/shipped.ts';
import type { AdminDialect } from './admin-dialect.ts';
import { SMOOTH } from './every-recipe.ts';
import { RotationWorld } from './rotation-world.ts';

/** Each recipe whose old secret works until it is removed, and a fake of its server. */
export const WITH_OVERLAP: typeof SMOOTH = SMOOTH.filter(([recipe]) => shipped.get(recipe).overlap);

const HOUR = 3_600_000;

/** A rotation whose document says that an old secret works for two hours. */
export class OverlapWorld extends RotationWorld {
  readonly sweep: OverlapSweep;
  #rotations = 0;

  constructor(dialect: AdminDialect) {
    super(dialect);
    this.secret.change('with-overlap', { rotation: { ...dialect.rotation, overlap: '2h' } });
    this.sweep = this.sweepOf('token-vending/');
  }

  sweepOf(secretPrefix: string): OverlapSweep {
    return new OverlapSweep(this.ports, { recipes: shipped, secretPrefix });
  }

  /** After two rotations the id of the old secret is known at every server. */
  async rotateTwice(): Promise<void> {
    for (const _ of [1, 2]) await this.rotateNext();
  }

  /** As Secrets Manager does it: a rotation that is unfinished is repeated first. */
  async rotateNext(): Promise<void> {
    const { unfinished } = this.secret;
    if (unfinished !== undefined) await this.rotateTo(unfinished);
    this.#rotations += 1;
    const versionId = `0000000${this.#rotations}-0000-4000-8000-000000000000`;
    await this.rotate(versionId);
  }

  async rotateTo(versionId: string): Promise<void> {
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const)
      await this.step(step, versionId);
  }

  endOverlap(): void {
    this.clock.skip(2 * HOUR);
  }

  /** A search for old secrets; if it is killed, the next one. */
  async search(): Promise<void> {
    await this.killing.survive(() => this.searchOnce());
  }

  async searchOnce() {
    return await this.clock.runUntilDone(this.sweep.run());
  }

  /** The secrets or keys that the server accepts. */
  get accepted(): number {
    return Math.max(this.dialect.secrets.size, this.dialect.keys.length);
  }

  get tag(): string | undefined {
    return this.secret.tags.get('token-vending:overlap-ends');
  }
}
