
"use strict";
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);

  /* The browser's own tooltips are slow and never shown for the keyboard: their texts move here. */
  const texts = new Map();
  for (const title of document.querySelectorAll(".plot title")) {
    const owner = title.parentNode;
    texts.set(owner, title.textContent.trim());
    if (owner.tagName === "a") owner.setAttribute("aria-label", title.textContent.trim().replaceAll("\n", ", "));
    title.remove();
  }

  const row = (box) => document.getElementById(box.id.replace(/-map$/, ""));

  function show(owner, x, y) {
    tip.textContent = texts.get(owner);
    tip.hidden = false;
    const place = tip.getBoundingClientRect();
    const right = document.documentElement.clientWidth, bottom = window.innerHeight;
    tip.style.left = Math.max(4, Math.min(x + 14, right - place.width - 4)) + "px";
    tip.style.top = (y + 18 + place.height > bottom ? Math.max(4, y - place.height - 10) : y + 18) + "px";
  }
  const hide = () => { tip.hidden = true; };

  for (const owner of texts.keys()) {
    owner.addEventListener("pointermove", (e) => show(owner, e.clientX, e.clientY));
    owner.addEventListener("pointerleave", hide);
  }
  /* What is pointed at gets a frame that nothing covers, and its line in the table is lit. */
  const frames = new Map();
  for (const plot of document.querySelectorAll(".plot")) {
    const frame = plot.appendChild(document.createElementNS(plot.namespaceURI, "rect"));
    frame.setAttribute("class", "frame");
    frame.setAttribute("visibility", "hidden");
    frames.set(plot, frame);
  }
  function light(box, on) {
    const frame = frames.get(box.closest(".plot"));
    for (const name of ["x", "y", "width", "height"]) {
      frame.setAttribute(name, box.querySelector("svg").getAttribute(name));
    }
    frame.setAttribute("visibility", on ? "visible" : "hidden");
    row(box)?.classList.toggle("lit", on);
  }
  for (const box of document.querySelectorAll(".box")) {
    box.addEventListener("focus", () => {
      light(box, true);
      if (!box.matches(":focus-visible")) return;
      const place = box.getBoundingClientRect();
      show(box, place.left, Math.min(place.bottom, window.innerHeight) - 18);
    });
    box.addEventListener("blur", () => { light(box, false); hide(); });
    box.addEventListener("pointerenter", () => light(box, true));
    box.addEventListener("pointerleave", () => light(box, false));
  }
  for (const line of document.querySelectorAll(".buffers tbody tr")) {
    const box = document.getElementById(line.id + "-map");
    if (!box) continue;
    line.addEventListener("pointerenter", () => light(box, true));
    line.addEventListener("pointerleave", () => light(box, false));
  }
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") hide(); });
  document.addEventListener("scroll", hide, { capture: true, passive: true });

  /* One stop of the Tab key a map; the arrow keys go from rectangle to rectangle. */
  for (const plot of document.querySelectorAll(".plot")) {
    const boxes = [...plot.querySelectorAll(".box")];
    boxes.forEach((box, i) => box.setAttribute("tabindex", i ? "-1" : "0"));
    plot.addEventListener("keydown", (e) => {
      const at = boxes.indexOf(document.activeElement);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      const to = e.key === "Home" ? 0 : e.key === "End" ? boxes.length - 1 : at + (step ?? NaN);
      if (at < 0 || !(to in boxes)) return;
      e.preventDefault();
      boxes[at].setAttribute("tabindex", "-1");
      boxes[to].setAttribute("tabindex", "0");
      boxes[to].focus();
    });
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.textContent || head.classList.contains("share")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(head, column));
    });
    function sort(head, column) {
      const numeric = head.classList.contains("n");
      const turns = numeric ? ["descending", "ascending", null] : ["ascending", "descending", null];
      const next = turns[(turns.indexOf(head.getAttribute("aria-sort")) + 1) % 3];
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      if (next) head.setAttribute("aria-sort", next);
      const value = (line) => line.cells[column].dataset.v ?? line.cells[column].textContent.trim();
      const sign = next === "descending" ? -1 : 1;
      const compare = (a, b) => sign * (isNaN(value(a)) || isNaN(value(b))
        ? value(a).localeCompare(value(b), "en") : value(a) - value(b));
      body.append(...(next ? [...original].sort(compare) : original));
    }
  }
})();
