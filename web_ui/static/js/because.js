// Why somebody stands at a level, in one line.

const TELLING = /^(rung|lock|feedback|set|screen|automatic|drill)-?/; // of a set's reasons: the others are of single tries

// The last thing that was decided, else how it begins, else why it is in the plan.
export function because(level, { start, reasons }) {
  const kind = level?.locked ? /^lock-/ : TELLING;
  const told = (level?.decisions ?? []).filter(({ reason }) => kind.test(reason));
  return told.at(-1)?.text ?? start?.text ?? reasons[0]?.text ?? "";
}
