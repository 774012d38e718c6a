"use strict";
// Data, words and small builders that every part of the page uses. Ids are only ever set as textContent.
window.careplan = (() => {
  const data = JSON.parse(document.getElementById("plan-data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  // Nine colours that stay apart for colour-blind readers; after nine the dashes change, so 27 routes differ.
  const COLOURS = ["#4477aa", "#117733", "#aa4499", "#b8860b", "#332288", "#2a9d8f", "#882255", "#6b7f1f", "#3d8fc4"];
  const DASHES = [null, "9 5", "2 5"];
  const ALERT = "#b23a00";
  let language = data.language === "en" ? 1 : 0;

  const formats = [0, 1, 2, 3].map((digits) =>
    new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  const number = (value, digits) => formats[digits].format(value);

  function word(key, values = {}) {
    return data.words[key][language].replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));
  }

  // A pair [zh, en] in the language of the page; other values as they are.
  function say(pair) {
    return Array.isArray(pair) ? pair[language] : String(pair);
  }

  function clock(seconds) {
    const day = Math.floor(seconds / 86400);
    const rest = Math.floor(seconds - day * 86400);
    const two = (n) => String(n).padStart(2, "0");
    const text = `${two(Math.floor(rest / 3600))}:${two(Math.floor((rest % 3600) / 60))}`;
    return day === 0 ? text : `${day > 0 ? "+" : ""}${day} ${text}`;
  }

  const hours = (seconds) => word("hours", { hours: number(seconds / 3600, 1) });
  const minutes = (seconds) => word("minutes", { minutes: Math.round(seconds / 60) });

  function windowText(windows) {
    if (!windows.length) return word("any_time");
    return windows.map(([earliest, latest, due]) => {
      const limited = due !== null && (latest === null || due < latest);
      if (!limited && latest === null) return word("from_time", { from: clock(earliest) });
      const window = `${clock(earliest)}–${clock(limited ? due : latest)}`;
      if (!limited) return window;
      return latest === null ? word("may_be_later", { window }) : word("at_the_latest", { window, latest: clock(latest) });
    }).join(language ? "; " : "；");
  }

  function element(tag, className = "", text = null, parent = null) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== null) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  function shape(tag, attributes, parent, text = null) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text !== null) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  }

  function swatch(colour, parent) {
    const node = element("span", "swatch", null, parent);
    node.style.background = colour;
    return node;
  }

  const byId = (name) => document.getElementById(name);
  const colour = (index) => COLOURS[index % COLOURS.length];
  const dash = (index) => DASHES[Math.floor(index / COLOURS.length) % DASHES.length];
  const placeText = (visit) => [visit.town, visit.village].filter(Boolean).join(" ");

  return {
    data, word, say, clock, hours, minutes, number, windowText, element, shape, swatch, byId, colour, dash, placeText,
    ALERT,
    language: () => language,
    switchLanguage: () => { language = 1 - language; },
  };
})();
