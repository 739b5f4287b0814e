// Why this file exists: the button by which this browser is told of notices. Nothing is asked of the reader before they press it.
import { ask, here } from "./push-here.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** Wires `<section data-push ..>`. */
export async function begin(root) {
  const words = root.dataset;
  const [say, on, off] = ["say", "on", "off"].map((name) => root.querySelector(`[data-push-${name}]`));
  const shown = (is, text) => {
    on.hidden = is;
    off.hidden = !is;
    say.textContent = text ?? (is ? words.isOn : words.isOff);
  };
  if (!navigator.serviceWorker || !window.PushManager || !window.Notification) {
    say.textContent = words.unable;
    return;
  }
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  const csrf = words.csrf;
  shown(Boolean(await here(csrf)), Notification.permission === "denied" ? words.denied : undefined);

  const busy = (button, act) => async () => {
    button.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch {
      shown(button === off, words.failed);
    }
    button.removeAttribute("aria-busy");
    (on.hidden ? off : on).focus();
  };
  on.addEventListener("click", busy(on, async () => {
    if ((await Notification.requestPermission()) !== "granted") return shown(false, words.denied);
    const mine = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(words.key) });
    const { endpoint, keys } = mine.toJSON();
    const { kept } = await ask("/me/push", { endpoint, p256dh: keys.p256dh, auth: keys.auth, csrf });
    if (!kept) {
      await mine.unsubscribe();
      throw new Error("not kept");
    }
    shown(true);
  }));
  off.addEventListener("click", busy(off, async () => {
    const mine = await registration.pushManager.getSubscription();
    if (mine) {
      await ask("/me/push/stop", { endpoint: mine.endpoint, csrf });
      await mine.unsubscribe();
    }
    shown(false);
  }));
}
