"use strict";
(() => {
  const box = document.getElementById("browser");
  if (!box) return;
  const rows = Array.from(box.querySelectorAll("details.row"));
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const texts = rows.map((row) => fold(row.textContent));
  const controls = box.querySelector(".controls");
  const search = controls.querySelector("input");
  const filters = Array.from(controls.querySelectorAll("select"));
  const status = box.querySelector("[role=status]");
  const more = box.querySelector("button.more");
  const none = box.querySelector(".none");
  const PAGE = 20;
  let limit = PAGE;
  const fits = (row, text, words) =>
    words.every((word) => text.includes(word)) &&
    filters.every((filter) => {
      if (!filter.value) return true;
      const told = row.getAttribute("data-" + filter.name);
      return filter.name === "flag" ? told.split(" ").includes(filter.value) : told === filter.value;
    });
  const show = () => {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach((row, place) => {
      const fit = fits(row, texts[place], words);
      if (fit) found += 1;
      row.hidden = !fit || found > limit;
    });
    status.textContent = status.dataset.words.replace("{shown}", found).replace("{total}", rows.length);
    more.hidden = found <= limit;
    none.hidden = found > 0;
  };
  const restart = () => {
    limit = PAGE;
    show();
  };
  search.addEventListener("input", restart);
  filters.forEach((filter) => filter.addEventListener("change", restart));
  more.addEventListener("click", () => {
    limit += PAGE;
    show();
  });
  controls.hidden = false;
  restart();
})();
