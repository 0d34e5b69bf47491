import { expect, test } from "vitest";
import { until } from "./until.js";

test("the first truthy value is the answer", async () => {
  const answers = [false, undefined, "warm"];
  await expect(until(() => answers.shift(), "the third answer")).resolves.toBe("warm");
});

test("a condition that throws is asked again", async () => {
  let asked = 0;
  const condition = () => {
    asked += 1;
    if (asked === 1) throw new Error("connection refused");
    return asked;
  };
  await expect(until(condition, "an answer")).resolves.toBe(2);
});

test("when the patience is over the error says what was waited for, how things stand, and why", async () => {
  const refused = new Error("connection refused");
  const condition = () => {
    throw refused;
  };
  await expect(until(condition, "an answer", { patienceMs: 0, last: () => "port closed" })).rejects.toMatchObject({
    message: "waited 0 s in vain for: an answer; port closed",
    cause: refused,
  });
});
