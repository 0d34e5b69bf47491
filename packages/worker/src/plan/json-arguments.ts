/**
 * The elements of a JSON array, each as JSON text in one normal form: no white space, object keys in code unit order
 * (the last of equal keys counts), strings as `JSON.stringify` writes them, and numbers exactly as they were written,
 * so that none loses digits on its way into a workflow.
 *
 * @param text a JSON array; the empty string is the empty array
 * @returns undefined when the text is not a JSON array
 */
export function jsonArguments(text: string): readonly string[] | undefined {
  if (text.trim() === "") return [];
  if (!isJsonArray(text)) return undefined;
  const reader = new Reader(text);
  return reader.array();
}

/**
 * The members of a JSON object, by key in code unit order, each value in the same normal form.
 *
 * @param text a JSON object; the empty string is the empty object
 * @returns undefined when the text is not a JSON object
 */
export function jsonMembers(text: string): readonly JsonMember[] | undefined {
  if (text.trim() === "") return [];
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Reader(text).members();
}

/** A key and its value, as JSON text. */
export type JsonMember = readonly [key: string, value: string];

function isJsonArray(text: string): boolean {
  return Array.isArray(parsed(text));
}

/** Undefined, which JSON cannot say, where the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Reads text that is known to be valid JSON: it only has to find where each value ends. */
class Reader {
  readonly #tokens: Iterator<RegExpExecArray>;
  #token = "";

  constructor(text: string) {
    this.#tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g);
    this.#advance();
  }

  array(): readonly string[] {
    const elements: string[] = [];
    this.#advance();
    while (this.#token !== "]") {
      elements.push(this.#value());
      if (this.#token === ",") this.#advance();
    }
    this.#advance();
    return elements;
  }

  #value(): string {
    if (this.#token === "[") return `[${this.array().join(",")}]`;
    if (this.#token === "{") {
      const members = this.members().map(([key, value]) => `${JSON.stringify(key)}:${value}`);
      return `{${members.join(",")}}`;
    }
    const scalar = this.#token.startsWith('"') ? normalString(this.#token) : this.#token;
    this.#advance();
    return scalar;
  }

  members(): readonly JsonMember[] {
    const members = new Map<string, string>();
    this.#advance();
    while (this.#token !== "}") {
      const key = String(JSON.parse(this.#token));
      this.#advance();
      this.#advance();
      members.set(key, this.#value());
      if (this.#token === ",") this.#advance();
    }
    this.#advance();
    return [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #advance(): void {
    const next = this.#tokens.next();
    this.#token = next.done === true ? "" : next.value[0];
  }
}

function normalString(literal: string): string {
  return JSON.stringify(JSON.parse(literal));
}
