/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Looks at the page in frames as wide as a phone, a tablet, a screen. The title of this document
 * becomes "PASS" with the number of checks, or "FAIL" with what is wrong. */
"use strict";

const wrong = [];
let nbChecks = 0;

function check(holds, what) {
  nbChecks++;
  if (!holds) wrong.push(what);
}

/* Red, green, blue of a computed colour. */
function channels(colour) {
  return colour.match(/[\d.]+/g).slice(0, 3).map(Number);
}

/* Relative luminance, and contrast of two colours, as WCAG 2.1 defines them. */
function luminance(colour) {
  const [r, g, b] = channels(colour).map((c) => {
    const share = c / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function checkWidth(page, width) {
  check(page.documentElement.scrollWidth <= width, `the page is wider than ${width} pixels`);
  for (const box of page.querySelectorAll(".scroll")) {
    check(box.getBoundingClientRect().right <= width, `a table leaves the page at ${width} pixels`);
  }
  for (const tick of page.querySelectorAll(".row")) {
    check(tick.getBoundingClientRect().left >= 0, `a row's number is cut off at ${width} pixels`);
  }
}

/* Every mark is large enough to be seen. */
function checkMarks(page, width) {
  const view = page.defaultView;
  for (const path of page.querySelectorAll("g.mark path")) {
    const box = path.getBoundingClientRect();
    const line = parseFloat(view.getComputedStyle(path).strokeWidth);
    check(Math.min(box.width, box.height) + line >= 1.5, `a mark of ${box.width} x ${box.height} pixels at ${width}`);
  }
  for (const path of page.querySelectorAll(".few .s")) {
    check(parseFloat(view.getComputedStyle(path).strokeWidth) >= 4, "a lone mark is not drawn large");
  }
}

function checkKeys(page) {
  const view = page.defaultView;
  for (const picture of page.querySelectorAll(".picture")) {
    const svg = picture.querySelector("svg[role=img]");
    const readout = picture.querySelector(".readout");
    const titles = [...picture.querySelectorAll("g.mark title")].map((title) => title.textContent);
    const hint = readout.textContent;
    const press = (key) => svg.dispatchEvent(new view.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    check(titles.length > 0 && svg.tabIndex === 0, "a picture cannot be reached by keyboard");
    press("ArrowDown");
    check(readout.textContent === titles[0], "the arrow key does not show the first mark");
    press("ArrowRight");
    check(readout.textContent === titles[Math.min(1, titles.length - 1)], "the next arrow key does not show the next mark");
    press("End");
    check(readout.textContent === titles.at(-1), "End does not show the last mark");
    press("Escape");
    check(readout.textContent === hint, "Escape does not put the picture back");
  }
  for (const command of page.querySelectorAll(".command")) {
    check(command.querySelector("button[aria-label]") !== null, "a command without a button to copy it");
  }
  const first = page.querySelector("a[href], button, summary, [tabindex='0']");
  check(first.className === "skip", "the link that skips to the findings is not the first");
  for (const box of page.querySelectorAll(".scroll")) {
    check(box.tabIndex === 0 && box.hasAttribute("aria-label"), "a table that cannot be scrolled by keyboard");
  }
  svgNames(page);
}

function svgNames(page) {
  for (const svg of page.querySelectorAll("svg[role=img]")) {
    for (const key of ["aria-labelledby", "aria-describedby"]) {
      check(page.getElementById(svg.getAttribute(key)) !== null, `a picture without ${key}`);
    }
  }
}

/* Text is read on its ground; marks are told from the ground and from each other by lightness. */
function checkColours(page) {
  const view = page.defaultView;
  const colour = (query, key) => view.getComputedStyle(page.querySelector(query))[key];
  const paper = colour("body", "backgroundColor");
  for (const query of ["body", ".soft", ".bad", ".good", "a[href^='#finding']", ".key", "thead th", ".box"]) {
    check(contrast(colour(query, "color"), paper) >= 4.5, `too little contrast: ${query}`);
  }
  const event = colour("g.mark .e", "stroke");
  const padding = colour("g.mark .p", "stroke");
  check(contrast(event, paper) >= 3, "eventful marks are too pale");
  check(contrast(padding, paper) >= 3, "padding marks are too pale");
  check(view.getComputedStyle(page.querySelector("g.mark .p")).fill.includes("#hatch-"), "padding is not hatched");
}

async function look(width) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  frame.srcdoc = document.getElementById("page").textContent;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  const page = frame.contentDocument;
  checkWidth(page, width);
  checkMarks(page, width);
  checkKeys(page);
  checkColours(page);
  for (const details of page.querySelectorAll("details")) details.open = true;
  checkWidth(page, width);
  frame.remove();
}

(async () => {
  try {
    for (const width of [320, 390, 768, 1280]) await look(width);
  } catch (error) {
    wrong.push(String(error));
  }
  document.title = wrong.length === 0 ? `PASS ${nbChecks}` : `FAIL ${[...new Set(wrong)].join("; ")}`;
  document.body.replaceChildren();
})();
