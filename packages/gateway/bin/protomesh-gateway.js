#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// V8 lets garbage grow to a multiple of what lives before it looks for it: of what a gateway keeps, that is 100 MB of memory for
// next to nothing in processor time. (Source maps would be another 4 MB: what stands in dist reads like its source.)
setFlagsFromString("--heap-growing-percent=30");
const [{ runPrograms }, { program }] = await Promise.all([import("@protomesh/core"), import("../dist/main.js")]);
await runPrograms([program]);
