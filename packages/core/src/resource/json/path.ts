/** Where a value stands in a document: keys and indexes from its root. */
export type Path = readonly (string | number)[];

/** A path for people: `spec.routes[0].matchPrefix`; keys that are no plain names in quotes. */
export function pathText(path: Path): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (/^[\w-]+$/.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** Whether a path leads to another's place or to something around it. */
export function leadsTowards(path: Path, other: Path): boolean {
  return path.length <= other.length && path.every((segment, index) => segment === other[index]);
}
