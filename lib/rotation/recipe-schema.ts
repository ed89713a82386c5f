import * as v from 'valibot';
import { VendError } from '../errors/vend-error.ts';
import { isPointer, POINTER_RULE } from './json-pointer.ts';
import { variablesOf } from './template.ts';

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const NAME_RULE = 'must be a name of lower-case letters, digits and underscores';
const name = v.pipe(v.string(NAME_RULE), v.regex(NAME, NAME_RULE));
const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must be a text'));
const pointer = v.pipe(v.string(POINTER_RULE), v.check(isPointer, POINTER_RULE));
const pointers = v.record(name, pointer);
const texts = v.record(v.string(), v.string());

const PATH_RULE = 'must be empty or begin with a single slash: it continues `server`';
const path = v.pipe(v.string(PATH_RULE), v.regex(/^$|^\/(?!\/)[^\\#\s]*$/, PATH_RULE));

const request = v.strictObject({
  method: v.picklist(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], 'must be an HTTP method'),
  /** After `server`. Values of variables are percent-encoded. */
  path,
  headers: v.optional(texts, {}),
  /** The body: JSON with variables. */
  json: v.optional(v.unknown()),
  /** The body: a form with variables. */
  form: v.optional(texts),
  /** The body: the response of the last lookup, with changes. */
  from_lookup: v.optional(
    v.strictObject({
      omit: v.optional(v.array(v.string()), []),
      /** Members of which a list with one item is sent as that item. */
      single: v.optional(v.array(v.string()), []),
      set: v.optional(v.record(pointer, v.unknown()), {}),
    }),
  ),
});

const call = {
  request,
  /** Values that the response must have, by pointer. */
  expect: v.optional(v.record(pointer, v.string()), {}),
  /** Variables of later requests, by pointer. */
  read: v.optional(pointers, {}),
  read_if_present: v.optional(pointers, {}),
};

/**
 * How the secret of a client is rotated at a kind of authorization server.
 * recipes/recipe.schema.json says the same.
 */
const recipeSchema = v.strictObject({
  $schema: v.optional(v.string()),
  title: text,
  /** Who makes the new secret. */
  secret: v.picklist(
    ['issued', 'chosen', 'key_pair'],
    'must be issued (by the server), chosen (by the rotation) or key_pair',
  ),
  /** Whether the old secret works until it is removed. */
  overlap: v.boolean('must be true or false'),
  authorization: v.picklist(
    ['admin_credential', 'admin_credential_if_any', 'registration_access_token', 'aws'],
    'must be admin_credential, admin_credential_if_any, registration_access_token or aws',
  ),
  /** Service of AWS in signatures, for `aws`. */
  service: v.optional(text),
  parameters: v.optional(
    v.record(name, v.strictObject({ description: text, default: v.optional(text) })),
    {},
  ),
  /** URL of the admin API. Each request goes to its host. */
  server: text,
  /** Requests before `add`. */
  lookup: v.optional(v.array(v.strictObject(call)), []),
  /** Adds the secret or replaces it. It must come to the same if it is made again. */
  add: v.strictObject(call),
  remove: v.optional(
    v.strictObject({
      /** Lists the secrets of the client. Without it, only a secret whose id is known is removed. */
      list: v.optional(
        v.strictObject({
          request,
          items: pointer,
          id: pointer,
          /** Values of the secrets that may be removed, by pointer. Default: every other secret. */
          only: v.optional(v.record(pointer, v.string()), {}),
        }),
      ),
      requests: v.pipe(v.array(request), v.minLength(1, 'must have a request')),
    }),
  ),
  /** Seconds until every node of the server knows a new secret. */
  propagation: v.optional(
    v.pipe(
      v.number('must be seconds'),
      v.minValue(0, 'must be seconds'),
      v.maxValue(240, 'must be at most 240'),
    ),
    0,
  ),
});

export type Recipe = Readonly<v.InferOutput<typeof recipeSchema>> & { readonly name: string };
export type RecipeRequest = v.InferOutput<typeof request>;
export type RecipeCall = Recipe['add'];

/** The variables that every recipe has. */
const VARIABLES = [
  ...['credential', 'request_token', 'client_id', 'issuer', 'issuer_origin', 'issuer_name'],
  ...['region', 'new_secret', 'jwks', 'jwks_text', 'secret_id', 'registration_access_token'],
];

/**
 * @param recipeName name of the file without its ending
 * @throws VendError `config_invalid` naming each wrong member and the rule that it breaks
 */
export function parseRecipe(recipeName: string, json: unknown): Recipe {
  const result = v.safeParse(recipeSchema, json, { abortPipeEarly: true });
  const errors = result.success
    ? findErrors(result.output)
    : result.issues.map((issue) => `${v.getDotPath(issue) ?? 'it'} ${describe(issue)}`);
  if (!NAME.test(recipeName)) errors.push(`its file name ${NAME_RULE}`);
  if (errors.length > 0)
    throw new VendError('config_invalid', {
      says: `The recipe ${recipeName} is invalid: ${errors.join('; ')}.`,
    });
  return { ...(result.output as v.InferOutput<typeof recipeSchema>), name: recipeName };
}

function describe(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'is not a member of a recipe; remove it';
  return issue.received === 'undefined' ? 'is missing' : issue.message;
}

function findErrors(recipe: v.InferOutput<typeof recipeSchema>): string[] {
  const { secret, add, lookup, remove, parameters, authorization, service } = recipe;
  const read = [...lookup, add].flatMap((one) => [
    ...Object.keys(one.read),
    ...Object.keys(one.read_if_present),
  ]);
  const known = new Set([...VARIABLES, ...Object.keys(parameters), ...read]);
  const { $schema, title, ...templates } = recipe;
  const unknown = variablesOf({ ...templates, parameters: defaultsOf(parameters) }).filter(
    (one) => !known.has(one),
  );
  const used = variablesOf([add.request, lookup.map((one) => one.request)]);
  return [
    unknown.length > 0 && `it has the unknown variables ${[...new Set(unknown)].join(', ')}`,
    secret === 'issued' &&
      add.read['client_secret'] === undefined &&
      'add.read must have client_secret with secret issued',
    secret === 'chosen' && !used.includes('new_secret') && 'add must send {new_secret}',
    secret === 'key_pair' &&
      !/\{jwks(_text)?\}/.test(JSON.stringify(add)) &&
      'add must send {jwks}',
    remove !== undefined && !recipe.overlap && 'remove must be absent without overlap',
    (authorization === 'aws') !== (service !== undefined) &&
      'service must be there if and only if authorization is aws',
  ].filter((error) => typeof error === 'string');
}

function defaultsOf(parameters: v.InferOutput<typeof recipeSchema>['parameters']) {
  return Object.values(parameters).map((parameter) => parameter.default);
}
