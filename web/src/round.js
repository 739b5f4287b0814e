// Why this file exists: a worker's page that goes on without a network. What is done is kept, shown, and sent in order.
import { keepDrafts, sentDraft } from "./drafts.js";
import { nearestFirst } from "./nearest.js";
import { release } from "./modules/submit.js";
import { here } from "./push-here.js";
import { MOST, MOST_BYTES, all, drafts, drop, dropDraft, flush, forgetAll, one, pages, put, tell, waits } from "./round-queue.js";

const fill = (words, n) => words.replace("{n}", n);
const SHOWN_MS = 10 * 60 * 1000; // what was sent is shown for so long

function element(name, className, words) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

const button = (words, act) => {
  const made = element("button", "button button--quiet", words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};

/** What somebody wrote, to be read and copied; not the names of files, nor what was only chosen. */
const written = (act) => act.fields.filter(([name]) => ["note", "text", "reason", "wait_text", "contact_note", "name"].includes(name)).map(([, value]) => value).filter(Boolean).join("\n");

class Round {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.who = root.dataset.who;
    this.title = root.querySelector("h2");
    this.say = root.querySelector("[data-queue-say]");
    this.list = root.querySelector("ol");
    this.drawing = Promise.resolve();
  }

  async begin() {
    // The lists of another person are none of this one's business.
    if ([...(await all()), ...(await drafts())].some(({ who }) => who !== this.who)) await forgetAll();
    for (const act of await all()) if (act.state === "sent" && Date.now() - act.sent > SHOWN_MS) await drop(act.id);
    document.addEventListener("submit", (event) => this.submitted(event));
    this.root.querySelector("[data-queue-send]").addEventListener("click", () => this.go());
    new BroadcastChannel("tongxin-round").addEventListener("message", () => this.draw());
    window.addEventListener("online", () => this.go());
    await keepDrafts(this.who, this.words.drafted);
    await this.draw();
    await this.go();
    await navigator.serviceWorker?.register("/sw.js", { scope: "/" }).catch(() => {});
    await this.keep();
    await this.told().catch(() => {});
  }

  /** Once a sitting: this browser is told what is its reader's, not what was somebody's before them. */
  async told() {
    const mark = `tongxin-told-${this.who}`;
    if (sessionStorage.getItem(mark) || !navigator.onLine || !(await navigator.serviceWorker?.getRegistration())?.pushManager) return;
    const { csrf } = await fetch("/work/token", { headers: { Accept: "application/json" }, cache: "no-store" }).then((answer) => answer.json());
    await here(csrf);
    sessionStorage.setItem(mark, "yes");
  }

  /** Keeps the pages of the orders in hand, and none that are not any more. */
  async keep() {
    if (location.pathname !== "/work" || !navigator.onLine || !window.caches) return;
    const [shelf, wanted] = [await pages(), ["/work", ...this.words.keep.split(" ").filter(Boolean)]];
    for (const { url } of await shelf.keys()) if (!wanted.includes(new URL(url).pathname)) await shelf.delete(url);
    for (const { form } of await drafts()) if (!wanted.some((path) => form.startsWith(`${path}/`) && path !== "/work")) await dropDraft(form);
    for (const path of wanted) {
      const answer = await fetch(path, { headers: { Accept: "text/html" } }).catch(() => undefined);
      if (answer?.ok && !answer.redirected) await shelf.put(path, answer);
    }
  }

  submitted(event) {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.getAttribute("action") === "/sign-out") return this.leaving(event, form);
    if (!form.matches("form[data-queue]")) return;
    event.preventDefault();
    this.take(form).catch(() => form.submit()); // a browser that keeps nothing sends it as it is
  }

  /** Signing out takes everything along that is on the phone. */
  leaving(event, form) {
    event.preventDefault();
    all().then(async (acts) => {
      if (acts.some((act) => act.state !== "sent") && !window.confirm(this.words.leaving)) return release(form);
      await forgetAll();
      form.submit();
    });
  }

  async take(form) {
    const photos = [...form.querySelectorAll(".photo-row")].map((row) => row.photo).filter(Boolean);
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf" && name !== "once");
    const before = await all();
    const bytes = [...before.flatMap((act) => act.photos), ...photos].reduce((sum, photo) => sum + photo.size, 0);
    if (before.filter((act) => act.state !== "sent").length >= MOST || bytes > MOST_BYTES) {
      this.root.hidden = false;
      release(form);
      this.say.textContent = this.words.full;
      this.title.focus();
      return;
    }
    const action = new URL(form.action).pathname;
    const number = document.querySelector("main .facts .number")?.textContent ?? "";
    const id = await put({ who: this.who, key: crypto.randomUUID(), action, what: form.dataset.queue, number, fields, photos, at: Date.now(), state: "waits" });
    await sentDraft(form);
    navigator.storage?.persist?.();
    const why = await flush();
    const act = await one(id);
    if (act?.state === "sent") return void location.assign(act.next);
    if (act?.state === "refused" && photos.length === 0) return this.refused(form, act);
    release(form);
    form.reset();
    form.querySelectorAll(".photo-row").forEach((row) => row.remove());
    const details = form.closest("details");
    if (details) details.open = false;
    await this.stopped(why);
    this.title.focus();
  }

  /** Refused while the reader looks on: the server shows the form again with what is wrong, as it does without a script. */
  async refused(form, act) {
    await drop(act.id);
    form.submit();
  }

  async go() {
    if (!(await all()).some(waits)) return;
    await this.stopped(await flush());
  }

  async stopped(why) {
    await this.draw();
    this.say.textContent = this.words[why] ?? "";
    if (!why) return;
    const ready = await navigator.serviceWorker?.getRegistration();
    await ready?.sync?.register("tongxin-round").catch(() => {});
  }

  /** One drawing after another: two at once would show everything twice. */
  draw() {
    this.drawing = this.drawing.then(() => this.drawNow()).catch(() => {});
    return this.drawing;
  }

  async drawNow() {
    const acts = (await all()).filter((act) => act.who === this.who);
    this.root.hidden = acts.length === 0;
    const count = acts.filter(waits).length;
    this.title.textContent = count ? fill(this.words.title, count) : this.words.none;
    this.root.querySelector("[data-queue-send]").hidden = !acts.some(waits);
    this.list.replaceChildren(...acts.map((act) => this.row(act)));
    this.foresee(acts.filter(waits));
  }

  row(act) {
    const row = element("li", `queue__act queue__act--${act.state}`);
    row.append(element("p", "queue__what", act.number ? `${act.what} · ${act.number}` : act.what));
    const text = written(act);
    if (text) row.append(element("p", "queue__words", text));
    if (act.photos.length) row.append(element("p", "queue__words quiet", fill(this.words.pictures, act.photos.length)));
    const state = element("p", "queue__state", act.state === "refused" ? `${this.words.refused} ${act.why}` : this.words[act.state]);
    row.append(state);
    if (act.state === "refused" || act.state === "unsure") row.append(this.choices(act, text));
    return row;
  }

  choices(act, text) {
    const choices = element("div", "actions");
    // Nothing was done under the old key, and its refusal is kept: what is sent next is another attempt.
    const again = async () => {
      await put({ ...act, state: "waits", key: crypto.randomUUID(), tried: undefined, why: undefined });
      await this.go();
      tell();
    };
    choices.append(button(this.words.again, again), button(this.words.drop, async () => {
      await drop(act.id);
      await this.draw();
      tell();
    }));
    if (text) choices.append(button(this.words.copyWords, async (event) => {
      const pressed = event.currentTarget;
      await navigator.clipboard.writeText(text);
      pressed.textContent = this.words.copied;
    }));
    return choices;
  }

  /** The page as it will be: what comes after a start is offered, what is finished is not offered again. */
  foresee(acts) {
    const here = acts.filter((act) => act.action.startsWith(`${location.pathname}/`)).map((act) => act.action.split("/").pop());
    const over = here.includes("complete") || here.includes("return");
    for (const form of document.querySelectorAll("form[data-queue]")) {
      const verb = form.getAttribute("action").split("/").pop();
      const later = "afterStart" in form.dataset && !here.includes("start");
      const whole = form.closest("details") ?? form;
      whole.hidden = later || (over && verb !== "message") || (verb === "start" && here.includes("start"));
    }
  }
}

/** Wakes the queue of a page. */
export const begin = (root) => {
  nearestFirst();
  return new Round(root).begin();
};
