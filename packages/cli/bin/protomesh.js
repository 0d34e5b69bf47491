#!/usr/bin/env node
import { existsSync } from "node:fs";

const program = new URL("../dist/main.js", import.meta.url);
if (existsSync(program)) {
  process.setSourceMapsEnabled(true);
  await import(program.href);
} else {
  process.stderr.write("protomesh: it is not built yet: run npm run build, or npm start, in the checkout first\n");
  process.exitCode = 1;
}
