import { hostname } from "node:os";
import { setting } from "../config/index.js";

/**
 * The resource id under which an instance of a component speaks of itself: what it has applied, and of its peers. It is
 * said again every `instanceBeatMs`, so that readers see that the instance lives.
 */
export const instanceResourceId = "00000000-0000-0000-0000-000000000000";

/** How often an instance says that it lives, in milliseconds. */
export const instanceBeatMs = 10_000;

/** For how long after its last word an instance counts as alive, in milliseconds; what a dead one said is passed over. */
export const instanceLeaseMs = 30_000;

/** The reporter's name of an instance of a component, such as `xds/edge-a`. */
export function instanceReporter(component: string, name: string | undefined): string {
  return `${component}/${name === undefined || name === "" ? hostname() : name}`;
}

/** The declaration of the setting that names an instance. */
export const instanceNameSetting = setting.text({
  help: "the name under which this instance reports statuses, one for each instance; default: the host's name",
});
