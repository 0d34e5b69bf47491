import { Option } from "commander";
import type { DataFormat } from "./serialized.js";

/** How a command prints what it has to say: for people, or as data. */
export type OutputFormat = "text" | DataFormat;

/** `-o`, which every command that prints data takes in the same forms. */
export function outputOption(description: string): Option {
  const formats: readonly OutputFormat[] = ["text", "json", "yaml"];
  return new Option("-o, --output <format>", description).choices(formats).default("text");
}
