#!/usr/bin/env node
process.setSourceMapsEnabled(true);
const [{ runPrograms }, { program }] = await Promise.all([import("@protomesh/core"), import("../dist/main.js")]);
await runPrograms([program]);
