/**
 * A path as Envoy's filters and routes see it: escapes of letters, digits, `-`, `.`, `_` and `~`, which need none, are undone. All
 * other escapes stay, so that `/a%2Fb` is not below `/a`.
 * @param path without dot segments, as `URL` gives it
 */
export function normalPath(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape;
  });
}
