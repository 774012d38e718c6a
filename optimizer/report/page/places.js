"use strict";
// The page of pairs, groups and sites: a map without tiles and without homes, a curve, and tables.
(() => {
  const data = JSON.parse(document.getElementById("plan-data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const COLOURS = { childcare: "#4477aa", kindergarten: "#3d8fc4", eldercare: "#882255", hospital: "#6b7f1f", new_site: "#2a9d8f" };
  const GROUPS = ["#4477aa", "#117733", "#aa4499", "#b8860b", "#332288", "#2a9d8f", "#882255", "#6b7f1f", "#3d8fc4"];
  let language = data.language === "en" ? 1 : 0;
  let map = null;
  const hidden = new Set();
  const layers = {};

  const byId = (name) => document.getElementById(name);
  const number = (value, digits = 0) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const say = (pair) => (Array.isArray(pair) ? pair[language] : String(pair));
  const word = (key, values = {}) => data.words[key][language].replace(/\{(\w+)\}/g, (_all, name) => String(values[name]));

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
    parent.appendChild(node);
    return node;
  }

  // Rows of cells; a cell is text, a number, or a node. Numbers stand to the right.
  function table(titles, rows, parent) {
    const frame = element("div", "scroll", null, parent);
    const node = element("table", "", null, frame);
    const head = element("tr", "", null, element("thead", "", null, node));
    titles.forEach((title, at) => element("th", rows.length && typeof rows[0][at] === "number" ? "number" : "", title, head));
    const body = element("tbody", "", null, node);
    for (const row of rows) {
      const line = element("tr", "", null, body);
      for (const cell of row) {
        const box = element("td", typeof cell === "number" ? "number" : "", null, line);
        if (cell instanceof Node) box.appendChild(cell);
        else box.textContent = typeof cell === "number" ? number(cell, Number.isInteger(cell) ? 0 : 2) : cell;
      }
    }
    return frame;
  }

  function block(title) {
    const node = element("section", "block", null, byId("blocks"));
    element("h2", "", title, node);
    return node;
  }

  const pointOf = new Map(data.points.map((point) => [point.id, point]));
  const nameOf = (id) => { const point = pointOf.get(id); return point && point.name ? `${id} ${point.name}` : id; };
  const townOf = (id) => (pointOf.get(id) || { town: "" }).town;

  function tip(lines) {
    const box = element("div");
    lines.forEach((line, at) => element(at ? "div" : "b", "", line, box));
    return box;
  }

  function startMap() {
    const spots = data.points.map((point) => point.at).filter(Boolean);
    if (!spots.length) { byId("map-missing").hidden = false; return; }
    map = L.map("map", { preferCanvas: true, attributionControl: false, zoomSnap: 0.25, minZoom: 4, maxZoom: 18, dragging: !L.Browser.mobile, scrollWheelZoom: false });
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.createPane("names").style.zIndex = 620;
    map.getPane("names").style.pointerEvents = "none";
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    map.fitBounds(L.latLngBounds(spots).pad(0.05), { animate: false });
  }

  function layer(name) {
    if (!layers[name]) layers[name] = L.layerGroup();
    if (!hidden.has(name)) layers[name].addTo(map);
    return layers[name];
  }

  function drawMap() {
    if (!map) return;
    for (const group of Object.values(layers)) { group.clearLayers(); group.remove(); }
    for (const town of data.towns) {
      if (!town.at) continue;
      const box = element("div");
      element("span", "", town.name, box);
      L.marker(town.at, { icon: L.divIcon({ html: box, className: "map-town", iconSize: [0, 0] }), interactive: false, keyboard: false, pane: "names" }).addTo(layer("names"));
    }
    drawCircles();
    data.groups.forEach((group, at) => drawGroup(group, GROUPS[at % GROUPS.length]));
    for (const pair of data.pairs) drawPair(pair);
    for (const point of data.points) drawPoint(point);
  }

  function drawPoint(point) {
    if (!point.at) return;
    const places = point.places ? `${word("places")} ${number(point.places)}` : "";
    L.circleMarker(point.at, { radius: point.kind === "new_site" ? 7 : 5, color: "#fff", weight: 1.5, fillColor: COLOURS[point.kind], fillOpacity: 1 })
      .bindTooltip(() => tip([nameOf(point.id), `${word(point.kind)} · ${point.town}`, places].filter(Boolean)), { direction: "top", offset: [0, -6] })
      .addTo(layer(point.kind));
  }

  function line(from, to, style, lines, name) {
    const a = pointOf.get(from), b = pointOf.get(to);
    if (!a || !b || !a.at || !b.at) return;
    L.polyline([a.at, b.at], style).bindTooltip(() => tip(lines()), { sticky: true }).addTo(layer(name));
  }

  function drawPair(pair) {
    const style = { color: pair.demonstration ? "#b23a00" : "#1f2933", weight: pair.demonstration ? 4 : 2.5, dashArray: pair.fixed ? "7 5" : null };
    line(pair.left, pair.right, style, () => [`${nameOf(pair.left)} — ${nameOf(pair.right)}`, `${number(pair.metres)} m`], "pairs");
  }

  function drawGroup(group, colour) {
    for (const member of group.members) {
      line(group.leader, member.id, { color: colour, weight: 2, opacity: 0.8 }, () => [nameOf(group.leader), `${nameOf(member.id)} · ${number(member.cost)} m`], "groups");
    }
    const leader = pointOf.get(group.leader);
    if (leader && leader.at) L.circleMarker(leader.at, { radius: 10, color: colour, weight: 3, fill: false }).addTo(layer("groups"));
  }

  function drawCircles() {
    if (!data.circle_m) return;
    for (const point of data.points) {
      if (!point.at || !point.covers) continue;
      L.circle(point.at, { radius: data.circle_m, stroke: false, fillColor: COLOURS[point.kind], fillOpacity: 0.14, interactive: false }).addTo(layer("circles"));
    }
  }

  function drawLayers() {
    const box = byId("layers");
    box.textContent = "";
    const names = Object.keys(COLOURS).filter((kind) => data.points.some((point) => point.kind === kind));
    if (data.pairs.length) names.push("pairs");
    if (data.groups.length) names.push("groups");
    if (data.circle_m) names.push("circles");
    for (const name of names) {
      const label = element("label", "", null, box);
      const tick = element("input", "", null, label);
      tick.type = "checkbox";
      tick.checked = !hidden.has(name);
      const mark = element("i", COLOURS[name] || name === "circles" ? "" : "line", null, label);
      mark.style.background = COLOURS[name] || (name === "circles" ? "#cfdceb" : "#1f2933");
      element("span", "", word(name), label);
      tick.addEventListener("change", () => { if (tick.checked) hidden.delete(name); else hidden.add(name); drawMap(); });
    }
  }

  function pairBlock() {
    if (!data.pairs.length) return;
    const box = block(word("pairs"));
    const titles = ["left", "town", "right", "town", "metres", "next_best", "remark", "signed_on"].map((key) => word(key));
    table(titles, data.pairs.map((pair) => [
      nameOf(pair.left), townOf(pair.left), nameOf(pair.right), townOf(pair.right), pair.metres,
      pair.next_best ? `${nameOf(pair.next_best)} ${number(pair.next_best_m)}` : "",
      [pair.demonstration ? word("demonstration") : "", pair.fixed ? word("fixed") : "", word(pair.given ? "given" : "straight"), pair.remark].filter(Boolean).join(" · "),
      pair.signed_on || "",
    ]), box);
  }

  function curveBlock() {
    if (data.curve.length < 2) return;
    const metres = (value) => word("km", { km: number(value / 1000, value < 20000 ? 1 : 0) });
    const draw = curve(block(word("curve")), data.curve, { across: (k) => String(Math.round(k)), up: metres, title: word("curve_x") });
    const chosen = data.curve.find(([k]) => k === data.pairs.length);
    if (chosen) draw.dot(chosen, `${chosen[0]} · ${word("km", { km: number(chosen[1] / 1000, 2) })}`);
  }

  // A curve from zero with four steps on both axes; points are sorted, the last one is the largest on both.
  function curve(box, points, { across, up, title }) {
    const width = 860, height = 300, left = 76, bottom = 40, top = 14, right = 16;
    const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "img" }, box);
    const last = points[points.length - 1];
    const x = (value) => left + (width - left - right) * value / Math.max(1, last[0]);
    const y = (value) => height - bottom - (height - bottom - top) * value / Math.max(1, last[1]);
    for (let step = 0; step <= 4; step += 1) {
      const high = last[1] * step / 4, far = last[0] * step / 4;
      shape("line", { x1: left, x2: width - right, y1: y(high), y2: y(high), class: step ? "grid" : "axis" }, svg);
      shape("text", { x: left - 8, y: y(high) + 4, "text-anchor": "end" }, svg, up(high));
      shape("text", { x: x(far), y: height - bottom + 18, "text-anchor": "middle" }, svg, across(far));
    }
    shape("text", { x: width - right, y: height - 6, "text-anchor": "end" }, svg, title);
    shape("polyline", { points: points.map(([a, b]) => `${x(a)},${y(b)}`).join(" "), class: "line" }, svg);
    const dot = ([a, b], text) => {
      shape("circle", { cx: x(a), cy: y(b), r: 5, class: "dot" }, svg);
      shape("text", { x: x(a) - 8, y: y(b) - 10, "text-anchor": "end", class: "value" }, svg, text);
    };
    return { dot };
  }

  function compareBlock() {
    const both = data.comparison;
    if (!both) return;
    const box = block(word("compare"));
    element("p", "hint", word("compare_hint"), box);
    const shown = (value) => value === null ? "–" : value;
    table([word("figure"), "stable", "served"], both.rows.map(([name, stable, served]) => [say(name), shown(stable), shown(served)]), box);
    if (both.curve.length < 2) return;
    element("h3", "", word("limit_curve"), box);
    const draw = curve(box, both.curve, { across: (m) => word("km", { km: number(m / 1000, 1) }), up: (n) => number(n), title: word("limit") });
    const at = both.curve.filter(([limit]) => limit <= both.limit_m).pop();
    if (at) draw.dot(at, `${word("km", { km: number(at[0] / 1000, 1) })} · ${number(at[1])}`);
  }

  function allocationBlock() {
    const given = data.allocation;
    if (!given) return;
    const box = block(word(given.trial ? "allocation_trial" : "allocation"));
    element("p", "hint", word("allocation_hint"), box);
    const shown = (value) => value === null ? "–" : value;
    table([word("figure"), word("value")], given.figures.map(([name, value]) => [say(name), shown(value)]), box);
    element("h3", "", word("classes"), box);
    table(["class", "applied", "placed"].map((key) => word(key)), given.classes.map(([name, applied, placed]) => [say(name), applied, placed]), box);
    if (given.reasons.length) {
      element("h3", "", word("reasons"), box);
      table([word("reason"), word("people")], given.reasons.map(([name, count]) => [say(name), count]), box);
    }
    element("h3", "", word("houses"), box);
    table(["house", "town", "places", "placed", "furthest"].map((key) => word(key)),
      given.houses.map(([id, places, placed, far]) => [nameOf(id), townOf(id), places, placed, shown(far)]), box).classList.add("tall");
    element("h3", "", word("proof"), box);
    const list = element("ul", "", null, box);
    for (const line of given.proof) element("li", "", say(line), list);
  }

  function groupBlock() {
    if (!data.groups.length) return;
    const box = block(word("groups"));
    table(["leader", "number", "sum", "members"].map((key) => word(key)), data.groups.map((group) => [
      nameOf(group.leader), group.members.length, group.members.reduce((sum, member) => sum + member.cost, 0),
      group.members.map((member) => nameOf(member.id)).join(language ? ", " : "、"),
    ]), box);
  }

  function bar(town) {
    const frame = element("div", "towns-bar");
    const whole = Math.max(town.needed, town.existing + town.added, 1);
    for (const [name, value] of [["have", town.existing], ["new", town.added], ["lack", town.shortage]]) {
      element("i", name, null, frame).style.width = `${100 * value / whole}%`;
    }
    return frame;
  }

  function siteBlock(year) {
    const box = block(year.year === null ? word("sites") : `${word("sites")} ${word("year", { year: year.year })}`);
    element("h3", "", word("stages"), box);
    table(["stage", "value", "bound"].map((key) => word(key)), year.stages.map((stage) => [say(stage.name), stage.value, stage.bound]), box);
    element("h3", "", word("targets"), box);
    table(["town", "people", "needed", "existing", "added", "shortage", "per_1000", "covered", "inclusive", "targets"].map((key) => word(key)),
      year.towns.map((town) => [town.town, town.people, town.needed, town.existing, town.added, town.shortage, town.per_1000, town.covered, word(town.inclusive ? "yes" : "no"), bar(town)]), box);
    if (year.sites.length) {
      element("h3", "", word("sites"), box);
      table(["site", "town", "modules", "places", "yuan"].map((key) => word(key)), year.sites.map((site) => [site.id, site.town, site.modules, site.places, site.yuan]), box).classList.add("tall");
    }
    if (year.prices.length) {
      element("h3", "", word("prices"), box);
      table([word("site"), word("saved")], year.prices.map((price) => [nameOf(price.institution), price.metres]), box).classList.add("tall");
    }
  }

  function render() {
    document.documentElement.lang = language ? "en" : "zh-CN";
    byId("kicker").textContent = word("kicker");
    byId("headline").textContent = data.name;
    byId("lead").textContent = "";
    for (const text of data.lead) element("p", "", say(text), byId("lead"));
    byId("alerts").textContent = "";
    if (data.notes.length) {
      const list = element("ul", "", null, element("div", "alert", null, byId("alerts")));
      for (const note of data.notes) element("li", "", say(note), list);
    }
    byId("language-button").textContent = word("switch_language");
    byId("print-button").textContent = word("print");
    byId("map-title").textContent = word("map");
    byId("map-missing").textContent = word("no_points");
    byId("map-hint").textContent = word("map_hint");
    byId("foot").textContent = word("foot");
    byId("blocks").textContent = "";
    allocationBlock();
    compareBlock();
    pairBlock();
    curveBlock();
    groupBlock();
    for (const year of data.years) siteBlock(year);
    drawLayers();
    drawMap();
  }

  byId("language-button").addEventListener("click", () => { language = 1 - language; render(); });
  byId("print-button").addEventListener("click", () => window.print());
  startMap();
  render();
  document.documentElement.dataset.ready = "yes";
})();
