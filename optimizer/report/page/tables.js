"use strict";
// Cards, tables of figures, the list of visits left out, and the notes.
careplan.tables = (() => {
  const { data, state, word, say, number, windowText, element, byId, placeText } = careplan;
  const PAGE = window.innerWidth <= 640 ? 20 : 60;
  const TALL = 40;
  const open = new Set();
  let shownLeftOut = PAGE;
  let printing = false;

  const UNITS = { hours: ["小时", "h"], minutes: ["分钟", "min"], km: ["公里", "km"] };
  const DIGITS = { hours: 1, km: 1, ratio: 3 };

  function plain(value, unit) {
    if (value === null) return "–";
    if (unit === "share") return `${number(100 * value, 1)}%`;
    return number(value, DIGITS[unit] || 0);
  }

  function renderCards() {
    const cards = byId("cards");
    cards.replaceChildren();
    for (const id of data.first_figures) {
      const figure = data.figures.find((one) => one.id === id);
      const box = element("dl", figure.watch ? "card watch" : "card", null, cards);
      element("dt", "", say(figure.title), box);
      fillFigure(element("dd", "", null, box), figure);
    }
  }

  function fillFigure(parent, figure) {
    parent.textContent = plain(figure.value, figure.unit);
    const after = figure.of !== null ? ` / ${plain(figure.of, figure.unit)}` : UNITS[figure.unit] ? ` ${say(UNITS[figure.unit])}` : "";
    if (after && figure.value !== null) element("small", "", after, parent);
  }

  function headRow(table, columns) {
    const line = element("tr", "", null, element("thead", "", null, table));
    for (const column of columns) {
      const cell = element("th", column.number ? "number" : "", column.title, line);
      cell.scope = "col";
    }
    return element("tbody", "", null, table);
  }

  function renderFigures() {
    const box = byId("figures");
    box.replaceChildren();
    renderWhole(element("div", "", null, box));
    data.tables.forEach((table, index) => {
      const part = element("div", table.columns.length > 6 ? "wide" : "", null, box);
      element("h3", "", say(table.title), part);
      renderTable(element("div", table.rows.length > TALL ? "scroll tall" : "scroll", null, part), table, index);
      if (table.note) element("p", "hint", say(table.note), part);
    });
  }

  function renderWhole(part) {
    element("h3", "", word("whole_day"), part);
    const body = element("tbody", "", null, element("table", "", null, part));
    for (const figure of data.figures) {
      const line = element("tr", figure.watch ? "watch" : "", null, body);
      element("td", "", say(figure.title), line);
      fillFigure(element("td", "number", null, line), figure);
    }
  }

  function renderTable(parent, table, index) {
    const grid = element("table", "", null, parent);
    const body = headRow(grid, table.columns.map((column) => ({ title: columnTitle(column), number: column.unit !== null })));
    let owner = null;
    table.rows.forEach((row, position) => {
      if (row.level === "detail") {
        if (!owner) return;
        if (!printing && !open.has(owner.key)) return;
      } else {
        owner = { key: `${index}.${position}` };
      }
      const line = element("tr", [row.level, row.watch ? "watch" : ""].join(" "), null, body);
      row.cells.forEach((cell, column) => fillCell(line, cell, table.columns[column].unit));
      const next = table.rows[position + 1];
      if (row.level !== "detail" && next && next.level === "detail") addFold(line.firstChild, owner.key);
    });
  }

  const columnTitle = (column) => (UNITS[column.unit] ? `${say(column.title)} ${say(UNITS[column.unit])}` : say(column.title));

  function fillCell(line, cell, unit) {
    if (unit === null) element("td", "", cell === null ? "" : say(cell), line);
    else element("td", "number", plain(cell, unit), line);
  }

  function addFold(cell, key) {
    const button = element("button", "fold", open.has(key) || printing ? "▾" : "▸");
    button.type = "button";
    button.setAttribute("aria-label", word("fold"));
    button.addEventListener("click", () => {
      if (!open.delete(key)) open.add(key);
      renderFigures();
    });
    cell.prepend(button);
  }

  function renderLeftOut() {
    const box = byId("left-out");
    box.replaceChildren();
    const entries = state.leftOut();
    const suffix = data.left_out.length ? ` · ${entries.length}` : "";
    byId("left-out-title").textContent = word("left_out") + suffix;
    if (!entries.length) {
      element("p", "empty", word(data.left_out.length ? "none_left_out_here" : "all_planned"), box);
      return;
    }
    const table = element("table", "stack", null, box);
    const titles = ["visit", "client", "place", "service", "window_key", "priority", "reason"].map((key) => word(key));
    const body = headRow(table, titles.map((title) => ({ title, number: false })));
    const count = printing ? entries.length : Math.min(shownLeftOut, entries.length);
    for (const entry of entries.slice(0, count)) leftOutLine(body, entry, titles);
    if (count < entries.length) {
      const more = element("button", "more", word("show_more", { count: Math.min(PAGE * 2, entries.length - count) }), box);
      more.type = "button";
      more.addEventListener("click", () => { shownLeftOut += PAGE * 2; renderLeftOut(); });
    }
  }

  function leftOutLine(body, entry, titles) {
    const visit = state.visit(entry.visit);
    const line = element("tr", visit.mandatory ? "watch" : "", null, body);
    const team = visit.team > 1 ? ` · ${word("team", { count: visit.team })}` : "";
    const texts = [
      visit.id, visit.client, placeText(visit),
      `${say(visit.service)} · ${word("minutes", { minutes: visit.minutes })}${team}`,
      windowText(visit.windows), say(visit.group),
    ];
    texts.forEach((text, index) => { element("td", "", text, line).dataset.title = titles[index]; });
    if (visit.mandatory) element("span", "tag late", word("mandatory"), line.firstChild);
    const reasons = element("td", "", null, line);
    reasons.dataset.title = titles[6];
    for (const reason of entry.reasons) {
      const part = element("div", "reason", null, reasons);
      element("span", "kind", say(reason.kind), part);
      element("span", "", say(reason.text), part);
      if (reason.change) element("div", "change", say(reason.change), part);
    }
    if (!entry.reasons.length) element("div", "", word("no_reason"), reasons);
    if (entry.more) element("div", "kind", word("more_of", { count: entry.more }), reasons);
  }

  function renderNotes() {
    const box = byId("notes");
    box.replaceChildren();
    const list = element("ul", "", null, box);
    for (const note of data.notes.reading) element("li", "", say(note), list);
    const two = element("div", "two", null, box);
    noteTable(two, word("how_made"), null, data.notes.run.map(([title, value]) => [say(title), say(value)]));
    noteTable(two, word("prices"), ["group", "price_minutes", "source"],
      data.notes.prices.map((price) => [say(price.group), price.minutes, say(price.source)]));
    noteTable(element("div", "", null, box), word("cost_parts"), ["part", "value", "weight", "adds", "meaning"],
      data.notes.weights.map((part) => [say(part.part), part.value, String(Math.round(part.weight * 1e4) / 1e4), part.adds, say(part.meaning)]));
  }

  function noteTable(parent, title, heads, rows) {
    if (!rows.length) return;
    const part = element("div", "", null, parent);
    element("h3", "", title, part);
    const table = element("table", "", null, element("div", "scroll", null, part));
    const isNumber = rows[0].map((cell) => typeof cell === "number");
    const body = heads
      ? headRow(table, heads.map((key, index) => ({ title: word(key), number: isNumber[index] })))
      : element("tbody", "", null, table);
    for (const row of rows) {
      const line = element("tr", "", null, body);
      row.forEach((cell, index) => element("td", isNumber[index] ? "number" : "", isNumber[index] ? number(cell, 1) : cell, line));
    }
  }

  function render() {
    renderCards();
    renderFigures();
    renderLeftOut();
    renderNotes();
  }

  function setPrinting(now) {
    printing = now;
    renderFigures();
    renderLeftOut();
  }

  return { render, renderLeftOut, setPrinting };
})();
