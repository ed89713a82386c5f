import type { Situation } from './situation.ts';
import { authentication } from './situations/authentication.ts';
import { certificates } from './situations/certificates.ts';
import { discovery } from './situations/discovery.ts';
import { keyless } from './situations/keyless.ts';
import { lifetimes } from './situations/lifetimes.ts';
import { outages } from './situations/outages.ts';
import { recipes } from './situations/recipes.ts';
import { records } from './situations/records.ts';
import { revocation } from './situations/revocation.ts';
import { rotations } from './situations/rotations.ts';
import { targets } from './situations/targets.ts';
import { tokens } from './situations/tokens.ts';

/** What is tried at each server, in this order. The last stops it. */
export const table: readonly Situation[] = [
  ...authentication,
  ...keyless,
  ...certificates,
  ...targets,
  ...discovery,
  ...tokens,
  ...revocation,
  ...lifetimes,
  ...rotations,
  ...recipes,
  ...outages,
  ...records,
];
