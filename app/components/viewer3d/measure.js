// Distances, angles and torsions between atoms, and the measuring of them by clicks.
// An atom is 3Dmol's record of it; only its x, y, z [Å] and its index are used here.

const minus = (a, b) => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z });
const dot = (a, b) => a.x * b.x + a.y * b.y + a.z * b.z;
const cross = (a, b) => ({ x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x });
const length = (a) => Math.hypot(a.x, a.y, a.z);
const degrees = (y, x) => (Math.atan2(y, x) * 180) / Math.PI;
const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, z: (a.z + b.z) / 2 });

function distance(a, b) {
  return length(minus(a, b));
}

function angle(a, b, c) {
  const u = minus(a, b);
  const v = minus(c, b);
  return degrees(length(cross(u, v)), dot(u, v));
}

// Sign as IUPAC has it (doi:10.1351/goldbook.T06406): positive where, seen along b–c, a turns clockwise onto d.
function torsion(a, b, c, d) {
  const axis = minus(c, b);
  const near = cross(minus(b, a), axis);
  const far = cross(axis, minus(d, c));
  return degrees(length(axis) * dot(minus(b, a), far), dot(near, far));
}

const ABOVE = { x: 0, y: 26 }; // px: the number of an angle stands above its vertex, whose name it would hide
const SHELL = 0.12; // Å: how far the mark of a picked atom stands off it
const UNKNOWN_RADIUS = 1.5; // Å: what 3Dmol takes for elements that its table lacks

// Every style draws a sphere, whose radius is given as such or in van der Waals radii.
function drawnRadius({ elem, style: { sphere } }) {
  return sphere.radius ?? sphere.scale * ($3Dmol.GLModel.vdwRadii[elem] ?? UNKNOWN_RADIUS);
}

const inAngstrom = (value) => `${value.toFixed(3)} Å`;
const inDegrees = (value) => `${value.toFixed(1)}°`.replace("-", "−");

// What two, three or four atoms measure: the word, the number with its unit, and where the number is drawn.
function quantity(atoms) {
  const [a, b, c] = atoms;
  if (atoms.length === 2) return { word: "Distance", value: inAngstrom(distance(a, b)), at: middle(a, b) };
  if (atoms.length === 3) return { word: "Angle", value: inDegrees(angle(...atoms)), at: b, beside: ABOVE };
  return { word: "Torsion", value: inDegrees(torsion(...atoms)), at: middle(b, c) };
}

// A sentence about the atoms picked so far; empty where there are none.
function sentence(atoms, names) {
  if (atoms.length === 0) return "";
  const chain = atoms.map((atom) => names[atom.index]).join("–");
  if (atoms.length === 1) return `${chain}: click a second atom for its distance.`;
  const { word, value } = quantity(atoms);
  return `${word} ${chain}: ${value}`;
}

// Draws the chain of picked atoms into the view and its number into the page; `changed` hears the picked indices.
// A click on a picked atom takes it out again; a fifth atom begins anew.
class Measure {
  constructor(viewer, scene, changed) {
    Object.assign(this, { viewer, scene, changed, picked: [], bodies: [], labels: [] });
  }

  toggle(atom) {
    const others = this.picked.filter((other) => other.index !== atom.index);
    if (others.length < this.picked.length) this.show(others);
    else this.show(this.picked.length === 4 ? [atom] : [...this.picked, atom]);
  }

  show(atoms) {
    this.picked = atoms;
    this.erase();
    atoms.forEach((atom) => this.ring(atom));
    atoms.slice(1).forEach((atom, i) => this.line(atoms[i], atom));
    if (atoms.length > 1) this.number(quantity(atoms));
    this.viewer.render();
    document.getElementById("measured").textContent = sentence(atoms, this.scene.names);
    this.changed(atoms.map((atom) => atom.index));
  }

  erase() {
    this.bodies.splice(0).forEach((body) => this.viewer.removeShape(body));
    this.labels.splice(0).forEach((label) => this.viewer.removeLabel(label));
  }

  ring(atom) {
    const radius = drawnRadius(atom) + SHELL;
    this.bodies.push(this.viewer.addSphere({ center: atom, radius, color: this.scene.ink, opacity: 0.4 }));
  }

  line(start, end) {
    const body = { start, end, radius: 0.07, color: this.scene.ink, dashed: true, fromCap: "round", toCap: "round" };
    this.bodies.push(this.viewer.addCylinder(body));
  }

  number({ value, at, beside = { x: 0, y: 0 } }) {
    const colours = { fontColor: this.scene.ground, backgroundColor: this.scene.ink, backgroundOpacity: 0.85 };
    const place = { position: at, screenOffset: beside, alignment: "center", inFront: true };
    const form = { fontSize: 13, padding: 2, borderThickness: 0 };
    this.labels.push(this.viewer.addLabel(value, { ...place, ...form, ...colours }));
  }
}
