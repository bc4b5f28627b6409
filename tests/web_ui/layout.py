"""How a page is laid out in little room: the sizes, and what is measured."""

SIZES = {
    "phone": (390, 844),
    "on its side": (844, 390),
    "200 %": (195, 422),
    "two apps": (320, 480),
    "screen": (1920, 1080),
    "half a screen": (960, 540),
}
LEAST_PLATE_PX = 110
LAID_OUT = """() => {
  const box = (selector) => {
    const element = document.querySelector(selector);
    const { left, top, right, bottom, width, height } = element?.getBoundingClientRect() ?? {};
    return element && { left, top, right, bottom, width, height };
  };
  const outside = [...document.querySelectorAll("main *, .top *, .strip")].filter((one) => {
    const at = one.getBoundingClientRect();
    const may = one.closest(".scroll, .visually-hidden, .defs, svg, .skip");
    return at.width > 0 && !may && (at.right > innerWidth + 1 || at.left < -1);
  });
  return {
    sideways: document.documentElement.scrollWidth - innerWidth,
    outside: outside.map((one) => one.outerHTML.slice(0, 120)),
    plate: box("#plate"), stop: box("#stop"), strip: box(".strip"), instruction: box("#instruction"),
    scrolls: document.documentElement.scrollHeight > innerHeight + 1,
  };
}"""
