import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";

const file = fileURLToPath(new URL("../../pnpm-lock.yaml", import.meta.url));

/** The builds of a package for each platform, as the lock file has them. */
interface Lock {
  readonly snapshots: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

// A lock file without them installs on the machine that wrote it, and nowhere else.
test("what has a build for Linux can be installed on a Mac", () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pnpm's own format
  const { snapshots } = parse(readFileSync(file, "utf8")) as Lock;
  const built = Object.entries(snapshots).filter(([, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).some((name) => name.includes("linux")),
  );
  const lacking = built.filter(
    ([, { optionalDependencies = {} }]) =>
      !Object.keys(optionalDependencies).some((name) => name.includes("darwin-arm64")),
  );
  expect(built.length).toBeGreaterThan(5);
  expect(lacking.map(([name]) => name)).toEqual([]);
});
