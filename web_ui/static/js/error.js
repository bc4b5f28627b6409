// STOP works on a page that is not there, too.
import { installStop } from "./stop.js";

installStop(() => false);
