"use strict";
// The timetable of all caregivers: one row each, only the rows in view exist (all of them when printing).
careplan.gantt = (() => {
  const { data, state, word, say, clock, element, shape, swatch, byId, colour, ALERT, hours } = careplan;
  const ROW = 38;
  const BAR_TOP = 6;
  const BAR = 18;
  const LANES = 3;
  const WIDE_WINDOW = 2.5 * 3600;
  const AXIS = 28;
  const SPARE_ROWS = 6;
  const ROWS_A_PAGE = 15;
  const [first, last] = timeSpan();
  let zoom = 1;
  let rows = [];
  let drawn = new Map();
  let body = null;
  let printing = false;

  function timeSpan() {
    let low = Infinity;
    let high = -Infinity;
    for (const route of data.routes) {
      low = Math.min(low, route.leave, route.shift_s[0]);
      high = Math.max(high, route.back, Math.min(route.shift_s[1] ?? route.back, route.back + 14400));
    }
    if (low > high) return [8 * 3600, 18 * 3600];
    return [Math.floor(low / 3600) * 3600, Math.max(Math.ceil(high / 3600), Math.floor(low / 3600) + 1) * 3600];
  }

  const narrow = () => window.innerWidth <= 640;
  const labelWidth = () => (narrow() ? 92 : 170);
  function scale() {
    const room = printing ? 1010 : byId("gantt").clientWidth - 16;
    const fit = Math.max(60, room - labelWidth());
    const least = printing ? 0 : narrow() ? 64 : 40;
    const span = (last - first) / 3600;
    const width = Math.max(fit, Math.min(least * span, 4000)) * (printing ? 1 : zoom);
    return width / (last - first);
  }

  function render() {
    rows = state.routes();
    const gantt = byId("gantt");
    const factor = scale();
    const width = (last - first) * factor;
    drawn = new Map();
    gantt.replaceChildren();
    if (!rows.length) {
      element("p", "empty", word("nothing_shown"), gantt);
      body = null;
      return;
    }
    drawAxis(gantt, factor);
    body = element("div", "gantt-body", null, gantt);
    body.style.width = `${labelWidth() + width}px`;
    body.style.height = `${rows.length * ROW}px`;
    drawInView();
  }

  function hourStep(factor) {
    return [900, 1800, 3600, 7200, 10800, 21600, 43200, 86400].find((step) => step * factor >= 46) || 86400;
  }

  function drawAxis(parent, factor) {
    const width = (last - first) * factor;
    const axis = element("div", "gantt-axis", null, parent);
    axis.style.width = `${labelWidth() + width}px`;
    element("div", "gantt-corner", null, axis).style.width = `${labelWidth()}px`;
    drawHours(shape("svg", { width, height: AXIS }, axis), factor);
  }

  function drawHours(svg, factor) {
    const step = hourStep(factor);
    for (let at = Math.ceil(first / step) * step; at < last; at += step) {
      shape("line", { x1: (at - first) * factor, x2: (at - first) * factor, y1: 20, y2: AXIS, stroke: "#c3cbd3" }, svg);
      shape("text", { x: (at - first) * factor + 3, y: 17, class: "hour" }, svg, clock(at));
    }
  }

  function drawInView() {
    if (!body) return;
    const gantt = byId("gantt");
    const top = Math.max(0, Math.floor((gantt.scrollTop - AXIS) / ROW) - SPARE_ROWS);
    const end = Math.min(rows.length, Math.ceil((gantt.scrollTop + gantt.clientHeight) / ROW) + SPARE_ROWS);
    const from = printing ? 0 : top;
    const to = printing ? rows.length : end;
    for (const [index, node] of drawn) {
      if (index < from || index >= to) {
        node.remove();
        drawn.delete(index);
      }
    }
    const factor = scale();
    for (let index = from; index < to; index += 1) {
      if (drawn.has(index)) continue;
      if (printing && index > 0 && index % ROWS_A_PAGE === 0) drawAxis(body, factor);
      drawn.set(index, drawRow(index, factor));
    }
  }

  function drawRow(index, factor) {
    const route = rows[index];
    const row = element("div", "gantt-row", null, body);
    row.style.top = `${index * ROW}px`;
    const label = element("button", "gantt-label", null, row);
    label.type = "button";
    label.style.width = `${labelWidth()}px`;
    label.addEventListener("click", () => state.choose({ caregiver: state.chosen.caregiver ? "" : route.caregiver }));
    swatch(colour(route.colour), label);
    element("b", "", route.caregiver, label).title = route.caregiver;
    if (!narrow()) element("small", "", hours(route.care), label);
    const svg = shape("svg", { width: (last - first) * factor, height: ROW - 1 }, row);
    drawRoute(svg, route, data.routes.indexOf(route), (at) => (at - first) * factor);
    return row;
  }

  function drawRoute(svg, route, index, x) {
    const middle = BAR_TOP + BAR / 2;
    const end = route.shift_s[1] ?? last;
    shape("rect", { x: x(route.shift_s[0]), y: 0, width: Math.max(0, x(end) - x(route.shift_s[0])), height: ROW - 1, fill: "#f4f6f8" }, svg);
    for (let at = Math.ceil(first / 3600) * 3600; at < last; at += 3600) {
      shape("line", { x1: x(at), x2: x(at), y1: 0, y2: ROW, stroke: "#e2e7eb" }, svg);
    }
    for (const stop of route.stops) way(svg, x(stop.leave), x(stop.arrive), x(stop.start), middle);
    if (route.to !== null) way(svg, x(route.back - route.back_travel), x(route.back), x(route.back), middle);
    for (const taken of route.breaks) {
      const mark = { x: x(taken.start), y: BAR_TOP + 2, width: Math.max(2, x(taken.finish) - x(taken.start)), height: BAR - 4, rx: 2, fill: "url(#rest)", stroke: "#aeb8c2", "stroke-width": 0.7 };
      const rest = shape("rect", mark, svg);
      shape("title", {}, rest, `${clock(taken.start)}–${clock(taken.finish)} ${careplan.panel.breakText(taken)}`);
    }
    drawWindows(svg, route, x);
    route.stops.forEach((stop, position) => drawStop(svg, route, stop, `${index}.${position}`, x));
  }

  function way(svg, leave, arrive, start, y) {
    shape("line", { x1: leave, x2: arrive, y1: y, y2: y, stroke: "#7b8794", "stroke-width": 2 }, svg);
    if (start - arrive > 1) {
      shape("line", { x1: arrive, x2: start, y1: y, y2: y, stroke: "#9aa5b1", "stroke-width": 1.5, "stroke-dasharray": "1.5 3" }, svg);
    }
  }

  // The windows stand below the bars in up to three lanes, each from its first to its last moment to start. Wide ones
  // are pale: they bind little.
  function drawWindows(svg, route, x) {
    const free = new Array(LANES).fill(-Infinity);
    for (const stop of route.stops) {
      for (const [earliest, latest, due] of state.visit(stop.visit).windows) {
        const to = due ?? latest;
        if (to === null) continue;
        const from = Math.max(earliest, first);
        const until = Math.min(to, last);
        if (until < from) continue;
        let lane = free.findIndex((busy) => busy < from);
        if (lane < 0) lane = free.indexOf(Math.min(...free));
        free[lane] = until;
        const y = BAR_TOP + BAR + 3 + lane * 3.4;
        shape("line", { x1: x(from), x2: Math.max(x(until), x(from) + 2), y1: y, y2: y, stroke: stop.late > 0 ? ALERT : colour(route.colour), "stroke-width": 2, opacity: until - from < WIDE_WINDOW ? 0.8 : 0.28 }, svg);
      }
    }
  }

  function drawStop(svg, route, stop, name, x) {
    const visit = state.visit(stop.visit);
    const paint = colour(route.colour);
    const left = x(stop.start);
    const width = Math.max(3, x(stop.finish) - left);
    const inTown = !state.chosen.town || visit.town === state.chosen.town;
    const group = shape("g", { "data-stop": name, opacity: inTown ? 1 : 0.3 }, svg);
    const bar = { x: left, y: BAR_TOP, width, height: BAR, rx: 2.5 };
    const filled = visit.mandatory ? { fill: paint } : { fill: "#ffffff", stroke: paint, "stroke-width": 1.5 };
    shape("rect", { ...bar, ...filled }, group);
    if (!visit.mandatory) shape("rect", { ...bar, fill: paint, opacity: 0.22 }, group);
    if (stop.late > 0) {
      shape("path", { d: `M${left - 1} ${BAR_TOP - 5}h9l-4.5 7z`, fill: ALERT }, group);
    }
    const text = fitted((visit.team > 1 ? `${visit.team}× ` : "") + say(visit.service), width - 6);
    if (text) shape("text", { x: left + 4, y: BAR_TOP + 13, fill: visit.mandatory ? "#fff" : "#1f2933" }, group, text);
  }

  // As much of a text as fits into so many pixels; nothing where only a letter or two would.
  function fitted(text, room) {
    const wide = (letter) => (letter.codePointAt(0) > 255 ? 11.5 : 6.4);
    const letters = [...text];
    let used = 0;
    let count = 0;
    while (count < letters.length && used + wide(letters[count]) <= room) used += wide(letters[count++]);
    if (count === letters.length) return text;
    return count >= 4 ? `${letters.slice(0, count - 1).join("")}…` : "";
  }

  function stopUnder(event) {
    const group = event.target.closest?.("[data-stop]");
    if (!group) return null;
    const [route, position] = group.dataset.stop.split(".").map(Number);
    return { route: data.routes[route], position };
  }

  function showTip(event) {
    const found = stopUnder(event);
    const tip = byId("tip");
    tip.hidden = !found;
    if (!found) return;
    tip.replaceChildren(careplan.panel.stopTip(found.route, found.route.stops[found.position], found.position));
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(event.clientX + 14, window.innerWidth - box.width - 8))}px`;
    const below = event.clientY + 18;
    tip.style.top = `${below + box.height < window.innerHeight ? below : Math.max(8, event.clientY - box.height - 12)}px`;
  }

  function drawLegend() {
    const legend = byId("gantt-legend");
    legend.replaceChildren();
    const keys = [
      ["mandatory", (svg) => shape("rect", { x: 1, y: 2, width: 26, height: 12, rx: 2.5, fill: "#4477aa" }, svg)],
      ["optional", (svg) => shape("rect", { x: 1, y: 2, width: 26, height: 12, rx: 2.5, fill: "#dbe5ef", stroke: "#4477aa", "stroke-width": 1.5 }, svg)],
      ["travel", (svg) => shape("line", { x1: 0, x2: 28, y1: 8, y2: 8, stroke: "#7b8794", "stroke-width": 2 }, svg)],
      ["waiting", (svg) => shape("line", { x1: 0, x2: 28, y1: 8, y2: 8, stroke: "#9aa5b1", "stroke-width": 1.5, "stroke-dasharray": "1.5 3" }, svg)],
      ["break", (svg) => shape("rect", { x: 1, y: 2, width: 26, height: 12, rx: 2, fill: "url(#rest)", stroke: "#aeb8c2" }, svg)],
      ["window_key", (svg) => shape("line", { x1: 0, x2: 28, y1: 8, y2: 8, stroke: "#4477aa", "stroke-width": 2, opacity: 0.75 }, svg)],
      ["late_key", (svg) => shape("path", { d: "M10 4h9l-4.5 7z", fill: ALERT }, svg)],
      ["outside_shift", (svg) => shape("rect", { x: 0.5, y: 1.5, width: 27, height: 13, fill: "#fff", stroke: "#dfe3e8" }, svg)],
    ];
    for (const [key, draw] of keys) {
      const item = element("span", "", null, legend);
      draw(shape("svg", { width: 28, height: 16, "aria-hidden": "true" }, item));
      item.appendChild(document.createTextNode(word(key)));
    }
  }

  function drawZoom() {
    const box = byId("gantt-zoom");
    box.replaceChildren();
    const steps = [["−", "zoom_out", () => Math.max(1, zoom / 1.5)], ["+", "zoom_in", () => Math.min(8, zoom * 1.5)], [null, "zoom_fit", () => 1]];
    for (const [sign, key, next] of steps) {
      const button = element("button", "", sign || word(key), box);
      button.type = "button";
      button.title = word(key);
      button.setAttribute("aria-label", word(key));
      button.addEventListener("click", () => { zoom = next(); render(); });
    }
  }

  function setPrinting(now) {
    printing = now;
    render();
  }

  function start() {
    const gantt = byId("gantt");
    let waiting = false;
    gantt.addEventListener("scroll", () => {
      byId("tip").hidden = true;
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; drawInView(); });
    });
    gantt.addEventListener("pointermove", showTip);
    gantt.addEventListener("pointerleave", () => { byId("tip").hidden = true; });
    gantt.addEventListener("click", (event) => {
      const found = stopUnder(event);
      if (found && !state.chosen.caregiver) state.choose({ caregiver: found.route.caregiver });
      else showTip(event);
    });
  }

  return { start, render, renderWords: () => { drawLegend(); drawZoom(); }, setPrinting };
})();
