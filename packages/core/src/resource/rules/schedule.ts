import { type Trigger, Trigger_OverlapPolicy, type Trigger_Schedule } from "../../api.js";
import { enumeration } from "./enumeration.js";
import { duration, durationText, nanosecondsOf } from "./number.js";
import { filled } from "./text.js";
import { violation, type RuleViolation } from "./violation.js";

const second = 1_000_000_000n;

/** Cron expressions and time zones are Temporal's to judge. */
export function scheduleViolations(at: string, { schedule, cronSchedule }: Trigger): RuleViolation[] {
  if (schedule === undefined) return [];
  const both = cronSchedule === "" ? [] : [violation(at, schedule, "either schedule or cron_schedule")];
  return [
    ...both,
    ...timesViolations(at, schedule),
    ...schedule.cronExpressions.flatMap((expression, index) =>
      filled(`${at}.cron_expressions[${index}]`, expression, "a cron expression, such as 0 3 * * *"),
    ),
    ...duration(`${at}.interval`, schedule.interval),
    ...duration(`${at}.offset`, schedule.offset),
    ...duration(`${at}.jitter`, schedule.jitter),
    ...duration(`${at}.catch_up_window`, schedule.catchUpWindow),
    ...enumeration(`${at}.overlap_policy`, schedule.overlapPolicy, Trigger_OverlapPolicy),
  ];
}

function timesViolations(at: string, { cronExpressions, interval, offset }: Trigger_Schedule): RuleViolation[] {
  const every = nanosecondsOf(interval);
  if (every === 0n && cronExpressions.length === 0) {
    return [violation(`${at}.cron_expressions`, cronExpressions, "cron expressions or an interval")];
  }
  if (interval !== undefined && every > 0n && every < second) {
    return [violation(`${at}.interval`, durationText(interval), "at least 1s")];
  }
  if (offset !== undefined && nanosecondsOf(offset) > 0n && nanosecondsOf(offset) >= every) {
    return [violation(`${at}.offset`, durationText(offset), "less than the interval")];
  }
  return [];
}
