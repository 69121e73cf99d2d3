// Ligands as cards: a click on one opens it, a click on one of its signs does what the sign says.

const make = (tag, parent, properties) => parent.appendChild(Object.assign(document.createElement(tag), properties));

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".gallery");
  [root.tell, root.follows] = [setTriggerValue, data.follows];
  if (root.content !== data.content) fill(root, data); // else what has the focus keeps it
  root.dim ??= () => root.classList.toggle("stale", Boolean(root.follows && document.kramersMoving));
  root.dim();
  document.addEventListener("kramers-heard", root.dim); // once: it is always the same
  return () => document.removeEventListener("kramers-heard", root.dim);
}

function fill(root, { content, cards }) {
  root.content = content;
  root.replaceChildren();
  cards.forEach((card, number) => addCard(root, card, number));
}

function addCard(root, { picture, lines, signs, title }, number) {
  const card = make("div", root, { className: signs.length > 1 ? "card many" : "card" });
  const open = make("button", card, { className: "open", type: "button", title });
  make("img", open, { src: picture, alt: "" });
  lines.forEach((line) => make("span", open, { textContent: line }));
  open.addEventListener("click", () => root.tell("opened", number));
  const bar = make("div", card, { className: "signs" });
  signs.forEach((sign, which) => addSign(root, bar, sign, [number, which]));
}

function addSign(root, bar, { text, title }, place) {
  const sign = make("button", bar, { className: text.length > 1 ? "word" : "", type: "button", textContent: text, title });
  sign.setAttribute("aria-label", title);
  sign.addEventListener("click", () => root.tell("signed", place));
}
