import { parseArgs } from "node:util";

/** How long, and from which seed on. */
export interface FaultOptions {
  readonly minutes: number;
  readonly seed: number;
}

const usage = `usage: npm run test:faults -- [--minutes N] [--seed S]

  --minutes N  go on with the next seed until so long has passed; default: 5
  --seed S     begin with this seed, as a failure names it; default: by chance
`;

/** What a command line asks for, or what is to be said to whoever wrote it. */
export function faultOptions(
  argv: readonly string[],
): { readonly options: FaultOptions } | { readonly help: string } | { readonly mistake: string } {
  const known = {
    minutes: { type: "string" },
    seed: { type: "string" },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values, tokens, positionals } = parseArgs({
    args: [...argv],
    options: known,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  if (values.help === true) return { help: usage };
  const [unknown] = [
    ...tokens.flatMap((token) => (token.kind === "option" && !(token.name in known) ? [token.rawName] : [])),
    ...positionals,
  ];
  if (unknown !== undefined) return { mistake: `${unknown} is not understood\n\n${usage}` };
  const minutes = numberOf(values.minutes, 5);
  const seed = numberOf(values.seed, Math.floor(Math.random() * 1_000_000));
  if (!(minutes > 0)) return { mistake: `--minutes takes a positive number\n\n${usage}` };
  if (!Number.isInteger(seed)) return { mistake: `--seed takes a whole number\n\n${usage}` };
  return { options: { minutes, seed } };
}

/** An option without its value comes as true, which is no number. */
function numberOf(given: string | boolean | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  return typeof given === "string" && given !== "" ? Number(given) : Number.NaN;
}
