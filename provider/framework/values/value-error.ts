import type { Path } from './path.ts';

/** A value does not fit its type. The message never quotes the value, which may be a secret. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly path: Path;

  constructor(message: string, path: Path = []) {
    super(message);
    this.path = path;
  }
}
