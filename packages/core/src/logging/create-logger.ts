import {
  pino,
  stdSerializers,
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
} from "pino";
import { prettyFactory } from "pino-pretty";
import { maskPasswords, type Settings } from "../config/index.js";
import { loggable } from "./loggable.js";
import type { logSettings } from "./log-settings.js";
import { turnOfLines } from "./turn-of-lines.js";

export type { Logger };

/**
 * The one logger of a process; programs and parts take children of it. Lines are written synchronously, those of a turn of
 * the event loop together, so that the last words before an exit are not lost. Big integers come out as text; passwords
 * within connection strings of errors, and values under names that stand for secrets, are masked.
 * @param destination default: standard output
 */
export function createLogger(settings: Settings<typeof logSettings>, destination?: DestinationStream): Logger {
  const lines = destination ?? turnOfLines(pino.destination({ sync: true }));
  const logger = pino(
    {
      level: settings["log.level"],
      timestamp: timeField,
      formatters: { level: (label) => ({ level: label }), log: loggable },
      serializers: { err: loggedError, error: loggedError },
    },
    settings["log.dev"] || !settings["log.json"] ? textLines(lines) : lines,
  );
  // pino gives the bindings of children to no formatter; children inherit this method.
  const child: (bindings: Bindings, options?: ChildLoggerOptions) => Logger = Reflect.get(logger, "child");
  return Object.assign(logger, {
    child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger {
      return child.call(this, loggable(bindings), options);
    },
  });
}

let written = { at: 0, field: "" };

/** The time as ISO 8601 has it, written once for all lines of a millisecond. */
function timeField(): string {
  const at = Date.now();
  if (at !== written.at) written = { at, field: `,"time":"${new Date(at).toISOString()}"` };
  return written.field;
}

/** Turns each JSON line into text for people before it is written. */
function textLines(destination: DestinationStream): DestinationStream {
  const textOf = prettyFactory({ ignore: "pid,hostname", translateTime: "HH:MM:ss.l" });
  return { write: (line) => destination.write(textOf(line)) };
}

function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const serialized = loggable({ ...stdSerializers.err(error) });
  for (const part of ["message", "stack"]) {
    const text = serialized[part];
    if (typeof text === "string") serialized[part] = maskPasswords(text);
  }
  return serialized;
}
