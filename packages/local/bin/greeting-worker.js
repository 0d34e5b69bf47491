#!/usr/bin/env node
process.setSourceMapsEnabled(true);
const [{ runPrograms }, { greetingProgram }] = await Promise.all([
  import("@protomesh/core"),
  import("../dist/greeting/greeting-program.js"),
]);
await runPrograms([greetingProgram]);
