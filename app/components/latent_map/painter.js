// What the map looks like: the points, their density, names, ways and legend, on a canvas that zooms and pans.

const RAMP = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]; // viridis
const BINS = 32; // colours of a ramp: one change of ink each, not one a point
const MARGIN = 26; // px between the cloud and the edge
const OUTLIERS = 0.003; // share of the points at each side that the whole map does not wait for
const FAINT = 0.05; // density below which no fog is drawn: single ligands would each stand in a square of it
const SHAPES = ["circle(50%)", "polygon(50% 0, 100% 100%, 0 100%)", "polygon(50% 0, 100% 50%, 50% 100%, 0 50%)"];
const NEAR = 9; // px from a point at which the pointer means it

const ramp = (share) => {
  const t = Math.min(0.9999, Math.max(0, share)) * (RAMP.length - 1), i = Math.floor(t);
  return `rgb(${RAMP[i].map((low, k) => Math.round(low + (RAMP[i + 1][k] - low) * (t - i)))})`;
};

class Painter {
  constructor(root) {
    this.root = root;
    [this.canvas, this.legend] = [root.querySelector("canvas"), root.parentNode.querySelector(".legend")];
    this.view = { zoom: 1, x: 0, y: 0 };
  }

  readCloud({ cloud, points, density }) {
    this.cloud = cloud;
    const column = (table, name) => table.getChild(name).toArray();
    [this.x, this.y] = [column(points, "x"), column(points, "y")];
    const ends = (values, tail) => {
      const sorted = Float32Array.from(values).sort(), cut = Math.floor(tail * values.length);
      return [sorted[cut], sorted[sorted.length - 1 - cut]];
    };
    this.box = [...ends(this.x, 0), ...ends(this.y, 0)];
    this.fit = [...ends(this.x, OUTLIERS), ...ends(this.y, OUTLIERS)];
    this.fog = column(density, "share");
    this.colouring = null;
  }

  readColours({ colouring, points, legend }) {
    this.colouring = colouring;
    const value = points.getChild("value").toArray(), lit = points.getChild("lit").toArray();
    const classes = legend.names ? legend.colours : Array.from({ length: BINS }, (_, i) => ramp(i / (BINS - 1)));
    this.inks = ["", ...classes]; // the first is for points without a value, or not lit: the colour of the border
    this.shapes = [0, ...(legend.shapes ?? classes.map(() => 0))];
    this.bins = this.inks.map(() => []);
    const span = legend.high - legend.low || 1;
    for (let i = 0; i < value.length; i++) {
      const share = legend.names ? value[i] : Math.round(((value[i] - legend.low) / span) * (BINS - 1));
      const known = lit[i] && Number.isFinite(share);
      this.bins[known ? 1 + Math.min(classes.length - 1, Math.max(0, share)) : 0].push(i);
    }
    this.showLegend(legend);
  }

  // --- geometry: [x, y] of the map and pixels of the frame

  resize() {
    const { width, height } = this.root.getBoundingClientRect();
    if (!width || !this.box || !this.at) return;
    const ratio = window.devicePixelRatio || 1;
    [this.width, this.height, this.ratio] = [width, height, ratio];
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    }
    const [left, right, bottom, top] = this.fit;
    this.scale = Math.min((width - 2 * MARGIN) / (right - left || 1), (height - 2 * MARGIN) / (top - bottom || 1));
    this.shift = [(width - this.scale * (left + right)) / 2, (height + this.scale * (bottom + top)) / 2];
    if (!this.seen) this.bringIntoView();
    this.draw();
  }

  toPixels([x, y]) {
    const { zoom, x: dx, y: dy } = this.view;
    return [(this.shift[0] + x * this.scale) * zoom + dx, (this.shift[1] - y * this.scale) * zoom + dy];
  }

  toMap([px, py]) {
    const { zoom, x: dx, y: dy } = this.view;
    return [((px - dx) / zoom - this.shift[0]) / this.scale, (this.shift[1] - (py - dy) / zoom) / this.scale];
  }

  pixelsOf(event) {
    const { left, top } = this.root.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  bringIntoView() { // after Python moved the handle
    this.seen = true;
    const [px, py] = this.toPixels(this.at);
    if (px < 20 || px > this.width - 20) this.view.x += this.width / 2 - px;
    if (py < 20 || py > this.height - 20) this.view.y += this.height / 2 - py;
  }

  zoomBy(factor, [px, py] = [this.width / 2, this.height / 2]) {
    const zoom = Math.min(60, Math.max(0.6, this.view.zoom * factor)), by = zoom / this.view.zoom;
    this.view = { zoom, x: px - (px - this.view.x) * by, y: py - (py - this.view.y) * by };
    this.draw();
  }

  nearest([px, py]) {
    let best = NEAR * NEAR, found = -1;
    const [mx, my] = this.toMap([px, py]), k = (this.scale * this.view.zoom) ** 2;
    for (let i = 0; i < this.x.length; i++) {
      const distance = ((this.x[i] - mx) ** 2 + (this.y[i] - my) ** 2) * k;
      if (distance < best) [best, found] = [distance, i];
    }
    return found;
  }

  // --- drawing

  draw() {
    if (this.frame || !this.box || !this.width) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      const pen = this.canvas.getContext("2d"), style = getComputedStyle(this.root);
      this.ink = style.getPropertyValue("--st-text-color");
      this.ground = style.getPropertyValue("--st-background-color");
      this.border = style.getPropertyValue("--st-border-color") || "#ccc";
      this.accent = style.getPropertyValue("--st-primary-color");
      pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      pen.clearRect(0, 0, this.width, this.height);
      this.drawDensity(pen);
      this.drawPoints(pen);
      this.drawLabels(pen);
      this.drawMarks(pen);
      this.drawLasso(pen);
      this.placeHandle();
      this.root.dataset.points = this.x.length;
    });
  }

  drawDensity(pen) {
    const cells = Math.round(Math.sqrt(this.fog.length)), [left, right, bottom, top] = this.box;
    const [x0, y0] = this.toPixels([left, top]), [x1, y1] = this.toPixels([right, bottom]);
    if (this.fogOf !== this.cloud + this.ink) this.fogPicture = this.paintFog(cells);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(this.fogPicture, x0, y0, x1 - x0, y1 - y0);
  }

  paintFog(cells) {
    this.fogOf = this.cloud + this.ink;
    const picture = Object.assign(document.createElement("canvas"), { width: cells, height: cells });
    const pen = picture.getContext("2d");
    pen.fillStyle = this.ink;
    this.fog.forEach((share, i) => {
      const [x, y] = [i % cells, Math.floor(i / cells)], edge = 1 + Math.min(x, y, cells - 1 - x, cells - 1 - y);
      pen.globalAlpha = 0.28 * Math.sqrt(Math.max(0, share - FAINT)) * Math.min(1, edge / 5); // no straight rims
      pen.fillRect(i % cells, cells - 1 - Math.floor(i / cells), 1, 1);
    });
    return picture;
  }

  drawPoints(pen) {
    const { zoom, x: dx, y: dy } = this.view, k = this.scale * zoom;
    const ax = this.shift[0] * zoom + dx, ay = this.shift[1] * zoom + dy;
    const size = Math.min(9, 3.2 * Math.sqrt(zoom)), half = size / 2;
    this.bins.forEach((bin, b) => {
      const marker = this.marker(b ? this.inks[b] : this.border, this.shapes[b], size);
      pen.globalAlpha = b ? 0.85 : 0.45;
      for (const i of bin) {
        const px = ax + this.x[i] * k, py = ay - this.y[i] * k;
        if (px > -5 && py > -5 && px < this.width + 5 && py < this.height + 5) pen.drawImage(marker, px - half, py - half, size, size);
      }
    });
    pen.globalAlpha = 1;
  }

  marker(ink, shape, size) { // a small picture, which is copied faster than a path is drawn
    const side = Math.ceil(size * this.ratio);
    const picture = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const pen = picture.getContext("2d");
    pen.fillStyle = ink;
    pen.beginPath();
    if (shape === 0) pen.arc(side / 2, side / 2, side / 2, 0, 7);
    else [[1, 0], ...(shape === 1 ? [[2, 2], [0, 2]] : [[2, 1], [1, 2], [0, 1]])].forEach(([x, y]) => pen.lineTo((x * side) / 2, (y * side) / 2));
    pen.fill();
    return picture;
  }

  text(pen, words, px, py) {
    [pen.strokeStyle, pen.fillStyle, pen.lineWidth, pen.lineJoin] = [this.ground, this.ink, 4, "round"];
    pen.strokeText(words, px, py);
    pen.fillText(words, px, py);
  }

  drawLabels(pen) { // names of families, those that would lie on another left out
    pen.font = `600 12px ${getComputedStyle(this.root).fontFamily}`;
    [pen.textAlign, pen.textBaseline] = ["center", "middle"];
    const taken = [];
    for (const { x, y, text } of this.labels) {
      const [px, py] = this.toPixels([x, y]), half = pen.measureText(text).width / 2 + 4;
      if (taken.some(([ox, oy, width]) => Math.abs(ox - px) < half + width && Math.abs(oy - py) < 16)) continue;
      taken.push([px, py, half]);
      this.text(pen, text, px, py);
    }
  }

  drawMarks(pen) { // ways and neighbours that Python found
    for (const { points, line } of this.marks) {
      const pixels = points.map((point) => this.toPixels(point));
      [pen.strokeStyle, pen.lineWidth] = [this.ink, 2];
      if (line) {
        pen.beginPath();
        pixels.forEach((p) => pen.lineTo(...p));
        pen.stroke();
      }
      pixels.forEach((p) => {
        pen.beginPath();
        pen.arc(...p, 4.5, 0, 7);
        pen.fillStyle = this.accent;
        pen.fill();
        pen.stroke();
      });
    }
  }

  drawLasso(pen) {
    if (!this.loop?.length) return;
    pen.beginPath();
    this.loop.forEach((point) => pen.lineTo(...this.toPixels(point)));
    if (!this.looping) pen.closePath();
    [pen.strokeStyle, pen.lineWidth] = [this.accent, 2];
    pen.setLineDash([6, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }

  placeHandle() {
    const [px, py] = this.toPixels(this.at), [left, right] = this.box;
    this.handle.style.transform = `translate(${px}px, ${py}px)`;
    this.handle.setAttribute("aria-valuenow", Math.round((100 * (this.at[0] - left)) / (right - left || 1)));
    this.handle.setAttribute("aria-valuetext", this.at.map((v) => v.toFixed(2)).join(", "));
  }

  showLegend({ label, unit, low, high, names, colours, shapes, note }) {
    const make = (tag, words, parent) => parent.appendChild(Object.assign(document.createElement(tag), { textContent: words ?? "" }));
    this.legend.replaceChildren();
    make("div", unit ? `${label} / ${unit}` : label, this.legend).style.fontWeight = 600;
    if (names) {
      const list = make("ul", "", this.legend);
      names.forEach((name, i) => {
        const line = make("li", "", list);
        Object.assign(make("i", "", line).style, { background: colours[i], clipPath: SHAPES[shapes[i]] });
        make("span", name, line);
      });
    } else {
      const bar = make("div", "", this.legend), ends = make("div", "", this.legend);
      [bar.className, ends.className] = ["ramp", "ends"];
      bar.style.background = `linear-gradient(to right, ${RAMP.map((c) => `rgb(${c})`)})`;
      [low, high].forEach((end) => make("span", Number(end.toPrecision(3)).toString().replace("-", "−"), ends));
    }
    if (note) make("div", note, this.legend);
  }
}
