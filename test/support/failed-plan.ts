import { expect } from '@jest/globals';
import type { Terraform } from './terraform.ts';
import type { TestSystem } from './test-system.ts';

/** An error, as Terraform gives it to machines. */
export interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly start: { readonly line: number } };
  readonly snippet?: { readonly code: string };
}

/** The world of one test. */
export interface PlanWorld {
  readonly system: TestSystem;
  /** The errors of one plan. */
  readonly plan: (
    configuration: string,
    options?: { caller?: string; environment?: Record<string, string> },
  ) => Promise<Diagnostic[]>;
  /** The directory of the last plan. */
  readonly terraform: () => Terraform;
}

export type FailedPlanTest = readonly [title: string, body: (world: PlanWorld) => Promise<void>];

export const NO_TOKEN = 'No access token for checkout/orders-api';

/** A token with more attributes. */
export const token = (attributes = '') => `
ephemeral "tokenvending_access_token" "it" {
  credential = "checkout/orders-api"
  ${attributes}
}
`;

/** A block of the provider with these attributes. */
export const provider = (attributes: string) => `
provider "tokenvending" {
  ${attributes}
}
`;

/** There is one error. It has this summary, cause and remedy, and shows this line. */
export const expectOne = (
  diagnostics: readonly Diagnostic[],
  wanted: { summary: string; cause: RegExp; remedy: RegExp; line?: string },
) => {
  expect(diagnostics.map(({ summary }) => summary)).toEqual([wanted.summary]);
  const [{ detail, snippet } = { detail: '' }] = diagnostics;
  // Terraform wraps lines at any space.
  const text = detail.replace(/\s+/g, ' ');
  expect(text).toMatch(wanted.cause);
  expect(text).toMatch(wanted.remedy);
  if (wanted.line !== undefined) expect(snippet?.code.trim()).toBe(wanted.line);
};
