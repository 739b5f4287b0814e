// Why this file exists: who cannot read the page well can have it read to them.

/** Shows `<button data-read-aloud="#main" data-stop="words" hidden>`; a second tap stops. */
export function readAloud(root) {
  const voice = window.speechSynthesis;
  if (!voice || typeof SpeechSynthesisUtterance === "undefined") return;
  for (const button of root.querySelectorAll("[data-read-aloud][hidden]")) {
    button.hidden = false;
    const words = button.textContent;
    const rest = () => {
      button.textContent = words;
      button.setAttribute("aria-pressed", "false");
    };
    rest();
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") {
        voice.cancel();
        rest();
        return;
      }
      const part = document.querySelector(button.dataset.readAloud || "#main");
      if (!part) return;
      voice.cancel();
      // In pieces: long utterances fall silent after some seconds in several browsers.
      const pieces = part.innerText.match(/[^。!?.!?\n]+[。!?.!?]?/g) ?? [];
      const lang = document.documentElement.lang;
      pieces.map((piece) => piece.trim()).filter(Boolean).forEach((piece, index, all) => {
        const speech = new SpeechSynthesisUtterance(piece);
        speech.lang = lang;
        speech.rate = 0.9; // a little slower than talk
        if (index === all.length - 1) speech.onend = rest;
        speech.onerror = rest;
        voice.speak(speech);
      });
      button.textContent = button.dataset.stop || words;
      button.setAttribute("aria-pressed", "true");
    });
  }
  window.addEventListener("pagehide", () => voice.cancel());
}
