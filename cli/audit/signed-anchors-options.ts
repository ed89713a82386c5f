import type { Command } from 'commander';

export interface SignedAnchorsFlags {
  /** File of the public key, as PEM or DER. */
  readonly publicKey?: string;
  /** Directory or `s3://bucket/prefix` of the anchors; default: the log. */
  readonly anchorsAt?: string;
}

/** Adds the options of the commands that can verify signed anchors. */
export function addSignedAnchors(command: Command): Command {
  return command
    .option('--public-key <file>', 'public key of the signed anchors, as PEM or DER')
    .option(
      '--anchors-at <log>',
      'where the signed anchors are, such as their copy in another account (default: in the log)',
    );
}
