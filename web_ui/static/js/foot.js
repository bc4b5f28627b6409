// The outline of a right foot from above, toes up, in a box of 100 by 260; a left foot is its mirror image.

export const SOLE =
  "M40 6C64 -2 88 16 92 54C95 88 84 112 83 142C82 170 88 190 84 222C80 252 40 256 32 226C24 196 32 174 26 140" +
  "C20 106 4 88 9 50C12 26 24 11 40 6Z";
export const SOLE_WIDTH = 100;
export const SOLE_LENGTH = 260;
