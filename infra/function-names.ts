/** Name of the function behind the registry endpoint. */
export function registryName(deployment: string): string {
  return `${deployment}-registry`;
}

/** Name of the function that rotates secrets. */
export function rotationName(deployment: string): string {
  return `${deployment}-rotate`;
}
