import { CREDENTIAL_ID_RULE, findCredentialId } from '../../lib/credential/id.ts';
import { FunctionError } from '../framework/diagnostics/diagnostic-error.ts';
import { defineFunction, parameter } from '../framework/dispatch/provider-function.ts';
import { object, string } from '../framework/schema/type.ts';

export const parseCredentialFunction = defineFunction({
  summary: 'Parses the name of a credential.',
  description: 'Parses `team/name`. It fails if the text is not the name of a credential.',
  parameters: [parameter('credential', string, 'Name of the credential, as `team/name`.')],
  returns: object({ team: string, name: string }),
  call([credential]) {
    const id = findCredentialId(credential);
    if (id === undefined) throw new FunctionError(`credential ${CREDENTIAL_ID_RULE}`, 0);
    return { team: id.team, name: id.name };
  },
});
