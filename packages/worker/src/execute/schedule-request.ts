import protos, { type temporal } from "@temporalio/proto";
import type { DeclaredTrigger } from "../plan/declared.js";
import type { Overlap } from "../plan/schedule-options.js";
import { durationOf, workflowOf } from "./start-request.js";

const { ScheduleOverlapPolicy: Policy } = protos.temporal.api.enums.v1;
const { Schedule } = protos.temporal.api.schedule.v1;

const policies: Readonly<Record<Overlap, temporal.api.enums.v1.ScheduleOverlapPolicy>> = {
  skip: Policy.SCHEDULE_OVERLAP_POLICY_SKIP,
  "buffer-one": Policy.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE,
  "buffer-all": Policy.SCHEDULE_OVERLAP_POLICY_BUFFER_ALL,
  "cancel-other": Policy.SCHEDULE_OVERLAP_POLICY_CANCEL_OTHER,
  "terminate-other": Policy.SCHEDULE_OVERLAP_POLICY_TERMINATE_OTHER,
  "allow-all": Policy.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL,
};

/**
 * The schedule that a trigger declares. Its workflows carry the memo of the trigger; by that the schedule is known, too,
 * as the memo of a schedule itself cannot be replaced on every server.
 */
export function scheduleOf(trigger: DeclaredTrigger, owner: string): temporal.api.schedule.v1.ISchedule {
  const { schedule, address } = trigger;
  if (schedule === undefined) throw new Error("the trigger declares no schedule");
  const { interval, offset } = schedule;
  return Schedule.fromObject({
    spec: {
      cronString: [...schedule.cronExpressions],
      interval: interval === undefined ? [] : [{ interval: durationOf(interval), phase: durationOf(offset) }],
      timezoneName: schedule.timeZone,
      jitter: durationOf(schedule.jitter),
    },
    action: { startWorkflow: { workflowId: address.workflowId, ...workflowOf(trigger, owner) } },
    policies: {
      overlapPolicy: policies[schedule.overlap],
      catchupWindow: durationOf(schedule.catchUpWindow),
      pauseOnFailure: schedule.pausesOnFailure,
    },
  });
}
