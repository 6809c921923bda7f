// Runs steps in their order, each by its name, and returns how many failed. `broken(number)` is told of each that did. Chained: what
// follows stands on what was before, so the first failure is the last step.
export async function runInOrder(steps, {chained = false, broken = async () => {}} = {}) {
  let failed = 0;
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n${error.stack}`);
      await broken(failed);
      if (chained) break;
    }
  }
  return failed;
}
