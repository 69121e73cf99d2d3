// Runs inside the frame of one view, after py3Dmol has drawn it: camera, style and measures outlive reruns of the
// page; buttons, keys and mouse are served. `scene` is made by us: numbers, names of atoms, styles and colours.

const TURN = 5; // degrees a key press
const ZOOM = 1.1; // times a key press
const SPIN = 0.5; // degrees every 25 ms
const HOVER_DELAY = 80; // ms
const WIDE = 1.25; // zoom after fitting all neighbours, which stand in a sphere
const CLOSE = 0.88; // after fitting the molecule, whose arrows reach beyond it
const FINE = ["labels", "distances"]; // of no use among neighbours
const KEYS = {
  ArrowLeft: (viewer) => viewer.rotate(-TURN, "vy"),
  ArrowRight: (viewer) => viewer.rotate(TURN, "vy"),
  ArrowUp: (viewer) => viewer.rotate(-TURN, "vx"),
  ArrowDown: (viewer) => viewer.rotate(TURN, "vx"),
  "+": (viewer) => viewer.zoom(ZOOM),
  "=": (viewer) => viewer.zoom(ZOOM), // the same key without Shift
  "-": (viewer) => viewer.zoom(1 / ZOOM),
};

const byId = (id) => document.getElementById(id);
const recall = (key) => JSON.parse(sessionStorage.getItem(key));
const remember = (key, value) => sessionStorage.setItem(key, JSON.stringify(value));

function startFrame(viewer, scene, parts) {
  const atoms = viewer.selectedAtoms({});
  const drawn = (atom) => Object.keys(atom.style).length > 0;
  const measure = new Measure(viewer, scene, (picked) => remember(`${scene.key}/picked`, picked));
  serveLook(viewer, scene, parts, () => measure.show(measure.picked.filter(drawn)));
  serveCamera(viewer, scene);
  serveButtons(viewer, scene, measure);
  serveKeys(viewer, measure);
  viewer.setClickable({}, true, (atom) => measure.toggle(atom));
  serveHover(viewer, scene, atoms);
  measure.show((recall(`${scene.key}/picked`) ?? []).map((index) => atoms[index]).filter(drawn));
  delete viewer.show; // the view was kept from drawing until now
  viewer.render();
  document.body.dataset.ready = "true";
}

function serveCamera(viewer, scene) {
  const start = viewer.getView();
  const kept = recall(scene.key);
  if (kept) viewer.setView(kept);
  viewer.setViewChangeCallback((view) => {
    byId("hover").hidden = true;
    remember(scene.key, view);
  });
  byId("reset").onclick = () => {
    viewer.setView(start);
    sessionStorage.removeItem(scene.key);
  };
}

// Style and switches. What she switched by hand holds for the next structure, too; the rest is as the page has it.
function serveLook(viewer, scene, parts, redraw) {
  const select = byId("style");
  select.append(...Object.keys(scene.styles.plain).map((name) => new Option(name)));
  const kept = recall("kramers-style");
  if (kept in scene.styles.plain) select.value = kept;
  const chosen = recall("kramers-switches") ?? {};
  const switched = (name) => (name in scene.switches ? chosen[name] : undefined); // what has no switch is as the page says
  const names = [...new Set([...scene.shown, ...Object.keys(scene.switches)])];
  const on = new Set(names.filter((name) => switched(name) ?? scene.shown.includes(name)));
  let drawn = ""; // how the atoms look: to draw them again takes the longest
  const look = () => {
    const colours = on.has("roles") ? "roles" : "plain";
    const wanted = [colours, select.value, on.has("hydrogens")].join();
    if (wanted !== drawn) {
      scene.styles[colours][select.value].forEach(([selection, style]) => viewer.setStyle(selection, style));
      if (!on.has("hydrogens")) viewer.setStyle({ elem: "H" }, {});
    }
    drawn = wanted;
    showLegend(scene.legends[colours].filter(([, , part]) => !part || on.has(part)));
    parts.draw([...on].filter((name) => !on.has("packing") || !FINE.includes(name)));
  };
  const again = () => {
    parts.quietly(look);
    redraw(); // which draws the scene
  };
  byId("switches").append(...Object.entries(scene.switches).map(([name, word]) => switchButton(word, on.has(name), (is) => {
    is ? on.add(name) : on.delete(name);
    const wide = name === "packing"; // a look around, which the next structure does not begin with
    if (!wide) remember("kramers-switches", { ...recall("kramers-switches"), [name]: is });
    again();
    if (wide) viewer.zoomTo().zoom(is ? WIDE : CLOSE);
  })));
  select.onchange = () => {
    remember("kramers-style", select.value);
    again();
  };
  look();
}

function switchButton(word, pressed, flip) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: word });
  button.setAttribute("aria-pressed", pressed);
  button.onclick = () => {
    const is = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", is);
    flip(is);
  };
  return button;
}

function showLegend(lines) {
  byId("legend").hidden = lines.length === 0;
  byId("legend").replaceChildren(...lines.map(([colour, text]) => {
    const line = document.createElement("li");
    const spot = document.createElement("i");
    spot.style.background = colour;
    line.append(spot, text);
    return line;
  }));
}

function serveButtons(viewer, scene, measure) {
  byId("clear").onclick = () => clearMeasures(measure);
  byId("spin").onclick = ({ currentTarget: button }) => {
    const spins = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", spins);
    viewer.spin(spins ? "vy" : false, SPIN);
  };
  byId("full").hidden = !document.fullscreenEnabled;
  byId("full").onclick = () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  document.onfullscreenchange = () => byId("full").setAttribute("aria-pressed", document.fullscreenElement !== null);
  byId("png").onclick = () => {
    const link = document.createElement("a");
    link.href = viewer.pngURI();
    link.download = `${scene.stem}.png`;
    link.click();
  };
}

// The button that clears goes away with what it clears: a focus on it goes on to the view.
function clearMeasures(measure) {
  const onButton = document.activeElement === byId("clear");
  measure.show([]);
  if (onButton) byId("view").focus({ preventScroll: true });
}

function serveKeys(viewer, measure) {
  byId("view").addEventListener("pointerdown", () => {
    window.focus(); // 3Dmol keeps the browser from doing so, and keys would go to the page around
    document.activeElement.blur();
  });
  document.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && measure.picked.length > 0) clearMeasures(measure);
    else if (event.key in KEYS && event.target !== byId("style")) KEYS[event.key](viewer);
    else return;
    event.preventDefault();
  };
}

function serveHover(viewer, scene, atoms) {
  const label = byId("hover");
  const metals = scene.metals.map((index) => atoms[index]);
  viewer.setHoverDuration(HOVER_DELAY);
  viewer.setHoverable({}, true, (atom) => {
    const metal = metals.reduce((a, b) => (distance(atom, b) < distance(atom, a) ? b : a));
    const away = metals.includes(atom) ? "" : ` · ${inAngstrom(distance(atom, metal))} from ${scene.names[metal.index]}`;
    label.textContent = `${scene.names[atom.index]} · ${scene.elements[atom.elem]}${away}`;
    label.hidden = false;
    placeBeside(label, viewer.modelToScreen(atom), byId("stage").getBoundingClientRect());
  }, () => { label.hidden = true; });
}

// Right above the atom, but inside the stage.
function placeBeside(label, { x, y }, stage) {
  const left = Math.min(x - stage.left + 12, stage.width - label.offsetWidth - 4);
  const top = Math.max(y - stage.top - label.offsetHeight - 12, 0);
  Object.assign(label.style, { left: `${left}px`, top: `${top}px` });
}
