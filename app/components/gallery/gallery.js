// Ligands as cards: a click on one opens it, a click on one of its signs does what the sign says.

const make = (tag, parent, properties) => parent.appendChild(Object.assign(document.createElement(tag), properties));

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".gallery");
  root.classList.toggle("stale", data.stale);
  root.tell = setTriggerValue;
  if (root.content === data.content) return; // what has the focus keeps it
  root.content = data.content;
  root.replaceChildren();
  data.cards.forEach((card, number) => addCard(root, card, number));
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
