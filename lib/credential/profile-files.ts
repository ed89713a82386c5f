import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { VendError } from '../errors/vend-error.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import type { ServerProfile } from './profile.ts';
import { parseProfile } from './profile-schema.ts';
import { Profiles } from './profiles.ts';

/**
 * The profiles that documents may name.
 *
 * @param shipped those of this version
 * @param directory own ones, see {@link readProfileFiles}; `undefined` if there are none
 * @throws VendError `config_invalid` as {@link readProfileFiles}, and as the constructor of
 *   {@link Profiles}
 */
export function openProfiles(
  shipped: readonly ServerProfile[],
  directory: string | undefined,
  urls: UrlPolicy,
): Profiles {
  return new Profiles(shipped, directory === undefined ? [] : readProfileFiles(directory, urls));
}

const SUFFIX = '.json';
const NAME_RULE = 'must be 1 to 63 lower-case letters, digits and hyphens, then .json; rename it';

/**
 * The server profiles of a directory: each `NAME.json` is the profile NAME. Files in subfolders and
 * JSON schemas (`*.schema.json`) are ignored.
 *
 * @throws VendError `config_invalid` naming file, member and rule, or if a file or the directory
 *   cannot be read
 */
export function readProfileFiles(directory: string, urls: UrlPolicy): ServerProfile[] {
  return profileFiles(directory).map((file) => {
    const name = file.slice(0, -SUFFIX.length);
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) throw invalid(`the name ${file} ${NAME_RULE}`);
    return parseProfile(name, readJson(path.join(directory, file)), file, urls);
  });
}

/**
 * The names of the files that {@link readProfileFiles} reads, sorted.
 *
 * @throws VendError `config_invalid` if the directory cannot be read
 */
export function profileFiles(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(SUFFIX) && !file.endsWith('.schema.json'))
      .sort();
  } catch (cause) {
    throw invalid(`the directory ${directory} cannot be read`, cause);
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw invalid(`${path.basename(file)} must be JSON`, cause);
  }
}

function invalid(rule: string, cause?: unknown): VendError {
  return new VendError('config_invalid', {
    says: `The server profiles are invalid: ${rule}.`,
    cause,
  });
}
