import { describe, expect, it } from '@jest/globals';
import { isSweep, parseRotationEvent } from '../../../lib/rotation/rotation-event.ts';

const event = {
  Step: 'createSecret',
  SecretId: 'arn:aws:secretsmanager:eu-north-1:111122223333:secret:token-vending/a/b-AbCdEf',
  ClientRequestToken: '00000001-0000-4000-8000-000000000000',
  RotationToken: 'x',
};

describe('the event of a rotation', () => {
  it.each([
    ['createSecret', 'create'],
    ['create_secret', 'create'],
    ['setSecret', 'set'],
    ['set_secret', 'set'],
    ['testSecret', 'test'],
    ['test_secret', 'test'],
    ['finishSecret', 'finish'],
    ['finish_secret', 'finish'],
  ])('has a step in either spelling: %s', (Step, step) => {
    expect(parseRotationEvent({ ...event, Step })).toEqual({
      step,
      secret: event.SecretId,
      versionId: event.ClientRequestToken,
    });
  });

  it.each<[event: unknown, text: RegExp]>([
    [{ ...event, Step: 'dropSecret' }, /^Step of the event is missing or wrong/],
    [{ ...event, SecretId: 'token-vending/a/b' }, /^SecretId of the event is missing or wrong/],
    [{ ...event, ClientRequestToken: '1' }, /^ClientRequestToken of the event is missing/],
    [{}, /^Step of the event is missing or wrong/],
    [undefined, /^Step of the event is missing or wrong/],
  ])('is refused: %j', (given, text) => {
    expect(() => parseRotationEvent(given)).toThrow(text);
  });
});

describe('the event of the hourly rule', () => {
  it.each<[event: unknown, verdict: boolean]>([
    [{ sweep: true }, true],
    [{ sweep: false }, false],
    [{ sweep: 'true' }, false],
    [{ sweep: true, secret: 'arn' }, false],
    [{ ...event, sweep: true }, false],
    [event, false],
    [undefined, false],
  ])('is one of one member: %j', (given, verdict) => {
    expect(isSweep(given)).toBe(verdict);
  });
});
