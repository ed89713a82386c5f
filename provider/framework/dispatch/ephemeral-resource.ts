import type { Computed, Config, KnownConfig } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import type { Operation, Validation } from './operation.ts';

export interface OpenRequest<S extends Schema, C> extends Operation<C> {
  readonly config: KnownConfig<S>;
}

export interface Opened<S extends Schema> {
  readonly result: Computed<S>;
  /** When Terraform calls `renew` if the run still goes on; one second from now at the earliest. */
  readonly renewAt?: Date | undefined;
  /** What `renew` and `close` need, as JSON. Without one they are not called. */
  readonly lease?: unknown;
}

export interface LeaseRequest<C> extends Operation<C> {
  /** As `open` returns it: Terraform gives `close` the lease of `open`, OpenTofu the one of the last `renew`. */
  readonly lease: unknown;
}

/** A value that exists for one run of Terraform and reaches neither plan nor state. */
export interface EphemeralResource<S extends Schema = Schema, C = unknown> {
  readonly schema: S;
  validate?(request: Validation<Config<S>>): void;
  open(request: OpenRequest<S, C>): Promise<Opened<S>>;
  /**
   * Keeps alive what `open` gave; it cannot change it. Without a `renewAt` it is not called again. An error is reported when the
   * run ends, and fails it (OpenTofu, Terraform from 1.17 on; earlier ones drop errors and warnings, so both are logged): throw only
   * if what `open` gave cannot be used any more.
   */
  renew?(request: LeaseRequest<C>): Promise<{ readonly renewAt?: Date | undefined }>;
  /** Runs after Ctrl-C too, with a deadline of its own. */
  close?(request: LeaseRequest<C>): Promise<void>;
}

/** Infers the schema and the client of an ephemeral resource from its parts. */
export function defineEphemeralResource<S extends Schema, C>(
  definition: EphemeralResource<S, C>,
): EphemeralResource<S, C> {
  return definition;
}
