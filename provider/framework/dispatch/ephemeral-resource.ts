import type { Computed, Config, KnownConfig } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import type { Operation, Validation } from './operation.ts';

export interface OpenRequest<S extends Schema, C> extends Operation<C> {
  readonly config: KnownConfig<S>;
}

export interface Opened<S extends Schema> {
  readonly result: Computed<S>;
  /** Time at which Terraform calls `renew`, at least one second from now. */
  readonly renewAt?: Date | undefined;
  /** Data for `renew` and `close`, as JSON. If it is absent, they are not called. */
  readonly lease?: unknown;
}

export interface LeaseRequest<C> extends Operation<C> {
  /**
   * The lease that `open` returned. Terraform passes `close` the lease of `open`, OpenTofu that of
   * the last `renew`.
   */
  readonly lease: unknown;
}

/** A value that exists for one run of Terraform. It reaches neither plan nor state. */
export interface EphemeralResource<S extends Schema = Schema, C = unknown> {
  readonly schema: S;
  validate?(request: Validation<Config<S>>): void;
  open(request: OpenRequest<S, C>): Promise<Opened<S>>;
  /**
   * Extends the value that `open` returned, and cannot change it. Without `renewAt` it is not
   * called again.
   *
   * An error is reported when the run ends, and fails the run (OpenTofu, Terraform from 1.17 on).
   * Earlier versions drop errors and warnings, so both are logged. Throw only if the value cannot
   * be used any more.
   */
  renew?(request: LeaseRequest<C>): Promise<{ readonly renewAt?: Date | undefined }>;
  /** Runs also after Ctrl-C, with its own deadline. */
  close?(request: LeaseRequest<C>): Promise<void>;
}

/** Defines an ephemeral resource. The types of its schema and client are inferred. */
export function defineEphemeralResource<S extends Schema, C>(
  definition: EphemeralResource<S, C>,
): EphemeralResource<S, C> {
  return definition;
}
