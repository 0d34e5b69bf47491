// Brings a checkout to where its programs run: installs, generates, compiles; each step is skipped while what it was
// made from is the same. Runs before every npm script, with nothing but Node's own modules.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const pnpm = "pnpm@10.34.8";

requireNode(20, 19);
step("node_modules/.installed", ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", ...manifests()], install);
step(
  "packages/core/src/generated/.stamp",
  ["buf.yaml", "buf.gen.yaml", "pnpm-lock.yaml", "scripts/prepare.mjs", ...filesBelow("proto")],
  generateApi,
);
step(
  "packages/xds/src/generated/.stamp",
  [
    "packages/xds/buf.yaml",
    "packages/xds/buf.gen.yaml",
    "pnpm-lock.yaml",
    "scripts/prepare.mjs",
    ...filesBelow("patches"),
  ],
  generateEnvoyApi,
);
run("tsc", ["-b"], root);

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  fail(`Protomesh needs Node ${major}.${minor} or later; this is Node ${process.versions.node} (${process.execPath}).`);
}

/** Runs `action` unless `stamp` already holds the hash of `inputs`; writes the stamp last. */
function step(stamp, inputs, action) {
  const hash = createHash("sha256").update(process.version).update(process.platform);
  for (const input of inputs) hash.update(`\0${input}\0`).update(readFileSync(join(root, input)));
  const wanted = hash.digest("hex");
  const path = join(root, stamp);
  if (existsSync(path) && readFileSync(path, "utf8") === wanted) return;
  action();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, wanted);
}

function install() {
  say(`installing dependencies (${pnpm})`);
  const frozen = process.env["PROTOMESH_INSTALL"] === "update" ? "--no-frozen-lockfile" : "--frozen-lockfile";
  run("npx", ["--yes", pnpm, "install", frozen, "--prefer-offline"], root, { CI: "true" });
}

function generateApi() {
  say("generating the public API");
  run("buf", ["generate"], root);
  writeDescriptors(root, [], "packages/core/src/generated", "The public API");
}

function generateEnvoyApi() {
  say("generating Envoy's API");
  const folder = join(root, "packages/xds");
  run("buf", ["generate"], folder);
  const services = "node_modules/@grpc/grpc-js-xds/deps/envoy-api/envoy/service";
  const paths = ["discovery", "listener", "cluster", "route", "endpoint", "secret", "runtime", "status"];
  const only = paths.flatMap((path) => ["--path", `${services}/${path}/v3`]);
  writeDescriptors(folder, only, "packages/xds/src/generated", "The services of Envoy's API");
}

/** For reflection: what a folder's services and their messages look like. */
function writeDescriptors(cwd, options, target, whose) {
  const image = join(root, target, "image.binpb");
  run("buf", ["build", "--exclude-source-info", ...options, "-o", image], cwd);
  const descriptors = readFileSync(image).toString("base64");
  rmSync(image);
  writeFileSync(
    join(root, target, "descriptors.ts"),
    `/** ${whose}: a google.protobuf.FileDescriptorSet, base64. */\nexport const descriptorSet =\n  "${descriptors}";\n`,
  );
}

function manifests() {
  const folders = [...readdirSync(join(root, "packages")).map((name) => `packages/${name}`), "test", "bench"];
  return folders.map((folder) => `${folder}/package.json`).filter((path) => existsSync(join(root, path)));
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}

function run(command, args, cwd, environment = {}) {
  const path = `${join(root, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`;
  // The installer's chatter goes to standard error: `npx protomesh … -o json` may run right after.
  const result = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, PATH: path, ...environment },
  });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) fail(`${[command, ...args].join(" ")} failed${result.signal ? ` (${result.signal})` : ""}`);
}

function say(text) {
  process.stderr.write(`protomesh: ${text}\n`);
}

function fail(text) {
  process.stderr.write(`protomesh: ${text}\n`);
  process.exit(1);
}
