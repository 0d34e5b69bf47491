import { declareSettings, setting, type Declarations } from "../config/index.js";
import { logSettings } from "../logging/index.js";
import type { Program } from "./program.js";

/** What every process reads, whatever it runs. */
export const processSettings = declareSettings({
  ...logSettings,
  "http.server.shutdown.timeout": setting.duration({
    default: "120s",
    aliases: ["http.server.shutdown.timeout.duration"],
    help: "how long a drain may take after SIGTERM before the process exits all the same",
  }),
});

/** The settings of some program, of which only those of every process are known here. */
export type ProcessDeclarations = typeof processSettings & Declarations;

/** All settings of a program: its own, its admin port's, and those of every process. */
export function settingsOf<D extends Declarations>(program: Program<D>): D & typeof processSettings {
  const admin = setting.text({
    default: program.admin.defaultAddress,
    help: "listen address of the admin port (/healthz, /readyz, /metrics, /status); empty: none",
  });
  return { ...processSettings, [program.admin.key]: admin, ...program.settings };
}
