import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import { activityOf, operationOf } from '../../../lib/audit/record-activity.ts';
import type { RegistrationOperation } from '../../../lib/audit/registration.ts';
import { everyKindOfEvent } from '../../support/audit-world.ts';

let events: AuditEvent[];

beforeAll(async () => {
  events = await everyKindOfEvent();
});

function registrationOf(operation: RegistrationOperation): AuditEvent {
  const event = events.find(({ kind }) => kind === 'registration');
  if (event?.kind !== 'registration') throw new Error('there is no registration');
  return { ...event, registration: { ...event.registration, operation } };
}

describe('the activity of a record', () => {
  it.each([
    ['register', 1, 'RegisterCredential'],
    ['change', 3, 'ChangeCredential'],
    ['switch', 3, 'SwitchCredential'],
    ['delete', 4, 'DeleteCredential'],
    ['restore', 1, 'RestoreCredential'],
    ['test', 2, 'TestCredential'],
    ['rotate', 3, 'RotateCredential'],
  ] as const)('of the registration %s is %i, %s', (operation, activity, name) => {
    const event = registrationOf(operation);
    expect(activityOf(event)).toEqual({ activity_id: activity, type_uid: 600_300 + activity });
    expect(operationOf(event, 'registerCredential')).toBe(name);
  });

  it('of a denial is what was requested, if that is known', () => {
    const denial = events.find(({ kind }) => kind === 'denial') as AuditEvent;
    expect(operationOf(denial, 'switchCredential')).toBe('SwitchCredential');
    expect(operationOf(denial, undefined)).toBe('Unknown');
  });

  it('of a listing is about all credentials, or about the one that it describes', () => {
    const listing = events.find(({ kind }) => kind === 'listing') as AuditEvent;
    expect(operationOf(listing, undefined)).toBe('ListCredentials');
    expect(operationOf(listing, 'describeCredential')).toBe('DescribeCredential');
  });
});
