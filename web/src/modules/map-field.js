// Why this file exists: the map is large, so it comes only when somebody asks for it.

/** Shows the button of `<div data-map="script" ..>` and fetches the map when it is pressed. */
export function mapFields(root) {
  for (const button of root.querySelectorAll("[data-map-open][hidden]")) {
    button.hidden = false;
    const field = button.closest("[data-map]");
    const status = field.querySelector("[role=status]");
    let map;
    button.addEventListener("click", async () => {
      button.setAttribute("aria-busy", "true");
      status.textContent = map ? "" : field.dataset.loading;
      try {
        map ??= await import(field.dataset.map);
        status.textContent = "";
        await map.toggle(field, button, status);
      } catch {
        status.textContent = field.dataset.failed;
      }
      button.removeAttribute("aria-busy");
    });
  }
}

/** Shows the button of `<div data-open-map="script" ..>`; pressed, it makes the picture a map, or says that it cannot. */
export function openMaps(root) {
  for (const button of root.querySelectorAll("[data-open-map-start][hidden]")) {
    const map = button.closest("[data-open-map]");
    const say = map.querySelector("[data-open-map-say]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      say.textContent = map.dataset.loading;
      try {
        await (await import(map.dataset.openMap)).showOpen(map);
        say.textContent = "";
      } catch {
        say.textContent = map.dataset.failed;
      }
      button.remove();
    });
  }
}

/** Draws each `<div data-matters-map="script" ..>` of the page; where that fails, the picture that stands there stays. */
export function mattersMaps(root) {
  for (const map of root.querySelectorAll("[data-matters-map]:not([data-begun])")) {
    map.dataset.begun = "yes";
    const failed = () => {
      map.querySelector("[data-map-say]").textContent = map.dataset.failed;
    };
    import(map.dataset.mattersMap).then((script) => script.showMatters(map)).catch(failed);
  }
}
