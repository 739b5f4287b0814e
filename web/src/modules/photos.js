// Why this file exists: on a bad network photos are made smaller before they go, and go while the rest is being written.

const LONGEST = 2048; // pixels; the server keeps no more
const QUALITY = 0.85;
const SMALL = 600 * 1024; // bytes; a JPEG below this is sent as it is

/** The photo, turned upright and smaller, as JPEG; as it is where the browser cannot read it: the server can read more. */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    if (scale === 1 && file.type === "image/jpeg" && file.size < SMALL) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return small && small.size < file.size ? small : file;
  } catch {
    return file;
  }
}

function element(name, className, words) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

const fill = (words, n) => words.replace("{n}", n);

/** One photo in its row: made smaller, sent, and named in a hidden field when it is there. */
class Row {
  constructor(field, file) {
    this.field = field;
    this.file = file;
    this.state = "sending";
    this.row = element("li", "photo-row");
    this.row.taken = file; // for whoever keeps what is half written
    this.picture = element("img", "photo-row__picture");
    this.picture.alt = "";
    this.picture.width = this.picture.height = 72;
    this.picture.addEventListener("error", () => this.picture.removeAttribute("src")); // what only the server can read
    const url = URL.createObjectURL(file);
    this.picture.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
    this.picture.src = url;
    this.words = element("p", "photo-row__words");
    this.words.id = `photo-words-${++Row.count}`;
    this.bar = element("progress", "photo-row__bar");
    this.bar.max = 100;
    this.bar.setAttribute("aria-labelledby", this.words.id);
    this.again = element("button", "button button--quiet button--small", field.words.again);
    this.gone = element("button", "button button--quiet button--small", field.words.cancel);
    for (const button of [this.again, this.gone]) {
      button.type = "button";
      button.setAttribute("aria-describedby", this.words.id);
    }
    this.again.addEventListener("click", () => this.send());
    this.gone.addEventListener("click", () => this.remove());
    const middle = element("div", "photo-row__middle");
    const buttons = element("div", "photo-row__buttons");
    middle.append(this.words, this.bar);
    buttons.append(this.again, this.gone);
    this.row.append(this.picture, middle, buttons);
    this.send();
  }

  show(state, words) {
    this.state = state;
    this.words.textContent = words;
    this.bar.hidden = state !== "sending";
    this.again.hidden = state !== "failed";
    this.stuck = state === "failed" || state === "refused";
    this.gone.textContent = state === "sending" ? this.field.words.cancel : this.field.words.remove;
    this.row.classList.toggle("photo-row--failed", this.stuck);
    this.field.changed();
  }

  async send() {
    this.show("sending", this.field.words.preparing);
    this.bar.removeAttribute("value");
    const body = (this.small ??= await smaller(this.file));
    this.row.taken = body;
    if (this.state !== "sending") return;
    const request = (this.request = new XMLHttpRequest());
    request.open("POST", this.field.url);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = Math.floor((100 * loaded) / Math.max(1, total));
      this.bar.value = percent;
      this.words.textContent = fill(this.field.words.sending, percent);
    });
    request.addEventListener("error", () => this.unsent());
    request.addEventListener("load", () => this.answered(request));
    request.setRequestHeader("Content-Type", body.type || "application/octet-stream");
    request.send(body);
  }

  /** No network. A form that can wait for one takes the photo along; any other says that it did not go. */
  unsent() {
    const waits = this.field.root.closest("form[data-queue]") && window.indexedDB && navigator.locks;
    this.show(waits ? "ready" : "failed", waits ? this.field.words.ready : this.field.words.failed);
    if (waits) this.row.photo = this.small;
  }

  answered(request) {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // Whoever answered is not ours: a gateway on the way.
    }
    if (request.status !== 201 || !answer.id) {
      // The same photo is refused again; a server that is busy may take it later.
      const final = request.status === 413 || request.status === 422;
      this.show(final ? "refused" : "failed", answer.detail || this.field.words.failed);
      return;
    }
    const kept = element("input");
    kept.type = "hidden";
    kept.name = "kept";
    kept.value = answer.id;
    this.row.append(kept);
    this.show("ready", this.field.words.ready);
  }

  remove() {
    this.state = "gone";
    this.request?.abort();
    this.field.forget(this);
  }
}
Row.count = 0;

/** A photo field of a form. */
class Field {
  constructor(root) {
    const { photos, most, ...words } = root.dataset;
    this.url = photos;
    this.most = Number(most);
    this.words = words;
    this.rows = [];
    this.root = root;
    this.input = root.querySelector("input[type=file]");
    this.list = root.querySelector(".photo-rows");
    this.status = root.querySelector("[role=status]");
    // The browser's own words count what is in the field, and it is empty again as soon as they go.
    const add = element("label", "button button--quiet photo-field__add", words.add);
    add.htmlFor = this.input.id;
    this.input.classList.add("photo-field__input");
    this.input.after(add);
    this.input.addEventListener("change", () => {
      this.take([...this.input.files]);
      this.input.value = ""; // they go by themselves, not a second time with the form
    });
    root.addEventListener("photos:bring", ({ detail }) => this.take(detail)); // those of a draft
  }

  take(files) {
    const before = this.list.querySelectorAll("input[name=kept]").length - this.list.querySelectorAll("input[name=dropped]:checked").length;
    const sending = this.rows.filter((row) => row.state !== "ready").length;
    const room = Math.max(0, this.most - before - sending);
    for (const file of files.slice(0, room)) {
      const row = new Row(this, file);
      this.rows.push(row);
      this.list.append(row.row);
    }
    this.list.hidden = this.list.children.length === 0;
    this.say(files.length > room ? this.words.many : "");
    this.number();
  }

  number() {
    [...this.list.querySelectorAll(".photo-row__picture")].forEach((picture, at) => (picture.alt = fill(this.words.number, at + 1)));
  }

  say(words) {
    this.status.textContent = words;
  }

  forget(row) {
    this.rows = this.rows.filter((other) => other !== row);
    row.row.remove();
    this.list.hidden = this.list.children.length === 0;
    this.number();
    this.changed();
    this.input.focus();
  }

  busy() {
    return this.rows.some((row) => row.state === "sending");
  }

  /** A photo that did not go, and will not by itself. */
  stuck() {
    return this.rows.find((row) => row.stuck);
  }

  /** Leads to a photo that did not go: nothing is left out in silence. */
  lead() {
    const row = this.stuck();
    this.say(this.words.failed);
    (row.again.hidden ? row.gone : row.again).focus();
  }

  changed() {
    this.root.dispatchEvent(new Event("photos:changed", { bubbles: true }));
    if (!this.rows || this.busy()) return;
    const ready = this.rows.filter((row) => row.state === "ready").length;
    this.say(this.stuck() ? this.words.failed : ready ? fill(this.words.done, ready) : "");
    const form = this.root.closest("form");
    if (!form?.photosWaiting || fieldsOf(form).some((field) => field.busy())) return;
    const { submitter } = form.photosWaiting;
    delete form.photosWaiting;
    const stuck = fieldsOf(form).find((field) => field.stuck());
    if (stuck) stuck.lead();
    else form.requestSubmit(submitter);
  }
}

const fields = new WeakMap();
const fieldsOf = (form) => [...form.querySelectorAll("[data-photos]")].map((root) => fields.get(root)).filter(Boolean);

/** Holds a form back until its photos are there. Before anything else hears of the submit. */
export function holdForPhotos(root) {
  root.addEventListener("submit", (event) => {
    const waiting = fieldsOf(event.target).filter((field) => field.busy() || field.stuck());
    if (waiting.length === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const stuck = waiting.find((field) => field.stuck() && !field.busy());
    if (stuck) {
      stuck.lead();
      return;
    }
    event.target.photosWaiting = { submitter: event.submitter };
    for (const field of waiting) field.say(field.words.waiting);
  }, true);
}

/** Makes `<div data-photos="/where/to/send" ..>` send its photos as they are chosen. Without a script they go with the form. */
export function photoFields(root) {
  if (!window.createImageBitmap || !HTMLFormElement.prototype.requestSubmit) return;
  for (const field of root.querySelectorAll("[data-photos]")) {
    if (!fields.has(field)) fields.set(field, new Field(field));
  }
}
