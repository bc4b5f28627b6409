// Effort and pain of one set, asked afterwards.

import { showSaid } from "./said.js";
import { startShell } from "./shell.js";
import { fallsIn } from "./tell-fall.js";

const name = decodeURIComponent(location.pathname.split("/").at(-1));
startShell();
fallsIn(name);
showSaid(name);
