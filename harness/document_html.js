/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Niceties only: without scripts, all that the page says is there. */
"use strict";

function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.focus();
  area.setSelectionRange(0, text.length);
  const done = document.execCommand("copy");
  area.remove();
  return done ? Promise.resolve() : Promise.reject(new Error("copy"));
}

for (const command of document.querySelectorAll(".command")) {
  const code = command.querySelector("code");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy the command " + code.textContent);
  button.addEventListener("click", () => {
    const say = (word) => {
      button.textContent = word;
      setTimeout(() => (button.textContent = "Copy"), 2000);
    };
    copyText(code.textContent).then(() => say("Copied"), () => {
      getSelection().selectAllChildren(code);
      say("Selected");
    });
    button.focus();
  });
  command.append(button);
}

/* The picture: what lies below the pointer, and from mark to mark by arrow keys. */
for (const picture of document.querySelectorAll(".picture")) {
  const svg = picture.querySelector(".plot svg");
  const readout = picture.querySelector(".readout");
  if (!svg || !readout) continue;
  const marks = [...svg.querySelectorAll("g.mark")];
  const hint = readout.textContent + " Or touch it, or use the arrow keys on the picture.";
  let at = -1;
  const show = (next) => {
    if (at >= 0) marks[at].classList.remove("at");
    at = next;
    if (at >= 0) marks[at].classList.add("at");
    readout.textContent = at >= 0 ? marks[at].querySelector("title").textContent : hint;
  };
  show(-1);
  svg.tabIndex = 0;
  svg.addEventListener("pointermove", (event) => {
    const mark = event.target.closest("g.mark");
    if (mark) show(marks.indexOf(mark));
  });
  svg.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest("g.mark");
    show(mark ? marks.indexOf(mark) : -1);
  });
  svg.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    const last = marks.length - 1;
    if (event.key === "Escape") show(-1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(last);
    else if (event.key in steps) show(Math.min(last, Math.max(0, at + steps[event.key])));
    else return;
    event.preventDefault();
  });
  svg.addEventListener("blur", () => show(-1));
}

addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    details.dataset.printed = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-printed]")) {
    details.open = false;
    delete details.dataset.printed;
  }
});
