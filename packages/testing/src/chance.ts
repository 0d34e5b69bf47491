/** How a test that is driven by chance runs: PROTOMESH_SEED repeats one run, PROTOMESH_ROUNDS makes it longer. */
export function chanceOf({ rounds }: { readonly rounds: number }): { readonly seed: number; readonly rounds: number } {
  return {
    seed: Number(process.env["PROTOMESH_SEED"] ?? Date.now() % 1_000_000),
    rounds: Number(process.env["PROTOMESH_ROUNDS"] ?? rounds),
  };
}
