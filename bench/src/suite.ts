/** One subject of measurement: `npm run bench -- NAME` runs it alone. */
export interface Suite {
  readonly name: string;
  /** The heading of its section in `bench/README.md`. */
  readonly title: string;
  /**
   * Measures, and gives the section's Markdown: tables of figures that were taken in one run, each beside what it is to be
   * compared with; or why it was not measured, where the machine lacks something that no machine must have.
   * @throws when a figure cannot be taken, or what was measured went wrong
   */
  readonly run: (say: (line: string) => void) => Promise<string | { readonly skipped: string }>;
}
