// What stands around the atoms: polyhedron, axis, names and so on. Each part is a function that draws it into a view.

class Parts {
  constructor(viewer, functions) {
    Object.assign(this, { viewer, functions, drawn: new Map() });
  }

  // Draw these parts and no others, in the order that transparent bodies need; contacts are there in either colour.
  draw(names) {
    const wanted = new Set([...names, names.includes("roles") ? "roles" : "contacts"]);
    if (wanted.has("plane") && !this.drawn.has("plane")) this.erase("faces"); // they would hide it, drawn before
    for (const name of Object.keys(this.functions)) {
      if (!wanted.has(name)) this.erase(name);
      else if (!this.drawn.has(name)) this.add(name);
    }
  }

  erase(name) {
    (this.drawn.get(name) ?? []).forEach((erase) => erase());
    this.drawn.delete(name);
  }

  // What the function gets instead of the view does the same, and keeps hold of what was made.
  add(name) {
    const { viewer } = this;
    const made = [];
    const get = (_, method) => (...given) => {
      const one = viewer[method](...given);
      made.push(() => (method === "addLabel" ? viewer.removeLabel(one) : viewer.removeShape(one)));
      return one;
    };
    this.functions[name](new Proxy({}, { get }));
    this.drawn.set(name, made);
  }

  // Change much without a picture after each step.
  quietly(change) {
    this.viewer.show = () => {};
    change();
    delete this.viewer.show;
  }
}
