import { declareSettings, setting } from "../config/index.js";

/** What every program can be told about its log. */
export const logSettings = declareSettings({
  "log.level": setting.choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
    default: "info",
    help: "the least serious messages to write",
  }),
  "log.json": setting.boolean({ default: true, help: "one JSON object per line; false: text for people" }),
  "log.dev": setting.boolean({ default: false, help: "text for people, whatever log.json says" }),
});
