// How long a drill was paused after a try, where a result is shown.

import { say } from "./texts.js";
import { clock } from "./values.js";

export const pausedWords = (number, seconds) => say("page.visit.paused", { time: clock(seconds), number });
