// The map of ligands: a cloud of points on a canvas, and a handle that is dragged over it.
// The hand owns the handle: Python moves it only by giving a new revision, so that no rerun fights the finger.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAUSE = { rest: 600, hover: 220 }; // ms until keys are at rest, and until a point is asked for its picture
const DEAF = 5000; // ms after which a report that nobody answered is forgotten
const maps = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".map");
  if (!maps.has(root)) maps.set(root, new LatentMap(root));
  maps.get(root).update(component);
  return () => { maps.get(root)?.destroy(); maps.delete(root); };
}

class LatentMap extends Painter {
  constructor(root) {
    super(root);
    const find = (name) => root.querySelector(name);
    [this.handle, this.tip, this.tools] = [".handle", ".tip", ".tools"].map(find);
    [this.labels, this.fingers] = [[], new Map()];
    this.marks = document.kramersMarks ?? [];
    [this.seq, this.sent, this.heard] = [0, 0, 0];
    root.inert = true; // there is nothing to take hold of yet
    this.ending = new AbortController();
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(root);
    this.listen();
    this.takeCloud();
  }

  destroy() {
    this.ending.abort();
    this.resizing.disconnect();
    [this.sending, this.resting, this.hovering].forEach(clearTimeout);
  }

  // --- what Python gives

  update({ data, setStateValue, setTriggerValue }) {
    this.tell = setStateValue;
    this.ask = setTriggerValue;
    this.throttle = data.throttle;
    if (data.revision !== this.revision) this.takeHandle(data);
    this.showThumb(data.thumb);
    const look = JSON.stringify([data.revision, getComputedStyle(this.root).color]);
    if (look === this.look) return; // a picture for a point came, and nothing else
    this.look = look;
    this.resize();
  }

  takeHandle({ revision, handle }) {
    this.revision = revision;
    [this.at, this.seen, this.heard] = [handle.slice(), false, performance.now()];
  }

  takeCloud() {
    const data = document.kramersCloud;
    if (!data) return;
    if (data.cloud !== this.cloud) this.readCloud(data);
    if (data.colouring !== this.colouring) this.readColours(data);
    [this.labels, this.root.inert] = [data.labels, false];
    this.resize();
  }

  // --- the hand

  listen() {
    const on = (target, names, act) => names.split(" ").forEach((name) =>
      target.addEventListener(name, act, { signal: this.ending.signal, passive: false }));
    on(this.handle, "pointerdown", (event) => this.grab(event));
    on(this.handle, "pointermove", (event) => this.dragging === event.pointerId && this.drag(event, false));
    on(this.handle, "pointerup pointercancel", (event) => this.release(event));
    on(this.handle, "keydown", (event) => this.key(event));
    on(this.root, "wheel", (event) => { event.preventDefault(); this.zoomBy(Math.exp(-0.0015 * event.deltaY), this.pixelsOf(event)); });
    on(this.tools, "pointerdown", (event) => event.stopPropagation());
    on(this.tools, "click", (event) => this.press(event.target.closest("button")));
    on(this.root, "pointerdown", (event) => this.touch(event));
    on(this.root, "pointermove", (event) => (this.fingers.size ? this.move(event) : this.hover(event)));
    on(this.root, "pointerup pointercancel", (event) => this.lift(event));
    on(this.root, "pointerleave", () => this.hideTip());
    on(document, "kramers-cloud", () => this.takeCloud());
    on(document, "kramers-marks", () => { this.marks = document.kramersMarks; this.draw(); });
    on(document, "kramers-heard", () => this.hear());
  }

  grab(event) {
    if (this.dragging !== undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const [px, py] = this.pixelsOf(event), [hx, hy] = this.toPixels(this.at);
    this.grip = [hx - px, hy - py]; // a handle taken at its edge does not jump
    this.dragging = event.pointerId;
    this.handle.setPointerCapture(event.pointerId);
    this.handle.classList.add("dragged");
    this.handle.focus({ preventScroll: true });
    this.hideTip();
  }

  drag(event, final) {
    event.stopPropagation();
    const inside = (value, size) => Math.min(size, Math.max(0, value));
    const [px, py] = this.pixelsOf(event).map((value, i) => value + this.grip[i]);
    this.moveHandle([inside(px, this.width), inside(py, this.height)], final);
  }

  release(event) {
    if (this.dragging !== event.pointerId) return;
    this.dragging = undefined;
    this.handle.classList.remove("dragged");
    this.drag(event, true);
  }

  moveHandle(pixels, final) {
    this.at = this.toMap(pixels);
    this.placeHandle();
    this.send(final);
  }

  key(event) {
    const step = STEPS[event.key], zoom = { "+": 1.4, "-": 1 / 1.4 }[event.key];
    if (zoom) this.zoomBy(zoom, this.toPixels(this.at));
    if (event.key === "0") this.press(this.tools.querySelector("[data-do=all]"));
    if (!step) return;
    event.preventDefault();
    const reach = event.shiftKey ? 24 : 6, [px, py] = this.toPixels(this.at);
    this.moveHandle([px + reach * step[0], py + reach * step[1]], false);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.send(true), PAUSE.rest);
  }

  send(final) { // at once when it is let go; while it moves, one report at a time, each of the newest place
    clearTimeout(this.sending);
    if (final) { this.waits = false; this.report(true); return; }
    this.waits = true;
    const now = performance.now(), answered = this.heard >= this.sent;
    const due = answered ? this.sent + this.throttle : this.sent + DEAF;
    this.sending = setTimeout(() => { this.waits = false; this.report(false); }, Math.max(0, due - now));
  }

  hear() { // the page has answered
    this.heard = performance.now();
    if (this.waits) this.send(false);
  }

  report(final) {
    this.sent = performance.now();
    const [x, y] = this.at;
    this.tell("handle", { x, y, final, seq: ++this.seq, revision: this.revision });
    this.root.dispatchEvent(new CustomEvent("kramers-handle", { bubbles: true, composed: true, detail: { x, y, final } }));
  }

  press(button) {
    if (!button) return;
    const act = { in: () => this.zoomBy(1.5), out: () => this.zoomBy(1 / 1.5), all: () => this.whole(), lasso: () => this.arm() };
    act[button.dataset.do]();
  }

  whole() {
    this.view = { zoom: 1, x: 0, y: 0 };
    this.draw();
  }

  arm() {
    this.armed = !this.armed;
    this.tools.querySelector("[data-do=lasso]").setAttribute("aria-pressed", this.armed);
    if (!this.armed && this.loop?.length) { // a second press lets go of what was selected
      this.loop = null;
      this.tell("lasso", null);
      this.draw();
    }
  }

  touch(event) {
    this.fingers.set(event.pointerId, this.pixelsOf(event));
    this.root.setPointerCapture(event.pointerId);
    this.hideTip();
    [this.moved, this.looping] = [this.fingers.size > 1, this.armed && this.fingers.size === 1];
    if (this.looping) this.loop = [];
  }

  move(event) {
    const before = this.fingers.get(event.pointerId), now = this.pixelsOf(event);
    if (!before) return;
    if (!this.moved && Math.hypot(now[0] - before[0], now[1] - before[1]) < 4) return; // a click trembles
    this.moved = true;
    if (this.looping) this.loop.push(this.toMap(now));
    else if (this.fingers.size === 2) this.pinch(event.pointerId, before, now);
    else this.view = { ...this.view, x: this.view.x + now[0] - before[0], y: this.view.y + now[1] - before[1] };
    this.fingers.set(event.pointerId, now);
    this.draw();
  }

  pinch(id, before, now) {
    const other = [...this.fingers].find(([finger]) => finger !== id)[1];
    const width = (finger) => Math.max(1, Math.hypot(finger[0] - other[0], finger[1] - other[1]));
    this.zoomBy(width(now) / width(before), other);
  }

  lift(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.looping && this.moved) this.closeLoop();
    else if (!this.moved && event.type === "pointerup" && !this.fingers.size) this.click(this.pixelsOf(event));
    this.looping = false;
  }

  closeLoop() {
    const every = Math.ceil(this.loop.length / 200); // as many corners as a hand means
    this.loop = this.loop.filter((_, i) => i % every === 0);
    this.tell("lasso", this.loop.length > 2 ? this.loop : null);
    this.armed = false;
    this.tools.querySelector("[data-do=lasso]").setAttribute("aria-pressed", "false");
    this.looping = false;
    this.draw();
  }

  click(pixels) {
    const found = this.nearest(pixels);
    if (found >= 0) this.ask("pick", found);
    else this.moveHandle(pixels, true);
  }

  // --- a look at a point

  hover(event) {
    if (!this.x || this.dragging !== undefined || event.pointerType === "touch") return;
    const pixels = this.pixelsOf(event), found = event.target === this.canvas ? this.nearest(pixels) : -1;
    if (found === this.under) return;
    this.hideTip();
    if (found < 0) return;
    this.under = found;
    this.tip.style.transform = `translate(${Math.min(pixels[0] + 14, this.width - 190)}px, ${Math.min(pixels[1] + 14, this.height - 160)}px)`;
    this.hovering = setTimeout(() => this.ask("hover", found), PAUSE.hover);
  }

  hideTip() {
    clearTimeout(this.hovering);
    this.under = -1;
    this.tip.hidden = true;
  }

  showThumb(thumb) {
    if (!thumb || thumb.number !== this.under || this.dragging !== undefined) return;
    const picture = Object.assign(document.createElement("img"), { alt: "", src: thumb.picture });
    const words = Object.assign(document.createElement("span"), { textContent: thumb.text });
    this.tip.replaceChildren(picture, words);
    this.tip.hidden = false;
  }
}
