import { readFile } from 'node:fs/promises';

/** The text of the migration guide. */
export const guide = await readFile(
  new URL('../../docs/hiiretail/guides/migration.md', import.meta.url),
  'utf8',
);
/** `required_providers` after the migration. */
export const newSource = String(/```terraform\n(.*?)```/s.exec(guide)?.[1]);
/** The arguments of each Terraform command of the guide. */
export const commands = [...guide.matchAll(/^ *terraform (?!\{)(.+)$/gm)].map(([, line]) =>
  String(line).split(' '),
);
