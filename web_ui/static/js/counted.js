// What was reached of how much, as a person says it: seconds with their unit, parts of a way in per cent.

export function counted({ score, goal }, counts) {
  if (counts === "seconds") return { score, goal: `${goal} s` };
  if (counts === "parts") return { score: Math.round((100 * score) / goal), goal: "100 %" };
  return { score, goal };
}
