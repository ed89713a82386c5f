import { generic, type ServerProfile } from '../../lib/credential/profile.ts';
import { Profiles } from '../../lib/credential/profiles.ts';
import type { Members } from './document-members.ts';

/** The server profiles of this version. Only commands that use one load them. */
export async function shippedProfiles(): Promise<Profiles> {
  const { shipped } = await import('../../profiles/shipped.ts');
  return new Profiles(shipped);
}

/**
 * The profile of a name. One that is not shipped may be a profile of the deployment: only the registry
 * knows its members.
 */
export function profileNamed(name: string, profiles: Profiles): ServerProfile {
  return profiles.find(name) ?? { ...generic, name };
}

/** Members that the profile of a document sets, and that the document does not have. */
export async function profileDefaults(document: Members): Promise<Members> {
  const { profile } = document;
  if (profile === undefined) return {};
  const { defaults } = profileNamed(String(profile), await shippedProfiles());
  return Object.fromEntries(
    Object.entries(defaults).filter(([key]) => !Object.hasOwn(document, key)),
  );
}
