// Why this file exists: what a worker has half written stays on the phone until it is sent, whatever becomes of the page.
import { drafts, dropDraft, putDraft } from "./round-queue.js";

const PAUSE_MS = 300; // after the last key
const TEXTS = 'textarea[name], input[type="text"][name]';

const place = (form) => new URL(form.action).pathname;

/** The texts of a form, those that say something. */
const written = (form) => [...form.querySelectorAll(TEXTS)].map(({ name, value }) => [name, value]).filter(([, value]) => value.trim());

/** The photos of a form, sent or not: a page that is opened again sends them again. */
const chosen = (form) => [...form.querySelectorAll(".photo-row")].map((row) => row.taken).filter(Boolean);

/** Puts what was half written back where nothing stands, and says so. */
function restore(form, { fields, photos = [] }, words) {
  const empty = fields.map(([name, value]) => [form.elements.namedItem(name), value]).filter(([input]) => input && !input.value);
  const room = photos.length > 0 && form.querySelector("[data-photos]:not(:has(.photo-row))");
  if (!empty.length && !room) return;
  for (const [input, value] of empty) input.value = value;
  if (room) room.dispatchEvent(new CustomEvent("photos:bring", { detail: photos }));
  const details = form.closest("details");
  if (details) details.open = true;
  const say = document.createElement("p");
  say.className = "quiet small";
  say.setAttribute("role", "status");
  say.textContent = words;
  form.querySelector("button:not([type='button'])").before(say);
}

/** Keeps the half-written forms of a page for their writer, and brings back those that are kept. */
export async function keepDrafts(who, words) {
  const kept = new Map((await drafts()).map((draft) => [draft.form, draft]));
  for (const form of document.querySelectorAll("form[data-queue]")) {
    const draft = kept.get(place(form));
    if (draft?.who === who) restore(form, draft, words);
    let pause = 0;
    const rest = () => {
      clearTimeout(pause);
      pause = 0;
    };
    const keep = () => {
      rest();
      const [fields, photos] = [written(form), chosen(form)];
      return fields.length || photos.length ? putDraft({ form: place(form), who, fields, photos }) : dropDraft(place(form));
    };
    for (const change of ["input", "photos:changed"]) {
      form.addEventListener(change, () => {
        clearTimeout(pause);
        pause = setTimeout(keep, PAUSE_MS);
      });
    }
    // Sent off or emptied: nothing is half written any more.
    for (const end of ["submit", "reset"]) form.addEventListener(end, rest);
    window.addEventListener("pagehide", () => pause && keep());
  }
}

/** It is in the queue now, or sent. */
export const sentDraft = (form) => dropDraft(place(form));
