// Why this file exists: what the page, the round and nobody else need to know of this browser's being told of notices.

/** Asks the server something about this browser, as a form of ours does. */
export async function ask(path, fields) {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" }, redirect: "error" });
  return { ok: answer.ok, kept: answer.ok && (await answer.json()).kept };
}

/** This browser's subscription, where it is its reader's: whoever sat here before is told nothing here any more. */
export async function here(csrf) {
  const registration = await navigator.serviceWorker?.getRegistration();
  const mine = await registration?.pushManager?.getSubscription();
  if (!mine) return null;
  const { ok, kept } = await ask("/me/push", { endpoint: mine.endpoint, renew: "yes", csrf });
  if (!ok || kept) return mine; // where the server could not say, nothing is given up
  await mine.unsubscribe();
  return null;
}
