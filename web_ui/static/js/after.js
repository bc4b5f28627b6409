// Effort and pain of one set, asked afterwards.

import { showSaid } from "./said.js";
import { startShell } from "./shell.js";

startShell();
showSaid(decodeURIComponent(location.pathname.split("/").at(-1)));
