// What was reached of how much, as a person says it: seconds with their unit.

export function counted({ score, goal }, counts) {
  if (counts === "seconds") return { score, goal: `${goal} s` };
  return { score, goal };
}
