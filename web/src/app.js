// Why this file exists: the one script of every page. Pages work without it; it only makes them kinder.
import htmx from "htmx.org";
import { focusErrors } from "./modules/errors.js";
import { holdForPhotos, photoFields } from "./modules/photos.js";
import { livePages } from "./modules/live.js";
import { mapFields, mattersMaps, openMaps } from "./modules/map-field.js";
import { copyButtons } from "./modules/copy.js";
import { positionButtons } from "./modules/position.js";
import { roundPages } from "./modules/round-page.js";
import { splitViews } from "./modules/split.js";
import { submitOnce } from "./modules/submit.js";
import { readAloud } from "./modules/read-aloud.js";
import { tableKeys } from "./modules/table-keys.js";

// The content security policy forbids eval; refusing it here makes a mistake say its name in development.
class NoEval {
  constructor() {
    throw new Error("hx-on, js: and event filters need eval, which our pages never allow");
  }
}
htmx.registerExtension("no-eval", {
  init: (api) => api.initSecurity(null, NoEval, NoEval),
});

document.documentElement.dataset.js = "yes";
holdForPhotos(document); // first: what is held back has not been sent once
submitOnce(document);

/** Wires what has just come into the page; safe to call again on the same part. */
function enliven(root) {
  copyButtons(root);
  positionButtons(root);
  photoFields(root);
  mapFields(root);
  mattersMaps(root);
  openMaps(root);
  livePages(root);
  readAloud(root);
  roundPages(root);
  tableKeys(root);
  splitViews(root, enliven);
}

function start() {
  enliven(document);
  focusErrors(document);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();

document.addEventListener("htmx:after:swap", () => {
  enliven(document);
  focusErrors(document);
});

// An answer that came from another page than the one asked for is that page's: who was signed out in the meantime goes to sign in.
document.addEventListener("htmx:before:response", (event) => {
  if (!event.detail.ctx.response.raw.redirected) return;
  event.preventDefault();
  location.reload();
});
