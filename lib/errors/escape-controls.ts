const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A text for a terminal: each control character, and each invisible one that changes the direction
 * or the order of what is shown, becomes its JSON escape, such as `\u001b`. Line ends and tabs stay.
 * A JSON text stays the same JSON.
 */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
