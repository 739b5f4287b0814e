// Why this file exists: on the spot, one tap says where; nothing is asked before the tap and nothing is kept.

/** Shows `<button data-geolocate data-done="words" data-failed="words" hidden>`; fills `lat` and `lon` of its form. */
export function positionButtons(root) {
  if (!navigator.geolocation || !window.isSecureContext) return;
  for (const button of root.querySelectorAll("[data-geolocate][hidden]")) {
    button.hidden = false;
    const words = button.textContent;
    const say = (text) => {
      const place = (button.dataset.say && document.querySelector(button.dataset.say)) || button;
      place.textContent = text || words;
    };
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.removeAttribute("aria-busy");
          const form = button.closest("form");
          const set = (name, value) => {
            const input = form?.elements.namedItem(name);
            if (!input) return;
            input.value = value.toFixed(6); // about 0.1 m, finer than any phone knows
            input.dispatchEvent(new Event("change", { bubbles: true }));
          };
          const system = form?.elements.namedItem("system");
          if (system) system.value = "wgs84"; // what satellites say
          set("lat", coords.latitude);
          set("lon", coords.longitude);
          say(button.dataset.done);
        },
        () => {
          button.removeAttribute("aria-busy");
          say(button.dataset.failed);
        },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }
}
