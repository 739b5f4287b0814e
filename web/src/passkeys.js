// Why this file exists: passkeys need a script, since only a script can ask the browser for one. It fills an ordinary form and
// sends it. And it shows a password to who wants to see what they type. Pages work without both.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
const described = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

/** What the server sent, as the browser wants it: texts become bytes. */
function options(sent) {
  const asked = sent.publicKey ?? sent;
  const key = { ...asked, challenge: bytes(asked.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  if (key.excludeCredentials) key.excludeCredentials = described(key.excludeCredentials);
  if (key.allowCredentials) key.allowCredentials = described(key.allowCredentials);
  return { publicKey: key };
}

/** What the browser gave, as the server wants it (WebAuthn level 3, RegistrationResponseJSON, AuthenticationResponseJSON). */
function plain(credential) {
  const { response } = credential;
  const common = {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    ...(credential.authenticatorAttachment ? { authenticatorAttachment: credential.authenticatorAttachment } : {}),
  };
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = text(response.attestationObject);
    answer.authenticatorData = text(response.getAuthenticatorData());
    answer.transports = response.getTransports();
    answer.publicKeyAlgorithm = response.getPublicKeyAlgorithm();
    const key = response.getPublicKey();
    if (key) answer.publicKey = text(key);
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    if (response.userHandle) answer.userHandle = text(response.userHandle);
  }
  return JSON.stringify({ ...common, response: answer });
}

async function ask(form) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  const answer = await fetch(form.dataset.begin, { method: "POST", body });
  if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
  const { ticket, options: sent } = await answer.json();
  const wanted = options(sent);
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create(wanted)
    : await navigator.credentials.get(wanted);
  form.elements.ticket.value = ticket;
  form.elements.credential.value = plain(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !window.isSecureContext) break;
  form.hidden = false;
  document.querySelector("[data-no-passkeys]")?.remove();
  // The click, not the submit: what is held back has not been sent once.
  form.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    const failed = form.querySelector("[role=alert]");
    failed.hidden = true;
    ask(form).catch(() => {
      failed.textContent = form.dataset.failed;
      failed.hidden = false;
    });
  });
}

for (const button of document.querySelectorAll("button[data-reveal]")) {
  const field = document.querySelector(button.dataset.reveal);
  if (!field) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const hide = field.type === "text";
    field.type = hide ? "password" : "text";
    button.textContent = hide ? button.dataset.words : button.dataset.done;
    button.setAttribute("aria-pressed", String(!hide));
  });
  // A password goes out as one, so that it is kept as one.
  field.form?.addEventListener("submit", () => (field.type = "password"));
}
