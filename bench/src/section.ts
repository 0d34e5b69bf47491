/** One part of `bench/README.md`: what a suite gave when it last ran. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** Markdown between the marks. */
  readonly body: string;
}

/** A Markdown table; every row has as many cells as the head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The page with the section replaced, or added at its end. Everything outside of the section's marks stays. */
export function withSection(page: string, { name, title, body }: Section): string {
  const begin = `<!-- ${name}: written by npm run bench -- ${name} -->`;
  const end = `<!-- end of ${name} -->`;
  const section = `${begin}\n## ${title}\n\n${body}\n${end}`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to === -1) return `${page.trimEnd()}\n\n${section}\n`;
  return page.slice(0, from) + section + page.slice(to + end.length);
}
