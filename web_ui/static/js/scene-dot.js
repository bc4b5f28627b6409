// The dot and its trail: where the centre of pressure is, and was in the last three seconds.

const WEIGHT = 1.5; // how fast the trail fades
const STRETCH = 8; // points that are drawn with one stroke

export function drawTrail({ context, colours, at, mm, alpha }, trail) {
  context.strokeStyle = colours.trail;
  context.lineWidth = mm(3);
  context.lineCap = "round";
  context.lineJoin = "round";
  // Sixty times a second, so nothing is made that would have to be taken away: a frame must not wait for that.
  const last = trail.length - 1;
  for (let from = 0; from < last; from += STRETCH) {
    const to = Math.min(from + STRETCH, last);
    context.globalAlpha = alpha * (to / trail.length) ** WEIGHT;
    context.beginPath();
    for (let index = from; index <= to; index += 1) {
      const point = trail[index];
      const place = at(point[1] * 10, point[2] * 10);
      if (index === from) context.moveTo(place[0], place[1]);
      else context.lineTo(place[0], place[1]);
    }
    context.stroke();
  }
  context.globalAlpha = alpha;
  context.lineCap = "butt";
}

// Full: in the goal, or there is none. Hollow with a cross: outside the goal. Hollow without: the value is `unsure`, as it
// is old or the vibration is too much for it. What lies outside the picture stays at its edge.
export function drawDot({ context, colours, size, mm }, wantX, wantY, diameterMm, { outside, unsure }) {
  const radius = mm(diameterMm / 2);
  const edge = radius + mm(4);
  const x = Math.min(Math.max(wantX, edge), size.width - edge);
  const y = Math.min(Math.max(wantY, edge), size.height - edge);
  context.beginPath();
  context.arc(x, y, radius + mm(2), 0, 2 * Math.PI);
  context.fillStyle = colours["dot-edge"];
  context.fill();
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = mm(outside ? 5 : 4);
  context.strokeStyle = context.fillStyle = colours[outside ? "dot-outside" : "dot"];
  if (!outside && !unsure) {
    context.fill();
    return;
  }
  context.beginPath();
  context.arc(x, y, radius - mm(2), 0, 2 * Math.PI);
  context.stroke();
  if (!outside) return;
  const reach = radius; // the arms stand out of the ring
  context.beginPath();
  context.moveTo(x - reach, y - reach);
  context.lineTo(x + reach, y + reach);
  context.moveTo(x + reach, y - reach);
  context.lineTo(x - reach, y + reach);
  context.stroke();
}
