import { openProfiles } from '../../lib/credential/profile-files.ts';
import type { Profiles } from '../../lib/credential/profiles.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import type { UrlPolicy } from '../../lib/http/endpoint-url.ts';
import { shipped } from '../../profiles/shipped.ts';
import { CommandError } from '../command-error.ts';

/**
 * The server profiles that documents may name.
 *
 * @param directory of profiles besides the shipped ones
 * @throws CommandError 9 naming file, member and rule
 */
export function findProfiles(directory: string | undefined, urls: UrlPolicy): Profiles {
  try {
    return openProfiles(shipped, directory, urls);
  } catch (error) {
    throw error instanceof VendError ? new CommandError(9, error.message) : error;
  }
}
