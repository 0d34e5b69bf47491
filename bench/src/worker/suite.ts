import { figureTable } from "../store/figure.js";
import type { Suite } from "../suite.js";
import { latencyFigure, manyFigures } from "./figures.js";
import { openWorkerStage } from "./worker-stage.js";

const preface = `The worker between a store over a PostgreSQL that writes to its disk (fsync) and Temporal's development server in memory, all on
one machine. The workflows are started and go on: no worker of their own runs. "Started" is when Temporal says that the run began.`;

/** What the worker can do. */
export const suite: Suite = {
  name: "worker",
  title: "The worker",
  run: async (say) => {
    const stage = await openWorkerStage(say);
    if ("missing" in stage) return { skipped: stage.missing };
    try {
      const { figure, fewKib } = await latencyFigure(stage);
      return [preface, "", figureTable([figure, ...(await manyFigures(stage, fewKib))])].join("\n");
    } finally {
      await stage.stop();
    }
  },
};
