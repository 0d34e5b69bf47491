import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { envoyPath } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

/** What is read here of a service of docker-compose.yaml. */
interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const compose = parse(readFileSync(join(checkout, "docker-compose.yaml"), "utf8"), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const programs = ["store", "xds", "gateway", "worker"] as const;

/** Variables of Node and libc. */
const readByRuntime: ReadonlySet<string> = new Set(["NODE_OPTIONS", "MALLOC_ARENA_MAX"]);

function serviceOf(name: string): Service {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`docker-compose.yaml has no service ${name}`);
  return service;
}

/** Where a path within the container comes from, in the checkout. */
function mounted(service: Service, path: string): string {
  const mount = service.volumes?.find((volume) => volume.split(":")[1] === path);
  if (mount === undefined) throw new Error(`nothing is mounted at ${path}`);
  return join(checkout, mount.split(":")[0] ?? "");
}

/** A value as compose hands it over: `${NAME:-default}` with the default. */
function interpolated(value: string): string {
  return value.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");
}

/** What the program of a service makes of its command, variables and file: `-print-config`, one line per key. */
async function effectiveSettings(service: Service): Promise<readonly string[]> {
  const [program = "", ...args] = service.command ?? [];
  const local = args.map((argument) => argument.replace(/(?<=^-config-file=).*/, (path) => mounted(service, path)));
  const given = Object.entries(service.environment ?? {}).flatMap(([key, value]) =>
    value === null ? [] : [[key, interpolated(value)] as const],
  );
  const { stdout } = await promisify(execFile)(process.execPath, [join(checkout, program), ...local, "-print-config"], {
    env: { PATH: process.env["PATH"], ...Object.fromEntries(given) },
  });
  return stdout.trimEnd().split("\n");
}

test("there is a container for each program, and for what they need", () => {
  expect(Object.keys(compose.services)).toEqual(
    expect.arrayContaining(["postgres", "migrate", ...programs, "envoy", "temporal"]),
  );
});

describe.each(programs)("%s", (name) => {
  const service = serviceOf(name);

  test("its program, file and variables fit what it can be told", async () => {
    expect(service.command?.[0]).toBe(`packages/${name}/bin/protomesh-${name}.js`);
    const settings = await effectiveSettings(service);
    expect(settings.filter((line) => line.includes("# file ")).length).toBeGreaterThan(0);
    // An unknown variable is nobody's mistake to the program, so it is looked for among what the program has read.
    const own = Object.keys(service.environment ?? {}).filter(
      (key) => !key.startsWith("AWS_") && !readByRuntime.has(key),
    );
    const read = own.filter((key) => settings.some((line) => line.endsWith(`# variable ${key}`)));
    expect(read).toEqual(own);
  });

  test("its health check asks its own admin port", async () => {
    const settings = await effectiveSettings(service);
    const admin = settings.find((line) => /^\S+\.admin\.listener\.address = /.test(line)) ?? "";
    expect(admin).toContain(`:${service.healthcheck?.test.at(-1)}"`);
  });

  test("its plaintext ports are published to this machine alone", () => {
    expect((service.ports ?? []).filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });
});

test("the store starts when the migrations are done, on the same database", () => {
  const [migrate, store] = [serviceOf("migrate"), serviceOf("store")];
  expect(migrate.command).toEqual(["packages/cli/bin/protomesh.js", "migrate", "up"]);
  expect(migrate.environment).toEqual(store.environment);
  expect(store.depends_on).toEqual({ migrate: { condition: "service_completed_successfully" } });
});

test("every file that is mounted is there", () => {
  const mounts = Object.values(compose.services).flatMap(({ volumes }) => volumes ?? []);
  const files = mounts.map((mount) => mount.split(":")[0] ?? "").filter((source) => source.startsWith("./"));
  expect(files.filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
});

test("Envoy takes its bootstrap", async (context) => {
  const bootstrap = mounted(serviceOf("envoy"), "/etc/envoy/envoy.yaml");
  const check = promisify(execFile)(envoyPath(context), ["--mode", "validate", "--config-path", bootstrap]);
  await expect(check).resolves.toMatchObject({ stdout: expect.stringContaining("OK") as string });
});

test("the health check says whether a program is ready", async () => {
  const [, , , script = ""] = serviceOf("store").healthcheck?.test ?? [];
  const answer = promisify(execFile)(process.execPath, ["-e", script, "1"]);
  await expect(answer).rejects.toMatchObject({ code: 1 });
});
