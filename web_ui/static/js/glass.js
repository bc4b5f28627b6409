// How large letters are for this screen and this distance: what is 22 minutes of arc at the usual screen, 952 mm wide and
// 2.5 m away, is so on another one too, as far as there is room (docs/sources/protocols.md, access).

const USUAL = { width: 952, distance: 2.5 };
const [LEAST, MOST] = [0.8, 1.35]; // smaller is not tidier, and larger does not fit

export function factorOf({ width, distance }) {
  const wanted = (distance / USUAL.distance) * (USUAL.width / width);
  return Number.isFinite(wanted) && wanted > 0 ? Math.min(Math.max(wanted, LEAST), MOST) : 1;
}

// `place` carries width (mm) and distance (m) as the station's settings have them.
export function fitGlass(place) {
  const { width, distance } = place.dataset;
  document.documentElement.style.setProperty("--far", factorOf({ width: Number(width), distance: Number(distance) }));
}
