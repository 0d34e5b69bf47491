import type { Command } from "commander";
import { runPrograms } from "@protomesh/core";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import { components } from "../run/components.js";
import { enabledPrograms } from "../run/enabled-programs.js";
import type { Surroundings } from "../surroundings.js";

const examples = `Examples:
  protomesh run -enable-store -enable-envoy-xds -config-file=protomesh.toml
  protomesh run -enable-gateway -gateway-resource-store-server-address=store.example.com:6680 -print-config
`;

export function define(command: Command, { env, stdout }: Surroundings): void {
  command
    .usage("-enable-COMPONENT … [-KEY=VALUE …]")
    .argument("[settings...]")
    // Its flags are settings, with their own -h.
    .helpOption(false)
    .allowUnknownOption()
    .action(async (argv: readonly string[]) => {
      const loaded = await Promise.all(
        components.map(async (component) => ({ ...component, program: (await component.load()).program })),
      );
      const chosen = enabledPrograms(loaded, { argv, env });
      switch (chosen.kind) {
        case "help":
          stdout.write(`Usage: protomesh run ${command.usage()}\n\n${examples}\n${chosen.text}`);
          break;
        case "print":
          stdout.write(chosen.text);
          break;
        case "problems":
          throw new Failure(exitCode.usage, "the settings do not fit together", {
            details: chosen.problems,
            next: "protomesh run -h lists every setting, -print-config where each value comes from.",
          });
        case "programs":
          await runPrograms(chosen.programs, { argv, env });
      }
    });
}
